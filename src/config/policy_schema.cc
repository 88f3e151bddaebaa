// The schema of a policy, from the tables of clocks, options and KPIs, and with a line for each
// other key. tests/unit/config/schema_test asks the reader for its keys and compares.
#include <fmt/format.h>

#include "config/load.h"
#include "config/schema.h"
#include "config/schema_parts.h"

namespace vaste::config {
namespace {

using schema::Json;
using schema::Properties;

constexpr std::string_view kUnits =
    "a duration of working time in d, h, m, s or ms, e.g. 4h or 1h30m (d is 24 hours)";

Json reference(std::string_view definition, std::string_view help) {
  Json out;
  out["description"] = help;
  out["$ref"] = fmt::format("#/$defs/{}", definition);
  return out;
}

Json label(std::string_view what) {
  Json out = schema::name(what, "");
  out["type"] = "string";
  return out;
}

// Hours of days: { 2026-12-24: "09:00-12:00" }.
Json dates(std::string_view help) {
  Json key;
  key["pattern"] = schema::date_pattern();
  return schema::named(help, key, reference("hours", "that day's hours, or closed"));
}

Properties hours_of_calendar() {
  Json day;
  day["pattern"] = schema::weekdays_pattern();
  Json holidays = schema::one_or_list(
      schema::pattern(schema::date_pattern(), "a date", {"2026-12-25"}), "closed all day");
  holidays["anyOf"].back().erase("minItems");  // none yet
  return {{"week", schema::named("hours by weekday: mon, mon-fri, \"sat, sun\"", day,
                                 reference("hours", "hours of these days, or closed"))},
          {"dates", dates("hours of single dates, in place of the weekday's")},
          {"closures", dates("hours of single dates that are taken away from what is open")},
          {"holidays", holidays},
          {"holidays_from", schema::one_or_list(schema::text("a file", "finland.ics"),
                                                "iCalendar files, as seen from this one")}};
}

Json of_calendar() {
  Properties change = hours_of_calendar();
  change.emplace_back("from", schema::pattern(schema::date_pattern(),
                                              "the first day of these hours", {"2027-01-01"}));
  Properties own = hours_of_calendar();
  own.emplace_back("zone", schema::text("an IANA time zone", "Europe/Helsinki"));
  own.emplace_back("changes",
                   schema::list(schema::object("hours from a date on", change, {"from", "week"}),
                                "other hours from a date on, in the order of time"));
  Json parts =
      schema::list(schema::text("a calendar above this one", "24x7"), "open when all of these are");
  parts["minItems"] = 2;
  own.emplace_back("intersect", parts);
  Json out = schema::object("when somebody works", own, {});
  out["type"] = "object";
  out["anyOf"] = {{{"required", {"zone", "week"}}},
                  {{"required", {"intersect"}}, {"maxProperties", 1}}};
  return out;
}

// An SLA on one clock has the options of that clock; on any, all of them.
Json of_sla(std::optional<ClockKind> clock) {
  Properties options;
  if (clock)
    options.emplace_back("clock", schema::word({name(*clock)}, "the clock whose name it has"));
  else
    options.emplace_back("clock", schema::word(clock_names(), "what it measures"));
  options.emplace_back("objective",
                       schema::percent("share of its clocks to be met, in every queue", "95%"));
  for (const SlaOption& option : sla_options())
    if (!clock || fits(option, *clock)) options.emplace_back(option.key, schema::flag(option.help));
  if (clock) return schema::object(fmt::format("options of the clock {}", name(*clock)), options);
  Json out = schema::object("a clock under a name of its own", options, {"clock"});
  for (const ClockFacts& facts : clock_facts()) {
    Json unfit = Json::object();
    for (const SlaOption& option : sla_options())
      if (!fits(option, facts.kind)) unfit[std::string(option.key)] = false;
    if (unfit.empty()) continue;
    out["allOf"].push_back({{"if", {{"properties", {{"clock", {{"const", facts.name}}}}}}},
                            {"then", {{"properties", unfit}}}});
  }
  return out;
}

Json of_slas() {
  Properties own;
  for (const ClockFacts& facts : clock_facts()) own.emplace_back(facts.name, of_sla(facts.kind));
  Json key;
  key["pattern"] = kSlaNamePattern;
  return schema::named("clocks under names of their own, and options of clocks", key,
                       reference("sla", "a clock under a name of its own"), own);
}

Json of_goals(std::string_view help) {
  Properties goals;
  for (const KpiFacts& kpi : kpi_facts())
    goals.emplace_back(kpi.name, kpi.is_score ? schema::count(-kMostScore, kMostScore, kpi.help)
                                              : schema::percent(kpi.help, "80%"));
  return schema::object(help, goals);
}

Json of_queues() {
  Json key = label("the name of a queue");
  key["pattern"] = "^[^_]";
  const Json queue = schema::object(
      "a queue that metrics are kept for",
      {{"channels", schema::one_or_list(schema::word(channel_names(), "a channel"),
                                        "what comes by it; without it any")},
       {"calendar", schema::text("the hours in which somebody answers", "office")},
       {"answer_within",
        schema::duration(Millis(1), kMostAnswer,
                         "threshold of the service level of calls and chats", "20s")},
       {"short_abandon",
        schema::duration(Millis(0), kMostAnswer, "given up by then is no abandoned contact", "5s")},
       {"wait_goal", schema::duration(Millis(1), kMostAnswer, "longest acceptable wait", "2m")},
       {"objective", schema::percent("share of its clocks to be met", "80%")},
       {"goals", of_goals("goals of this queue, before those of the whole policy")}});
  return schema::named("what metrics are kept for", key, queue);
}

Json of_amount(bool promised, bool only_promised) {
  Json out;
  const Json duration =
      schema::pattern(schema::duration_pattern(), kUnits.data(), {"4h", "1h30m", "20s"});
  const Json word = schema::word({"promised"},
                                 "what somebody said by when, by the clock on the "
                                 "wall");
  out["description"] = "how long it may take";
  if (only_promised)
    out["anyOf"] = {word};
  else if (promised)
    out["anyOf"] = {duration, word};
  else
    out["anyOf"] = {duration};
  return out;
}

// `promise`: what the clock's target may be; any where the clock is not known.
Json of_target(bool promised, bool only_promised) {
  const Json amount = of_amount(promised, only_promised);
  const Json warning = schema::pattern(schema::warning_pattern(),
                                       "a share of the target that is spent, or what is left of it",
                                       {"75%", "30m left"});
  Json warnings =
      schema::one_or_list(warning, "when to warn, counted in working time; up to three");
  warnings["anyOf"].back()["maxItems"] = kMostWarnings;
  Properties keys = {
      {"target", amount},
      {"at_risk", warnings},
      {"calendar", schema::text("the hours that count, in place of the rule's", "office")},
      {"start", schema::word(start_names(),
                             "wait (default): with what it waits for; applied: when "
                             "a rule first brings this target")},
      {"due", schema::word(due_names(),
                           "close (default) or next_open: where a target ends that is "
                           "used up exactly at closing")}};
  if (!only_promised) {
    keys.emplace_back("business_days", schema::count(1, kMostDays, "so many open dates later"));
    keys.emplace_back("end_of_day", schema::flag("business_days end with the day, not at the same "
                                                 "time of it"));
  }
  Json one = schema::object("a target with its warnings", keys);
  one["type"] = "object";
  one["anyOf"] = {{{"required", {"target"}}}};
  if (!only_promised) one["anyOf"].push_back({{"required", {"business_days"}}});
  Json priority = amount;
  priority["anyOf"].push_back(one);
  keys.emplace_back("by_priority",
                    schema::named("other targets of single priorities; what they do not say "
                                  "themselves is as above",
                                  label("a priority"), priority));
  keys.back().second["minProperties"] = 1;
  keys.back().second["type"] = "object";
  Json full = schema::object("a target with its warnings", keys);
  full["type"] = "object";
  full["anyOf"] = one["anyOf"];
  full["anyOf"].push_back({{"required", {"by_priority"}}});
  Json out = amount;
  out["anyOf"].push_back(full);
  return out;
}

std::string_view target_of(Promise promise) {
  switch (promise) {
    case Promise::kNone:
      return "target";
    case Promise::kMay:
      return "any_target";
    case Promise::kAlways:
      return "promise";
  }
  return "any_target";
}

Json of_rules() {
  const auto words = [](std::string_view help, std::string_view example) {
    return schema::one_or_list(schema::name(help, example), help);
  };
  const Json when = schema::object(
      "what it is for; every line must hold, without any it is for all",
      {{"channel", schema::one_or_list(schema::word(channel_names(), "a channel"), "on these")},
       {"queue", words("in these queues", "email-support")},
       {"priority", words("of these priorities", "urgent")},
       {"brand", words("of these brands", "acme")},
       {"segment", words("of these segments of customers", "vip")}});
  Properties clocks;
  for (const ClockFacts& facts : clock_facts())
    clocks.emplace_back(facts.name, reference(target_of(facts.promise),
                                              fmt::format("target of the clock {}", facts.name)));
  const Json rule = schema::object(
      "a rule: who gets which targets",
      {{"name", schema::name("alerts tell it", "vip mail")},
       {"when", when},
       {"calendar", schema::text("the hours that count; 24x7 is always there", "office")},
       {"targets",
        schema::named("targets by SLA; {} for what has none", {},
                      reference("any_target", "target of an SLA that `slas` names"), clocks)}},
      {"name", "targets"});
  Json out = rule;
  out["properties"]["targets"]["type"] = "object";
  return schema::list(out, "in order: the first that matches holds");
}

Json of_stitch() {
  Properties windows;
  for (const std::string& window : stitch_window_names())
    windows.emplace_back(window, schema::duration(Millis(0), kMostWindow,
                                                  "from the conversation's last channel to that of "
                                                  "the contact",
                                                  "24h"));
  return schema::object(
      "what belongs to one conversation",
      {{"reopen", schema::duration(Millis(0), kMostWindow,
                                   "so long after it was resolved a conversation goes on", "48h")},
       {"windows", schema::object("how long a conversation takes in what comes by the customer "
                                  "alone; pairs of channels go before live and written",
                                  windows)},
       {"own_messages",
        schema::word(own_message_names(),
                     "any_age (default): what we send goes to the customer's open conversation; "
                     "window: only within its windows, as a contact does")}});
}

Json of_identity() {
  Json trust;
  trust["description"] = "whose word joins identifiers";
  trust["anyOf"] = {
      schema::text("a source, however it knows", "crm"),
      schema::object("a source and how it knows",
                     {{"source", schema::text("Event.source; * is any", "crm")},
                      {"methods", schema::one_or_list(
                                      schema::text("as its events say; event: several identifiers "
                                                   "on one event",
                                                   "login"),
                                      "how it knows; without it however")}},
                     {"source"})};
  Properties limits;
  for (const std::string& kind : identifier_kind_names())
    limits.emplace_back(kind, schema::count(0, kMostIdentifiers, "so many of this kind"));
  limits.emplace_back("all", schema::count(2, kMostIdentifiers, "so many in all (default 50)"));
  const auto span = [](std::string_view help, std::string_view example) {
    return schema::duration(kLeastEvidence, kMostEvidence, help, example);
  };
  const auto patterns = [](std::string_view help, std::string_view example) {
    return schema::one_or_list(schema::pattern(identifier_pattern(),
                                               "an identifier as outputs show it, or with * at one "
                                               "end of its value",
                                               {std::string(example)}),
                               help);
  };
  return schema::object(
      "which identifiers are one customer",
      {{"trust", schema::list(trust, "whose word joins identifiers; without it nobody's")},
       {"limits", schema::object("how many identifiers a customer may have; beyond, nothing is "
                                 "joined and identity_conflict is told",
                                 limits)},
       {"shared", schema::object("an identifier of many customers joins nothing",
                                 {{"beyond", schema::count(1, kMostIdentifiers,
                                                           "more customers (default 10)")},
                                  {"within", span("... seen in this time (default 30d)", "30d")}})},
       {"evidence",
        schema::object("how long evidence holds after it was last given",
                       {{"lasts", span("any (default 365d)", "365d")},
                        {"phone", span("of a telephone number (default 180d)", "180d")}})},
       {"deny", patterns("identifiers that name nobody", "email:*@example.com")},
       {"own", patterns("our own addresses and numbers: what comes from them opens nothing",
                        "phone:+35810*")},
       {"email_local_part",
        schema::word(local_part_names(), "lower (default): Ann@ is ann@; exact: two mailboxes")},
       {"email_plus_tag",
        schema::word(plus_tag_names(), "keep (default), or strip: ann+shop@ is ann@")}});
}

Json of_trend() {
  return schema::object(
      "more of one thing in a quarter hour than at the same time of the same weekday before",
      {{"name", schema::name("alerts tell it", "negative_mentions")},
       {"fact", schema::word(trend_facts(), "what is counted: a fact of KPIs")},
       {"outcome", schema::word(trend_outcomes(), "only those that ended so; default: any")},
       {"of", schema::name("only of this SLA or survey; default: any", "csat")},
       {"by", schema::word(trend_dimensions(), "each value is watched by itself (default brand)")},
       {"at_least", schema::count(1, 1'000'000, "fewer are never told of")},
       {"times", schema::count(1, 100, "so many times what was usual (default 3)")},
       {"weeks", schema::count(1, 8, "before, that what is usual is taken from (default 4)")},
       {"calendar", schema::name("quarter hours outside it are not judged", "office")}},
      {"name", "fact", "at_least"});
}

Json of_kpis() {
  return schema::object(
      "what counts how in KPIs",
      {{"repeat_window",
        schema::duration(kLeastRepeat, kMostWindow,
                         "so long after a resolution no contact of the customer may come for it to "
                         "count as resolved at the first contact",
                         "7d")},
       {"ces_good", schema::count(1, kMostEffort, "from so many points of seven it was easy")},
       {"ces_middle", schema::count(1, kMostEffort, "from so many it was neither")},
       {"trends", schema::list(of_trend(), "what is told of when there is more than usual")}});
}

}  // namespace

std::string policy_schema() {
  Json hours;
  hours = schema::one_or_list(
      schema::pattern(schema::hours_pattern(), "periods of a day, in order; 24:00 is its end",
                      {"09:00-17:00", "09:00-12:00, 13:00-17:00", "closed"}),
      "periods of a day");
  Json reserved = false;
  Json all = schema::object(
      "the rules of one organisation",
      {{"policy", schema::name("the name of these rules", "service-desk")},
       {"version", schema::name("outputs tell it; without it a hash of the file", "2026-11-01")},
       {"calendars",
        schema::named("when somebody works; 24x7 is always there", label("the name of a calendar"),
                      of_calendar(), {{"24x7", reserved}})},
       {"slas", of_slas()},
       {"queues", of_queues()},
       {"goals", of_goals("goals of KPIs, for every queue that has none of its own")},
       {"rules", of_rules()},
       {"kpis", of_kpis()},
       {"stitch", of_stitch()},
       {"identity", of_identity()},
       {"message_reopens",
        schema::flag("a customer's message opens what is closed (default true)")},
       {"bounce_undoes_answer", schema::flag("an answer that bounces was none (default true)")},
       {"on_policy_change", schema::word(on_change_names(),
                                         "what becomes of running clocks when this version takes "
                                         "over: carry (default) keeps their start")}},
      {"policy", "rules"});
  all["$defs"] = {{"hours", hours},
                  {"sla", of_sla(std::nullopt)},
                  {"target", of_target(false, false)},
                  {"any_target", of_target(true, false)},
                  {"promise", of_target(true, true)}};
  return schema::document("a policy of vaste", all);
}

}  // namespace vaste::config
