// The same message again and again: said once a while, with a count of what was left out.
//
// Threads: all functions from any thread; librdkafka reports errors from its own. Shared by all
// clients of a process, which lose the same brokers at the same time.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vaste::kafka {

class Repeats {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kEvery{10};

  // The text to say now, or nothing: something of this kind was said a moment ago.
  std::optional<std::string> say(std::string_view kind, std::string_view text, Time now) {
    const std::lock_guard lock(mutex_);
    const auto known = said_.find(kind);
    Said& said = known != said_.end() ? known->second : said_[std::string(kind)];
    if (said.at != Time() && now - said.at < kEvery) {
      ++said.left_out;
      return std::nullopt;
    }
    std::string out(text);
    if (said.left_out > 0) out += " (and " + count(said.left_out) + " before)";
    said = {now, 0};
    return out;
  }

  // What was left out of kinds that have not come again for a while. Cheap when there is none.
  std::vector<std::string> ended(Time now) {
    std::vector<std::string> out;
    const std::lock_guard lock(mutex_);
    for (auto it = said_.begin(); it != said_.end();) {
      if (now - it->second.at < kEvery) {
        ++it;
        continue;
      }
      if (it->second.left_out > 0)
        out.push_back(it->first + ": " + count(it->second.left_out) + ", none lately");
      it = said_.erase(it);
    }
    return out;
  }

 private:
  struct Said {
    Time at{};
    std::size_t left_out = 0;
  };
  static std::string count(std::size_t number) { return std::to_string(number) + " more like it"; }

  std::mutex mutex_;
  std::map<std::string, Said, std::less<>> said_;
};

}  // namespace vaste::kafka
