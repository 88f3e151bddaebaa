// The one hash of the program: stable over versions and machines, since stored state and routing
// rest on it.
#pragma once

#include <cstdint>
#include <string_view>

namespace vaste {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace vaste
