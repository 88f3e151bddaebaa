// The bytes of a source record -> who is to have it and what it says, or what is wrong with it.
//
// Pure: the same record, instants and policy versions, the same answer. Threads: one at a time.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clocks/timeline.h"
#include "ingest/decode.h"
#include "ingest/identity.h"
#include "model/incoming.h"
#include "stitch/stitch.h"

namespace vaste::engine {

// A record as its source gave it.
struct Raw {
  std::string_view value;
  bool null_value = false;
  std::int64_t record_ms = 0;  // 0 or less: it has no time
  ingest::Format format = ingest::Format::kAuto;
  std::string_view region;  // of national telephone numbers
};

struct Taken {
  ingest::Decoded decoded;  // dies with the decoder's next reset()
  Incoming incoming;
  stitch::Actor to;
};

class Intake {
 public:
  explicit Intake(std::shared_ptr<const clocks::Timeline> timeline) { follow(std::move(timeline)); }

  // Other versions of the policy are known. Not inside a transaction.
  void follow(std::shared_ptr<const clocks::Timeline> timeline);

  // Errors: of the record alone; their remedy is kDeadLetter.
  Result<Taken> take(ingest::Decoder& decoder, const Raw& raw, Instant now) const;

  // By the version of the policy that governs then, as far as it is known: the core is told what
  // came of it and asks no policy again.
  const ingest::Identity& identity_at(Instant at) const {
    return identities_[timeline_->index_at(at)];
  }

 private:
  std::shared_ptr<const clocks::Timeline> timeline_;
  std::vector<ingest::Identity> identities_;  // of its versions
};

}  // namespace vaste::engine
