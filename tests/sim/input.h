// What happens to people, as the events that ingest makes packed records of.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "emit/encode.h"
#include "ingest/route.h"
#include "stitch/stitch.h"
#include "vaste/v1/event.pb.h"

namespace vaste::sim {

struct Happening {
  enum class What { kMessage, kAnswer, kResolved, kSame, kNotSame };
  What what = What::kMessage;
  Instant at;
  std::vector<std::string> who;  // as ingest writes identifiers; two for kSame and kNotSame
  std::string method;            // of these
  std::string key;               // a ticket's reference; empty: none
  // Whose the ticket is, where `who` is empty: the event has nobody's identifier, only the key.
  std::string of;

  const std::string& whose() const { return who.empty() ? of : who.front(); }
};

// In the log of ingest: `record` for `partition` of `vaste.core`.
struct Input {
  std::int32_t partition = 0;
  std::string record;
  std::uint64_t moment = 0;  // the id that it has as a moment
  bool has_key = false;
};

inline v1::Event event_of(const Happening& one, std::uint64_t number) {
  using What = Happening::What;
  v1::Event event;
  event.set_id(std::to_string(number));
  event.set_source("crm");
  event.mutable_time()->set_seconds(to_ms(one.at) / 1000);
  event.mutable_time()->set_nanos(static_cast<int>(to_ms(one.at) % 1000) * 1'000'000);
  event.set_channel(v1::CHANNEL_EMAIL);
  if (!one.key.empty()) {
    v1::ThreadKey* key = event.add_thread_keys();
    key->set_kind(v1::THREAD_KEY_KIND_TICKET);
    key->set_value(one.key);
  }
  switch (one.what) {
    case What::kMessage:
      event.mutable_message()->set_author(v1::AUTHOR_KIND_CUSTOMER);
      break;
    case What::kAnswer:
      event.mutable_message()->set_author(v1::AUTHOR_KIND_AGENT);
      event.mutable_message()->set_direction(v1::DIRECTION_OUTBOUND);
      break;
    case What::kResolved:
      event.mutable_lifecycle()->set_kind(v1::LIFECYCLE_KIND_RESOLVED);
      break;
    case What::kSame:
    case What::kNotSame:
      event.mutable_identity()->set_action(one.what == What::kSame
                                               ? v1::IdentityEvidence::ACTION_SAME_PERSON
                                               : v1::IdentityEvidence::ACTION_NOT_SAME_PERSON);
      event.mutable_identity()->set_method(one.method);
      break;
  }
  return event;
}

// `offset`: of the input, unique.
inline Input input_of(const Happening& one, std::uint64_t number, std::int64_t offset,
                      std::int32_t partitions) {
  const v1::Event event = event_of(one, number);
  const std::string bytes = event.SerializeAsString();
  std::vector<std::string> who = one.who;
  std::sort(who.begin(), who.end());
  const Incoming incoming = ingest::extract(event, 0, std::move(who), false);
  const stitch::Actor to = stitch::route(incoming);
  Input out;
  out.partition = stitch::partition_of(stitch::key_group(to), partitions);
  out.moment = incoming.moment.id;
  out.has_key = !incoming.keys.empty();
  emit::pack({{"in", 0, offset, to_ms(one.at)}, 0, to, core::Routed{bytes, &incoming, false, {}}},
             0, {}, out.record);
  return out;
}

// The id that event has as a moment: of its number alone.
inline std::uint64_t moment_of(std::uint64_t number) {
  static std::vector<std::uint64_t> known;
  while (known.size() <= number)
    known.push_back(ingest::extract(event_of({}, known.size()), 0, {}, false).moment.id);
  return known[number];
}

}  // namespace vaste::sim
