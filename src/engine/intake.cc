#include "engine/intake.h"

#include <utility>

#include "ingest/route.h"

namespace vaste::engine {

void Intake::follow(std::shared_ptr<const clocks::Timeline> timeline) {
  timeline_ = std::move(timeline);
  identities_.clear();
  for (std::size_t i = 0; i < timeline_->size(); ++i)
    identities_.emplace_back((*timeline_)[i].policy().identity);
}

Result<Taken> Intake::take(ingest::Decoder& decoder, const Raw& raw, Instant now) const {
  auto decoded = decoder.decode(raw.value, raw.null_value, raw.format, raw.record_ms, to_ms(now));
  if (!decoded) return tl::unexpected(std::move(decoded.error()));
  const Instant at = ingest::time_of(*decoded->event, decoded->clamped_time_ms);
  const ingest::Identity& identity = identity_at(at);
  Taken out{*decoded,
            ingest::extract(*decoded->event, decoded->clamped_time_ms, identity.habits(raw.region)),
            {}};
  identity.judge(out.incoming);
  if (Status usable = ingest::usable(out.incoming); !usable)
    return tl::unexpected(std::move(usable.error()));
  out.to = stitch::route(out.incoming);
  return out;
}

}  // namespace vaste::engine
