#include "loadgen/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace vaste::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Millis kDay = hours(24);

Instant midnight(const Arrival& arrival, Instant at) {
  return arrival.day_start + std::chrono::floor<std::chrono::days>(at - arrival.day_start);
}

void set_time(v1::Event& event, Instant at) {
  event.mutable_time()->set_seconds(to_ms(at) / 1000);
  event.mutable_time()->set_nanos(static_cast<std::int32_t>(to_ms(at) % 1000) * 1'000'000);
}

v1::Identifier identifier(v1::IdentifierType type, std::string value, std::string_view network) {
  v1::Identifier made;
  made.set_type(type);
  made.set_value(std::move(value));
  made.set_network(std::string(network));
  return made;
}

std::string_view source_of(v1::Channel channel) {
  switch (channel) {
    case v1::CHANNEL_CHAT:
      return "chat-desk";
    case v1::CHANNEL_PHONE:
      return "pbx";
    case v1::CHANNEL_EMAIL:
      return "mail-room";
    default:
      return "social-hub";
  }
}

}  // namespace

std::string Ids::next(std::string_view prefix) {
  return fmt::format("{}-{:x}-{}", prefix, run, ++last);
}

Opening opening(v1::Channel channel) {
  return channel == v1::CHANNEL_PHONE ? Opening{7, 20} : Opening{8, 17};
}

bool is_open(const Arrival& arrival, Instant at) {
  const Opening open = opening(arrival.channel);
  const Millis into = at - midnight(arrival, at);
  return into >= hours(open.from) && into < hours(open.to);
}

Script::Script(const Arrival& arrival, Random& random, Ids& ids)
    : arrival_(arrival),
      random_(random),
      ids_(ids),
      at_(arrival.at),
      source_(source_of(arrival.channel)) {
  choose_person();
  choose_attributes();
}

bool Script::write() {
  switch (arrival_.channel) {
    case v1::CHANNEL_CHAT:
      return write_chat();
    case v1::CHANNEL_PHONE:
      return write_call();
    case v1::CHANNEL_EMAIL:
      return write_mail();
    default:
      return write_social();
  }
}

// The address of the channel always, the customer's number where the connector looked it up.
void Script::choose_person() {
  const std::uint32_t number = arrival_.customer;
  bool known = false;
  switch (arrival_.channel) {
    case v1::CHANNEL_CHAT:
      person_.push_back(
          identifier(v1::IDENTIFIER_TYPE_CHAT_VISITOR, fmt::format("v{:08}", number), "web"));
      known = random_.chance(0.6);
      break;
    case v1::CHANNEL_PHONE:
      if (number % 50 == 49) return;  // a withheld number: only the call itself is known
      person_.push_back(
          identifier(v1::IDENTIFIER_TYPE_PHONE, fmt::format("+35850555{:04}", number), ""));
      known = random_.chance(0.7);
      break;
    case v1::CHANNEL_EMAIL:
      person_.push_back(
          identifier(v1::IDENTIFIER_TYPE_EMAIL, fmt::format("customer{}@example.org", number), ""));
      known = random_.chance(0.8);
      break;
    default:
      person_.push_back(
          identifier(v1::IDENTIFIER_TYPE_SOCIAL, fmt::format("user{}", number), "chirper"));
      known = random_.chance(0.3);
  }
  if (known)
    person_.push_back(identifier(v1::IDENTIFIER_TYPE_CUSTOMER_ID, fmt::format("c{}", number), ""));
}

