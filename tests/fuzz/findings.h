// What holds for every complaint about a file.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "config/config.h"

namespace vaste::fuzz {

// A key that is not there has no line; everything else is somewhere.
inline bool is_about_the_whole_file(std::string_view text) {
  return text.starts_with("`policy` is missing") || text.starts_with("`sources` is missing") ||
         text.starts_with("`rules` is missing");
}

inline void check_findings(const std::vector<config::Finding>& findings, std::string_view file,
                           bool refused) {
  const auto lines =
      1 + std::count_if(file.begin(), file.end(), [](char c) { return c == '\n' || c == '\r'; });
  bool errors = false;
  for (const config::Finding& one : findings) {
    errors = errors || one.error;
    VASTE_CHECK(!one.text.empty());
    VASTE_CHECK(std::none_of(one.text.begin(), one.text.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    }));
    if (one.line == 0) {
      VASTE_CHECK(is_about_the_whole_file(one.text));
    } else {
      VASTE_CHECK(one.line > 0 && one.line <= lines && one.column > 0);
    }
  }
  VASTE_CHECK(errors == refused);
}

}  // namespace vaste::fuzz
