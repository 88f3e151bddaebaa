// A store of which somebody hears when its calls begin and end.
#pragma once

#include <cstdint>
#include <memory>

#include "store/store.h"

namespace vaste::store {

enum class Op : std::uint8_t { kGet, kWrite, kScan };
inline constexpr int kOps = 3;

// Calls may lie inside each other: what a scan visits may be looked up. Threads: as the store.
class Stopwatch {
 public:
  virtual ~Stopwatch() = default;
  virtual void began(Op op) = 0;
  virtual void ended(Op op) = 0;
};

// `stopwatch` outlives it.
std::unique_ptr<Store> timed(std::unique_ptr<Store> store, Stopwatch& stopwatch);

}  // namespace vaste::store
