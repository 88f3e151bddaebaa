// Events that wait: every field survives, damage is told.
#include <gtest/gtest.h>

#include "store/codec.h"

namespace vaste::store {
namespace {

// The bindings name each field: one that is added does not compile here until it is filled.
Parked parked() {
  Parked out;
  auto& [topic, partition, offset, record_ms, read_after_ms, trace, hops, event, incoming] = out;
  topic = "support.email";
  partition = 7;
  offset = 1LL << 40;
  record_ms = 1'795'392'000'000;
  read_after_ms = 1'795'391'000'000;
  trace = "00-1-2-01";
  hops = 3;
  event = std::string("\0an event\xff", 10);
  auto& [moment, attributes, identifiers, keys, source, evidence, opens, from_customer, from_us,
         promise] = incoming;
  static_cast<void>(std::tie(identifiers, evidence));  // It has nobody's.
  moment.at = instant(1'795'392'000'001);
  moment.kind = MomentKind::kCustomerMessage;
  moment.channel = Channel::kEmail;
  moment.flags = kAddressed;
  moment.id = ~0ULL;
  moment.sequence = -4;
  moment.value = 5;
  attributes.queue = "main";
  keys = {{"mail::1", true, false}, {"chat:s:2", false, true}};
  source = "mail";
  opens = from_customer = from_us = true;
  promise = "refund";
  return out;
}

Waiting waiting() {
  Waiting out;
  auto& [key, until, events, all_events, all_bytes] = out;
  key = "mail::1";
  until = instant(1'795'392'060'000);
  events = {std::make_shared<const Parked>(parked()), std::make_shared<const Parked>(parked())};
  all_events = 1;
  all_bytes = 2;
  return out;
}

bool same(const Parked& a, const Parked& b) {
  const Incoming& one = a.incoming;
  const Incoming& other = b.incoming;
  const auto keys = [](const Key& key, const Key& same_key) {
    return key.text == same_key.text && key.refers == same_key.refers &&
           key.session == same_key.session;
  };
  return std::tie(a.topic, a.partition, a.offset, a.record_ms, a.read_after_ms, a.trace, a.hops,
                  a.event) == std::tie(b.topic, b.partition, b.offset, b.record_ms, b.read_after_ms,
                                       b.trace, b.hops, b.event) &&
         std::tie(one.moment.at, one.moment.kind, one.moment.channel, one.moment.flags,
                  one.moment.id, one.moment.sequence, one.moment.value, one.attributes, one.source,
                  one.opens, one.from_customer, one.from_us, one.promise) ==
             std::tie(other.moment.at, other.moment.kind, other.moment.channel, other.moment.flags,
                      other.moment.id, other.moment.sequence, other.moment.value, other.attributes,
                      other.source, other.opens, other.from_customer, other.from_us,
                      other.promise) &&
         std::equal(one.keys.begin(), one.keys.end(), other.keys.begin(), other.keys.end(), keys);
}

TEST(WaitingCodec, EveryFieldSurvives) {
  const Waiting given = waiting();
  const auto read = decode_waiting(encode_waiting(given));
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->key, given.key);
  EXPECT_EQ(read->until, given.until);
  EXPECT_EQ(read->all_events, given.all_events);
  EXPECT_EQ(read->all_bytes, given.all_bytes);
  ASSERT_EQ(read->events.size(), 2U);
  for (const auto& event : read->events) EXPECT_TRUE(same(*event, parked()));
}

TEST(WaitingCodec, DamageIsTold) {
  const std::string bytes = encode_waiting(waiting());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto cut = decode_waiting(std::string_view(bytes).substr(0, at));
    if (!cut) {
      EXPECT_EQ(cut.error().code, Code::kCorrupt);
    }
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(~flipped[at]);
    const auto read = decode_waiting(flipped);
    if (!read) continue;
    for (const auto& event : read->events) EXPECT_FALSE(event->incoming.keys.empty());
  }
  Waiting numbered = waiting();
  Parked wrong = parked();
  wrong.incoming.moment.contact_key = 1;  // of a conversation that is not there
  numbered.events = {std::make_shared<const Parked>(wrong)};
  EXPECT_FALSE(decode_waiting(encode_waiting(numbered)).has_value());
}

TEST(WaitingCodec, ALaterFormatIsRefused) {
  std::string later = encode_waiting(waiting());
  later.at(1) = kFormatVersion + 1;
  const auto refused = decode_waiting(later);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kNewerFormat);
}

}  // namespace
}  // namespace vaste::store
