// The policy's `identity`: which identifiers are one customer, and which are nobody.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/load.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::size_t kMostTrusted = 200;
constexpr std::size_t kMostMethods = 20;
constexpr std::size_t kMostPatterns = 1000;

// Of the text of an identifier, as outputs show it.
constexpr std::array<std::string_view, 6> kTextKinds = {"customer", "email",  "phone",
                                                        "chat",     "social", "device"};

// A name that events carry: what is longer than they may have it never matches.
std::optional<std::string> read_given(const Value& value, Report& report, std::size_t most,
                                      std::string_view example) {
  auto text = read_text(value, report, example);
  if (!text) return std::nullopt;
  if (!text->empty() && text->size() <= most && prints(*text)) return text;
  report.error(value.place, fmt::format("{}: expected 1 to {} bytes that print, e.g. `{}`",
                                        written(value), most, example));
  return std::nullopt;
}

void read_trust_entry(const Value& value, Report& report, IdentityRules& rules) {
  if (value.node.IsScalar()) {
    if (auto source = read_given(value, report, kMostSourceName, "crm"))
      rules.trust.push_back({std::move(*source), {}});
    return;
  }
  Map map(value, report, "{source: crm, methods: [login]}");
  const Value* source = map.get("source");
  const Value* methods = map.get("methods");
  if (!map.usable()) return;
  map.finish();
  if (source == nullptr) {
    report.error(value.place, value.path +
                                  ": `source` is missing: whose word is believed, e.g. `source: "
                                  "crm`; `\"*\"` is any");
    return;
  }
  Trust trust;
  if (auto name = read_given(*source, report, kMostSourceName, "crm")) trust.source = *name;
  if (methods != nullptr) {
    const auto given = read_list(*methods, report, "[login, verified_profile]", true);
    if (given.size() > kMostMethods)
      report.error(methods->place, fmt::format("{}: {} methods, expected at most {}", methods->path,
                                               given.size(), kMostMethods));
    for (const Value& one : given)
      if (auto name = read_given(one, report, kMostMethodName, "login"))
        trust.methods.push_back(std::move(*name));
  }
  rules.trust.push_back(std::move(trust));
}

void read_trust(const Value& value, Report& report, IdentityRules& rules) {
  const auto entries = read_list(value, report, "[{source: crm, methods: [login]}]", false);
  if (entries.size() > kMostTrusted) {
    report.error(value.place, fmt::format("{}: {} sources, expected at most {}", value.path,
                                          entries.size(), kMostTrusted));
    return;
  }
  for (const Value& entry : entries) read_trust_entry(entry, report, rules);
}

void read_number(Map& map, std::string_view key, std::uint32_t& field, std::int64_t least,
                 std::int64_t most, Report& report) {
  const Value* value = map.get(key);
  if (value == nullptr) return;
  if (const auto count = read_count(*value, report, least, most))
    field = static_cast<std::uint32_t>(*count);
}

void read_span(Map& map, std::string_view key, Millis& field, std::string_view example,
               Report& report) {
  const Value* value = map.get(key);
  if (value == nullptr) return;
  field = read_duration(*value, report, kLeastEvidence, kMostEvidence, example).value_or(field);
}

void read_limits(const Value& value, Report& report, IdentityRules& rules) {
  Map map(value, report, "{email: 5, all: 50}");
  const auto& kinds = identifier_kind_names();
  for (std::size_t i = 0; i < kinds.size(); ++i)
    read_number(map, kinds[i], rules.most_of_kind.at(i + 1), 0, kMostIdentifiers, report);
  read_number(map, "all", rules.most, 2, kMostIdentifiers, report);
  if (map.usable()) map.finish();
}

