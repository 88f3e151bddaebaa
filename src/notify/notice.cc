#include "notify/notice.h"

#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "vaste/v1/alert.pb.h"

namespace vaste::notify {
namespace {

using google::protobuf::util::TimeUtil;
using Json = nlohmann::ordered_json;

constexpr const char* kOther = "_other";

Instant instant_of(const google::protobuf::Timestamp& time) {
  return instant(time.seconds() * 1000 + time.nanos() / 1000000);
}

bool is_brand(const std::string& brand, const Policy& policy) {
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
    return std::find(rule.when.brands.begin(), rule.when.brands.end(), brand) !=
           rule.when.brands.end();
  });
}

// Of the target that brought it about; nullptr: no rule of today's policy has one.
const clocks::Calendar* calendar_of(const Notice& notice, const clocks::CompiledPolicy& policy) {
  const Rule* rule = policy.rule_for(notice.channel, notice.attributes);
  if (rule == nullptr) return nullptr;
  for (const Target& target : rule->targets)
    if (policy.policy().slas[target.sla].name == notice.sla)
      return &policy.calendar_at(target.calendar);
  return nullptr;
}

bool always_open(const clocks::Calendar& calendar, const Policy& policy) {
  return std::any_of(
      policy.calendars.begin(), policy.calendars.end(),
      [&](const CalendarSpec& one) { return one.always_open && one.name == calendar.name(); });
}

}  // namespace

const char* Notice::kind() const {
  if (retracted) return "retracted";
  if (!raised) return "recovered";
  return breached ? "breached" : "at_risk";
}

Instant Notice::since() const {
  if (!raised) return changed;
  return detected_late ? decided : due;
}

Result<Notice> notice_of(std::string_view bytes) {
  v1::Alert alert;
  if (!alert.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || alert.id().empty())
    return failure(Code::kMalformed, "a record that is no alert");
  Notice out;
  out.id = alert.id();
  out.conversation = alert.conversation_id();
  out.sla = alert.sla();
  out.clock = alert.clock();
  out.cycle = alert.cycle();
  out.revision = alert.revision();
  out.breached = alert.level() == v1::ALERT_LEVEL_BREACHED;
  out.raised = alert.status() == v1::ALERT_STATUS_RAISED;
  out.retracted = alert.status() == v1::ALERT_STATUS_RETRACTED;
  out.detected_late = alert.detected_late();
  out.provisional = alert.provisional();
  out.due = instant_of(alert.due());
  out.changed = instant_of(alert.changed());
  out.started = instant_of(alert.started());
  out.decided = instant_of(alert.decided());
  out.elapsed = Millis(alert.elapsed_ms());
  out.target = Millis(alert.target_ms());
  const int channel = alert.channel();
  out.channel = channel > 0 && channel < kChannels ? static_cast<Channel>(channel) : Channel::kNone;
  out.attributes.queue = alert.attributes().queue();
  out.attributes.brand = alert.attributes().brand();
  out.attributes.priority = alert.attributes().priority();
  out.attributes.segment = alert.attributes().segment();
  out.policy_version = alert.policy_version();
  if (alert.level() == v1::ALERT_LEVEL_TREND)
    out.trend = fmt::format("{} in a quarter hour, usually {:.1f}", alert.trend().count(),
                            alert.trend().usual());
  return out;
}

std::string queue_label(const Notice& notice, const clocks::CompiledPolicy& policy) {
  return policy.queue(notice.attributes.queue) == nullptr ? kOther : notice.attributes.queue;
}

std::string brand_label(const Notice& notice, const clocks::CompiledPolicy& policy) {
  const std::string& brand = notice.attributes.brand;
  if (brand.empty()) return {};
  return is_brand(brand, policy.policy()) ? brand : kOther;
}

std::optional<Instant> held_until(const Notice& notice, Instant now,
                                  const clocks::CompiledPolicy& policy) {
  const clocks::Calendar* target = calendar_of(notice, policy);
  if (target == nullptr || always_open(*target, policy.policy())) return std::nullopt;
  const Queue* queue = policy.queue(notice.attributes.queue);
  const clocks::Calendar* hours = queue == nullptr ? target : &policy.calendar_at(queue->calendar);
  if (always_open(*hours, policy.policy())) hours = target;
  if (hours->is_open(now)) return std::nullopt;
  return hours->next_open(now);  // nullopt where it never opens: better told than lost
}

std::string rfc3339(Instant at) {
  return TimeUtil::ToString(TimeUtil::MillisecondsToTimestamp(to_ms(at)));
}

std::string body_of(const Notice& notice, const std::string& delivery) {
  Json out;
  out["delivery_id"] = delivery;
  out["alert_id"] = notice.id;
  out["revision"] = notice.revision;
  out["kind"] = notice.kind();
  out["level"] = notice.breached ? "breached" : notice.trend.empty() ? "at_risk" : "trend";
  if (!notice.trend.empty()) out["trend"] = notice.trend;
  out["sla"] = notice.sla;
  out["clock"] = notice.clock;
  out["cycle"] = notice.cycle;
  out["channel"] = name(notice.channel);
  out["queue"] = notice.attributes.queue;
  out["brand"] = notice.attributes.brand;
  out["priority"] = notice.attributes.priority;
  out["segment"] = notice.attributes.segment;
  out["conversation_id"] = notice.conversation;
  for (const auto& [key, at] : {std::pair("started", notice.started),
                                {"due", notice.due},
                                {"changed", notice.changed},
                                {"decided", notice.decided}})
    if (is_set(at)) out[key] = rfc3339(at);
  out["elapsed_ms"] = notice.elapsed.count();
  out["target_ms"] = notice.target.count();
  out["detected_late"] = notice.detected_late;
  out["provisional"] = notice.provisional;
  out["policy_version"] = notice.policy_version;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vaste::notify
