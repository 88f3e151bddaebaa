// Store in memory: for tests, the simulation and the core benchmark.
#pragma once

#include <memory>

#include "store/store.h"

namespace vaste::store {

std::unique_ptr<Store> make_memory_store();

}  // namespace vaste::store
