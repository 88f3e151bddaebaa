// What the tests of config/ share: read a text, look at the findings.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "config/config.h"

namespace vaste::config {

// The least that a configuration needs; what a test adds begins on line 3.
inline const std::string kLeast = "policy: p.yaml\nsources: [{topic: mail}]\n";

inline std::vector<std::string> texts(const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(text(finding));
  return out;
}

inline std::vector<std::string> config_findings(const std::string& yaml) {
  std::vector<Finding> findings;
  static_cast<void>(parse_config(yaml, "f", findings));
  return texts(findings);
}

inline std::vector<std::string> policy_findings(const std::string& yaml) {
  std::vector<Finding> findings;
  static_cast<void>(parse_policy(yaml, "f", findings));
  return texts(findings);
}

inline Config good_config(const std::string& yaml) {
  std::vector<Finding> findings;
  auto config = parse_config(yaml, "f", findings);
  EXPECT_THAT(texts(findings), testing::IsEmpty());
  return config ? *config : Config{};
}

inline Policy good_policy(const std::string& yaml) {
  std::vector<Finding> findings;
  auto policy = parse_policy(yaml, "f", findings);
  EXPECT_THAT(texts(findings), testing::IsEmpty());
  return policy ? *policy : Policy{};
}

// One mistake: exactly one finding, at this place, saying these words.
struct Mistake {
  std::string name;
  std::string yaml;
  std::string place;  // "f:3:1: error: "
  std::string words;
};
inline std::ostream& operator<<(std::ostream& out, const Mistake& row) {
  return out << row.name;
}

}  // namespace vaste::config
