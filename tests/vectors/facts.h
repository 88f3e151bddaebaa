// What a line of a vector file says, as the program's own values.
//
// Errors: a vector that does not follow the schema throws std::exception; the runner counts it as
// failed and goes on.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/policy.h"

namespace vaste::vectors {

using nlohmann::json;

// One fact that the vector asserts and vaste says otherwise.
struct Difference {
  std::string fact;  // "expect", "after_event 2, resolution.due"
  std::string expected;
  std::string actual;
};
using Differences = std::vector<Difference>;

Instant instant_of(const std::string& text);        // "2024-01-17T12:00:00Z"
std::int64_t local_ms_of(const std::string& text);  // the same without Z
std::string text_of(Instant at);                    // with milliseconds only if there are any
std::string text_of(std::optional<Instant> at);     // "null"
std::string text_of(Millis amount);                 // in seconds

// "24x7" or the object of the schema.
CalendarSpec calendar_of(const json& calendar);

Differences check_business_hours(const json& vector);  // business_hours.cc
Differences check_sla_clocks(const json& vector);      // sla_clocks.cc

}  // namespace vaste::vectors
