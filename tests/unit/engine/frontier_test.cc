// Up to when deadlines may fire, while envelopes hop from partition to partition.
#include "engine/frontier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <random>

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart = instant(1'767'258'000'000);
constexpr Millis kMaxWait = 30s;

Instant at(Millis after) {
  return kStart + after;
}

// Two source partitions, two core partitions; everything has been read and served up to 1 s.
class FrontierTest : public testing::Test {
 protected:
  FrontierTest() {
    read(0, 1s);
    read(1, 1s);
    frontier_.asked(kStart + 1s);
    frontier_.sampled({0, 0});
  }
  void read(std::size_t source, Millis up_to) { frontier_.heard_source(source, at(up_to), now_); }
  // "Partition `core` stands at `position`, and sent on what was read after `oldest`."
  void stands(std::size_t core, std::int64_t position, std::optional<Millis> oldest = {}) {
    frontier_.heard_core(core, position, oldest ? at(*oldest) : kEndOfTime, now_);
  }
  void ends(std::int64_t first, std::int64_t second) {
    frontier_.asked(now_);
    frontier_.sampled({first, second});
  }
  // Time goes by, and the log is looked at all the while.
  void pass(Millis time) {
    for (const Instant end = now_ + time; now_ < end;) {
      now_ = std::min(end, now_ + 1s);
      frontier_.listened(now_);
    }
  }
  Millis gate() { return frontier_.gate().up_to - kStart; }

  Frontier frontier_{2, 2, kMaxWait, kStart};
  Instant now_ = kStart + 10s;
};

TEST_F(FrontierTest, IsUnknownUntilEverySourceWasHeardOf) {
  Frontier fresh(2, 1, kMaxWait, kStart);
  fresh.heard_source(0, at(5s), at(5s));
  fresh.asked(at(5s));
  fresh.sampled({0});
  EXPECT_FALSE(is_set(fresh.gate().up_to));
  fresh.heard_source(1, at(4s), at(5s));
  EXPECT_FALSE(is_set(fresh.gate().up_to)) << "nobody asked where vaste.core ends";
  fresh.asked(at(5s));
  fresh.sampled({0});
  EXPECT_EQ(fresh.gate().up_to, at(4s));
}

TEST_F(FrontierTest, WaitsForWhatTheSourcesGave) {
  read(0, 3s);
  read(1, 2s);
  ends(7, 0);
  EXPECT_EQ(gate(), 1s);
  stands(0, 6);
  EXPECT_EQ(gate(), 1s);
  stands(0, 7);
  EXPECT_EQ(gate(), 2s) << "the slower source decides";
}

// What partition 0 made of the events up to 2 s is on its way to partition 1.
TEST_F(FrontierTest, WaitsForWhatIsStillHopping) {
  read(0, 2s);
  read(1, 2s);
  ends(7, 0);
  stands(0, 7, 1500ms);
  EXPECT_EQ(gate(), 1500ms);
  ends(7, 3);
  EXPECT_EQ(gate(), 1500ms);
  stands(1, 3, 1800ms);  // and from there on to partition 0, though not the oldest of it
  EXPECT_EQ(gate(), 1800ms);
  ends(9, 3);
  stands(0, 9);
  EXPECT_EQ(gate(), 2s);
}

TEST_F(FrontierTest, NewerEnvelopesDoNotHoldOlderDeadlines) {
  read(0, 2s);
  read(1, 2s);
  ends(7, 0);
  stands(0, 8, 5s);
  EXPECT_EQ(gate(), 2s);
}

// The worker told at once what it committed; the log brings the same again, and older things.
TEST_F(FrontierTest, WhatTheLogBringsAfterTheWorkerIsOld) {
  read(0, 2s);
  read(1, 2s);
  ends(7, 0);
  frontier_.heard_core(0, 7, kEndOfTime, now_, Frontier::By::kWorker);
  stands(0, 5, 1200ms);  // what it sent then has been served since, or was told by who sent it on
  EXPECT_EQ(gate(), 2s);
  frontier_.heard_source(0, at(4s), now_, Frontier::By::kWorker);
  read(0, 3s);
  read(1, 5s);
  ends(7, 0);
  EXPECT_EQ(gate(), 4s);
}

