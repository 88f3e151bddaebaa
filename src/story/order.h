// `at TIME operator ...` -> a command, and `expect done` and the like -> how it must be answered.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "story/cast.h"
#include "story/line.h"
#include "story/story.h"

namespace vaste::story {

// What follows `operator`, ordered at `at`. nullopt: `line` heard why.
std::optional<Ordered> read_order(Line& line, Instant at, const Times& times, Cast& cast);

std::vector<std::string> answer_words();
// True: `word` is one of them, and `check` looks for that answer. A reason may follow.
bool read_answer(const Word& word, Line& line, Check& check);

// As stories write it: "done", "refused not_together".
std::string answer_text(CommandStatus status, CommandRefusal refusal);

}  // namespace vaste::story
