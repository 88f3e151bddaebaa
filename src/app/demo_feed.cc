#include "app/demo_feed.h"

#include <cmath>
#include <utility>

#include "base/check.h"

namespace vaste::app {
namespace {

constexpr std::array<const char*, 5> kTopics = {nullptr, "support.chat", "support.email",
                                                "support.phone", "support.social"};
static_assert(v1::Channel_MAX == 4, "a new channel needs its topic here");

// Events of one contact must stay in order, so they go to one partition.
const std::string& partition_key(const v1::Event& event) {
  return event.person_size() > 0 ? event.person(0).value() : event.thread_keys(0).value();
}

}  // namespace

DemoFeed::DemoFeed(kafka::PlainProducer& producer, loadgen::Generator generator, double speed,
                   Instant now)
    : producer_(producer), generator_(std::move(generator)), speed_(speed), start_(now) {
  VASTE_CHECK(speed > 0);
  for (std::size_t i = 1; i < topics_.size(); ++i) topics_[i] = producer_.topic(kTopics.at(i));
  next_ = generator_.next();
}

Instant DemoFeed::wall_time(const v1::Event& event) const {
  const Instant simulated =
      instant(event.time().seconds() * 1000 + event.time().nanos() / 1'000'000);
  const auto since = static_cast<double>((simulated - generator_.start()).count());
  return start_ + Millis(std::llround(since / speed_));
}

bool DemoFeed::produce(Instant at) {
  v1::Event event = *next_;  // the original keeps its own time, should this one be refused
  event.mutable_time()->set_seconds(to_ms(at) / 1000);
  event.mutable_time()->set_nanos(static_cast<std::int32_t>(to_ms(at) % 1000) * 1'000'000);
  const std::string value = event.SerializeAsString();
  const Status status =
      producer_.produce({.topic = topics_.at(static_cast<std::size_t>(event.channel())),
                         .key = partition_key(event),
                         .value = value,
                         .timestamp_ms = to_ms(at)});
  if (!status) last_error_ = status.error();
  return status.has_value();
}

std::size_t DemoFeed::step(Instant now) {
  last_error_.reset();
  std::size_t done = 0;
  while (next_ && done < kMostPerStep) {
    const Instant at = wall_time(*next_);
    if (at > now || !produce(at)) break;
    ++done;
    next_ = generator_.next();
  }
  produced_ += done;
  return done;
}

}  // namespace vaste::app
