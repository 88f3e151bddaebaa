// The gauges of a partition against a count of everything in it, through commits, aborts and
// restarts.
#include "engine/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "config/config.h"
#include "contract/stores.h"
#include "engine/core_task.h"
#include "ingest/route.h"
#include "stitch/stitch.h"
#include "store/codec.h"
#include "store/conversations.h"
#include "store/keys.h"
#include "unit/engine/borrowed.h"
#include "unit/ingest/events.h"

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

constexpr char kPolicy[] = R"(
policy: p
version: 1
queues: {mail: {channels: [email]}, chat: {}}
identity: {trust: [{source: crm, methods: [login]}]}
rules:
  - name: all
    targets: {first_response: {target: 1h, at_risk: 75%}, next_response: 2h, resolution: 3d}
)";

std::shared_ptr<const clocks::CompiledPolicy> policy(std::string text = kPolicy) {
  std::vector<config::Finding> findings;
  auto parsed = config::parse_policy(text, "p", findings);
  if (!parsed) ADD_FAILURE() << parsed.error().detail;
  return std::make_shared<const clocks::CompiledPolicy>(parsed.value_or(Policy()));
}

// Who waits longest by queue and channel, and all moments, of what is given.
struct Waits {
  std::map<std::size_t, Instant> oldest;
  std::uint64_t moments = 0;
  bool operator==(const Waits&) const = default;

  void add(const Conversation& one, std::size_t queue) {
    moments += one.moments.size();
    const FoldState& fold = one.fold;
    if (!is_set(fold.waiting_since) || fold.state == ConversationState::kWaitingCustomer ||
        is_over(fold.state) || !one.merged_into.empty() || one.moved)
      return;
    const Channel channel = fold.contacts.at(fold.waiting_contact).channel;
    Instant& at = oldest
                      .try_emplace(queue * static_cast<std::size_t>(kChannels) +
                                   static_cast<std::size_t>(channel))
                      .first->second;
    const Instant since = std::chrono::floor<std::chrono::seconds>(fold.waiting_since);
    if (!is_set(at) || since < at) at = since;
  }
};
std::ostream& operator<<(std::ostream& out, const Waits& waits) {
  for (const auto& [place, at] : waits.oldest) out << place << ": " << to_ms(at) << ' ';
  return out << waits.moments << " moments";
}

Waits waits(const Census& census) {
  Waits out;
  out.moments = census.moments();
  for (std::size_t place = 0; place < census.oldest().size(); ++place)
    if (is_set(census.oldest()[place])) out.oldest[place] = census.oldest()[place];
  return out;
}

using Told = std::map<std::string, std::int64_t>;

Told told(const core::Tally& tally) {
  Told out;
  for (std::size_t slot = 0; slot < tally.slots(); ++slot)
    if (tally.count(slot) != 0) out[std::to_string(slot)] = tally.count(slot);
  return out;
}

class FiguresTest : public testing::TestWithParam<bool> {
 protected:
  FiguresTest() { restart(); }

  void restart(std::shared_ptr<const clocks::CompiledPolicy> now = policy()) {
    policy_ = std::move(now);
    core::Limits limits;
    limits.retain_open = 24h * 20;
    limits.retain_resolved = 24h * 5;
    task_ = std::make_unique<CoreTask>(0, 1, std::make_unique<Borrowed>(*store_),
                                       std::make_shared<clocks::Timeline>(policy_), limits);
    counted_ = false;
    loads_ = 0;
    for (;; ++loads_) {
      const auto done = task_->figures().load(3);
      ASSERT_TRUE(done.has_value()) << done.error().detail;
      if (*done) break;
    }
  }

  void event(int person, int key, bool customer, bool resolves, const std::string& queue) {
    v1::Event event = ingest::testing::mail();
    event.set_id("e" + std::to_string(++number_));
    event.mutable_time()->set_seconds(to_ms(now_) / 1000);
    event.mutable_person(0)->set_value("p" + std::to_string(person) + "@example.org");
    event.mutable_thread_keys(0)->set_value("<k" + std::to_string(key) + "@example.org>");
    event.mutable_attributes()->set_queue(queue);
    if (resolves)
      event.mutable_lifecycle()->set_kind(v1::LIFECYCLE_KIND_RESOLVED);
    else
      event.mutable_message()->set_author(customer ? v1::AUTHOR_KIND_CUSTOMER
                                                   : v1::AUTHOR_KIND_AGENT);
    serve(event);
  }

