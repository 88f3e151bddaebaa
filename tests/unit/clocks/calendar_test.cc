#include "clocks/calendar.h"

#include <date/date.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <random>

#include "support/zone.h"

namespace vaste::clocks {
namespace {

using namespace std::chrono_literals;
using namespace date::literals;

constexpr std::int32_t kHour = 3600;

Instant utc(date::year_month_day day, Millis time = 0ms) {
  return date::sys_days(day) + time;
}

std::int32_t number(date::year_month_day day) {
  return static_cast<std::int32_t>(date::sys_days(day).time_since_epoch().count());
}

CalendarSpec weekdays(const std::string& zone, std::vector<Period> hours) {
  CalendarSpec spec;
  spec.name = "weekdays";
  spec.zone = zone;
  spec.transitions = test::zone_transitions(zone);
  for (std::size_t day = 0; day < 5; ++day) spec.week[day] = hours;
  return spec;
}

CalendarSpec every_day(const std::string& zone, std::vector<Period> hours) {
  CalendarSpec spec = weekdays(zone, hours);
  spec.week[5] = spec.week[6] = std::move(hours);
  return spec;
}

const Calendar& nine_to_five() {
  static const Calendar calendar(weekdays("Etc/UTC", {{9 * kHour, 17 * kHour}}));
  return calendar;
}

// Monday to Sunday, 5 to 11 January 2026.
Instant at(unsigned day, Millis time) {
  return utc(2026_y / 1 / date::day(day), time);
}

struct Row {
  const char* name;
  Instant start;
  Millis duration;
  Instant expected;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}
const auto kRowName = [](const auto& info) { return std::string(info.param.name); };

class Add : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(NineToFive, Add, testing::ValuesIn(std::vector<Row>{
    //name                   start               duration   reached
    {"SameMorning",          at(5, 9h),          30min,     at(5, 9h + 30min)},
    {"FromBeforeOpening",    at(5, 3h),          1h,        at(5, 10h)},
    {"OverNight",            at(5, 16h + 50min), 20min,     at(6, 9h + 10min)},
    {"OverWeekend",          at(9, 16h),         90min,     at(12, 9h + 30min)},
    {"EndsAtClosing",        at(5, 9h),          8h,        at(5, 17h)},
    {"OneMoreIsTheNextDay",  at(5, 9h),          8h + 1ms,  at(6, 9h + 1ms)},
    {"FromClosing",          at(5, 17h),         1ms,       at(6, 9h + 1ms)},
    {"NothingWhenOpen",      at(5, 12h),         0ms,       at(5, 12h)},
    {"NothingWhenClosed",    at(9, 17h),         0ms,       at(12, 9h)},
    {"MillisecondsAreKept",  at(5, 9h + 1ms),    1h + 7ms,  at(5, 10h + 8ms)},
}), kRowName);
// clang-format on

TEST_P(Add, ReachesTheInstant) {
  const Row& row = GetParam();
  EXPECT_EQ(nine_to_five().add(row.start, row.duration), row.expected);
  EXPECT_EQ(nine_to_five().elapsed(row.start, row.expected), row.duration);
}

class Subtract : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(NineToFive, Subtract, testing::ValuesIn(std::vector<Row>{
    //name                   start               duration   reached
    {"SameMorning",          at(5, 9h + 30min),  20min,     at(5, 9h + 10min)},
    {"OverNight",            at(6, 9h + 10min),  20min,     at(5, 16h + 50min)},
    {"EndsAtOpening",        at(5, 17h),         8h,        at(5, 9h)},
    {"OneMoreIsTheDayBefore", at(6, 17h),        8h + 1ms,  at(5, 17h - 1ms)},
    {"FromOpening",          at(6, 9h),          1ms,       at(5, 17h - 1ms)},
    {"NothingWhenOpen",      at(5, 12h),         0ms,       at(5, 12h)},
    {"NothingWhenClosed",    at(12, 3h),         0ms,       at(9, 17h)},
}), kRowName);
// clang-format on

TEST_P(Subtract, ReachesTheInstant) {
  EXPECT_EQ(nine_to_five().subtract(GetParam().start, GetParam().duration), GetParam().expected);
}

TEST(Calendar, IsOpenFromOpeningUpToClosing) {
  EXPECT_FALSE(nine_to_five().is_open(at(5, 9h - 1ms)));
  EXPECT_TRUE(nine_to_five().is_open(at(5, 9h)));
  EXPECT_TRUE(nine_to_five().is_open(at(5, 17h - 1ms)));
  EXPECT_FALSE(nine_to_five().is_open(at(5, 17h)));
}

TEST(Calendar, ReversedIsNothing) {
  EXPECT_EQ(nine_to_five().elapsed(at(5, 12h), at(5, 10h)), 0ms);
  EXPECT_EQ(nine_to_five().elapsed(at(5, 10h), at(5, 12h)), 2h);
}

TEST(Calendar, HasNothingAfterItsIndex) {
  const Instant late = utc(2100_y / 12 / 31, 18h);
  EXPECT_EQ(nine_to_five().next_open(late), std::nullopt);
  EXPECT_EQ(nine_to_five().add(late, 1h), std::nullopt);
  EXPECT_EQ(nine_to_five().add(at(5, 9h), Millis(INT64_MAX)), std::nullopt);
  EXPECT_EQ(nine_to_five().subtract(utc(1970_y / 1 / 1, 10h), 2h), std::nullopt);
}

TEST(Calendar, NeverOpenHasNoInstant) {
  const Calendar closed(weekdays("Etc/UTC", {}));
  EXPECT_EQ(closed.add(at(5, 9h), 1ms), std::nullopt);
  EXPECT_EQ(closed.subtract(at(5, 9h), 1ms), std::nullopt);
  EXPECT_EQ(closed.next_open(at(5, 9h)), std::nullopt);
  EXPECT_EQ(closed.elapsed(at(5, 9h), at(11, 9h)), 0ms);
}

TEST(Calendar, AlwaysOpenIsPlainTime) {
  CalendarSpec spec;
  spec.name = "24x7";
  spec.always_open = true;
  const Calendar always(spec);
  EXPECT_TRUE(always.is_open(at(10, 3h)));
  EXPECT_EQ(always.add(at(10, 3h), 5h), at(10, 8h));
  EXPECT_EQ(always.subtract(at(10, 3h), 1h), at(10, 2h));
  EXPECT_EQ(always.elapsed(at(10, 3h), at(11, 3h)), 24h);
  EXPECT_EQ(always.next_open(at(10, 3h)), at(10, 3h));
  EXPECT_EQ(always.name(), "24x7");
}

TEST(Calendar, DatesReplaceClosuresTakeAwayHolidaysWin) {
  CalendarSpec spec = weekdays("Etc/UTC", {{9 * kHour, 17 * kHour}});
  spec.dates[number(2026_y / 1 / 6)] = {{10 * kHour, 12 * kHour}};
  spec.dates[number(2026_y / 1 / 8)] = {{10 * kHour, 12 * kHour}};
  spec.closures[number(2026_y / 1 / 5)] = {{12 * kHour, 13 * kHour}, {15 * kHour, 20 * kHour}};
  spec.closures[number(2026_y / 1 / 6)] = {{11 * kHour, 12 * kHour}};
  spec.holidays = {number(2026_y / 1 / 8), number(2026_y / 1 / 7)};
  const Calendar calendar(spec);
  EXPECT_EQ(calendar.elapsed(at(5, 0h), at(6, 0h)), 5h);
  EXPECT_EQ(calendar.elapsed(at(6, 0h), at(7, 0h)), 1h);
  EXPECT_EQ(calendar.elapsed(at(7, 0h), at(9, 0h)), 0h);
  EXPECT_EQ(calendar.elapsed(at(9, 0h), at(10, 0h)), 8h);
  EXPECT_EQ(calendar.next_open(at(5, 12h)), at(5, 13h));
}

TEST(Calendar, MergesAcrossMidnight) {
  const Calendar calendar(every_day("Europe/Helsinki", {{0, 24 * kHour}}));
  const Instant start = at(5, 12h);
  EXPECT_EQ(calendar.open_after(start, 2), (std::vector<Span>{{start, utc(2101_y / 1 / 1)}}));
}

struct Wall {
  const char* name;
  const char* zone;
  date::year_month_day day;
  Millis time;
  Instant expected;
};
void PrintTo(const Wall& row, std::ostream* out) {
  *out << row.name;
}

class WallTime : public testing::TestWithParam<Wall> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Zones, WallTime, testing::ValuesIn(std::vector<Wall>{
    //name               zone                 day             wall time    instant
    {"Winter",           "Europe/Berlin",     2026_y/1/5,     9h,          utc(2026_y/1/5, 8h)},
    {"Summer",           "Europe/Berlin",     2026_y/7/6,     9h,          utc(2026_y/7/6, 7h)},
    {"BeforeGap",        "Europe/Berlin",     2026_y/3/29,    2h - 1ms,    utc(2026_y/3/29, 1h - 1ms)},
    {"InGap",            "Europe/Berlin",     2026_y/3/29,    2h + 30min,  utc(2026_y/3/29, 1h + 30min)},
    {"AfterGap",         "Europe/Berlin",     2026_y/3/29,    3h,          utc(2026_y/3/29, 1h)},
    {"FirstOfTwo",       "Europe/Berlin",     2026_y/10/25,   2h + 30min,  utc(2026_y/10/25, 30min)},
    {"AfterTheSecond",   "Europe/Berlin",     2026_y/10/25,   3h,          utc(2026_y/10/25, 2h)},
    {"MidnightInGap",    "America/Sao_Paulo", 2018_y/11/4,    0h,          utc(2018_y/11/4, 3h)},
    {"DayThatWasNot",    "Pacific/Apia",      2011_y/12/30,   12h,         utc(2011_y/12/30, 22h)},
    {"HalfHours",        "Asia/Kolkata",      2026_y/1/5,     9h,          utc(2026_y/1/5, 3h + 30min)},
}), kRowName);
// clang-format on

TEST_P(WallTime, IsTheInstant) {
  const Wall& row = GetParam();
  const Calendar calendar(weekdays(row.zone, {}));
  const Instant as_utc = utc(row.day, row.time);
  EXPECT_EQ(calendar.from_local(to_ms(as_utc)), row.expected);
}

struct Change {
  const char* name;
  date::year_month_day day;
  std::vector<Period> hours;
  Millis open;
};
void PrintTo(const Change& row, std::ostream* out) {
  *out << row.name;
}

class ClockChange : public testing::TestWithParam<Change> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Berlin, ClockChange, testing::ValuesIn(std::vector<Change>{
    //name                  day            hours                                  open in real time
    {"SpringNight",         2026_y/3/29,   {{0, 6 * kHour}},                      5h},
    {"AutumnNight",         2026_y/10/25,  {{0, 6 * kHour}},                      7h},
    {"AllInTheGap",         2026_y/3/29,   {{2 * kHour, 3 * kHour}},              0h},
    {"EndsInTheGap",        2026_y/3/29,   {{1 * kHour, 2 * kHour + 1800}},       90min},
    {"GapTouchesTheNext",   2026_y/3/29,   {{1 * kHour, 2 * kHour + 1800}, {3 * kHour, 4 * kHour}}, 2h},
    {"GapBehindTheNext",    2026_y/3/29,   {{2 * kHour + 1800, 2 * kHour + 2700}, {3 * kHour, 3 * kHour + 600}}, 25min},
    {"TwiceHourOnce",       2026_y/10/25,  {{2 * kHour, 2 * kHour + 1800}},       30min},
    {"OverTheTwiceHour",    2026_y/10/25,  {{2 * kHour, 3 * kHour}},              2h},
}), kRowName);
// clang-format on

