// What is written down of a conversation, and read again, is the conversation: each event of a
// fleet that keeps nothing in memory against one that stores nothing. And what is written for an
// event does not grow with what was before it.
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "base/hash.h"
#include "properties/conversations.h"
#include "store/codec.h"
#include "store/conversations.h"
#include "story/fleet.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

using namespace std::chrono_literals;

constexpr Instant kBegin = instant(1'795'392'000'000);

std::shared_ptr<const clocks::CompiledPolicy> policy() {
  std::vector<config::Finding> findings;
  auto parsed = config::parse_policy(kPolicy, "p", findings);
  if (!parsed) ADD_FAILURE() << parsed.error().detail;
  return std::make_shared<const clocks::CompiledPolicy>(with_all_clocks(parsed.value_or(Policy())));
}

// Of three matters, in calls and mails with keys of their own that also name the matter; now and
// then one names two, and one comes late.
Incoming event(std::mt19937_64& random, int number) {
  using enum MomentKind;
  constexpr MomentKind kKinds[] = {kCustomerMessage, kAgentMessage, kCustomerMessage, kAgentMessage,
                                   kStarted,         kQueued,       kConnected,       kEnded,
                                   kPending,         kActive,       kResolved,        kAssigned};
  Incoming out;
  const bool late = random() % 25 == 0;
  out.moment.at = kBegin + number * 10min -
                  (late ? Millis(static_cast<std::int64_t>(random() % 20) * 3'600'000) : 0ms);
  out.moment.kind = kKinds[random() % std::size(kKinds)];
  const bool live = out.moment.kind >= kStarted && out.moment.kind <= kEnded;
  out.moment.channel = live ? Channel::kPhone : Channel::kEmail;
  out.moment.id = hash64(std::to_string(number));
  out.moment.sequence = number;
  out.moment.author = random() % 5;
  out.attributes.agent = random() % 4 == 0 ? "a" + std::to_string(random() % 3) : "";
  const std::string matter = std::to_string(random() % 3);
  out.keys = {{"mail::" + matter, true, false}};
  if (live) out.keys.push_back({"call::" + std::to_string(number / 8), false, true});
  if (random() % 200 == 0)
    out.keys.push_back({"mail::" + std::to_string(random() % 3), true, false});
  if (!live && random() % 2 == 0)
    out.keys.push_back({"mail::m" + std::to_string(number), false, false});
  out.opens = out.from_customer =
      out.moment.kind == kCustomerMessage || out.moment.kind == kStarted;
  return out;
}

std::string bytes_of(Conversation conversation) {
  // How often it was merged with itself is not its matter; nor what it is compared with next.
  std::string out;
  store::encode_conversation(conversation, out);
  return out;
}

class Stored : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Stored, testing::Range<std::uint64_t>(1, 5));

TEST_P(Stored, IsTheConversation) {
  core::Limits limits;
  limits.moments = GetParam() % 2 == 0 ? 100 : 10'000;
  const auto rules = policy();
  Fleet kept(rules, 3, 0, limits);
  story::Fleet stored(rules, 3, 0, limits);
  std::mt19937_64 random(GetParam());
  std::size_t most_blocks = 0;
  for (int i = 0; i < 900; ++i) {
    const Incoming incoming = event(random, i);
    kept.send(incoming);
    stored.send(incoming);
    kept.run();
    stored.run();
    if (random() % 20 == 0) {
      kept.advance(incoming.moment.at);
      stored.advance(incoming.moment.at);
    }
    most_blocks = std::max(most_blocks, stored.records("k"));
    if (i % 50 != 49) continue;
    const auto expected = kept.conversations();
    const auto found = stored.conversations();
    ASSERT_EQ(found.size(), expected.size()) << i;
    for (const auto& [id, conversation] : expected)
      ASSERT_EQ(bytes_of(*found.at(id)), bytes_of(*conversation)) << i << ' ' << id.text();
  }
  EXPECT_GT(most_blocks, 30U);
  ASSERT_EQ(stored.alerts().size(), kept.alerts().size());
  for (std::size_t i = 0; i < kept.alerts().size(); ++i)
    EXPECT_EQ(core::alert_id(stored.alerts()[i].conversation, stored.alerts()[i].alert),
              core::alert_id(kept.alerts()[i].conversation, kept.alerts()[i].alert));
}

// In order, question and answer, with a breach now and then.
TEST(Stored, WhatAnEventWritesDoesNotGrow) {
  core::Limits limits;
  NoStore nothing;
  core::State state(nothing);
  core::Core core(state, std::make_shared<const clocks::Timeline>(policy()), 0, 1, limits);
  constexpr int kCounted = 200;
  std::vector<std::size_t> written;  // of each event
  std::map<std::string, std::string> records;
  Instant now = kBegin;
  for (int i = 0; i < 3000; ++i) {
    Incoming incoming;
    incoming.moment.at = now += i % 40 == 0 ? 5h : 3min;
    incoming.moment.kind = i % 2 == 0 ? MomentKind::kCustomerMessage : MomentKind::kAgentMessage;
    incoming.moment.channel = Channel::kEmail;
    incoming.moment.id = hash64(std::to_string(i));
    incoming.keys = {{"ticket:desk:1", true, false}, {"mail::" + std::to_string(i), false, false}};
    incoming.opens = incoming.from_customer = i % 2 == 0;
    core::Message message;
    message.origin = {"t", 0, i, to_ms(now)};
    message.to = stitch::route(incoming);
    message.body = core::Routed{{}, &incoming, false, {}};
    core.set_gate(now);
    core::Effects effects;
    core.on_message(message, effects);
    for (const auto& [at, id] : effects.new_timers) core.on_timer(id, at, now, false, effects);
    std::size_t bytes = 0;
    for (auto* node : state.conversations().changes()) {
      const auto put = [&](std::string key, const std::string* value) -> Status {
        bytes += key.size() + (value == nullptr ? 0 : value->size());
        if (value == nullptr)
          records.erase(key);
        else
          records.insert_or_assign(std::move(key), *value);
        return {};
      };
      ASSERT_TRUE(store::save_conversation(*node->second.value, put).has_value());
    }
    state.saved(std::size_t{1} << 30);
    written.push_back(bytes);
  }
  const auto mean = [&](std::size_t from) {
    return std::accumulate(written.begin() + static_cast<std::ptrdiff_t>(from),
                           written.begin() + static_cast<std::ptrdiff_t>(from) + kCounted,
                           std::size_t{0}) /
           kCounted;
  };
  EXPECT_LT(mean(2000), 2 * mean(100)) << mean(2000) << " after " << mean(100);
  EXPECT_LT(mean(2800), 2 * mean(100)) << mean(2800) << " after " << mean(100);

  // A block that is missing is told, not guessed.
  const auto found = records.lower_bound("k");
  ASSERT_NE(found, records.end());
  ASSERT_EQ(found->first[0], 'k');
  records.erase(found);
  const auto head = records.lower_bound("v");
  const auto read =
      store::load_conversation(Id::from_bytes(head->first.substr(1)), [&](const std::string& key) {
        const auto one = records.find(key);
        return Result<std::optional<std::string>>(
            one == records.end() ? std::nullopt : std::optional(one->second));
      });
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace vaste::test
