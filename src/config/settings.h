// The one table of settings: it drives reading, bounds and show(). Private to config/.
//
// Lists and maps (sources, kafka.properties, kafka.secrets) are not rows: load.cc and secrets.cc
// read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace vaste::config {

enum class Kind : std::uint8_t { kCount, kDuration, kSize, kText };

struct Setting {
  std::string_view section;  // "" = top level
  std::string_view key;
  Kind kind = Kind::kCount;
  std::string_view help;
  // Numbers: milliseconds, bytes or a plain count.
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::int64_t (*number)(const Config&) = nullptr;
  void (*set_number)(Config&, std::int64_t) = nullptr;
  // Texts. `choices` are all there is if there are any; else `problem` says what is wrong, empty if
  // nothing.
  const std::string& (*word)(const Config&) = nullptr;
  void (*set_word)(Config&, const std::string&) = nullptr;
  std::string (*problem)(const std::string&) = nullptr;
  std::vector<std::string> choices;
  std::string_view example;
  std::string_view pattern = {};  // what an editor can check of `problem`; empty: nothing
};

const std::vector<Setting>& settings();
std::string path(const Setting& setting);                              // "engine.workers"
std::string value_text(const Setting& setting, const Config& config);  // "100ms"
std::string bounds_text(const Setting& setting);  // "5ms to 10s", "classic or consumer", ""

inline constexpr std::string_view kTopicPattern = "^[A-Za-z0-9._-]{1,249}$";
// Empty if Kafka takes it as a topic's name.
std::string topic_problem(const std::string& name);

}  // namespace vaste::config
