// One alert as it is told to others: what is written on vaste.alerts, without any person.
//
// Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "clocks/timeline.h"
#include "model/attributes.h"
#include "model/moment.h"

namespace vaste::notify {

struct Notice {
  std::string id;
  std::string conversation;
  std::string sla;
  std::string clock;
  std::uint32_t cycle = 0;
  std::uint32_t revision = 0;
  bool breached = false;  // else at risk
  // More than usual of something, which is no SLA: what it says, without `sla`'s name.
  std::string trend;
  bool raised = false;  // it still holds
  bool retracted = false;
  bool detected_late = false;
  bool provisional = false;
  Instant due, changed, started, decided;
  Millis elapsed{0};
  Millis target{0};
  Channel channel = Channel::kNone;
  Attributes attributes;  // those that rules go by, no others
  std::string policy_version;

  const char* kind() const;  // as label `kind`: "breached", "recovered", ...; a trend is at risk
  // From when on somebody waited to hear of it: of a breach nobody saw in time, its discovery.
  Instant since() const;
};

// Errors: kMalformed.
Result<Notice> notice_of(std::string_view bytes);

// What a policy names may be a label; "_other" stands for anything else.
std::string queue_label(const Notice& notice, const clocks::CompiledPolicy& policy);
std::string brand_label(const Notice& notice, const clocks::CompiledPolicy& policy);

// When a page about it may be sent at the earliest; nullopt: now. A target that runs round the
// clock wakes people at any time; any other waits for its queue to open, by the target's own hours
// where the queue has none.
std::optional<Instant> held_until(const Notice& notice, Instant now,
                                  const clocks::CompiledPolicy& policy);

// What a webhook gets, as JSON.
std::string body_of(const Notice& notice, const std::string& delivery);

std::string rfc3339(Instant at);

}  // namespace vaste::notify