// Why the text cannot be an identifier or a pattern of them; empty: it can.
std::string pattern_problem(const std::string& text) {
  const auto colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  if (colon == std::string::npos || std::ranges::find(kTextKinds, kind) == kTextKinds.end())
    return fmt::format(
        "expected a kind, a colon and a value, e.g. `email:*@example.com`; kinds are {}{}",
        fmt::join(kTextKinds, ", "), did_you_mean(kind, {kTextKinds.begin(), kTextKinds.end()}));
  std::string_view value = std::string_view(text).substr(colon + 1);
  if (value.empty() || value == "*") return fmt::format("would hold every {}", kind);
  if (value.size() > kMostPatternValue || !prints(value) || value.front() == ' ' ||
      value.back() == ' ')
    return fmt::format("expected up to {} bytes that print, without blanks around them",
                       kMostPatternValue);
  const auto star = value.find('*');
  const bool at_end = star == 0 || star == value.size() - 1;
  if (star != std::string_view::npos && (!at_end || value.find('*', star + 1) != value.npos))
    return "expected one `*` at most, at the beginning or the end of the value";
  if (kind == "email" && star == std::string_view::npos && value.find('@') == value.npos)
    return "expected a whole address, or a `*` for the rest of it, e.g. `email:*@example.com`";
  if (kind == "phone" && star != 0 && !value.starts_with('+') && !value.starts_with("local:"))
    return "expected a number with `+` and the code of its country, e.g. `phone:+35810*`, or "
           "`phone:local:` for what has none";
  return {};
}

void read_patterns(const Value& value, Report& report, std::vector<std::string>& out) {
  const auto given = read_list(value, report, "[\"email:*@example.com\"]", true);
  if (given.size() > kMostPatterns) {
    report.error(value.place, fmt::format("{}: {} entries, expected at most {}", value.path,
                                          given.size(), kMostPatterns));
    return;
  }
  for (const Value& one : given) {
    auto text = read_text(one, report, "email:*@example.com");
    if (!text) continue;
    if (const std::string problem = pattern_problem(*text); !problem.empty()) {
      report.error(one.place, fmt::format("{}: {}", written(one), problem));
    } else if (std::ranges::find(out, *text) != out.end()) {
      report.warning(one.place, fmt::format("{} is named twice", written(one)));
    } else {
      out.push_back(std::move(*text));
    }
  }
}

}  // namespace

const std::vector<std::string>& identifier_kind_names() {
  static const std::vector<std::string> names = {"customer_id",  "email",  "phone",
                                                 "chat_visitor", "social", "device"};
  static_assert(kIdentifierKinds == 7);
  return names;
}

const std::vector<std::string>& local_part_names() {
  static const std::vector<std::string> names = {"lower", "exact"};
  return names;
}

const std::vector<std::string>& plus_tag_names() {
  static const std::vector<std::string> names = {"keep", "strip"};
  return names;
}

std::string identifier_pattern() {
  return fmt::format("^(?:{}):(?:[*][^*]+|[^*]+[*]?)$", fmt::join(kTextKinds, "|"));
}

void read_identity(const Value& value, Report& report, IdentityRules& rules) {
  Map map(value, report, "{trust: [crm]}");
  if (!map.usable()) return;
  if (const Value* trust = map.get("trust")) read_trust(*trust, report, rules);
  if (const Value* limits = map.get("limits")) read_limits(*limits, report, rules);
  if (const Value* shared = map.get("shared")) {
    Map inside(*shared, report, "{beyond: 10, within: 30d}");
    read_number(inside, "beyond", rules.shared_beyond, 1, kMostIdentifiers, report);
    read_span(inside, "within", rules.shared_within, "30d", report);
    if (inside.usable()) inside.finish();
  }
  if (const Value* evidence = map.get("evidence")) {
    Map inside(*evidence, report, "{lasts: 365d, phone: 180d}");
    read_span(inside, "lasts", rules.evidence_lasts, "365d", report);
    read_span(inside, "phone", rules.phone_evidence_lasts, "180d", report);
    if (inside.usable()) inside.finish();
  }
  if (const Value* deny = map.get("deny")) read_patterns(*deny, report, rules.deny);
  if (const Value* own = map.get("own")) read_patterns(*own, report, rules.own);
  if (const Value* local = map.get("email_local_part"))
    rules.exact_local_part = read_word(*local, report, local_part_names()) == 1;
  if (const Value* tag = map.get("email_plus_tag"))
    rules.strip_plus_tag = read_word(*tag, report, plus_tag_names()) == 1;
  map.finish();
}

}  // namespace vaste::config
