// Events to begin with, and what holds for every event that the decoder lets in.
#pragma once

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/check.h"
#include "ingest/decode.h"
#include "ingest/route.h"
#include "stitch/stitch.h"
#include "unit/ingest/events.h"
#include "unit/store/conversations.h"

namespace vaste::fuzz {

inline constexpr std::int64_t kNow = ingest::testing::kMs;

// One of each body, with most of the fields somewhere.
inline std::vector<v1::Event> events() {
  std::vector<v1::Event> out;
  const auto add = [&](auto change) {
    v1::Event event = ingest::testing::mail();
    event.set_id("m-" + std::to_string(out.size()));
    change(event);
    out.push_back(std::move(event));
  };
  add([](v1::Event& event) {
    event.mutable_message()->set_subject("Refund");
    event.mutable_message()->set_direction(v1::DIRECTION_INBOUND);
    event.mutable_claimed_time()->set_seconds(ingest::testing::kSecond - 60);
    event.set_sequence(7);
    auto* key = event.add_thread_keys();
    key->set_kind(v1::THREAD_KEY_KIND_MAIL_REFERENCE);
    key->set_value("<0@example.org>");
    auto* copied = event.add_participants();
    copied->set_role(v1::PARTICIPANT_ROLE_COPIED);
    copied->mutable_identifier()->set_type(v1::IDENTIFIER_TYPE_EMAIL);
    copied->mutable_identifier()->set_value("bob@example.org");
  });
  add([](v1::Event& event) {
    event.mutable_message()->set_author(v1::AUTHOR_KIND_AGENT);
    event.mutable_message()->set_automation(v1::AUTOMATION_AUTO_REPLY);
    event.mutable_message()->set_visibility(v1::VISIBILITY_INTERNAL);
    event.mutable_attributes()->set_agent("a-1");
  });
  add([](v1::Event& event) {
    event.set_channel(v1::CHANNEL_SOCIAL);
    event.mutable_message()->set_author(v1::AUTHOR_KIND_MEMBER);
    event.mutable_message()->set_surface(v1::SURFACE_PUBLIC);
    event.mutable_message()->set_addressed_to_us(true);
    event.mutable_person(0)->set_type(v1::IDENTIFIER_TYPE_SOCIAL);
    event.mutable_person(0)->set_network("net");
    event.mutable_thread_keys(0)->set_kind(v1::THREAD_KEY_KIND_SOCIAL_THREAD);
    event.mutable_thread_keys(0)->set_scope("net");
  });
  add([](v1::Event& event) {
    event.set_channel(v1::CHANNEL_PHONE);
    event.mutable_signal()->set_kind(v1::SIGNAL_KIND_QUEUED);
    event.mutable_signal()->set_announced_hold_seconds(30);
    event.mutable_person(0)->set_type(v1::IDENTIFIER_TYPE_PHONE);
    event.mutable_person(0)->set_value("+358 (0)9 555-0100");
    event.mutable_thread_keys(0)->set_kind(v1::THREAD_KEY_KIND_CALL);
  });
  add([](v1::Event& event) { event.mutable_lifecycle()->set_kind(v1::LIFECYCLE_KIND_RESOLVED); });
  add([](v1::Event& event) { event.mutable_assignment()->set_unassigned(true); });
  add([](v1::Event& event) {
    event.mutable_identity()->set_action(v1::IdentityEvidence::ACTION_SAME_PERSON);
    event.mutable_identity()->set_method("login");
    auto* person = event.add_person();
    person->set_type(v1::IDENTIFIER_TYPE_DEVICE);
    person->set_value("d-1");
  });
  add([](v1::Event& event) {
    event.mutable_commitment()->set_action(v1::Commitment::ACTION_MADE);
    event.mutable_commitment()->set_reference("c-1");
    event.mutable_commitment()->mutable_due()->set_seconds(ingest::testing::kSecond + 3600);
  });
  add([](v1::Event& event) {
    event.mutable_survey()->set_kind(v1::Survey::KIND_CSAT);
    event.mutable_survey()->set_answered(true);
    event.mutable_survey()->set_score(4.5);
    event.mutable_survey()->set_score_max(5);
  });
  add([](v1::Event& event) {
    event.mutable_revision()->set_kind(v1::Revision::KIND_DELETED);
    event.mutable_revision()->set_target_id("m-0");
  });
  return out;
}

// The names in event.proto, as Protobuf and as JSON spell them.
inline void collect_names(const google::protobuf::Descriptor* type, std::set<std::string>& fields,
                          std::set<std::string>& values) {
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    fields.insert(field->name());
    fields.insert(field->json_name());
    if (const auto* choice = field->enum_type())
      for (int v = 0; v < choice->value_count(); ++v) values.insert(choice->value(v)->name());
    if (field->message_type() != nullptr) collect_names(field->message_type(), fields, values);
  }
}

inline bool same_incoming(const Incoming& a, const Incoming& b) {
  const auto same_key = [](const Key& x, const Key& y) {
    return x.text == y.text && x.refers == y.refers && x.session == y.session;
  };
  return same(a.moment, b.moment) && a.attributes == b.attributes &&
         a.identifiers == b.identifiers && a.opens == b.opens &&
         a.from_customer == b.from_customer &&
         std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(), same_key);
}

// What a person may read of a record that was refused.
inline void check_refusal(const Error& error) {
  VASTE_CHECK(remedy(error.code) == Remedy::kDeadLetter);
  VASTE_CHECK(!error.detail.empty());
  VASTE_CHECK(std::all_of(error.detail.begin(), error.detail.end(),
                          [](char c) { return c >= ' ' && c <= '~'; }));
}

inline void check_actor(const stitch::Actor& actor) {
  const auto read = stitch::parse_address(stitch::address(actor));
  VASTE_CHECK(read && *read == actor);
  VASTE_CHECK(stitch::key_group(actor) < kKeyGroups);
  for (const std::int32_t partitions : {1, 12, 1024}) {
    const auto partition = stitch::partition_of(stitch::key_group(actor), partitions);
    VASTE_CHECK(partition >= 0 && partition < partitions);
  }
}

// What the core relies on.
inline Incoming check_accepted(ingest::Decoder& decoder, const ingest::Decoded& decoded) {
  const Incoming incoming = ingest::extract(*decoded.event, decoded.clamped_time_ms);
  VASTE_CHECK(incoming.moment.kind != MomentKind::kNone);
  VASTE_CHECK(incoming.moment.channel != Channel::kNone);
  VASTE_CHECK(to_ms(incoming.moment.at) >= ingest::kEarliestSecond * 1000);
  VASTE_CHECK(to_ms(incoming.moment.at) <= kNow + ingest::Limits{}.max_skew.count());
  VASTE_CHECK(!incoming.identifiers.empty() || !incoming.keys.empty());
  for (const std::string& identifier : incoming.identifiers) VASTE_CHECK(!identifier.empty());
  for (const Key& key : incoming.keys) VASTE_CHECK(!key.text.empty());
  check_actor(stitch::route(incoming));

  // The bytes that are passed on mean the same.
  const v1::Event* again = decoder.parse(decoded.bytes);
  VASTE_CHECK(again != nullptr);
  VASTE_CHECK(same_incoming(incoming, ingest::extract(*again, decoded.clamped_time_ms)));
  Incoming viewed;
  VASTE_CHECK(ingest::extract(decoder, decoded.bytes, decoded.clamped_time_ms, incoming.identifiers,
                              incoming.from_us, viewed));
  VASTE_CHECK(same_incoming(incoming, viewed));
  return incoming;
}

}  // namespace vaste::fuzz
