// Stories from text, with a small policy in front.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "story/read.h"

namespace vaste::story {

// Ten lines, so that the first of the story is the eleventh.
inline const std::string kFront =
    "policy: test\n"
    "calendars:\n"
    "  office: {zone: Europe/Helsinki, week: {mon-fri: \"09:00-17:00\"}}\n"
    "rules:\n"
    "  - name: mail\n"
    "    when: {channel: email}\n"
    "    calendar: office\n"
    "    targets: {first_response: {target: 1h, at_risk: 50%}, next_response: 2h, resolution: 4h}\n"
    "  - {name: chat, when: {channel: chat}, targets: {first_response: 1m}}\n"
    "---\n";
inline constexpr int kFrontLines = 10;

struct Read {
  std::optional<Story> story;
  std::vector<config::Finding> findings;

  std::string said() const {
    std::string out;
    for (const config::Finding& finding : findings) out += config::text(finding) + '\n';
    return out;
  }
};

inline Read read(const std::string& text, const std::string& file = "x.story") {
  Read out;
  out.story = Reader().read_text(text, file, out.findings);
  return out;
}

inline Read read_body(const std::string& body) {
  return read(kFront + body);
}

}  // namespace vaste::story