void Script::choose_attributes() {
  static constexpr std::array<std::string_view, 5> kTopics = {"delivery", "invoice", "order",
                                                              "fault", "returns"};
  const std::uint32_t number = arrival_.customer;
  const bool first_queue = random_.chance(0.4);
  switch (arrival_.channel) {
    case v1::CHANNEL_CHAT:
      queue_ = first_queue ? "chat-sales" : "chat-support";
      break;
    case v1::CHANNEL_PHONE:
      queue_ = first_queue ? "phone-tech" : "phone-main";
      break;
    case v1::CHANNEL_EMAIL:
      queue_ = first_queue ? "email-orders" : "email-support";
      break;
    default:
      queue_ = "social-care";
  }
  agent_ = fmt::format("agent-{:02}", random_.below(24) + 1);
  attributes_.set_brand("northstore");
  attributes_.set_market("fi");
  attributes_.set_language(number % 3 == 0 ? "fi" : "en");
  attributes_.set_topic(std::string(random_.pick(kTopics)));
  if (number % 25 == 7) attributes_.set_segment(number % 50 == 7 ? "vip" : "partner");
  if (random_.chance(arrival_.repeated ? 0.3 : 0.04)) attributes_.set_priority("high");
}

void Script::wait(Millis median) {
  at_ += random_.around(median);
}

void Script::work(Millis median) {
  Millis left = random_.around(median);
  const Opening open = opening(arrival_.channel);
  while (true) {
    const Instant today = midnight(arrival_, at_);
    at_ = std::max(at_, today + hours(open.from));
    const Millis rest = today + hours(open.to) - at_;
    if (left < rest) break;
    left -= std::max(rest, Millis(0));
    at_ = today + kDay;
  }
  at_ += left;
}

Millis Script::answer_wait(Millis target) {
  return random_.around(target * (arrival_.busy ? 90 : 40) / 100);
}

v1::Event& Script::add() {
  v1::Event& event = events_.emplace_back();
  event.set_id(ids_.next("e"));
  event.set_source(source_);
  set_time(event, at_);
  event.set_channel(arrival_.channel);
  for (const v1::Identifier& known : person_) *event.add_person() = known;
  for (const v1::ThreadKey& known : keys_) *event.add_thread_keys() = known;
  *event.mutable_attributes() = attributes_;
  return event;
}

v1::Event& Script::signal(v1::SignalKind kind) {
  v1::Event& event = add();
  event.mutable_signal()->set_kind(kind);
  event.mutable_signal()->set_direction(v1::DIRECTION_INBOUND);
  return event;
}

v1::Event& Script::lifecycle(v1::LifecycleKind kind) {
  v1::Event& event = add();
  event.mutable_lifecycle()->set_kind(kind);
  return event;
}

v1::Event& Script::customer_says(std::string_view text) {
  v1::Event& event = add();
  v1::Message& message = *event.mutable_message();
  message.set_direction(v1::DIRECTION_INBOUND);
  message.set_author(v1::AUTHOR_KIND_CUSTOMER);
  message.set_text(std::string(text));
  return event;
}

v1::Event& Script::agent_says(std::string_view text) {
  v1::Event& event = add();
  v1::Message& message = *event.mutable_message();
  message.set_direction(v1::DIRECTION_OUTBOUND);
  message.set_author(v1::AUTHOR_KIND_AGENT);
  message.set_text(std::string(text));
  event.mutable_attributes()->set_agent(agent_);
  return event;
}

void Script::finish() {
  if (random_.chance(0.85)) {
    wait(seconds(30));
    lifecycle(v1::LIFECYCLE_KIND_RESOLVED);
  }
}

void Script::key(v1::ThreadKeyKind kind, std::string value, std::string_view scope) {
  v1::ThreadKey& made = keys_.emplace_back();
  made.set_kind(kind);
  made.set_value(std::move(value));
  made.set_scope(std::string(scope));
}

void Script::mail_key() {
  keys_.clear();
  std::string own = fmt::format("<{}@mail.example.org>", ids_.next("m"));
  key(v1::THREAD_KEY_KIND_MAIL_MESSAGE, own);
  for (const std::string& earlier : references_) key(v1::THREAD_KEY_KIND_MAIL_REFERENCE, earlier);
  references_.push_back(std::move(own));
}

}  // namespace vaste::loadgen