  // Two people are one, or are not: conversations go from one customer to the other.
  void evidence(int one, int other, bool same) {
    v1::Event event = ingest::testing::mail();
    event.set_id("e" + std::to_string(++number_));
    event.set_source("crm");
    event.mutable_time()->set_seconds(to_ms(now_) / 1000);
    event.clear_thread_keys();
    event.clear_attributes();
    event.mutable_person(0)->set_value("p" + std::to_string(one) + "@example.org");
    v1::Identifier& second = *event.add_person();
    second = event.person(0);
    second.set_value("p" + std::to_string(other) + "@example.org");
    event.mutable_identity()->set_method("login");
    event.mutable_identity()->set_action(same ? v1::IdentityEvidence::ACTION_SAME_PERSON
                                              : v1::IdentityEvidence::ACTION_NOT_SAME_PERSON);
    serve(event);
  }

  void serve(const v1::Event& event) {
    const std::string bytes = event.SerializeAsString();
    const Incoming incoming = ingest::extract(event, 0);
    std::string packed;
    emit::pack({{"t", 0, number_, to_ms(now_)},
                0,
                stitch::route(incoming),
                core::Routed{bytes, nullptr, false, {}}},
               0, {}, packed);
    ingest::Decoder decoder({});
    const auto served = task_->on_record(packed, decoder, [&](core::Effects& effects) -> Status {
      for (const core::IdentityOut& out : effects.identity)
        joined_ += out.what == core::IdentityOut::What::kMerged ? 1 : 0;
      return {};
    });
    ASSERT_TRUE(served.has_value()) << served.error().detail;
  }

  void time_passes() {
    core::Effects effects;
    Gate gate;
    gate.up_to = now_;
    ASSERT_TRUE(task_->on_time(gate, 1000, effects).has_value());
  }

  void finish(bool commits) {
    core::Effects closing;
    ASSERT_TRUE(task_->close(closing).has_value());
    const auto collected = task_->collect(
        [&](std::string_view key, const std::string* value) -> Status {
          if (!commits) return {};
          if (value == nullptr) {
            changelog_.erase(std::string(key));
          } else {
            changelog_[std::string(key)] = *value;
          }
          return {};
        },
        [](const Id&, const Conversation*, const clocks::CompiledPolicy&) -> Status { return {}; },
        [](const WindowId&, const KpiWindow*) -> Status { return {}; });
    ASSERT_TRUE(collected.has_value());
    if (commits)
      ASSERT_TRUE(task_->committed(0, kNever).has_value());
    else
      task_->aborted();
  }

  // A slice of the count beside the work.
  void count_on() {
    const auto done = task_->figures().count_census(6);
    ASSERT_TRUE(done.has_value()) << done.error().detail;
    counted_ = *done;
  }

  // Everything that is stored, counted.
  void check() {
    core::Tally all(policy_->policy());
    std::vector<Instant> breaches(all.queues(), kNever);
    Waits waiting;
    ASSERT_TRUE(store_
                    ->scan(store::kConversations,
                           [&](std::string_view key, std::string_view value) {
                             const auto conversation = store::complete_conversation(
                                 Id::from_bytes(key.substr(1)), value,
                                 [&](const std::string& block) { return store_->get(block); });
                             EXPECT_TRUE(conversation.has_value());
                             all.add(all.share(*conversation));
                             waiting.add(*conversation, all.queue_of(*conversation));
                             Instant& earliest = breaches[all.queue_of(*conversation)];
                             const Instant at = core::next_breach(*conversation, *policy_);
                             if (is_set(at) && (!is_set(earliest) || at < earliest)) earliest = at;
                             return true;
                           })
                    .has_value());
    EXPECT_EQ(told(task_->figures().tally()), told(all));
    if (counted_) {
      EXPECT_EQ(waits(task_->figures().census()), waiting);
    }
    somebody_waits_ = somebody_waits_ || !waiting.oldest.empty();
    const auto next = task_->next_breaches();
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(*next, breaches);
  }

  void anything(std::mt19937_64& random) {
    now_ += Millis(static_cast<std::int64_t>(random() % 3600) * 1000);
    constexpr const char* kQueues[] = {"mail", "chat", "unknown", ""};
    if (random() % 5 == 0) return time_passes();
    if (random() % 12 == 0) {
      const int one = static_cast<int>(random() % 20);
      return evidence(one, (one + 1 + static_cast<int>(random() % 3)) % 20, random() % 4 != 0);
    }
    event(static_cast<int>(random() % 20), static_cast<int>(random() % 40), random() % 2 == 0,
          random() % 4 == 0, kQueues[random() % 4]);
  }

