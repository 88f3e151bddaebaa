// The core's decisions to the bytes of our topics, and internal envelopes to packed records and
// back.
//
// An Encoder belongs to one worker: it reuses its messages and buffers. Returned views die with the
// next call.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clocks/fold.h"
#include "core/step.h"

namespace vaste::emit {

class Encoder {
 public:
  Encoder();
  ~Encoder();

  std::string_view enriched(const core::Enriched& out);
  // `version`: that its fold was made under.
  std::string_view conversation(const Conversation& conversation,
                                const clocks::CompiledPolicy& version);
  // `now`: wall clock, only to say when it was decided.
  std::string_view alert(const core::AlertOut& out, Instant now);
  // `now` as for an alert.
  std::string_view identity(const core::IdentityOut& out, Instant now);
  std::string_view answer(const core::AnswerOut& out, Instant now);
  std::string_view window(const WindowId& id, const KpiWindow& window);
  std::string_view trend(const core::TrendOut& out, Instant now);  // an alert
  std::string_view dead_letter(const core::Origin& origin, Code code, std::string_view detail,
                               std::string_view key, std::string_view value,
                               const std::vector<std::pair<std::string, std::string>>& headers);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string identity_;
  std::string window_;
};

// Of the record: "15m/2026-11-23T12:00:00Z/channel=phone&queue=support".
std::string kpi_key(const WindowId& id);
std::string trend_id(const core::TrendOut& out);  // of the alert

// The same for the same input and outcome.
std::string identity_id(const core::IdentityOut& out);
std::string answer_id(const core::AnswerOut& out);
// The customer's id: it holds nobody's identifier.
std::string identity_key(const core::IdentityOut& out);

// An envelope as it was packed. Views point into the record.
struct Envelope {
  core::Message message;  // a Routed's `incoming` is not set, a Handover's contents are in
                          // `contents`, and an Adopt's, and a command or an answer
  std::int64_t clamped_time_ms = 0;
  std::string_view contents;
  Instant window_start;  // of sums of KPIs, which are in `contents`
  // Of a Routed: what ingest made of the person (Incoming). False: a vaste of before packed it.
  bool recognised = false;
  std::vector<std::string> identifiers;
  bool from_us = false;
};

// Appends to a packed record; begins one when `packed` is empty. A Routed carries the clamped time,
// and what its `incoming` says of the person, a Handover `contents`: the stored form of what it
// hands over.
void pack(const core::Message& message, std::int64_t clamped_ms, std::string_view contents,
          std::string& packed);

// Errors: kCorrupt: not a packed record, or one of a newer version.
Result<std::vector<Envelope>> unpack(std::string_view record);

}  // namespace vaste::emit
