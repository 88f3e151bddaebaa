// What differs between two policies as their readers see it: by path, not by line.
#pragma once

#include <string>
#include <vector>

namespace vaste::config {

struct Difference {
  std::string path;    // "rules[email].targets.first_response"
  std::string before;  // empty: it was not there
  std::string after;   // empty: it is gone
};

// In the order of `after`, what is gone last. Entries of a list that have a `name` go by it, so
// that a new one in the middle moves nothing. Both texts must be YAML that parse_policy() takes.
std::vector<Difference> differences(const std::string& before, const std::string& after);

// "+ path: after", "- path: before", "~ path: before -> after".
std::string text(const Difference& difference);

}  // namespace vaste::config
