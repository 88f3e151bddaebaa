// The commands that proto/README.md shows can be copied: the contract takes each as it stands
// there.
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "vaste/v1/command.pb.h"

namespace vaste {
namespace {

std::vector<std::string> examples() {
  std::ifstream page(VASTE_SOURCE_DIR "/proto/README.md");
  std::vector<std::string> found;
  for (std::string line; std::getline(page, line);)
    if (line.starts_with("    {")) found.push_back(line.substr(4));
  return found;
}

TEST(CommandExamples, AreCommands) {
  std::set<std::string> ids;
  for (const std::string& example : examples()) {
    v1::Command command;
    const auto status = google::protobuf::util::JsonStringToMessage(example, &command);
    ASSERT_TRUE(status.ok()) << status.message() << '\n' << example;
    EXPECT_TRUE(ids.insert(command.id()).second) << "the id of another: " << example;
    EXPECT_FALSE(command.operator_name().empty() || command.reason().empty()) << example;
    EXPECT_TRUE(command.has_time()) << example;
  }
}

TEST(CommandExamples, ShowEveryAction) {
  std::set<int> shown;
  for (const std::string& example : examples()) {
    v1::Command command;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(example, &command).ok());
    shown.insert(command.action_case());
  }
  const auto* actions = v1::Command::descriptor()->FindOneofByName("action");
  std::set<int> all;
  for (int i = 0; i < actions->field_count(); ++i) all.insert(actions->field(i)->number());
  EXPECT_EQ(shown, all);
}

}  // namespace
}  // namespace vaste