  store::RocksEnvironment environment_{store::small_environment()};
  store::TemporaryDirectory directory_;
  std::unique_ptr<store::Store> store_ =
      GetParam() ? store::must_open(environment_, directory_ / "s") : store::make_memory_store();
  std::shared_ptr<const clocks::CompiledPolicy> policy_;
  std::unique_ptr<CoreTask> task_;
  std::map<std::string, std::string> changelog_;
  Instant now_ = instant(1'795'392'000'000);
  std::int64_t number_ = 0;
  int loads_ = 0;
  bool counted_ = false;  // who waits, to the end
  bool somebody_waits_ = false;
  int joined_ = 0;  // customers
};

INSTANTIATE_TEST_SUITE_P(Store, FiguresTest, testing::Bool(), [](const auto& one) {
  return std::string(one.param ? "Rocks" : "Memory");
});

TEST_P(FiguresTest, CountWhatIsThereThroughCommitsAbortsAndRestarts) {
  std::mt19937_64 random(42);
  bool breached = false;
  int counted_to_the_end = 0;
  for (int i = 0; i < 400 && !HasFailure(); ++i) {
    for (std::uint64_t n = random() % 6; n > 0; --n) anything(random);
    if (random() % 2 == 0) count_on();
    finish(random() % 4 != 0);
    check();
    counted_to_the_end += counted_ ? 1 : 0;
    if (random() % 40 == 0) {
      restart();
      EXPECT_EQ(loads_, 0) << "read, not counted";
      check();
    }
    for (const auto& [slot, count] : told(task_->figures().tally()))
      breached = breached ||
                 task_->figures().tally().label(std::stoul(slot)).clock == TallyClock::kBreached;
  }
  EXPECT_TRUE(breached) << "nothing was ever late: this says little";
  EXPECT_TRUE(somebody_waits_);
  EXPECT_GT(joined_, 3);
  EXPECT_GT(counted_to_the_end, 100);
  // In the end nothing is left, and so it says.
  for (int i = 0; i < 10; ++i) {
    now_ += 24h * 30;
    time_passes();
    finish(true);
    check();
  }
  EXPECT_TRUE(told(task_->figures().tally()).empty());
  while (!counted_ && !HasFailure()) count_on();
  EXPECT_EQ(waits(task_->figures().census()), Waits());
}

TEST_P(FiguresTest, AreCountedAnewUnderOtherNames) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 60; ++i) anything(random);
  finish(true);
  std::string renamed = kPolicy;
  renamed.replace(renamed.find("mail:"), 4, "unknown");
  restart(policy(renamed));
  EXPECT_GT(loads_, 2) << "in slices";
  check();
  // Not written yet: a restart counts again; written with the next commit of anything.
  finish(false);
  restart(policy(renamed));
  EXPECT_GT(loads_, 2);
  anything(random);
  finish(true);
  check();
  restart(policy(renamed));
  EXPECT_EQ(loads_, 0);
  check();
}

// As Restore does it with a database that was lost.
TEST_P(FiguresTest, ComeBackFromTheChangelog) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 80; ++i) {
    anything(random);
    finish(true);
  }
  const Told before = told(task_->figures().tally());
  ASSERT_GT(before.size(), 3U);
  task_.reset();
  store_.reset();
  store_ = GetParam() ? store::must_open(environment_, directory_ / "again")
                      : store::make_memory_store();
  const Figures figures(policy_->policy(), *store_);
  store::Batch batch;
  for (const auto& [key, value] : changelog_) {
    ASSERT_NE(key[0], 'b') << "the index stays at home";
    batch.put(key, value);
    if (key[0] != 'v') continue;
    const Id id = Id::from_bytes(std::string_view(key).substr(1));
    auto conversation = store::decode_head(id, value);
    ASSERT_TRUE(conversation.has_value());
    figures.restored(*conversation, batch);
    // As of an older version of it, which a restore comes by before the newest.
    conversation->next_breach = conversation->next_breach - 1h;
    figures.restored(*conversation, batch);
  }
  ASSERT_TRUE(store_->apply(batch).has_value());
  restart();
  EXPECT_EQ(loads_, 0);
  EXPECT_EQ(told(task_->figures().tally()), before);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(task_->next_breaches().has_value());
  check();
}

}  // namespace
}  // namespace vaste::engine
