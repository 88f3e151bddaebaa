// Named points of the commit path at which a test build can be killed: VASTE_CRASH_AT=<name>:<n>
// dies, as by kill -9, the n-th time the point is passed. VASTE_SPOIL=<name> leaves out one of the
// precautions, so that a test of them can show that it would see what they prevent. Nothing of it
// is in a release build.
#pragma once

#ifdef VASTE_TEST_HOOKS
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace vaste {

inline void crash_point(std::string_view name) {
  static const std::string wanted = [] {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment
    const char* value = std::getenv("VASTE_CRASH_AT");
    return std::string(value == nullptr ? "" : value);
  }();
  static std::atomic<long> passed{0};
  if (wanted.empty()) return;
  const auto colon = wanted.rfind(':');
  if (std::string_view(wanted).substr(0, colon) != name) return;
  const long at = colon == std::string::npos ? 1 : std::atol(wanted.c_str() + colon + 1);
  if (++passed == at) std::raise(SIGKILL);
}

inline bool spoiled(std::string_view name) {
  static const std::string wanted = [] {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment
    const char* value = std::getenv("VASTE_SPOIL");
    return std::string(value == nullptr ? "" : value);
  }();
  return wanted == name;
}

}  // namespace vaste
#else
#include <string_view>
namespace vaste {
inline void crash_point(std::string_view) {}
inline constexpr bool spoiled(std::string_view) {
  return false;
}
}  // namespace vaste
#endif
