// Tells a story to the core and compares what it says with what was expected.
#pragma once

#include <string>
#include <vector>

#include "story/story.h"

namespace vaste::story {

struct Difference {
  enum class What : std::uint8_t {
    kMissing,     // expected, did not come
    kUnexpected,  // came, was not expected
  };
  What what = What::kMissing;
  int line = 0;  // of the statement; 0 = none says it
  Instant at;
  std::string text;  // the statement's own words, or what came in the words of the language
};

struct PlayOptions {
  int shuffles = 20;  // orders of arrival that are tried
};

struct Verdict {
  std::vector<Difference> differences;  // in order of time; empty: it came as it was told
  // Where they were seen: "on 12 partitions", "in shuffled order (seed 7)"; empty: in plain order.
  std::string where;
  int orders = 0;  // of arrival that were tried beside the one in the file
  bool passed() const { return differences.empty(); }
};

// Pure, but for the memory it takes: the same story and options give the same verdict.
Verdict play(const Story& story, const PlayOptions& options);

// The story in order of time with the differences in place: lines of "-" are missing, of "+" came
// instead.
std::string timeline(const Story& story, const Verdict& verdict);

}  // namespace vaste::story
