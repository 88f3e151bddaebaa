// A decoded event -> what the core works with.
//
// Pure. `event` is one that Decoder gave; `clamped_time_ms` replaces its time unless it is 0. A
// body or kind that this version does not know gives MomentKind::kNone (decode() refuses such an
// event, a newer worker's may pass).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ingest/decode.h"
#include "ingest/kinds.h"
#include "ingest/normalise.h"
#include "model/incoming.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest {

// The method of what is known by several identifiers standing on one event of another body.
inline constexpr char kEventMethod[] = "event";

// For ingest, which normalises; see identity.h for what the policy takes away afterwards.
Incoming extract(const v1::Event& event, std::int64_t clamped_time_ms, const Habits& habits = {});

// For the core, which is told what ingest made of the person: policies and regions are ingest's
// alone, so both mean the same people whichever versions of the policy either knows.
Incoming extract(const v1::Event& event, std::int64_t clamped_time_ms,
                 std::vector<std::string> identifiers, bool from_us);
// The same of bytes that decode() gave, for half the price: no message is made but of such as only
// the parser understands. Into `out`, which is fresh. False: the bytes are broken.
bool extract(Decoder& decoder, std::string_view bytes, std::int64_t clamped_time_ms,
             std::vector<std::string> identifiers, bool from_us, Incoming& out);

// What follows from `identifiers`, after they were changed. `from_us`: none is left, and there was
// one of our own.
void settle(Incoming& incoming, bool from_us);

// Errors: kNoIdentity: nothing is left to route by, or to say.
Status usable(const Incoming& incoming);

// Of the event that `source` calls `id`.
std::uint64_t moment_id(std::string_view source, std::string_view id);

// When it happened, by which the version of the policy is chosen.
Instant time_of(const v1::Event& event, std::int64_t clamped_time_ms);

}  // namespace vaste::ingest
