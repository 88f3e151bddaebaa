// `at TIME CHANNEL PERSON VERB ...` -> the event that a connector would send, as ingest/ makes it
// ready for the core.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "story/line.h"
#include "story/story.h"

namespace vaste::story {

// What one line may know of those above it.
struct Cast {
  std::vector<std::string> people;
  std::vector<std::string> ids;  // given by `id=`
  bool all_have_keys = true;
};

// What follows `at`. nullopt: `line` heard why.
std::optional<Happening> read_happening(Line& line, const Times& times, Cast& cast);

}  // namespace vaste::story
