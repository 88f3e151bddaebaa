// Holidays from iCalendar files: what is read, and what is refused with its line.
#include "config/icalendar.h"

#include "config/zones.h"
#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

ClosedTimes read(const std::string& inside, std::vector<Finding>& findings) {
  Report report("policy.yaml", findings);
  static const auto helsinki = *zone_transitions("Europe/Helsinki");
  return read_icalendar(
      "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + inside + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
      "h.ics", helsinki, report);
}

ClosedTimes good(const std::string& inside) {
  std::vector<Finding> findings;
  ClosedTimes closed = read(inside, findings);
  EXPECT_THAT(texts(findings), IsEmpty());
  return closed;
}

TEST(ICalendar, AllDay) {
  EXPECT_THAT(good("DTSTART;VALUE=DATE:20261225").days, ElementsAre(20812));
  EXPECT_THAT(good("DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227").days,
              ElementsAre(20812, 20813));
  EXPECT_THAT(good("DTSTART;VALUE=DATE:20261225\r\nDURATION:P2D").days, SizeIs(2));
  EXPECT_THAT(
      good("SUMMARY:a very\r\n  long one: with a colon\r\nDTSTART;VALUE=DATE:20261\r\n 225\r\n")
          .days,
      ElementsAre(20812));
  EXPECT_THAT(good("STATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20261225").days, IsEmpty());
}

TEST(ICalendar, Timed) {
  const Span noon{instant(1798106400000), instant(1798120800000)};  // 2026-12-24, 10:00Z to 14:00Z
  EXPECT_THAT(good("DTSTART:20261224T120000\r\nDTEND:20261224T160000").spans, ElementsAre(noon));
  EXPECT_THAT(good("DTSTART:20261224T100000Z\r\nDURATION:PT4H").spans, ElementsAre(noon));
  EXPECT_THAT(good("DTSTART;TZID=\"Europe/Berlin\":20261224T110000\r\nDURATION:PT4H").spans,
              ElementsAre(noon));
}

struct Yearly {
  std::string name;
  std::string rule;
  std::vector<std::int32_t> dates;  // from 2026-01-01, day 20454, on
};
std::ostream& operator<<(std::ostream& out, const Yearly& row) {
  return out << row.name;
}

class YearlyRule : public testing::TestWithParam<Yearly> {};

// clang-format off
// All begin on Thursday 2026-01-01, which counts even where the rule does not give it (RFC 5545);
// the others checked with Python's dateutil.
INSTANTIATE_TEST_SUITE_P(ICalendar, YearlyRule, testing::ValuesIn(std::vector<Yearly>{
    {"SameDate",     "FREQ=YEARLY;COUNT=3",                             {20454, 20819, 21184}},
    {"EveryOther",   "FREQ=YEARLY;INTERVAL=2;COUNT=2",                  {20454, 21184}},
    {"Until",        "FREQ=YEARLY;UNTIL=20270101T000000Z",              {20454, 20819}},
    {"FourthThursday", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3",      {20454, 20783, 21147}},
    {"LastMonday",   "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2",        {20454, 20598}},
    {"TuesdayAfterAMonday", "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=2", {20454, 20760}},
    {"LastOfFebruary", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;COUNT=4",   {20454, 20512, 20877, 21243}},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(YearlyRule, GivesTheDates) {
  EXPECT_EQ(good("DTSTART;VALUE=DATE:20260101\r\nRRULE:" + GetParam().rule).days, GetParam().dates);
}

TEST(ICalendar, RunsToTheEndOfTheIndexWithoutExdates) {
  const auto days =
      good("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270101").days;
  EXPECT_THAT(days, SizeIs(74));  // 2026 to 2100 but for 2027
  EXPECT_EQ(days[1], 21184);
}

// The 29th of February comes when it comes.
TEST(ICalendar, LeapDays) {
  EXPECT_THAT(good("DTSTART;VALUE=DATE:20280229\r\nRRULE:FREQ=YEARLY;COUNT=2").days,
              ElementsAre(21243, 22704));
}

struct Wrong {
  std::string name;
  std::string inside;
  std::string place;
  std::string words;
};
std::ostream& operator<<(std::ostream& out, const Wrong& row) {
  return out << row.name;
}

class ICalendarMistakes : public testing::TestWithParam<Wrong> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Events, ICalendarMistakes, testing::ValuesIn(std::vector<Wrong>{
    {"NoStart",     "SUMMARY:a",                                          "h.ics:2:1: error: ", "without DTSTART"},
    {"NoDate",      "DTSTART;VALUE=DATE:20260229",                        "h.ics:3:1: error: ", "`20260229` is no date"},
    {"NoEnd",       "DTSTART:20261224T120000",                            "h.ics:2:1: error: ", "no DTEND"},
    {"Backwards",   "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261224", "h.ics:4:1: error: ", "ends before it begins"},
    {"Zone",        "DTSTART;TZID=Europe/Helsinky:20261224T120000\r\nDURATION:PT1H", "h.ics:3:1: error: ", "did you mean `Europe/Helsinki`?"},
    {"Weekly",      "DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=WEEKLY",    "h.ics:4:1: error: ", "RRULE: `FREQ=WEEKLY` is not understood"},
    {"SetPosition", "DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;BYSETPOS=1", "h.ics:4:1: error: ", "`BYSETPOS=1`"},
    {"Rdate",       "DTSTART;VALUE=DATE:20261225\r\nRDATE:20270101",       "h.ics:4:1: error: ", "RDATE is not understood"},
    {"Duration",    "DTSTART;VALUE=DATE:20261225\r\nDURATION:PT4H",        "h.ics:4:1: error: ", "DURATION: `PT4H`"},
    {"NoColon",     "hello",                                              "h.ics:3:1: error: ", "is this an iCalendar file?"},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(ICalendarMistakes, AreSaidWithTheirLine) {
  std::vector<Finding> findings;
  static_cast<void>(read(GetParam().inside, findings));
  EXPECT_THAT(texts(findings), ElementsAre(testing::AllOf(StartsWith(GetParam().place),
                                                          HasSubstr(GetParam().words))));
}

}  // namespace
}  // namespace vaste::config
