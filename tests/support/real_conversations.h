// Conversations of the public data sets, as tests/real_data/run makes canonical events of them.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clocks/fold.h"
#include "config/config.h"
#include "ingest/decode.h"
#include "ingest/route.h"
#include "model/incoming.h"

namespace vaste::test {

// One pass of a set. Conversations are in the order of the files, duplicates included.
struct RealPass {
  std::string name;
  std::shared_ptr<const clocks::CompiledPolicy> policy;  // the set's own
  std::vector<std::vector<Incoming>> conversations;
};

// Those that go through vaste; see tests/real_data/CMakeLists.txt for the lines.
inline std::vector<std::string> real_sets() {
  std::vector<std::string> out;
  std::ifstream in(VASTE_SOURCE_DIR "/tests/real_data/sets.txt");
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#' || line.find("--model") != std::string::npos) continue;
    std::string set = line.substr(0, line.find(' '));
    if (out.empty() || out.back() != set) out.push_back(std::move(set));
  }
  return out;
}

inline std::filesystem::path real_data() {
  const char* given = std::getenv("VASTE_SHARED");
  const std::filesystem::path shared = given != nullptr
                                           ? std::filesystem::path(given)
                                           : std::filesystem::path(VASTE_SOURCE_DIR) / "../shared";
  return shared / "data";
}

inline std::shared_ptr<const clocks::CompiledPolicy> policy_in(const std::string& file) {
  std::vector<config::Finding> findings;
  auto policy = config::load_policy(file, findings);
  for (const auto& finding : findings)
    if (finding.error) ADD_FAILURE() << config::text(finding);
  return std::make_shared<const clocks::CompiledPolicy>(policy ? std::move(*policy) : Policy());
}

// Lines of canonical JSON, a blank one between two conversations.
inline std::vector<std::vector<Incoming>> conversations_in(const std::string& file) {
  constexpr std::int64_t kNow = 4'000'000'000'000;  // later than any event
  std::vector<std::vector<Incoming>> out(1);
  ingest::Decoder decoder({});
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) {
      if (!out.back().empty()) out.emplace_back();
      continue;
    }
    const auto decoded = decoder.decode(line, false, ingest::Format::kJson, 0, kNow);
    if (!decoded) {
      ADD_FAILURE() << file << ": " << decoded.error().detail << ": " << line;
      return {};
    }
    out.back().push_back(ingest::extract(*decoded->event, 0));
    decoder.reset();
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

// The passes of one set, `sample` conversations of each chosen by `seed` (0: all of them). Empty
// and no failure: the set is not on this machine.
inline std::vector<RealPass> real_passes(const std::string& set, std::uint64_t sample,
                                         std::uint64_t seed) {
  const std::filesystem::path from = real_data() / set;
  if (!std::filesystem::is_directory(from)) return {};
  std::string folder = testing::TempDir() + "vaste-real-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    ADD_FAILURE() << "no temporary folder: " << folder;
    return {};
  }
  const std::string list = folder + "/list";
  const std::string command = "timeout 600 '" VASTE_SOURCE_DIR "/tests/real_data/run' '" +
                              from.string() + "' --events '" + folder + "' --sample " +
                              std::to_string(sample) + " --seed " + std::to_string(seed) + " >'" +
                              list + "'";
  std::vector<RealPass> out;
  if (const int code = std::system(command.c_str()); code != 0) {
    ADD_FAILURE() << command << ": status " << code;
  } else {
    std::ifstream in(list);
    for (std::string policy, file; std::getline(in, policy, '\t') && std::getline(in, file);)
      out.push_back({set + '/' + std::filesystem::path(file).stem().string(), policy_in(policy),
                     conversations_in(file)});
    EXPECT_FALSE(out.empty()) << command << " said nothing";
  }
  std::filesystem::remove_all(folder);
  return out;
}

// For GTEST_SKIP: loud, since nothing was tested.
inline std::string no_real_data() {
  return "\n*** NOT TESTED: no data sets in " + real_data().string() + " ***\n";
}

}  // namespace vaste::test
