// What it costs that people are one over several partitions: an event that is served where it
// arrives, one that goes on to its customer elsewhere, and a merge by the size of who is joined.
// The whole of a core partition on memory: unpack, parse, decide, pack, changelog, database.
//
//   build/release/tests/bench/hops_bench
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "sim/input.h"
#include "sim/policy.h"
#include "sim/task.h"
#include "store/memory_store.h"

namespace {

using namespace vaste;
using namespace std::chrono_literals;
using What = sim::Happening::What;

constexpr Instant kStart = instant(1'795'392'000'000);
constexpr std::int32_t kPartitions = 2;
constexpr std::size_t kCache = std::size_t{1} << 30;
constexpr std::size_t kPeople = 2'000;
constexpr std::size_t kRounds = 10;     // events of each
constexpr std::size_t kTogether = 500;  // in a packed record

// Two partitions, their records and nothing between them.
class Pair {
 public:
  explicit Pair(core::Limits limits = {}) {
    for (std::int32_t i = 0; i < kPartitions; ++i) {
      stores_.push_back(store::make_memory_store());
      tasks_.push_back(
          std::make_unique<sim::Task>(i, kPartitions, *stores_.back(), timeline_, limits));
    }
  }

  // What `events` come to, a transaction after the other until nothing is on its way.
  void serve(std::vector<std::pair<std::int32_t, std::string>> records) {
    for (std::size_t at = 0; at < records.size(); ++at) {
      sim::Task& task = *tasks_[static_cast<std::size_t>(records[at].first)];
      sim::Output out;
      const std::string record = std::move(records[at].second);
      task.serve(record, out);
      task.collect(out);
      task.commit(kCache);
      VASTE_CHECK(out.dead.empty());
      answers += out.answers.size();
      for (auto& [to, packed] : out.sent) {
        bytes_sent += packed.size();
        records.emplace_back(to, std::move(packed));
      }
    }
  }

  std::size_t answers = 0;
  std::size_t bytes_sent = 0;

 private:
  std::shared_ptr<const clocks::Timeline> timeline_ = sim::timeline_of_one_window(Millis(24h));
  std::vector<std::unique_ptr<store::Store>> stores_;
  std::vector<std::unique_ptr<sim::Task>> tasks_;
};

std::int32_t home_of(const std::string& identifier) {
  return stitch::partition_of(stitch::key_group(stitch::identifier_actor(identifier)), kPartitions);
}

// The `number`th identifier that lives there.
std::string living_in(std::int32_t partition, std::size_t number, const char* space) {
  for (std::size_t i = 0;; ++i) {
    std::string out = space + std::to_string(number) + "." + std::to_string(i);
    if (home_of(out) == partition) return out;
  }
}

class Feed {
 public:
  void add(const sim::Happening& one) {
    const std::size_t number = number_++;
    const v1::Event event = sim::event_of(one, number);
    const std::string bytes = event.SerializeAsString();
    std::vector<std::string> who = one.who;
    std::sort(who.begin(), who.end());
    const Incoming incoming = ingest::extract(event, 0, std::move(who), false);
    const stitch::Actor to = stitch::route(incoming);
    auto& [packed, count] = open_[stitch::partition_of(stitch::key_group(to), kPartitions)];
    emit::pack({{"in", 0, static_cast<std::int64_t>(number), to_ms(one.at)},
                0,
                to,
                core::Routed{bytes, &incoming, false, {}}},
               0, {}, packed);
    if (++count == kTogether) close();
  }
  std::vector<std::pair<std::int32_t, std::string>> take() {
    close();
    return std::move(records_);
  }

 private:
  void close() {
    for (auto& [to, one] : open_) records_.emplace_back(to, std::move(one.first));
    open_.clear();
  }
  std::size_t number_ = 0;
  std::map<std::int32_t, std::pair<std::string, std::size_t>> open_;
  std::vector<std::pair<std::int32_t, std::string>> records_;
};

sim::Happening message(Millis after, const std::string& who) {
  return {What::kMessage, kStart + after, {who}, {}, {}, {}};
}

// Messages of people who have two identifiers, the second in the other partition. `linked`: the
// two are one customer, who lives with the first, and the messages come by the second.
void events(benchmark::State& state, bool linked) {
  std::size_t done = 0, sent = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Pair pair;
    Feed feed;
    std::vector<std::string> people;
    for (std::size_t i = 0; i < kPeople; ++i) {
      const std::string one = living_in(0, i, "chat:web:"), other = living_in(1, i, "email:");
      feed.add(message(0s, linked ? one : other));
      if (linked) feed.add({What::kSame, kStart + 1s, {one, other}, "login", {}, {}});
      people.push_back(other);
    }
    pair.serve(feed.take());
    for (std::size_t round = 1; round <= kRounds; ++round)
      for (const std::string& who : people) feed.add(message(1min * round, who));
    auto records = feed.take();
    const std::size_t before = pair.answers, bytes_before = pair.bytes_sent;
    state.ResumeTiming();
    pair.serve(std::move(records));
    state.PauseTiming();
    done += pair.answers - before;
    sent += pair.bytes_sent - bytes_before;
    VASTE_CHECK(pair.answers - before == kPeople * kRounds);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(done));
  state.counters["forwarded_bytes"] = static_cast<double>(sent) / static_cast<double>(done);
}

void unlinked(benchmark::State& state) {
  events(state, false);
}
BENCHMARK(unlinked)->Unit(benchmark::kMillisecond);

void linked(benchmark::State& state) {
  events(state, true);
}
BENCHMARK(linked)->Unit(benchmark::kMillisecond);

// A customer with so many conversations, of three messages each and one over the other, is joined
// to an older one of the other partition. Beyond 32, which are remembered, with the limit raised.
void merge(benchmark::State& state) {
  const auto conversations = static_cast<std::size_t>(state.range(0));
  core::Limits limits;
  limits.conversations_per_customer =
      std::max(limits.conversations_per_customer, conversations + 1);
  std::size_t sent = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Pair pair(limits);
    Feed feed;
    const std::string winner = living_in(0, 1, "email:"), loser = living_in(1, 2, "chat:web:");
    feed.add(message(0s, winner));
    for (std::size_t i = 0; i < conversations; ++i)
      for (const Millis after : {Millis(0s), Millis(1min), Millis(2min)})
        feed.add(message(48h * (i + 1) + after, loser));
    pair.serve(feed.take());
    feed.add({What::kSame, kStart + 1h, {winner, loser}, "login", {}, {}});
    auto records = feed.take();
    const std::size_t before = pair.bytes_sent;
    state.ResumeTiming();
    pair.serve(std::move(records));
    state.PauseTiming();
    sent = pair.bytes_sent - before;
    state.ResumeTiming();
  }
  state.counters["bytes_sent"] = static_cast<double>(sent);
}
BENCHMARK(merge)->Arg(1)->Arg(10)->Arg(31)->Arg(100)->Arg(1000)->Unit(benchmark::kMicrosecond);

}  // namespace
