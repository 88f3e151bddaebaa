// Windows of KPIs in one partition's task: written with the transaction that contributed, restored,
// and forgotten in slices.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "config/config.h"
#include "engine/core_task.h"
#include "ingest/route.h"
#include "store/keys.h"
#include "store/memory_store.h"
#include "unit/engine/borrowed.h"
#include "unit/ingest/events.h"

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const clocks::Timeline> timeline() {
  std::vector<config::Finding> findings;
  auto parsed = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n  - {name: all, targets: {first_response: 1h}}\n", "p",
      findings);
  if (!parsed) ADD_FAILURE() << parsed.error().detail;
  return std::make_shared<const clocks::Timeline>(
      std::make_shared<const clocks::CompiledPolicy>(parsed.value_or(Policy())));
}

class WindowsOfTask : public testing::Test {
 protected:
  using Records = std::map<std::string, std::string>;

  WindowsOfTask() { restart(*store_); }

  void restart(store::Store& store) {
    core::Limits limits;
    limits.retain_windows = {2h, 240h};
    task_ = std::make_unique<CoreTask>(0, 1, std::make_unique<Borrowed>(store), timeline(), limits);
    for (;;) {
      const auto done = task_->figures().load(100);
      ASSERT_TRUE(done.has_value());
      if (*done) return;
    }
  }

  // A mail of somebody new, with a brand of its own.
  void mail(int number, Millis after) {
    v1::Event event = ingest::testing::mail();
    event.set_id("e" + std::to_string(number));
    event.mutable_time()->set_seconds(to_ms(start_ + after) / 1000);
    event.mutable_time()->set_nanos(0);
    event.mutable_person(0)->set_value("p" + std::to_string(number) + "@example.org");
    event.mutable_thread_keys(0)->set_value("<k" + std::to_string(number) + "@example.org>");
    event.mutable_attributes()->set_brand("brand" + std::to_string(number));
    const std::string bytes = event.SerializeAsString();
    std::string packed;
    emit::pack({{"t", 0, number, 0},
                0,
                stitch::route(ingest::extract(event, 0)),
                core::Routed{bytes, nullptr, false, {}}},
               0, {}, packed);
    ingest::Decoder decoder({});
    ASSERT_TRUE(task_->on_record(packed, decoder, [](core::Effects&) { return Status(); }));
  }

  void passes(Millis after) {
    core::Effects effects;
    ASSERT_TRUE(task_->on_time({.up_to = start_ + after}, 1000, effects).has_value());
  }

  bool forgets() {
    core::Effects effects;
    const auto forgot = task_->forget_windows(3, effects);
    EXPECT_TRUE(forgot.has_value());
    return forgot.value_or(false);
  }

  void finish(bool commits = true) {
    core::Effects effects;
    ASSERT_TRUE(task_->close(effects).has_value());
    EXPECT_TRUE(effects.sends.empty()) << "there is one partition";
    published_.clear();
    const auto collected = task_->collect(
        [&](std::string_view key, const std::string* value) -> Status {
          if (!commits) return {};
          changelog_[std::string(key)] = value == nullptr ? std::nullopt : std::optional(*value);
          return {};
        },
        [](const Id&, const Conversation*, const clocks::CompiledPolicy&) { return Status(); },
        [&](const WindowId& id, const KpiWindow* window) -> Status {
          published_[id] = window == nullptr ? 0 : window->revision;
          return {};
        });
    ASSERT_TRUE(collected.has_value());
    if (commits)
      ASSERT_TRUE(task_->committed(0, kNever).has_value());
    else
      task_->aborted();
  }

  static Records windows_in(store::Store& store) {
    Records out;
    const auto scanned = store.scan({}, [&](std::string_view key, std::string_view value) {
      if (store::window_of(key)) out.emplace(key, value);
      return true;
    });
    EXPECT_TRUE(scanned.has_value());
    return out;
  }
  std::size_t count(WindowSize size) {
    std::size_t out = 0;
    for (const auto& [key, value] : windows_in(*store_)) {
      const auto id = store::window_of(key);
      out += id->size == size && !id->group.empty() ? 1 : 0;
    }
    return out;
  }

  Instant start_ = instant(1'795'392'000'000);  // a Monday
  std::unique_ptr<store::Store> store_ = store::make_memory_store();
  std::unique_ptr<CoreTask> task_;
  std::map<std::string, std::optional<std::string>> changelog_;
  std::map<WindowId, std::uint64_t> published_;  // by the last transaction; 0: it is gone
};

TEST_F(WindowsOfTask, AreWrittenOnceATransactionOrNotAtAll) {
  mail(1, 1min);
  finish(false);
  EXPECT_TRUE(windows_in(*store_).empty());
  mail(1, 1min);
  finish();
  EXPECT_EQ(count(WindowSize::kQuarterHour), 1U);
  EXPECT_EQ(count(WindowSize::kDay), 1U);
  EXPECT_EQ(published_.size(), 2U);
  mail(1, 1min);  // known
  finish();
  EXPECT_TRUE(published_.empty());
}

TEST_F(WindowsOfTask, ComeBackFromTheChangelog) {
  for (int i = 0; i < 5; ++i) mail(i, i * 10min);
  finish();
  const auto other = store::make_memory_store();
  const Figures figures((*timeline())[0].policy(), *other);
  store::Batch batch;
  for (const auto& [key, value] : changelog_) {
    const std::string_view bytes = value ? *value : std::string_view();
    ASSERT_TRUE(restore_record(key, value ? &bytes : nullptr, figures, batch).has_value());
  }
  ASSERT_TRUE(other->apply(batch).has_value());
  EXPECT_EQ(windows_in(*other), windows_in(*store_));
}

TEST_F(WindowsOfTask, AreForgottenInSlices) {
  passes(0min);
  for (int i = 0; i < 7; ++i) mail(i, 1min);
  finish();
  EXPECT_FALSE(forgets());
  passes(2h + 16min);
  finish();  // of breaches, which are of a later quarter hour
  std::set<WindowId> gone;
  int transactions = 0;
  for (; forgets(); ++transactions) {
    ASSERT_LT(transactions, 10);
    EXPECT_FALSE(forgets()) << "once a transaction";
    if (transactions == 1) {
      finish(false);  // what never was is done again
      continue;
    }
    finish();
    for (const auto& [id, revision] : published_)
      if (revision == 0) {
        EXPECT_TRUE(gone.insert(id).second);
        EXPECT_EQ(id.size, WindowSize::kQuarterHour);
      }
  }
  EXPECT_EQ(gone.size(), 7U);
  EXPECT_EQ(count(WindowSize::kDay), 7U);
  EXPECT_FALSE(forgets());
  // What comes for one of them now begins none anew.
  mail(8, 2min);
  finish();
  for (const auto& [id, revision] : published_) EXPECT_EQ(id.size, WindowSize::kDay);
}

}  // namespace
}  // namespace vaste::engine