TEST_F(FrontierTest, WhatLedToNothingNeedsNoCommit) {
  read(0, 2s);
  read(1, 2s);
  ends(7, 0);
  frontier_.served(0, 0, 7, now_);
  EXPECT_EQ(gate(), 2s);
}

// Its transaction before this one may have sent something that nobody has heard of yet.
TEST_F(FrontierTest, ServedCountsOnlyAfterTheTransactionBeforeIt) {
  read(0, 2s);
  read(1, 2s);
  ends(7, 0);
  frontier_.served(0, 4, 7, now_);
  EXPECT_EQ(gate(), 1s);
  stands(0, 4, 1500ms);
  frontier_.served(0, 4, 7, now_);
  EXPECT_EQ(gate(), 1500ms);
}

// The brokers may have said where vaste.core ends before what is heard meanwhile was written.
TEST_F(FrontierTest, AnAnswerDoesNotCoverWhatWasHeardAfterTheQuestion) {
  frontier_.asked(now_);
  read(0, 3s);
  read(1, 3s);
  stands(0, 2, 2500ms);
  frontier_.sampled({0, 0});
  EXPECT_EQ(gate(), 1s);
  ends(9, 9);
  EXPECT_EQ(gate(), 1s);
}

TEST_F(FrontierTest, AQuestionWithoutAnAnswerForgetsNothing) {
  read(0, 3s);
  read(1, 3s);
  ends(0, 0);
  stands(0, 2, 2500ms);
  frontier_.asked(now_);
  EXPECT_EQ(gate(), 2500ms);
  frontier_.asked(now_);
  EXPECT_EQ(gate(), 2500ms);
}

// What was served and told, and then not committed, its own partition has to serve again.
TEST_F(FrontierTest, APartitionThatWentBackIsNotCaughtUp) {
  EXPECT_TRUE(frontier_.caught_up(0, 0));
  frontier_.served(0, 0, 7, now_);
  EXPECT_TRUE(frontier_.caught_up(0, 7));
  EXPECT_FALSE(frontier_.caught_up(0, 6));
  EXPECT_TRUE(frontier_.caught_up(1, 0));
}

TEST_F(FrontierTest, AClockThatRunsAheadFiresNothingEarly) {
  read(0, 60s);
  read(1, 60s);
  ends(0, 0);
  EXPECT_EQ(gate(), 10s);
}

TEST_F(FrontierTest, ASourceThatNobodyReadsIsLeftOutAfterAWhile) {
  pass(kMaxWait - 9s);
  read(1, 20s);
  ends(0, 0);
  EXPECT_EQ(gate(), 1s);
  pass(10s);
  ends(0, 0);
  EXPECT_EQ(gate(), 20s);
  EXPECT_TRUE(frontier_.gate().provisional);
  read(0, 21s);
  read(1, 22s);
  ends(0, 0);
  EXPECT_EQ(gate(), 21s);
  EXPECT_FALSE(frontier_.gate().provisional);
}

TEST_F(FrontierTest, ACorePartitionThatNobodyServesIsLeftOutAfterAWhile) {
  const auto go_on = [&](Millis step) {
    pass(step);
    read(0, now_ - kStart);
    read(1, now_ - kStart);
    ends(5, 0);  // something waits in partition 0
  };
  go_on(kMaxWait);  // Silence does not count while nothing waited.
  const Millis waits_since = now_ - kStart;
  EXPECT_EQ(gate(), 1s);
  go_on(kMaxWait);
  EXPECT_EQ(gate(), 1s);
  go_on(1s);
  EXPECT_EQ(gate(), waits_since + kMaxWait + 1s) << "from then on it is not waited for at all";
  EXPECT_TRUE(frontier_.gate().provisional);
  stands(0, 4);
  go_on(1s);
  EXPECT_EQ(gate(), waits_since + kMaxWait + 1s) << "it is back, and counts again";
  stands(0, 5);
  EXPECT_EQ(gate(), now_ - kStart);
  EXPECT_FALSE(frontier_.gate().provisional);
}

