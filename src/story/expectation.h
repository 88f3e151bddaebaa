// `expect ...` -> an alert that must come, or a check.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/policy.h"
#include "story/line.h"
#include "story/story.h"

namespace vaste::story {

using Expectation = std::variant<ExpectedAlert, Check>;

// The policy as expectations know it: what they may name.
struct Names {
  const std::string& policy;
  const std::vector<SlaSpec>& slas;  // of all its versions so far
};

// What follows `expect`. `mentioned`: the word behind `for`, empty if there is none. nullopt:
// `line` heard why.
std::optional<Expectation> read_expectation(Line& line, const Times& times, const Names& names,
                                            Word& mentioned);

}  // namespace vaste::story
