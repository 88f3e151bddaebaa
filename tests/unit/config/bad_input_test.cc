// What `vaste check` says of the mistakes that people make most, word for word: where, why, and
// what to do.
#include <date/date.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Row {
  std::string name;
  std::string yaml;
  std::string says;  // behind the file's name
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

// Line 3 on is the test's.
const std::string kRules =
    "policy: p\nrules: [{name: r, calendar: 24x7, targets: {first_response: 1h}}]\n";
std::string calendar(const std::string& week, const std::string& more = "") {
  return kRules + "calendars:\n  office:\n    zone: UTC\n    week: {mon: " + week + "}\n" + more;
}

class BadInput : public testing::TestWithParam<Row> {
 protected:
  std::filesystem::path folder_ = [] {
    std::string name = testing::TempDir() + "vaste-bad-XXXXXX";
    return std::filesystem::path(mkdtemp(name.data()));
  }();
  ~BadInput() override { std::filesystem::remove_all(folder_); }
};

// clang-format off
INSTANTIATE_TEST_SUITE_P(OfPolicies, BadInput, testing::ValuesIn(std::vector<Row>{
    {"OverlappingPeriods", calendar("'09:00-12:00, 11:00-13:00'"),
     ":6:17: error: calendars.office.week.mon: `11:00-13:00` begins before the period in front of it ends: expected "
     "periods in order and apart, e.g. `09:00-12:00, 13:00-17:00`"},
    {"EmptyPeriod", calendar("'09:00-10:00, 12:00-12:00'"),
     ":6:17: error: calendars.office.week.mon: `12:00-12:00` is empty: it ends when it begins; leave it out, or write "
     "`00:00-24:00` for the whole day"},
    {"OverMidnight", calendar("'09:00-10:00, 22:00-06:00'"),
     ":6:17: error: calendars.office.week.mon: `22:00-06:00` ends before it begins; hours over midnight are two periods "
     "of two days, e.g. `22:00-24:00` and `00:00-06:00`"},
    {"UnknownZone", kRules + "calendars:\n  c: {zone: Europe/Helsinky, week: {mon: '09:00-17:00'}}\n",
     ":4:13: error: calendars.c.zone: `Europe/Helsinky`: unknown time zone; did you mean `Europe/Helsinki`?"},
    {"NeverMatches", "policy: p\nrules:\n  - {name: all mail, when: {channel: email}, targets: {}}\n  - {name: vip, when: {channel: email, segment: vip}, targets: {}}\n",
     ":4:5: warning: the rule `vip` can never match: `all mail` (line 3) is before it and as wide or wider"},
    {"NeverMatchesItsQueue", "policy: p\nqueues: {hotline: {channels: [phone]}}\nrules: [{name: r, when: {channel: email, queue: hotline}, targets: {}}]\n",
     ":3:9: warning: the rule `r` can never match: the queue `hotline` has none of its channels; name another queue, or "
     "leave one of the two out"},
    {"NoCalendar", "policy: p\nrules:\n  - name: mail\n    targets: {resolution: 4h}\n",
     ":4:15: warning: rules[0].targets.resolution: no calendar is named, so it counts round the clock: write "
     "`calendar: 24x7` if that is meant, else a calendar's name"},
    {"NegativeTarget", "policy: p\nrules:\n  - name: mail\n    calendar: 24x7\n    targets: {resolution: -4h}\n",
     ":5:27: error: rules[0].targets.resolution: `-4h` is negative: expected a duration in ms, s, m, h or d, e.g. `4h` "
     "or `1h30m`"},
    {"NegativeOfAPriority", "policy: p\nrules:\n  - name: mail\n    calendar: 24x7\n    targets: {resolution: {target: 4h, by_priority: {urgent: -1h}}}\n",
     ":5:62: error: rules[0].targets.resolution.by_priority.urgent: `-1h` is negative: expected a duration in ms, s, m, "
     "h or d, e.g. `4h` or `1h30m`"},
    {"NegativeWindow", kRules + "stitch: {reopen: -48h}\n",
     ":3:18: error: stitch.reopen: `-48h` is negative: expected a duration in ms, s, m, h or d, e.g. `48h` or `1h30m`"},
    {"HolidaysOver", calendar("'09:00-17:00'", "    holidays: [2025-12-25, 2026-01-06]\n"),
     ":7:15: warning: the holidays of `office` are all over, the last one 321 days ago: name those to come"},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(BadInput, IsSaidWordForWord) {
  using namespace date::literals;
  const auto today = date::sys_days(2026_y / 11 / 23).time_since_epoch().count();
  const std::string file = folder_ / "p.yaml";
  std::ofstream(file) << GetParam().yaml;
  EXPECT_THAT(texts(check_file(file, static_cast<std::int32_t>(today))),
              ElementsAre(file + GetParam().says));
}

// What is still to come is no mistake, and neither is the last day itself.
TEST(Holidays, ThatAreStillToComeAreFine) {
  std::vector<Finding> findings;
  const std::string yaml = calendar("'09:00-17:00'", "    holidays: [2026-11-23]\n");
  static_cast<void>(parse_policy(yaml, "f", findings, 20'780));
  EXPECT_THAT(texts(findings), IsEmpty());
}

}  // namespace
}  // namespace vaste::config
