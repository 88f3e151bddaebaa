// Alerts for tests of notify/.
#pragma once

#include <string>

#include "notify/notice.h"

namespace vaste::notify {

inline constexpr Instant kNoon = instant(1'700'000'000'000);

inline Notice raised(const std::string& id, Instant due = kNoon, bool breached = true) {
  Notice out;
  out.id = id;
  out.conversation = "c-" + id;
  out.sla = "first_response";
  out.clock = "first_response";
  out.revision = 1;
  out.breached = breached;
  out.raised = true;
  out.due = out.changed = due;
  out.decided = due + Millis(100);
  out.channel = Channel::kEmail;
  out.attributes.queue = "mail";
  return out;
}

inline Notice recovered(const std::string& id, Instant at) {
  Notice out = raised(id);
  out.revision = 2;
  out.raised = false;
  out.changed = at;
  return out;
}

}  // namespace vaste::notify
