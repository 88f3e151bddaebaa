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
  const std::vector<SlaSpec>& slas;     // of all its versions so far
  const std::vector<std::string>& ids;  // of the lines above
};

// What follows `expect`. `mentioned`: who it names. nullopt: `line` heard why.
std::optional<Expectation> read_expectation(Line& line, const Times& times, const Names& names,
                                            std::vector<Word>& mentioned);

}  // namespace vaste::story
