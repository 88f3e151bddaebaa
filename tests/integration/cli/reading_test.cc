// What a vaste that ran has left in a real Kafka, as every command that reads shows it.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "integration/cli/kafka.h"

namespace vaste {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kPolicy =
    "policy: reading\nversion: 1\n"
    "queues: {chat-desk: {channels: [chat]}, mail-desk: {channels: [email]}}\n"
    "rules: [{name: chat, when: {channel: chat}, targets: {first_response: 1s}},\n"
    "        {name: rest, targets: {resolution: 300d}}]\n";

std::string event_text(const char* id, const char* channel, const char* queue, const char* brand) {
  return std::string(R"({"id":")") + id +
         R"(","source":"s","time":"2026-03-02T09:15:00Z","channel":"CHANNEL_)" + channel +
         R"(","person":[{"type":"IDENTIFIER_TYPE_EMAIL","value":")" + id +
         R"(@example.org"}],"attributes":{"queue":")" + queue + R"(","brand":")" + brand +
         R"("},"message":{"direction":"DIRECTION_INBOUND","author":"AUTHOR_KIND_CUSTOMER",)"
         R"("text":"x"}})" +
         "\n";
}

// Values one after the other, as jq reads them; nullopt: something that is no JSON.
std::optional<std::vector<json>> values_of(const std::string& text) {
  std::vector<json> out;
  std::istringstream in(text);
  try {
    while (in >> std::ws && in.peek() != std::istringstream::traits_type::eof()) {
      json one;
      in >> one;
      out.push_back(std::move(one));
    }
  } catch (const json::exception&) {
    return std::nullopt;
  }
  return out;
}

struct CliReading : CliKafka {
  std::string policy = directory + "/policy.yaml";
  std::string events = directory + "/events.jsonl";
  std::string engine_files = directory + "/engine";
  std::optional<Program> engine;
  std::string conversation;  // ann's

  void SetUp() override {
    CliKafka::SetUp();
    if (IsSkipped()) return;
    write_file(policy, kPolicy);
    write_config(unique + ".alerts", policy);
    write_file(events, event_text("ann", "CHAT", "chat-desk", "acme") +
                           event_text("bob", "EMAIL", "mail-desk", "other"));
    const Ended made = vaste({"topics", "create", "-c", config, "--sources", "1"});
    ASSERT_EQ(made.code, 0) << made.err;
    ASSERT_EQ(vaste({"produce", "-c", config, "--topic", unique + ".chat", events}).code, 0);
    ASSERT_EQ(
        vaste({"produce", "-c", config, "--topic", unique + ".chat", "--raw"}, "rubbish\n").code,
        0);
    std::filesystem::create_directory(engine_files);
    engine.emplace(std::vector<std::string>{"run", "-c", config}, engine_files);
    for (const char* topic : {"alerts", "dead-letters"})
      ASSERT_EQ(count({topic, "--from", "beginning", "--max", "1"}), "1\n") << engine_log();
    const Ended enriched = vaste(
        {"tap", "enriched", "-c", config, "--from", "beginning", "--max", "2", "--format", "json"});
    const auto records = values_of(enriched.out);
    ASSERT_TRUE(records) << enriched.out;
    for (const json& one : *records)
      if (one["value"]["event"]["id"] == "ann") conversation = one["value"]["conversationId"];
    ASSERT_NE(conversation, "") << enriched.out;
  }

  std::string engine_log() const { return engine ? engine->err_so_far() : ""; }

