#include "loadgen/generator.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/check.h"

namespace vaste::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Two peaks, before and after lunch; a trickle at night.
constexpr std::array<double, 24> kPerHour = {6,   4,   3,   3,   4,   8,   20,  60,
                                             110, 150, 260, 170, 120, 250, 240, 160,
                                             130, 80,  60,  45,  35,  25,  15,  10};
constexpr double kMostPerHour = 260;
constexpr double kBusyFrom = 200;

int hour_of(Instant day_start, Instant at) {
  const auto since = std::chrono::floor<hours>(at - day_start).count() % 24;
  return static_cast<int>(since < 0 ? since + 24 : since);
}

Instant time_of(const v1::Event& event) {
  return instant(event.time().seconds() * 1000 + event.time().nanos() / 1'000'000);
}

// Somebody who was not answered does not try the same way again.
v1::Channel other_channel(v1::Channel channel, Random& random) {
  constexpr std::array kFromLive = {v1::CHANNEL_EMAIL, v1::CHANNEL_EMAIL, v1::CHANNEL_SOCIAL};
  constexpr std::array kFromWritten = {v1::CHANNEL_PHONE, v1::CHANNEL_PHONE, v1::CHANNEL_CHAT};
  const bool live = channel == v1::CHANNEL_CHAT || channel == v1::CHANNEL_PHONE;
  return live ? random.pick(kFromLive) : random.pick(kFromWritten);
}

}  // namespace

double contacts_per_hour(int hour) {
  return kPerHour.at(static_cast<std::size_t>(hour));
}

Generator::Generator(std::uint64_t seed, Instant day_start, double load, Millis from)
    : random_(seed),
      day_start_(day_start),
      start_(day_start + from),
      load_(load),
      ids_{.run = seed},
      customers_(static_cast<std::uint32_t>(std::clamp(1200 * load, 40.0, 10e6))) {
  VASTE_CHECK(load > 0);
  plan_arrival(start_);
}

bool Generator::later(const Pending& a, const Pending& b) {
  return a.at != b.at ? a.at > b.at : a.order > b.order;
}

void Generator::push(Instant at, v1::Event event, std::uint32_t customer) {
  heap_.push_back({at, orders_++, std::move(event), customer});
  std::ranges::push_heap(heap_, later);
}

// A Poisson process whose rate changes by the hour: made at the highest rate, then thinned.
void Generator::plan_arrival(Instant after) {
  const double mean_ms = 3'600'000.0 / (kMostPerHour * load_);
  next_arrival_ = after;
  do {
    next_arrival_ += random_.exponential(mean_ms);
  } while (!random_.chance(contacts_per_hour(hour_of(day_start_, next_arrival_)) / kMostPerHour));
}

v1::Channel Generator::choose_channel(int hour) {
  const bool day = hour >= 7 && hour < 20;
  const double dice = random_.unit();
  if (dice < (day ? 0.32 : 0.05)) return v1::CHANNEL_PHONE;
  if (dice < (day ? 0.66 : 0.35)) return v1::CHANNEL_CHAT;
  return dice < (day ? 0.90 : 0.80) ? v1::CHANNEL_EMAIL : v1::CHANNEL_SOCIAL;
}

void Generator::begin_contact(Instant at, std::uint32_t customer, v1::Channel channel,
                              bool repeated) {
  const Arrival arrival{.at = at,
                        .day_start = day_start_,
                        .customer = customer,
                        .channel = channel,
                        .busy = contacts_per_hour(hour_of(day_start_, at)) > kBusyFrom,
                        .repeated = repeated};
  Script script(arrival, random_, ids_);
  const bool unanswered = script.write();
  const Instant ended = script.ended();
  for (v1::Event& event : script.take()) {
    const Instant event_at = time_of(event);
    push(event_at, std::move(event), customer);
  }
  if (!unanswered || repeated || !random_.chance(0.5)) return;
  v1::Event again;  // only its channel says something
  again.set_channel(other_channel(channel, random_));
  push(ended + random_.around(minutes(10)), std::move(again), customer);
}

std::optional<v1::Event> Generator::next() {
  while (true) {
    if (heap_.empty() || next_arrival_ <= heap_.front().at) {
      const Instant at = next_arrival_;
      // A few customers have much to ask: the lower the number, the more.
      const double skewed = random_.unit() * random_.unit();
      const auto customer = static_cast<std::uint32_t>(skewed * customers_);
      begin_contact(at, customer, choose_channel(hour_of(day_start_, at)), false);
      plan_arrival(at);
      continue;
    }
    std::ranges::pop_heap(heap_, later);
    Pending pending = std::move(heap_.back());
    heap_.pop_back();
    if (pending.event.body_case() != v1::Event::BODY_NOT_SET) return std::move(pending.event);
    begin_contact(pending.at, pending.customer, pending.event.channel(), true);
  }
}

}  // namespace vaste::loadgen
