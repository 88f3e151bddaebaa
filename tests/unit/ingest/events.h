// Events for the tests of ingest/.
#pragma once

#include <functional>
#include <string>

#include "ingest/decode.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest::testing {

inline constexpr std::int64_t kSecond = 1'767'258'000;  // 2026-01-01T09:00:00Z
inline constexpr std::int64_t kMs = kSecond * 1000 + 250;

// Valid as it is: a customer's mail.
inline v1::Event mail() {
  v1::Event event;
  event.set_id("m-1");
  event.set_source("imap-support");
  event.mutable_time()->set_seconds(kSecond);
  event.mutable_time()->set_nanos(250'000'000);
  event.set_channel(v1::CHANNEL_EMAIL);
  auto* person = event.add_person();
  person->set_type(v1::IDENTIFIER_TYPE_EMAIL);
  person->set_value("Ann@Example.org");
  auto* key = event.add_thread_keys();
  key->set_kind(v1::THREAD_KEY_KIND_MAIL_MESSAGE);
  key->set_value("<1@example.org>");
  event.mutable_attributes()->set_queue("billing");
  event.mutable_message()->set_author(v1::AUTHOR_KIND_CUSTOMER);
  event.mutable_message()->set_text("Where is my refund?");
  return event;
}

inline std::string changed(const std::function<void(v1::Event&)>& change) {
  v1::Event event = mail();
  change(event);
  return event.SerializeAsString();
}

inline Result<Decoded> decode(Decoder& decoder, std::string_view value,
                              Format format = Format::kAuto) {
  return decoder.decode(value, false, format, kMs, kMs);
}

}  // namespace vaste::ingest::testing