TEST_F(FrontierTest, SilenceDuringAnOutageIsForgiven) {
  pass(10 * kMaxWait);
  frontier_.forgive(now_);
  ends(5, 0);
  EXPECT_EQ(gate(), 1s);
  EXPECT_FALSE(frontier_.gate().provisional);
}

TEST_F(FrontierTest, WhoDoesNotListenCallsNobodySilent) {
  frontier_.listened(now_);
  ends(5, 0);  // something waits in partition 0
  now_ += 2 * kMaxWait;
  read(1, 70s);
  frontier_.asked(now_);
  EXPECT_EQ(gate(), 1s) << "it stood still itself, and has not read yet what the others said";
  EXPECT_FALSE(frontier_.gate().provisional);
  frontier_.listened(now_);
  ends(5, 0);
  EXPECT_EQ(gate(), 1s) << "more may be there to be read";
  EXPECT_FALSE(frontier_.gate().provisional);
  pass(kMaxWait + 1s);
  read(1, 100s);
  ends(5, 0);
  EXPECT_EQ(gate(), 100s) << "and by now it would have been";
  EXPECT_TRUE(frontier_.gate().provisional);
}

// --- any number of hops, in any order: a model of sources, core partitions and vaste.progress

struct Envelope {
  Instant record;
  Instant read_after;
  int hops = 0;
};

class Model {
 public:
  explicit Model(std::uint64_t seed) : random_(seed) {}

  // Fires nothing too early, and comes to the end.
  void run() {
    for (int step = 0; step < 3000 && !HasFailure(); ++step) {
      now_ += Millis(pick(50));
      switch (pick(7)) {
        case 0:
          ingest(pick(kSources));
          break;
        case 1:
        case 2:
          serve(pick(kCores));
          break;
        case 3:
          commit(pick(kCores));
          break;
        case 4:
          follow(1 + pick(5));
          break;
        case 5:
          ask();
          break;
        default:
          answer();
      }
      if (pick(500) == 0) start_anew();
      check();
    }
    for (int round = 0; round < 60; ++round) {
      for (std::size_t i = 0; i < kSources; ++i) ingest(i);
      for (std::size_t i = 0; i < kCores; ++i) {
        serve(i, false);
        commit(i, true);
      }
      follow(log_.size());
      ask();
      answer();
      check();
    }
    EXPECT_EQ(frontier_.gate().up_to, std::min(known_[0], known_[1]));
  }

 private:
  static constexpr std::size_t kSources = 2;
  static constexpr std::size_t kCores = 3;
  struct Said {
    bool core = false;
    std::size_t index = 0;
    Instant at = kEndOfTime;
    std::int64_t position = 0;
  };
  static bool HasFailure() { return testing::Test::HasFailure(); }

  std::size_t pick(std::size_t below) { return random_() % below; }

  // Of the process that the frontier is in: partition 0 of each kind, and of core partition 1 too.
  static bool is_ours(const Said& said) {
    return said.index == 0 || (said.core && said.index == 1);
  }

  void say(const Said& said) {
    log_.push_back(said);
    if (!is_ours(said)) return;
    if (said.core) {
      frontier_.heard_core(said.index, said.position, said.at, now_, Frontier::By::kWorker);
    } else {
      frontier_.heard_source(said.index, said.at, now_, Frontier::By::kWorker);
    }
  }

  // A transaction of an ingest task: some records, then how far it has read.
  void ingest(std::size_t source) {
    for (std::size_t left = pick(4); left > 0; --left) {
      record_[source] += Millis(1 + pick(30));
      partitions_[pick(kCores)].push_back({record_[source], known_[source], 0});
    }
    known_[source] = record_[source];
    say({false, source, known_[source], 0});
  }

