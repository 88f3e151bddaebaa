#include "loadgen/flat.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "base/check.h"
#include "loadgen/random.h"

namespace vaste::loadgen {
namespace {

struct Kind {
  v1::Channel channel;
  const char* channel_name;
  v1::ThreadKeyKind key;
  const char* key_name;
  const char* queue;
};
constexpr std::array<Kind, 4> kKinds = {{
    {v1::CHANNEL_CHAT, "CHANNEL_CHAT", v1::THREAD_KEY_KIND_CHAT_SESSION,
     "THREAD_KEY_KIND_CHAT_SESSION", "chat-support"},
    {v1::CHANNEL_EMAIL, "CHANNEL_EMAIL", v1::THREAD_KEY_KIND_TICKET, "THREAD_KEY_KIND_TICKET",
     "email-support"},
    {v1::CHANNEL_PHONE, "CHANNEL_PHONE", v1::THREAD_KEY_KIND_CALL, "THREAD_KEY_KIND_CALL",
     "phone-main"},
    {v1::CHANNEL_SOCIAL, "CHANNEL_SOCIAL", v1::THREAD_KEY_KIND_SOCIAL_THREAD,
     "THREAD_KEY_KIND_SOCIAL_THREAD", "social-care"},
}};

constexpr std::size_t kTexts = 1009;  // a prime: neighbours of one conversation differ
constexpr std::array<std::string_view, 24> kWords = {
    "order",   "parcel",  "yesterday", "please", "answer",  "invoice", "number", "still",
    "nothing", "arrived", "promised",  "monday", "address", "refund",  "thanks", "waiting",
    "broken",  "screen",  "account",   "login",  "phone",   "called",  "twice",  "again"};

const Kind& kind_of(std::uint64_t customer) {
  return kKinds.at(customer % kKinds.size());
}

// "2026-11-23T09:30:00.250Z"; the calendar part of Howard Hinnant's chrono paper is in C++20.
void append_time(std::string& out, std::int64_t at_ms) {
  const Instant at = instant(at_ms);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(at - day);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                 clock.seconds().count(), clock.subseconds().count());
}

std::vector<std::string> make_texts(const FlatShape& shape) {
  if (shape.text_bytes == 0) return {"Where is my order?"};
  std::vector<std::string> texts(kTexts);
  Random random(shape.seed);
  for (std::string& text : texts) {
    text = "Where is my order?";
    while (text.size() < shape.text_bytes) {
      text += ' ';
      // Half of the words are names and numbers, which nobody else writes.
      if (random.chance(0.5)) {
        text += kWords.at(random.below(kWords.size()));
      } else {
        text += fmt::format("{:x}", random.below(1U << 24));
      }
    }
    text.resize(std::max(shape.text_bytes, std::size_t{18}));
  }
  return texts;
}

}  // namespace

Flat::Flat(const FlatShape& shape) : shape_(shape), count_(shape.first), texts_(make_texts(shape)) {
  VASTE_CHECK(shape.customers > 0 && shape.events > 0);
  event_.set_source("loadgen");
  event_.add_person()->set_type(v1::IDENTIFIER_TYPE_CUSTOMER_ID);
  event_.add_thread_keys();
}

Flat::Step Flat::advance() {
  const std::uint64_t number = count_++;
  const std::uint64_t customer = number % shape_.customers;
  // So many events of the first conversation are left out; two of them are there in any case.
  const std::uint64_t missing =
      shape_.spread && shape_.events > 2 ? customer % (shape_.events - 1) : 0;
  const std::uint64_t turn = number / shape_.customers + missing;
  const std::uint64_t step = turn % shape_.events;
  return {customer,
          turn / shape_.events * shape_.customers + customer,
          turn < shape_.events ? step - missing : step,
          step > 0 && step + 1 == shape_.events,
          to_ms(shape_.start) + static_cast<std::int64_t>(number) * shape_.interval.count(),
          number};
}

const v1::Event& Flat::next() {
  const Step now = advance();
  return fill(now, now.at_ms);
}

const v1::Event& Flat::next(Instant at) {
  return fill(advance(), to_ms(at));
}

const v1::Event& Flat::fill(const Step& now, std::int64_t at_ms) {
  const Kind& kind = kind_of(now.customer);
  event_.set_id(fmt::format("f-{}-{}", shape_.seed, count_));
  event_.mutable_time()->set_seconds(at_ms / 1000);
  event_.mutable_time()->set_nanos(static_cast<std::int32_t>(at_ms % 1000) * 1'000'000);
  event_.set_channel(kind.channel);
  event_.mutable_person(0)->set_value(fmt::format("f{}-{}", shape_.seed, now.customer));
  event_.mutable_thread_keys(0)->set_kind(kind.key);
  event_.mutable_thread_keys(0)->set_value(fmt::format("f{}-{}", shape_.seed, now.conversation));
  event_.mutable_attributes()->set_queue(kind.queue);
  if (now.last) {
    event_.mutable_lifecycle()->set_kind(v1::LIFECYCLE_KIND_RESOLVED);
    return event_;
  }
  const bool customer = now.step % 2 == 0;
  v1::Message& message = *event_.mutable_message();
  message.set_direction(customer ? v1::DIRECTION_INBOUND : v1::DIRECTION_OUTBOUND);
  message.set_author(customer ? v1::AUTHOR_KIND_CUSTOMER : v1::AUTHOR_KIND_AGENT);
  message.set_text(text(now));
  return event_;
}

void Flat::append_json(std::string& out) {
  const Step now = advance();
  const Kind& kind = kind_of(now.customer);
  fmt::format_to(std::back_inserter(out), R"({{"id":"f-{}-{}","source":"loadgen","time":")",
                 shape_.seed, count_);
  append_time(out, now.at_ms);
  fmt::format_to(std::back_inserter(out),
                 R"(","channel":"{}","person":[{{"type":"IDENTIFIER_TYPE_CUSTOMER_ID",)"
                 R"("value":"f{}-{}"}}],"threadKeys":[{{"kind":"{}","value":"f{}-{}"}}],)"
                 R"("attributes":{{"queue":"{}"}},)",
                 kind.channel_name, shape_.seed, now.customer, kind.key_name, shape_.seed,
                 now.conversation, kind.queue);
  if (now.last) {
    out += R"("lifecycle":{"kind":"LIFECYCLE_KIND_RESOLVED"}})";
  } else {
    fmt::format_to(std::back_inserter(out),
                   R"("message":{{"direction":"{}","author":"{}","text":"{}"}}}})",
                   now.step % 2 == 0 ? "DIRECTION_INBOUND" : "DIRECTION_OUTBOUND",
                   now.step % 2 == 0 ? "AUTHOR_KIND_CUSTOMER" : "AUTHOR_KIND_AGENT", text(now));
  }
  out += '\n';
}

}  // namespace vaste::loadgen
