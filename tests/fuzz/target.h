// A fuzz target: one function that takes any bytes, and what to begin with.
//
// A file x_fuzz.cc defines target(). Under clang++ (preset fuzz) it is a libFuzzer program; under
// g++ replay.cc runs its seeds and a fixed number of mutations of them in ctest, so that it never
// rots. A finding is a crash: a VASTE_CHECK of a property, or a sanitizer's report.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace vaste::fuzz {

inline constexpr std::size_t kMostBytes = 8192;  // of an input; longer ones are not tried

struct FuzzTarget {
  void (*run)(std::string_view input);
  std::vector<std::string> (*seeds)();  // made by code; tests/fuzz/corpus/<name>/ holds more
  std::vector<std::string> (*words)();  // the dictionary
  std::size_t mutations = 20000;        // in ctest: a second or two
};

const FuzzTarget& target();

// The files of tests/fuzz/corpus/<name>/: what was found once. In the order of their names.
std::vector<std::string> found_before();

// `--write DIR`: DIR/seeds/* and DIR/words.dict, for libFuzzer. Exits the program on an error.
void write_beginning(const std::string& directory);

}  // namespace vaste::fuzz