  // In the transaction of a core task: some envelopes, of which some lead to others elsewhere.
  void serve(std::size_t core, bool hop = true) {
    Open& open = open_[core];
    for (std::size_t left = hop ? pick(5) : 1000; left > 0; --left) {
      if (open.position >= partitions_[core].size()) break;
      const Envelope envelope = partitions_[core][open.position++];
      if (!hop || envelope.hops > 30 || pick(3) == 0) continue;
      open.sends.emplace_back(pick(kCores),
                              Envelope{envelope.record, envelope.read_after, envelope.hops + 1});
    }
    if (core >= 2 || !open.sends.empty()) return;
    frontier_.served(core, static_cast<std::int64_t>(position_[core]),
                     static_cast<std::int64_t>(open.position), now_);
  }

  void commit(std::size_t core, bool surely = false) {
    Open& open = open_[core];
    if (!surely && pick(10) == 0) {  // or not: it is served again
      open = {position_[core], {}};
      return;
    }
    Said said{true, core};
    for (const auto& [to, envelope] : open.sends) {
      partitions_[to].push_back(envelope);
      said.at = std::min(said.at, envelope.read_after);
    }
    position_[core] = open.position;
    open.sends.clear();
    said.position = static_cast<std::int64_t>(open.position);
    say(said);
  }

  void follow(std::size_t count) {
    for (; count > 0 && read_ < log_.size(); --count) {
      const Said& said = log_[read_++];
      if (said.core) {
        frontier_.heard_core(said.index, said.position, said.at, now_);
      } else {
        frontier_.heard_source(said.index, said.at, now_);
      }
    }
  }

  void ask() {
    frontier_.asked(now_);
    ends_.clear();
    for (const auto& partition : partitions_)
      ends_.push_back(static_cast<std::int64_t>(partition.size()));
  }
  void answer() {
    if (!ends_.empty()) frontier_.sampled(ends_);
  }

  // Another process begins: of each partition it finds only what was said last.
  void start_anew() {
    frontier_ = Frontier(kSources, kCores, kMaxWait, now_);
    ends_.clear();
    for (std::size_t i = 0; i < kSources + kCores; ++i) {
      const bool core = i >= kSources;
      const std::size_t index = core ? i - kSources : i;
      const auto last = std::find_if(log_.rbegin(), log_.rend(), [&](const Said& said) {
        return said.core == core && said.index == index;
      });
      if (last == log_.rend()) continue;
      if (core) {
        frontier_.heard_core(index, last->position, last->at, now_);
      } else {
        frontier_.heard_source(index, last->at, now_);
      }
    }
    read_ = log_.size();
  }

  void check() {
    const Gate gate = frontier_.gate();
    EXPECT_FALSE(gate.provisional);
    for (std::size_t core = 0; core < kCores; ++core) {
      const Open& open = open_[core];
      if (!frontier_.caught_up(core, static_cast<std::int64_t>(open.position))) continue;
      for (std::size_t i = open.position; i < partitions_[core].size(); ++i)
        ASSERT_GT(partitions_[core][i].record, gate.up_to)
            << "partition " << core << ", after " << partitions_[core][i].hops << " hops";
      for (const auto& [to, envelope] : open.sends)
        ASSERT_GT(envelope.record, gate.up_to)
            << "not yet committed, after " << envelope.hops << " hops";
    }
  }

  std::mt19937_64 random_;
  Instant now_ = kStart + 24h;
  std::vector<Instant> record_ = std::vector<Instant>(kSources, kStart);
  std::vector<Instant> known_ = std::vector<Instant>(kSources, kNever);
  std::vector<std::vector<Envelope>> partitions_ = std::vector<std::vector<Envelope>>(kCores);
  struct Open {
    std::size_t position = 0;
    std::vector<std::pair<std::size_t, Envelope>> sends;
  };
  std::vector<Open> open_ = std::vector<Open>(kCores);
  std::vector<std::int64_t> ends_;
  std::vector<std::size_t> position_ = std::vector<std::size_t>(kCores, 0);
  std::vector<Said> log_;
  std::size_t read_ = 0;
  Frontier frontier_{kSources, kCores, kMaxWait, kStart + 24h};
};

class Hopping : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Hopping, testing::Range<std::uint64_t>(1, 101));

TEST_P(Hopping, NothingFiresWhileAnEnvelopeIsOnItsWay) {
  Model(GetParam()).run();
}

}  // namespace
}  // namespace vaste::engine
