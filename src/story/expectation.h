// `expect ...` -> an alert that must come, or a check.
#pragma once

#include <optional>
#include <variant>

#include "model/policy.h"
#include "story/line.h"
#include "story/story.h"

namespace vaste::story {

using Expectation = std::variant<ExpectedAlert, Check>;

// What follows `expect`. `mentioned`: the word behind `for`, empty if there is none. nullopt:
// `line` heard why.
std::optional<Expectation> read_expectation(Line& line, const Times& times, const Policy& policy,
                                            Word& mentioned);

}  // namespace vaste::story
