// What schemas are put together from: one function for each reader of yaml.h. Private to config/.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace vaste::config::schema {

using Json = nlohmann::ordered_json;
using Properties = std::vector<std::pair<std::string, Json>>;

// Regular expressions, as JSON Schema has them (ECMA 262), of the whole text.
std::string duration_pattern();
std::string date_pattern();
std::string hours_pattern();     // "09:00-12:00, 13:00-17:00"
std::string weekdays_pattern();  // "mon-fri", "sat, sun"
std::string warning_pattern();   // "75%", "30m left"

// As read_text and read_name: a number is a text, too.
Json text(std::string_view help, std::string_view example);
Json name(std::string_view help, std::string_view example);
Json pattern(const std::string& pattern, std::string_view help,
             const std::vector<std::string>& examples);
Json flag(std::string_view help);
Json count(std::int64_t least, std::int64_t most, std::string_view help);
Json duration(Millis least, Millis most, std::string_view help, std::string_view example);
Json size(std::int64_t least, std::int64_t most, std::string_view help);
Json percent(std::string_view help, std::string_view example);
Json word(const std::vector<std::string>& words, std::string_view help);
// As read_list.
Json list(const Json& item, std::string_view help);
Json one_or_list(const Json& item, std::string_view help);

// As Map: these keys and no others. Nothing written is an empty mapping, unless keys are needed.
Json object(std::string_view help, const Properties& properties,
            const std::vector<std::string>& required = {});
// Keys that the file's author chooses, of which `known` mean something.
Json named(std::string_view help, const Json& key, const Json& value, const Properties& known = {});

// The document: what is said of the file as a whole in front.
std::string document(std::string_view title, const Json& schema);

}  // namespace vaste::config::schema
