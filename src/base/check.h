// VASTE_CHECK stops the program on an impossible state, in every build: better than writing a wrong
// deadline.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace vaste {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace vaste

#define VASTE_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::vaste::check_failed(#condition, __FILE__, __LINE__))
