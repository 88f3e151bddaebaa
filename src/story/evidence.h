// `at TIME identity SOURCE same WHO WHO ...` -> what a system says about who is who.
#pragma once

#include <optional>

#include "story/cast.h"
#include "story/line.h"
#include "story/story.h"

namespace vaste::story {

// What follows `identity`, said at `at`. nullopt: `line` heard why.
std::optional<Happening> read_evidence(Line& line, Instant at, Cast& cast);

}  // namespace vaste::story
