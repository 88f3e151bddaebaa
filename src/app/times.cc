#include "app/times.h"

#include <google/protobuf/util/time_util.h>

#include <string_view>

#include "config/units.h"

namespace vaste::app {

Result<Instant> read_time(const std::string& option, const std::string& words, Instant now) {
  if (words == "now") return now;
  if (words.starts_with('+') || words.starts_with('-')) {
    const auto span = config::parse_duration(std::string_view(words).substr(1));
    if (span) return words.front() == '+' ? now + *span : now - *span;
  }
  google::protobuf::Timestamp at;
  if (google::protobuf::util::TimeUtil::FromString(words, &at))
    return instant(google::protobuf::util::TimeUtil::TimestampToMilliseconds(at));
  return failure(Code::kUsage, option + ' ' + words +
                                   ": write a time such as 2026-12-01T00:00:00+02:00, `now`, or "
                                   "a span from now such as +10m or -1h");
}

}  // namespace vaste::app
