// Working time on compiled calendars; one operation an iteration, on instants all over a year.
//
//   build/release/tests/bench/calendar_bench
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "clocks/calendar.h"
#include "config/config.h"

namespace {

using namespace vaste;

constexpr char kWeek[] = R"(
policy: bench
calendars:
  office: {zone: Europe/Berlin, week: {mon-fri: "08:00-12:00, 13:00-18:00", sat: "10:00-14:00"}}
rules: [{name: all, targets: {}}]
)";

CalendarSpec week() {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(kWeek, "bench", findings);
  if (!policy) std::abort();
  return policy->calendars.at(1);
}

// Every date of a year has hours of its own: 48 periods of 15 minutes, each day's a minute apart.
CalendarSpec quarters() {
  constexpr std::int32_t k2026 = 20'454;  // days since 1970
  CalendarSpec spec = week();
  for (std::int32_t day = 0; day < 365; ++day) {
    std::vector<Period>& hours = spec.dates[k2026 + day];
    for (std::int32_t i = 0; i < 47; ++i) {
      const std::int32_t from = (i * 30 + day % 15) * 60;
      hours.push_back({from, from + 15 * 60});
    }
  }
  return spec;
}

CalendarSpec both() {
  CalendarSpec spec;
  spec.intersect = {week(), quarters()};
  return spec;
}

// Starts in 2026, and how much working time: up to five days of the week's hours.
struct Question {
  Instant start;
  Millis amount;
  Instant end;
};

std::vector<Question> questions() {
  std::mt19937_64 random(20261123);
  std::vector<Question> all;
  for (int i = 0; i < 4096; ++i) {
    const Instant start =
        instant(1'767'225'600'000 + static_cast<std::int64_t>(random() % 31'000'000'000));
    const auto amount = Millis(static_cast<std::int64_t>(random() % (45 * 3'600'000UL)));
    all.push_back({start, amount, start + 4 * amount});
  }
  return all;
}

template <CalendarSpec (*kSpec)()>
void add(benchmark::State& state) {
  const clocks::Calendar calendar(kSpec());
  const auto asked = questions();
  std::size_t i = 0;
  for (auto _ : state) {
    const Question& one = asked[i++ % asked.size()];
    benchmark::DoNotOptimize(calendar.add(one.start, one.amount));
  }
}

template <CalendarSpec (*kSpec)()>
void elapsed(benchmark::State& state) {
  const clocks::Calendar calendar(kSpec());
  const auto asked = questions();
  std::size_t i = 0;
  for (auto _ : state) {
    const Question& one = asked[i++ % asked.size()];
    benchmark::DoNotOptimize(calendar.elapsed(one.start, one.end));
  }
}

template <CalendarSpec (*kSpec)()>
void compile(benchmark::State& state) {
  const CalendarSpec spec = kSpec();
  for (auto _ : state) {
    const clocks::Calendar calendar(spec);
    benchmark::DoNotOptimize(calendar.never_opens());
  }
}

BENCHMARK(add<week>);
BENCHMARK(add<quarters>);
BENCHMARK(add<both>);
BENCHMARK(elapsed<week>);
BENCHMARK(elapsed<quarters>);
BENCHMARK(elapsed<both>);
BENCHMARK(compile<week>)->Unit(benchmark::kMillisecond);
BENCHMARK(compile<quarters>)->Unit(benchmark::kMillisecond);

}  // namespace
