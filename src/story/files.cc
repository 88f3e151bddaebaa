// Where stories and their policies are: files, read once.
#include <filesystem>
#include <fstream>

#include "story/read.h"

namespace vaste::story {

namespace {

constexpr std::size_t kLargest = 1 << 20;  // bytes of a story

}  // namespace

std::optional<Story> Reader::read_file(const std::string& file,
                                       std::vector<config::Finding>& findings) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  text.resize(kLargest + 1);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in.eof() && in.fail())) {
    findings.push_back({file, 0, 0, true, "cannot be read"});
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kLargest) {
    findings.push_back({file, 0, 0, true, "is larger than 1 MiB: that is no story"});
    return std::nullopt;
  }
  return read_text(text, file, findings);
}

Reader::PolicyPointer Reader::policy_file(const std::string& file,
                                          std::vector<config::Finding>& findings) {
  const auto known = policies_.find(file);
  if (known != policies_.end()) return known->second;
  std::vector<config::Finding> found;
  auto policy = config::load_policy(file, found);
  for (const config::Finding& finding : found)
    if (finding.error) findings.push_back(finding);
  PolicyPointer compiled;
  if (policy) compiled = std::make_shared<const clocks::CompiledPolicy>(std::move(*policy));
  return policies_[file] = compiled;
}

std::string policy_beside(const std::string& story_file) {
  // As it was written first, so that findings name the policy in the caller's words.
  for (std::filesystem::path path : {std::filesystem::path(story_file).lexically_normal(),
                                     std::filesystem::absolute(story_file).lexically_normal()}) {
    while (path.has_relative_path()) {
      path = path.parent_path();
      if (path.extension() == ".stories") return path.replace_extension(".yaml").string();
    }
  }
  return {};
}

}  // namespace vaste::story