TEST_P(ClockChange, CountsRealTime) {
  const Change& row = GetParam();
  CalendarSpec spec = weekdays("Europe/Berlin", {});
  spec.dates[number(row.day)] = row.hours;
  const Calendar calendar(spec);
  EXPECT_EQ(calendar.elapsed(utc(row.day, -2h), utc(row.day, 26h)), row.open);
}

// The index against a count of its own: minute by minute, over the changes of a year.
TEST(Calendar, AgreesWithCountingMinutes) {
  const date::time_zone* zone = date::locate_zone("America/New_York");
  const Calendar calendar(
      every_day("America/New_York", {{0, 2 * kHour + 900}, {3 * kHour, 17 * kHour}}));
  int open_minutes = 0, differing = 0;
  const Instant begin = utc(2025_y / 3 / 1), end = utc(2025_y / 11 / 10);
  for (Instant t = begin; t < end; t += 1min) {
    const auto local = zone->to_local(std::chrono::floor<std::chrono::seconds>(t));
    const auto second = (local - date::floor<date::days>(local)).count();
    const bool open = second < 2L * kHour + 900 || (second >= 3L * kHour && second < 17L * kHour);
    if (open != calendar.is_open(t)) ++differing;
    if (open) ++open_minutes;
  }
  // The hour that comes twice: 01:00-02:00 is inside both; nothing differs. In spring 02:15 reads
  // as 03:15, also open.
  EXPECT_EQ(differing, 0);
  EXPECT_EQ(calendar.elapsed(begin, end), std::chrono::minutes(open_minutes));
}

