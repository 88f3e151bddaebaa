// Another version of the policy takes over, and conversations in which nothing happens hear of it,
// a few in each transaction, through an abort and a restart in the middle.
#include <gtest/gtest.h>

#include <map>

#include "config/config.h"
#include "contract/stores.h"
#include "engine/core_task.h"
#include "ingest/route.h"
#include "stitch/stitch.h"
#include "unit/engine/borrowed.h"
#include "unit/ingest/events.h"

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

constexpr Instant kAsked = instant(1'795'392'000'000);
constexpr int kConversations = 10;
constexpr std::size_t kSlice = 3;

Policy policy(const std::string& version, const std::string& target) {
  std::vector<config::Finding> findings;
  auto parsed = config::parse_policy(
      "policy: p\nversion: " + version +
          "\nrules:\n  - {name: all, targets: {first_response: " + target + "}}\n",
      "p", findings);
  if (!parsed) ADD_FAILURE() << parsed.error().detail;
  return parsed.value_or(Policy());
}

// An answer in a day; from an hour after the questions on, in half an hour.
std::shared_ptr<const clocks::Timeline> versions(bool second) {
  std::vector<clocks::DatedPolicy> later;
  if (second) later.push_back({kAsked + 1h, policy("2", "30m")});
  return std::make_shared<const clocks::Timeline>(policy("1", "1d"), std::move(later));
}

class Sweep : public testing::Test {
 protected:
  void start(std::shared_ptr<const clocks::Timeline> timeline) {
    task_ = std::make_unique<CoreTask>(0, 1, std::make_unique<Borrowed>(*store_),
                                       std::move(timeline), core::Limits{});
  }

  void asks(int person) {
    v1::Event event = ingest::testing::mail();
    event.set_id("e" + std::to_string(person));
    event.mutable_time()->set_seconds(to_ms(kAsked) / 1000);
    event.mutable_person(0)->set_value("p" + std::to_string(person) + "@example.org");
    event.mutable_thread_keys(0)->set_value("<k" + std::to_string(person) + "@example.org>");
    event.mutable_message()->set_author(v1::AUTHOR_KIND_CUSTOMER);
    const std::string bytes = event.SerializeAsString();
    const Incoming incoming = ingest::extract(event, 0);
    std::string packed;
    emit::pack({{"t", 0, person, to_ms(kAsked)},
                0,
                stitch::route(incoming),
                core::Routed{bytes, nullptr, false, {}}},
               0, {}, packed);
    ingest::Decoder decoder({});
    const auto served =
        task_->on_record(packed, decoder, [](core::Effects&) -> Status { return {}; });
    ASSERT_TRUE(served.has_value()) << served.error().detail;
  }

  void looks_at(Instant now) {
    core::Effects effects;
    ASSERT_TRUE(task_->on_time({.up_to = now}, 1000, effects).has_value());
    EXPECT_TRUE(effects.alerts.empty());
  }

  void commit() {
    core::Effects closing;
    ASSERT_TRUE(task_->close(closing).has_value());
    const auto collected = task_->collect(
        [](std::string_view, const std::string*) -> Status { return {}; },
        [](const Id&, const Conversation*, const clocks::CompiledPolicy&) -> Status { return {}; },
        [](const WindowId&, const KpiWindow*) -> Status { return {}; });
    ASSERT_TRUE(collected.has_value());
    ASSERT_TRUE(task_->committed(0, kNever).has_value());
  }

  // One transaction of it; false when there was nothing to do.
  bool sweeps(bool commits = true) {
    core::Effects effects;
    const auto swept = task_->sweep(kSlice, effects);
    EXPECT_TRUE(swept.has_value());
    if (!swept || !*swept) return false;
    if (!commits) {
      task_->aborted();
      return true;
    }
    for (const core::AlertOut& alert : effects.alerts) ++told_[alert.conversation];
    commit();
    return true;
  }

  const std::unique_ptr<store::Store> store_ = store::make_memory_store();
  std::unique_ptr<CoreTask> task_;
  std::map<Id, int> told_;  // how often each was said to be late
};

TEST_F(Sweep, ReachesEachOnceThroughAbortAndRestart) {
  start(versions(false));
  for (int i = 0; i < kConversations; ++i) asks(i);
  looks_at(kAsked + 30min);
  commit();
  while (sweeps()) {
  }
  EXPECT_TRUE(told_.empty()) << "all are under the version that there is";

  task_->follow(versions(true));
  looks_at(kAsked + 1h + 1min);
  commit();
  told_.clear();
  ASSERT_TRUE(sweeps());
  EXPECT_EQ(told_.size(), kSlice);
  ASSERT_TRUE(sweeps(false)) << "what is aborted is done again";
  EXPECT_EQ(told_.size(), kSlice);
  ASSERT_TRUE(sweeps());
  EXPECT_EQ(told_.size(), 2 * kSlice);

  // It goes on where it had come to, not from the beginning.
  start(versions(true));
  looks_at(kAsked + 1h + 1min);
  ASSERT_TRUE(sweeps());
  EXPECT_EQ(told_.size(), 3 * kSlice);
  int more = 0;
  while (sweeps()) ++more;
  EXPECT_EQ(more, 1);
  EXPECT_EQ(told_.size(), static_cast<std::size_t>(kConversations));
  for (const auto& [id, times] : told_) EXPECT_EQ(times, 1) << id.text();

  // Done is done, also after the next restart.
  start(versions(true));
  looks_at(kAsked + 1h + 2min);
  EXPECT_FALSE(sweeps());
}

}  // namespace
}  // namespace vaste::engine
