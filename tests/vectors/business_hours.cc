// Arithmetic on opening hours: one operation of clocks::Calendar a vector, and for `reject` what
// `vaste check` says of the calendar.
#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "clocks/calendar.h"
#include "config/config.h"
#include "vectors/facts.h"

namespace vaste::vectors {
namespace {

using clocks::Calendar;
using clocks::Edge;

Differences compare(const std::string& fact, const std::string& expected,
                    const std::string& actual) {
  if (expected == actual) return {};
  return {{fact, expected, actual}};
}

std::string word(bool value) {
  return value ? "true" : "false";
}

// The answer under each convention at an edge. The vector's own is the one it names, else ours.
Differences check_reached(const json& vector, const Calendar& calendar, bool forward) {
  const Instant start = instant_of(vector.at("start"));
  const Millis amount = std::chrono::seconds(vector.at("seconds").get<std::int64_t>());
  const auto reached = [&](Edge edge) {
    return forward == (amount >= Millis(0))
               ? calendar.add(start, std::chrono::abs(amount), edge)
               : calendar.subtract(start, std::chrono::abs(amount), edge);
  };
  const Edge ours = forward ? Edge::kClosing : Edge::kOpening;
  const Edge other = forward ? Edge::kOpening : Edge::kClosing;
  static const std::map<std::string, Edge> kBoundaries = {{"close", Edge::kClosing},
                                                          {"prev_close", Edge::kClosing},
                                                          {"open", Edge::kOpening},
                                                          {"next_open", Edge::kOpening}};
  const bool named = vector.contains("boundary");
  const Edge asked = named ? kBoundaries.at(vector.at("boundary")) : ours;
  const json& expect = vector.at("expect");
  Differences out = compare("expect", expect.is_null() ? "null" : expect.get<std::string>(),
                            text_of(reached(asked)));
  if (vector.contains("expect_other_convention")) {
    const Edge converse = asked == ours ? other : ours;
    for (auto& one : compare("expect_other_convention", vector.at("expect_other_convention"),
                             text_of(reached(converse))))
      out.push_back(std::move(one));
  }
  return out;
}

Differences check_elapsed(const json& vector, const Calendar& calendar) {
  const Millis actual =
      calendar.elapsed(instant_of(vector.at("start")), instant_of(vector.at("end")));
  const Millis expected = std::chrono::seconds(vector.at("expect").get<std::int64_t>());
  const Millis tolerance = std::chrono::seconds(vector.value("tolerance_s", 0));
  if (std::chrono::abs(actual - expected) <= tolerance) return {};
  return {{"expect", text_of(expected), text_of(actual)}};
}

Differences check_intervals(const json& vector, const Calendar& calendar) {
  const auto count = vector.at("count").get<std::size_t>();
  const Instant start = instant_of(vector.at("start"));
  json actual = json::array();
  for (const Span& span : vector.at("direction") == "forward" ? calendar.open_after(start, count)
                                                              : calendar.open_before(start, count))
    actual.push_back({text_of(span.from), text_of(span.to)});
  return compare("expect", vector.at("expect").dump(), actual.dump());
}

json hours_text(const json& ranges) {
  if (!ranges.is_array()) return ranges;
  if (ranges.empty()) return "closed";
  json out = json::array();
  for (const json& range : ranges) {
    if (!range.is_array() || range.size() != 2 || !range[0].is_string() || !range[1].is_string())
      return ranges;
    out.push_back(range[0].get<std::string>() + "-" + range[1].get<std::string>());
  }
  return out;
}

// The calendar as a policy file has it; JSON is YAML too.
std::string policy_text(const json& calendar) {
  json written = json::object();
  for (const auto& [key, value] : calendar.items()) {
    if (key == "tz") {
      written["zone"] = value;
    } else if (value.is_object()) {
      json days = json::object();
      for (const auto& [day, ranges] : value.items()) days[day] = hours_text(ranges);
      written[key] = days;
    } else {
      written[key] = value;
    }
  }
  const json policy = {{"policy", "vector"},
                       {"calendars", {{"vector", written}}},
                       {"rules", json::array({{{"name", "all"}, {"targets", json::object()}}})}};
  return policy.dump();
}

// Other systems' words for the kinds of config::Finding.
std::string kind_of(const std::string& word) {
  static const std::map<std::string, std::string> kWords = {
      {"no_hours", "no_open_time"},          {"never_open", "no_open_time"},
      {"invalid_hours", "invalid_time"},     {"end_before_start", "empty_period"},
      {"reversed", "empty_period"},          {"empty_interval", "empty_period"},
      {"invalid_interval", "empty_period"},  {"overlapping", "overlap"},
      {"overlapping_periods", "overlap"},    {"overlapping_intervals", "overlap"},
      {"unknown_tz", "unknown_zone"},        {"invalid_tz", "unknown_zone"},
      {"invalid_zone", "unknown_zone"},      {"unknown_timezone", "unknown_zone"},
      {"invalid_timezone", "unknown_zone"},  {"invalid_time_zone", "unknown_zone"},
      {"unknown_time_zone", "unknown_zone"}, {"unknown_weekday", "unknown_day"},
      {"invalid_weekday", "unknown_day"},    {"invalid_day", "unknown_day"}};
  const auto found = kWords.find(word);
  return found == kWords.end() ? word : found->second;
}

Differences check_reject(const json& vector) {
  const json& calendar = vector.at("calendar");
  std::vector<config::Finding> findings;
  static_cast<void>(config::parse_policy(policy_text(calendar), "vector", findings));
  std::set<std::string> kinds;
  std::string all;
  for (const config::Finding& finding : findings) {
    if (!finding.error) continue;
    kinds.emplace(finding.kind);
    all += (all.empty() ? "" : "; ") + finding.text;
  }
  const std::string expected = vector.at("expect");
  if (kinds.contains(kind_of(expected))) return {};
  return {{"expect", expected, all.empty() ? "accepted" : all}};
}

Differences check_operation(const json& vector, const Calendar& calendar) {
  const std::string op = vector.at("op");
  if (op == "add" || op == "sub") return check_reached(vector, calendar, op == "add");
  if (op == "elapsed") return check_elapsed(vector, calendar);
  if (op == "open_intervals") return check_intervals(vector, calendar);
  if (op == "add_days")
    return compare(
        "expect", vector.at("expect"),
        text_of(calendar.add_days(instant_of(vector.at("start")), vector.at("days").get<int>(),
                                  vector.value("end_of_day", false))));
  if (op == "resolve_local")
    return compare("expect", vector.at("expect"),
                   text_of(calendar.from_local(local_ms_of(vector.at("local")))));
  const Instant at = instant_of(vector.at("at"));
  const std::string expected = word(vector.at("expect").get<bool>());
  if (op == "is_open") return compare("expect", expected, word(calendar.is_open(at)));
  if (op == "on_closure") return compare("expect", expected, word(calendar.on_closure(at)));
  if (op == "on_holiday") return compare("expect", expected, word(calendar.on_holiday(at)));
  throw std::runtime_error("no such op: " + op);
}

}  // namespace

Differences check_business_hours(const json& vector) {
  if (vector.at("op") == "reject") return check_reject(vector);
  return check_operation(vector, Calendar(calendar_of(vector.at("calendar"))));
}

}  // namespace vaste::vectors