TEST(Calendar, ElapsedUndoesAddForAnyHours) {
  const std::uint64_t seed = 20260105;
  std::mt19937_64 random(seed);
  const auto upto = [&](std::int64_t n) {
    return std::uniform_int_distribution<std::int64_t>(0, n)(random);
  };
  static constexpr const char* kZones[] = {"Etc/UTC", "Europe/Berlin", "America/Sao_Paulo",
                                           "Australia/Lord_Howe", "Pacific/Apia"};
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + " round " + std::to_string(round));
    CalendarSpec spec;
    spec.transitions = test::zone_transitions(kZones[round % 5]);
    for (auto& day : spec.week) {
      const auto from = static_cast<std::int32_t>(upto(43'200));
      const auto to = static_cast<std::int32_t>(from + 1 + upto(20'000));
      day = {{from, to}, {to + 600, 86'400}};
    }
    const Calendar calendar(spec);
    for (int i = 0; i < 300; ++i) {
      const Instant start = utc(2010_y / 1 / 1) + Millis(upto(10LL * 365 * 86'400'000));
      const Millis amount(upto(40LL * 86'400'000));
      const auto reached = calendar.add(start, amount);
      ASSERT_TRUE(reached);
      ASSERT_EQ(calendar.elapsed(start, *reached), amount) << to_ms(start);
      if (amount > 0ms) {
        ASSERT_LT(calendar.elapsed(start, *reached - 1ms), amount) << "not the first such instant";
        const auto back = calendar.subtract(*reached, amount);
        ASSERT_TRUE(back);
        ASSERT_EQ(calendar.elapsed(*back, *reached), amount);
      }
    }
  }
}

struct DaysRow {
  const char* name;
  Instant start;
  int days;
  bool end_of_day;
  Instant expected;
};
void PrintTo(const DaysRow& row, std::ostream* out) {
  *out << row.name;
}

class BusinessDays : public testing::TestWithParam<DaysRow> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(NineToFive, BusinessDays, testing::ValuesIn(std::vector<DaysRow>{
    //name                   start               days  end    reached
    {"KeepsTheWallTime",     at(5, 10h + 7ms),   2,    false, at(7, 10h + 7ms)},
    {"SkipsTheWeekend",      at(9, 10h),         1,    false, at(12, 10h)},
    {"Backwards",            at(12, 10h),        -1,   false, at(9, 10h)},
    {"FromTheWeekend",       at(10, 10h),        1,    false, at(12, 10h)},
    {"RollsToTheOpening",    at(5, 20h),         1,    false, at(7, 9h)},
    {"RollsBackToClosing",   at(7, 20h),         -1,   false, at(6, 17h)},
    {"EndOfDay",             at(5, 3h),          1,    true,  at(6, 17h)},
    {"EndOfThisDay",         at(5, 10h),         0,    true,  at(5, 17h)},
    {"EndOfTheNextOpenDay",  at(10, 10h),        0,    true,  at(12, 17h)},
    {"NoDayIsThisInstant",   at(5, 10h),         0,    false, at(5, 10h)},
}), kRowName);
// clang-format on

TEST_P(BusinessDays, ReachTheInstant) {
  const DaysRow& row = GetParam();
  EXPECT_EQ(nine_to_five().add_days(row.start, row.days, row.end_of_day), row.expected);
}

TEST(Calendar, BusinessDaysGoByTheLocalDate) {
  // 23:00 UTC is 08:00 of the next day in Tokyo, and the clock there is what a day goes by.
  const Calendar tokyo(weekdays("Asia/Tokyo", {{9 * kHour, 17 * kHour}}));
  EXPECT_EQ(tokyo.add_days(at(8, 23h), 1), at(12, 0h));
  EXPECT_EQ(tokyo.add_days(at(8, 23h), 0, true), at(9, 8h));
}

TEST(Calendar, EdgesHaveTwoConventions) {
  EXPECT_EQ(nine_to_five().add(at(5, 9h), 8h, Edge::kOpening), at(6, 9h));
  EXPECT_EQ(nine_to_five().subtract(at(5, 17h), 8h, Edge::kClosing), at(2, 17h));
  EXPECT_EQ(nine_to_five().add(at(5, 9h), 7h, Edge::kOpening), at(5, 16h));
}

TEST(Calendar, IntersectionIsWhereAllAreOpen) {
  CalendarSpec spec;
  spec.intersect = {weekdays("Europe/Berlin", {{9 * kHour, 17 * kHour}}),
                    weekdays("America/New_York", {{9 * kHour, 17 * kHour}})};
  spec.intersect[1].holidays = {number(2026_y / 1 / 6)};
  const Calendar both(spec);  // 14:00 to 16:00 UTC
  EXPECT_EQ(both.open_after(at(5, 0h), 2),
            (std::vector<Span>{{at(5, 14h), at(5, 16h)}, {at(7, 14h), at(7, 16h)}}));
  EXPECT_TRUE(both.on_holiday(at(6, 12h)));
  EXPECT_EQ(both.add_days(at(5, 15h), 1), at(7, 15h));
}

TEST(Calendar, AnEditionGovernsFromItsInstantOn) {
  CalendarSpec spec = weekdays("Etc/UTC", {{9 * kHour, 17 * kHour}});
  spec.editions = {weekdays("Etc/UTC", {{8 * kHour, 12 * kHour}})};
  spec.editions[0].since = at(6, 11h);
  spec.editions[0].holidays = {number(2026_y / 1 / 5), number(2026_y / 1 / 8)};
  const Calendar calendar(spec);
  EXPECT_EQ(calendar.open_after(at(5, 0h), 3),
            (std::vector<Span>{
                {at(5, 9h), at(5, 17h)}, {at(6, 9h), at(6, 12h)}, {at(7, 8h), at(7, 12h)}}));
  EXPECT_FALSE(calendar.on_holiday(at(5, 12h))) << "was none when it was";
  EXPECT_TRUE(calendar.on_holiday(at(8, 12h)));
}

TEST(Calendar, ShutByTheInstant) {
  CalendarSpec spec = weekdays("Etc/UTC", {{9 * kHour, 17 * kHour}});
  spec.shut = {{at(5, 16h), at(6, 10h)}};
  const Calendar calendar(spec);
  EXPECT_EQ(calendar.open_before(at(6, 11h), 2),
            (std::vector<Span>{{at(6, 10h), at(6, 11h)}, {at(5, 9h), at(5, 16h)}}));
  EXPECT_TRUE(calendar.on_closure(at(6, 3h)));
  EXPECT_FALSE(calendar.on_closure(at(6, 10h)));
}

TEST(Calendar, CompilesFast) {
  const CalendarSpec spec =
      every_day("Europe/Berlin", {{8 * kHour, 12 * kHour}, {13 * kHour, 18 * kHour}});
  const auto begin = std::chrono::steady_clock::now();
  const Calendar calendar(spec);
  const auto took = std::chrono::steady_clock::now() - begin;
  RecordProperty(
      "compile_us",
      std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
  EXPECT_LT(took, 500ms);  // a few ms without sanitizers; only a wrong order of growth fails here
}

}  // namespace
}  // namespace vaste::clocks
