#include "config/schema_parts.h"

#include <fmt/format.h>

#include "config/load.h"
#include "config/units.h"

namespace vaste::config::schema {
namespace {

// 24:00 is the end of a day.
constexpr std::string_view kTime =
    "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?|24:00(?::00)?)";

std::string whole(std::string_view inner) {
  return fmt::format("^(?:{})$", inner);
}

std::string duration_inner() {
  std::string parts = "(?=[0-9])";
  for (const std::string_view unit : duration_units())
    parts += fmt::format("(?:[0-9]{{1,15}}{})?", unit);
  return parts;
}

constexpr std::string_view kPercent = "(?!0*(?:\\.0*)?%)0*[0-9]{1,2}(?:\\.[0-9]*)?%";

// `or_nothing`: null is an empty one.
Json mapping(std::string_view help, bool or_nothing) {
  Json out;
  out["description"] = help;
  if (or_nothing)
    out["type"] = {"object", "null"};
  else
    out["type"] = "object";
  return out;
}

}  // namespace

std::string duration_pattern() {
  return whole(duration_inner());
}

std::string date_pattern() {
  return whole("(?:19[7-9][0-9]|20[0-9]{2}|2100)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])");
}

std::string hours_pattern() {
  const std::string period = fmt::format(" *{0} *- *{0} *", kTime);
  return whole(fmt::format("closed|{0}(?:,{0})*", period));
}

std::string weekdays_pattern() {
  const auto days = day_names();
  const std::string day = fmt::format(" *(?:{}) *", join({days.begin(), days.end()}, "|"));
  return whole(fmt::format("{0}(?:-{0})?(?:,{0}(?:-{0})?)*", day));
}

std::string warning_pattern() {
  return whole(fmt::format("{}|{} left", kPercent, duration_inner()));
}

Json text(std::string_view help, std::string_view example) {
  Json out;
  out["description"] = help;
  out["type"] = {"string", "number", "boolean"};
  if (!example.empty()) out["examples"] = {example};
  return out;
}

Json name(std::string_view help, std::string_view example) {
  Json out = text(help, example);
  out["pattern"] = "^[^ ](?:.*[^ ])?$";
  out["maxLength"] = 100;
  return out;
}

Json pattern(const std::string& pattern, std::string_view help,
             const std::vector<std::string>& examples) {
  Json out;
  out["description"] = help;
  out["type"] = "string";
  out["pattern"] = pattern;
  out["examples"] = examples;
  return out;
}

Json flag(std::string_view help) {
  Json out;
  out["description"] = help;
  out["type"] = "boolean";
  return out;
}

Json count(std::int64_t least, std::int64_t most, std::string_view help) {
  Json out;
  out["description"] = fmt::format("{} ({} to {})", help, least, most);
  out["type"] = "integer";
  out["minimum"] = least;
  out["maximum"] = most;
  return out;
}

Json duration(Millis least, Millis most, std::string_view help, std::string_view example) {
  return pattern(duration_pattern(),
                 fmt::format("{} ({} to {}; units d, h, m, s, ms, the larger first)", help,
                             duration_text(least), duration_text(most)),
                 {std::string(example)});
}

Json size(std::int64_t least, std::int64_t most, std::string_view help) {
  return pattern(whole(fmt::format("[0-9]{{1,15}}(?:{})", join(size_units(), "|"))),
                 fmt::format("{} ({} to {})", help, size_text(least), size_text(most)),
                 {size_text(least)});
}

Json percent(std::string_view help, std::string_view example) {
  return pattern(whole(kPercent), fmt::format("{}: above 0% and below 100%", help),
                 {std::string(example)});
}

Json word(const std::vector<std::string>& words, std::string_view help) {
  Json out;
  out["description"] = help;
  out["enum"] = words;
  return out;
}

Json list(const Json& item, std::string_view help) {
  Json out;
  out["description"] = help;
  out["type"] = "array";
  out["minItems"] = 1;
  out["items"] = item;
  return out;
}

Json one_or_list(const Json& item, std::string_view help) {
  Json out;
  out["description"] = help;
  out["anyOf"] = {item, list(item, help)};
  return out;
}

Json object(std::string_view help, const Properties& properties,
            const std::vector<std::string>& required) {
  Json out = mapping(help, required.empty());
  out["properties"] = Json::object();
  for (const auto& [key, value] : properties) out["properties"][key] = value;
  if (!required.empty()) out["required"] = required;
  out["additionalProperties"] = false;
  return out;
}

Json named(std::string_view help, const Json& key, const Json& value, const Properties& known) {
  Json out = mapping(help, true);
  if (!key.empty()) out["propertyNames"] = key;
  for (const auto& [own, its] : known) out["properties"][own] = its;
  out["additionalProperties"] = value;
  return out;
}

std::string document(std::string_view title, const Json& schema) {
  Json out;
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = title;
  out.update(schema);
  return out.dump(2) + '\n';
}

}  // namespace vaste::config::schema
