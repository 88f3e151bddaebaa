// `at TIME CHANNEL PERSON VERB ...` -> the event that a connector would send, as ingest/ makes it
// ready for the core.
#pragma once

#include <optional>

#include "story/cast.h"
#include "story/line.h"
#include "story/story.h"

namespace vaste::story {

// What follows `at TIME`; `first` is the time's first word. nullopt: `line` heard why.
std::optional<Happening> read_happening(Line& line, Instant at, const Word& first,
                                        const Times& times, Cast& cast);

}  // namespace vaste::story
