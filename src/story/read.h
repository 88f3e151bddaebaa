// Story files -> stories.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "story/story.h"

namespace vaste::story {

// Reads stories, and each policy once.
// Threads: one at a time.
class Reader {
 public:
  // Every finding says file:line:col and what to do. nullopt: at least one was an error.
  std::optional<Story> read_file(const std::string& file, std::vector<config::Finding>& findings);
  // The same from text; `file` names it, and says where its policy is looked for.
  std::optional<Story> read_text(std::string_view text, const std::string& file,
                                 std::vector<config::Finding>& findings);

 private:
  using PolicyPointer = std::shared_ptr<const clocks::CompiledPolicy>;

  PolicyPointer policy_file(const std::string& file, std::vector<config::Finding>& findings);

  std::map<std::string, PolicyPointer> policies_;  // by file; nullptr: has errors

  friend class Reading;
};

// deploy/web-shop.yaml for a story anywhere below deploy/web-shop.stories/; empty: it is in none.
std::string policy_beside(const std::string& story_file);

}  // namespace vaste::story
