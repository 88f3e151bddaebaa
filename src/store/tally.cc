// A tally to bytes and back.
#include <limits>

#include "base/wire.h"
#include "store/codec.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

namespace {

using wire::Reader;
using wire::Writer;
using Stored = v1::StoredCount;

template <class Enum>
std::uint64_t number_of(Enum value) {
  return static_cast<std::uint64_t>(value);
}

template <class Enum>
bool choose(std::uint64_t number, Enum last, Enum& out) {
  out = static_cast<Enum>(number);
  return number <= static_cast<std::uint64_t>(last);
}

bool read(Reader in, TallyCount& out) {
  bool ok = true;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kSlaFieldNumber:
        out.sla = in.bytes();
        break;
      case Stored::kClockStateFieldNumber:
        ok = choose(in.number(), TallyClock::kBreached, out.clock) && ok;
        break;
      case Stored::kChannelFieldNumber:
        ok = choose(in.number(), Channel::kSocial, out.channel) && ok;
        break;
      case Stored::kConversationStateFieldNumber:
        ok = choose(in.number(), ConversationState::kMerged, out.state) && ok;
        break;
      case Stored::kTimerFieldNumber:
        ok = choose(in.number(), TallyTimer::kRetention, out.timer) && ok;
        break;
      case Stored::kCountFieldNumber:
        out.count = in.number();
        ok = out.count <= std::numeric_limits<std::int64_t>::max() && ok;
        break;
      default:
        break;
    }
  }
  return ok && in.ok();
}

}  // namespace

std::string encode_tally(const QueueTally& tally) {
  std::string out;
  Writer writer(out);
  writer.number(v1::StoredTally::kVersionFieldNumber, kFormatVersion);
  writer.fixed64(v1::StoredTally::kNamesFieldNumber, tally.names);
  for (const TallyCount& one : tally.counts)
    writer.message(v1::StoredTally::kCountsFieldNumber, [&] {
      writer.bytes(Stored::kSlaFieldNumber, one.sla);
      writer.number(Stored::kClockStateFieldNumber, number_of(one.clock));
      writer.number(Stored::kChannelFieldNumber, number_of(one.channel));
      writer.number(Stored::kConversationStateFieldNumber, number_of(one.state));
      writer.number(Stored::kTimerFieldNumber, number_of(one.timer));
      writer.number(Stored::kCountFieldNumber, one.count);
    });
  return out;
}

Result<QueueTally> decode_tally(std::string_view bytes) {
  QueueTally out;
  std::uint64_t version = 0;
  Reader in(bytes);
  while (in.next()) {
    if (in.field() == v1::StoredTally::kVersionFieldNumber) {
      version = in.number();
      // The first field: a later version's others may mean anything.
      if (version > kFormatVersion)
        return failure(Code::kNewerFormat, "stored tally: " + newer_format(version));
    } else if (version == 0) {
      break;
    } else if (in.field() == v1::StoredTally::kNamesFieldNumber) {
      out.names = in.fixed64();
    } else if (in.field() == v1::StoredTally::kCountsFieldNumber) {
      if (!read(Reader(in.bytes()), out.counts.emplace_back()))
        return failure(Code::kCorrupt, "stored tally: a count is out of bounds");
    }
  }
  if (!in.ok() || version == 0) return failure(Code::kCorrupt, "stored tally: malformed bytes");
  return out;
}

}  // namespace vaste::store
