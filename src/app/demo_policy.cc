#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/demo_feed.h"

namespace vaste::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Durations of the real desk become texts of the fast one.
class Scale {
 public:
  explicit Scale(double speed) : speed_(speed) {}

  std::string text(Millis real) const {
    const auto scaled = std::llround(static_cast<double>(real.count()) / speed_);
    return fmt::format("{}ms", std::max(scaled, 1LL));
  }

  std::string target(const char* sla, Millis real) const {
    return fmt::format("      {}: {{target: {}, at_risk: 75%}}\n", sla, text(real));
  }

  std::string live_queue(const char* name, const char* channel, Millis answer, Millis abandon,
                         int objective, Millis goal) const {
    return fmt::format(
        "  {}: {{channels: [{}], answer_within: {}, short_abandon: {}, objective: {}%, "
        "wait_goal: {}}}\n",
        name, channel, text(answer), text(abandon), objective, text(goal));
  }

 private:
  double speed_;
};

std::string rule(const char* name, const char* when) {
  return fmt::format("  - name: {}\n    when: {{{}}}\n    calendar: 24x7\n    targets:\n", name,
                     when);
}

std::string queues(const Scale& scale) {
  return "queues:\n" +
         scale.live_queue("chat-sales", "chat", seconds(30), seconds(10), 90, minutes(1)) +
         scale.live_queue("chat-support", "chat", seconds(45), seconds(10), 85, minutes(2)) +
         "  email-orders: {channels: [email], objective: 95%}\n"
         "  email-support: {channels: [email], objective: 90%}\n" +
         scale.live_queue("phone-main", "phone", seconds(20), seconds(5), 80, minutes(2)) +
         scale.live_queue("phone-tech", "phone", seconds(60), seconds(5), 80, minutes(5)) +
         "  social-care: {channels: [social], objective: 90%}\n";
}

std::string live_rules(const Scale& scale) {
  return rule("chat sales", "channel: chat, queue: chat-sales") +
         scale.target("speed_of_answer", seconds(30)) +
         scale.target("first_response", seconds(30)) + scale.target("next_response", minutes(2)) +
         rule("chat", "channel: chat") + scale.target("speed_of_answer", seconds(45)) +
         scale.target("first_response", seconds(45)) + scale.target("next_response", minutes(3)) +
         scale.target("resolution", hours(8)) +
         rule("phone tech", "channel: phone, queue: phone-tech") +
         scale.target("speed_of_answer", seconds(60)) + scale.target("next_response", hours(4)) +
         scale.target("resolution", hours(24)) + rule("phone", "channel: phone") +
         scale.target("speed_of_answer", seconds(20)) + scale.target("next_response", hours(2)) +
         scale.target("resolution", hours(16));
}

std::string written_rules(const Scale& scale) {
  return rule("orders by mail", "channel: email, queue: email-orders") +
         scale.target("first_response", hours(2)) + scale.target("next_response", hours(4)) +
         scale.target("resolution", hours(18)) + rule("mail", "channel: email") +
         scale.target("first_response", hours(4)) + scale.target("next_response", hours(8)) +
         scale.target("resolution", hours(36)) + rule("social", "channel: social") +
         scale.target("first_response", hours(1)) + scale.target("next_response", hours(2)) +
         scale.target("resolution", hours(24));
}

}  // namespace

std::string demo_policy(double speed) {
  const Scale scale(speed);
  return fmt::format(
             "# service-desk.yaml, {:g} times as fast, open at all hours.\n"
             "policy: service-desk\nversion: \"demo-{:g}x\"\n"
             "slas:\n  urgent_resolution: {{clock: resolution, pause_pending: true, "
             "pause_on_hold: false}}\n",
             speed, speed) +
         queues(scale) + "rules:\n" + rule("urgent", "priority: [urgent, high]") +
         scale.target("speed_of_answer", seconds(20)) +
         scale.target("first_response", minutes(30)) + scale.target("next_response", hours(1)) +
         scale.target("urgent_resolution", hours(8)) +
         rule("key customers", "segment: [vip, partner]") +
         scale.target("speed_of_answer", seconds(20)) + scale.target("first_response", hours(1)) +
         scale.target("next_response", hours(2)) + scale.target("resolution", hours(16)) +
         live_rules(scale) + written_rules(scale) +
         "  - name: everything else\n    calendar: 24x7\n    targets:\n" +
         scale.target("first_response", hours(24)) +
         fmt::format(
             "stitch:\n  reopen: {}\n  windows: {{live-live: {}, live-written: {}, "
             "written-live: {}, written-written: {}, chat-chat: {}}}\n",
             scale.text(hours(48)), scale.text(hours(4)), scale.text(hours(24)),
             scale.text(hours(24)), scale.text(hours(72)), scale.text(hours(2)));
}

}  // namespace vaste::app
