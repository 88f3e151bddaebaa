#pragma once

#include <string>

namespace vaste::engine {

// The value of one series in a scrape, "none" if it is not there.
inline std::string value(const std::string& scrape, const std::string& series) {
  const auto at = scrape.find("\n" + series + " ");
  if (at == std::string::npos) return "none";
  const auto start = at + series.size() + 2;
  return scrape.substr(start, scrape.find('\n', start) - start);
}

}  // namespace vaste::engine