  // Of records; as text, with its newline. Waits for them where an end is named.
  std::string count(std::vector<std::string> words) {
    const bool waits = std::find(words.begin(), words.end(), "--max") != words.end();
    words.insert(words.begin(), "tap");
    words.insert(words.end(), {"-c", config});
    if (!waits) words.emplace_back("--count");
    const Ended ended = vaste(words);
    EXPECT_EQ(ended.code, 0) << ended.err;
    if (!waits) return ended.out;
    return std::to_string(std::count(ended.out.begin(), ended.out.end(), '\n')) + '\n';
  }
};

TEST_F(CliReading, TapFilters) {
  const struct {
    std::vector<std::string> words;
    const char* count;
  } rows[] = {
      {{"alerts"}, "1\n"},
      {{"alerts", "--level", "breached", "--queue", "chat-desk", "--type", "raised"}, "1\n"},
      {{"alerts", "--level", "at_risk"}, "0\n"},
      {{"alerts", "--queue", "mail-desk"}, "0\n"},
      {{"alerts", "--queue", "mail-desk,chat-desk", "--channel", "chat"}, "1\n"},
      {{"alerts", "--brand", "acme", "--sla", "first_response"}, "1\n"},
      {{"alerts", "--since", "2026-03-02T09:15:01Z"}, "1\n"},
      {{"alerts", "--until", "2026-03-02T09:15:01Z"}, "0\n"},
      {{"alerts", "--conversation", conversation.substr(conversation.size() - 8)}, "1\n"},
      {{"alerts", "--conversation", conversation}, "1\n"},
      {{"enriched"}, "2\n"},
      {{"enriched", "--type", "message", "--channel", "email"}, "1\n"},
      {{"enriched", "--brand", "other,acme"}, "2\n"},
      {{"conversations", "--conversation", conversation, "--from", "end"}, "0\n"},
      {{"dead-letters", "--type", "malformed"}, "1\n"},
      {{"dead-letters", "--type", "too_large"}, "0\n"},
      {{unique + ".chat", "--queue", "mail-desk"}, "1\n"},
      {{"identity"}, "0\n"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(count(row.words), row.count) << testing::PrintToString(row.words);
  const Ended json_count = vaste({"tap", "enriched", "-c", config, "--count", "--format=json"});
  EXPECT_EQ(json_count.out, "{\"count\":2}\n");
  const Ended text = vaste({"tap", "alerts", "-c", config, "--until-end", "--level", "breached"});
  EXPECT_THAT(text.out, HasSubstr("breached raised first_response#1"));
  // An end that is still to come.
  const Ended later =
      vaste({"tap", "enriched", "-c", config, "--from", "beginning", "--until", "+1s"});
  EXPECT_EQ(later.code, 0) << later.err;
  EXPECT_EQ(std::count(later.out.begin(), later.out.end(), '\n'), 2) << later.out;
}

TEST_F(CliReading, TapSaysWhatWasMeant) {
  const Ended level = vaste({"tap", "enriched", "-c", config, "--level", "breached"});
  EXPECT_EQ(level.code, 64);
  EXPECT_THAT(level.err, HasSubstr("--level asks for what enriched events do not have"));
  const Ended type = vaste({"tap", "alerts", "-c", config, "--type", "raisd"});
  EXPECT_EQ(type.code, 64);
  EXPECT_THAT(type.err, HasSubstr("Did you mean `raised`?"));
  const Ended queue = vaste({"tap", "alerts", "-c", config, "--queue", "chat-desc", "--count"});
  EXPECT_EQ(queue.code, 0);  // events may name any
  EXPECT_THAT(queue.err, HasSubstr("no queue `chat-desc`. Did you mean `chat-desk`?"));
}

// Each of them, against all that the manual has: a new one must be here or print nothing.
TEST_F(CliReading, EveryReadingCommandPrintsJson) {
  const std::vector<std::string> order = {"--operator", "kim", "--reason", "test"};
  const auto with_order = [&](std::vector<std::string> words) {
    words.insert(words.end(), order.begin(), order.end());
    return words;
  };
  const std::string ann = "email:ann@example.org";
  const struct {
    const char* command;
    std::vector<std::string> words;
    int code = 0;
  } rows[] = {
      {"check", {config, policy}},
      {"check", {events}, 78},
      {"config show", {"-c", config}},
      {"config show", {"-c", config, "--origin"}},
      {"config schema", {}},
      {"config schema", {"--of", "config"}},
      {"test", {VASTE_SOURCE_DIR "/deploy/policies/web-shop.stories"}},
      {"topics create", {"-c", config, "--sources", "1"}},
      {"topics verify", {"-c", config}},
      {"policy diff", {"-c", config, policy}},
      {"policy apply", {"-c", config, "--dry-run", policy}},
      {"policy apply", {"-c", config, policy}},
      {"policy history", {"-c", config}},
      {"policy show", {"-c", config}},
      {"explain", {"-c", config, conversation}},
      {"explain", {"--events", events, "--policy", policy}},
      {"identity show", {"-c", config, ann}},
      {"identity link", with_order({"-c", config, ann, "email:bob@example.org"})},
      {"identity split", with_order({"-c", config, ann, "email:bob@example.org", "--dry-run"})},
      {"identity forget-edge",
       with_order({"-c", config, ann, "email:bob@example.org", "--dry-run"})},
      {"conversation merge", with_order({"-c", config, conversation, conversation}), 65},
      {"conversation move", with_order({"-c", config, conversation, "--to", ann, "--dry-run"})},
      {"conversation split",
       with_order({"-c", config, conversation, "--event", "s/none", "--dry-run"}), 65},
      {"tap", {"enriched", "-c", config, "--until-end"}},
      {"tap", {"conversations", "-c", config, "--until-end"}},
      {"tap", {"alerts", "-c", config, "--until-end"}},
      {"tap", {"identity", "-c", config, "--until-end"}},
      {"tap", {"dead-letters", "-c", config, "--until-end"}},
      {"tap", {"progress", "-c", config, "--until-end"}},
      {"asyncapi", {"-c", config}},
      {"metrics", {}},
      {"version", {}},
      {"snapshot create", {"-c", config}},
      {"snapshot list", {"-c", config, "--verify"}},
      {"snapshot restore", {"-c", config, "--force"}},  // the last: the engine is stopped for it
  };
  std::set<std::string> shown = {"run", "demo", "top", "produce", "completion", "man"};
  for (const auto& row : rows) {
    shown.insert(row.command);
    std::istringstream in(row.command);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    words.insert(words.end(), row.words.begin(), row.words.end());
    words.emplace_back("--format=json");
    if (row.command == std::string("snapshot restore")) {
      engine->interrupt();
      EXPECT_EQ(engine->wait().code, 0) << engine_log();
      engine.reset();
    }
    const Ended ended = vaste(words);
    EXPECT_EQ(ended.code, row.code) << testing::PrintToString(words) << ended.err << ended.out;
    const auto values = values_of(ended.out);
    EXPECT_TRUE(values && !values->empty()) << testing::PrintToString(words) << ended.out;
  }
  std::istringstream page(vaste({"man"}).out);
  std::string command;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("Commands: ")) command.clear();  // it only leads to others
    const bool next = line.starts_with(".SS ") || line.starts_with(".SH EXAMPLES");
    if (next && !command.empty()) {
      EXPECT_TRUE(shown.contains(command)) << command;
    }
    if (line.starts_with(".SS \"vaste ")) {
      command = line.substr(11, line.size() - 12);
      for (std::size_t at = 0; (at = command.find("\\-", at)) != std::string::npos; ++at)
        command.erase(at, 1);
    }
  }
}

}  // namespace
}  // namespace vaste
