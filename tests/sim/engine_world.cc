#include "sim/engine_world.h"

#include <algorithm>
#include <utility>

namespace vaste::sim {

namespace {

using namespace std::chrono_literals;
using What = Happening::What;

constexpr Millis kSkew{60'000};  // as decoders let pass by default

class Maker {
 public:
  explicit Maker(std::mt19937_64& random) : random_(random) {}

  EngineWorld make() {
    constexpr Spans kSpans{10 * 24h, 8 * 24h, 8 * 24h};
    out_.world = make_world(random_, kSpans);
    for (unsigned& rate : odd_)
      if (below(2) == 0) rate = 1 + static_cast<unsigned>(below(50));
    odd_[static_cast<std::size_t>(Oddity::kClose)] *= 2;  // There are few messages to answer.
    muster();
    close_calls();
    out_.times.resize(out_.world.said.size());
    out_.first.assign(out_.world.said.size(), kEndOfTime);
    for (std::size_t number = 0; number < out_.world.said.size(); ++number) {
      come(number);
      if (happens(Oddity::kPoison)) poison(number);
    }
    std::ranges::sort(out_.arrivals, {}, &Arrival::at);
    return std::move(out_);
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool happens(Oddity oddity) {
    const auto which = static_cast<std::size_t>(oddity);
    if (below(100) >= odd_.at(which)) return false;
    ++out_.met.at(which);
    return true;
  }

  void muster() {
    static constexpr std::array<std::size_t, 4> kCores{1, 2, 3, 6};
    Muster& muster = out_.muster;
    muster.cores = kCores.at(below(kCores.size()));
    muster.workers = 1 + below(3);
    muster.sources = 1 + below(3);
    if (below(3) == 0) muster.session = 60s;  // longer than others wait
    muster.limits.thread_wait = below(4) == 0 ? Millis(0) : Millis(60s);
    if (below(3) != 0)
      for (std::size_t i = 0; i < kTroubles; ++i) {
        // Those are of what is rare already.
        const auto trouble = static_cast<Trouble>(i);
        const bool few = trouble == Trouble::kLongAway || trouble == Trouble::kDiskLost ||
                         trouble == Trouble::kSlowMarks;
        if (below(2) == 0) muster.of_a_hundred[i] = 1 + static_cast<unsigned>(below(few ? 90 : 15));
      }
    // A lateness is of the whole world, so its rate is that of worlds.
    if (happens(Oddity::kLateness)) {
      out_.lateness = 10min;
      muster.limits.lateness.fill(out_.lateness);
    }
  }

  // Answers that are just in time, or just are not.
  void close_calls() {
    constexpr std::size_t kMost = 2;
    std::vector<Happening>& said = out_.world.said;
    out_.first_close = said.size();
    if (out_.world.kind == Kind::kTalk) return;
    for (std::size_t i = 0; i < out_.first_close && said.size() < out_.first_close + kMost; ++i) {
      if (said[i].what != What::kMessage || !happens(Oddity::kClose)) continue;
      Happening answer = said[i];
      answer.what = What::kAnswer;
      answer.at += 1h - 6s + std::chrono::seconds(below(8));
      if (std::ranges::any_of(said, [&](const auto& one) { return one.at == answer.at; })) continue;
      said.push_back(std::move(answer));
    }
  }

  Millis delay() {
    static constexpr std::array<Millis, 3> kLate{10min, 6h, 48h};
    Millis out(5 + below(400));
    if (happens(Oddity::kReordered)) out += Millis(below(30'000));
    if (happens(Oddity::kLate)) {
      const auto most = static_cast<std::size_t>(kLate.at(below(kLate.size())).count());
      out += Millis(60'000 + below(most));
    }
    return out;
  }

  // How far ahead of ours the clock is that the event was stamped by.
  Millis ahead() {
    if (happens(Oddity::kAhead)) return Millis(1'000 * (1 + below(50)));
    if (happens(Oddity::kClamped)) return Millis(120'000 + below(7'000'000));
    if (happens(Oddity::kBehind)) return -Millis(1'000 * (1 + below(7'200)));
    return Millis(0);
  }

  // Never at a whole second: so no clamped time is one that is said.
  Instant arrival(Instant at) {
    at = std::chrono::floor<std::chrono::seconds>(std::max(at, kBegin + 1s)) +
         Millis(1 + below(999));
    while (!used_.insert(at).second) at += at.time_since_epoch() % 1s == 999ms ? 2ms : 1ms;
    return at;
  }

  void come(std::size_t number) {
    const Happening& one = out_.world.said[number];
    const Instant truly = one.at - ahead();
    const std::size_t times = happens(Oddity::kTwice) ? 2 : 1;
    for (std::size_t i = 0; i < times; ++i) {
      Arrival& arrival = out_.arrivals.emplace_back();
      arrival.at = this->arrival(truly + delay());
      arrival.source = below(out_.muster.sources);
      arrival.number = number;
      arrival.is_close = number >= out_.first_close;
      arrival.entry.value = raw_of(one, number, happens(Oddity::kJson), random_);
      // DOMAIN 4 once more: what is ahead of its record's time by more than the skew is of that.
      out_.times[number].insert(one.at > arrival.at + kSkew ? arrival.at : one.at);
      out_.first[number] = std::min(out_.first[number], arrival.at);
    }
  }

  void poison(std::size_t number) {
    const Happening& one = out_.world.said[number];
    Poison poison = poison_of(below(kPoisons), one, number, kRecordBytes, random_);
    Arrival& arrival = out_.arrivals.emplace_back();
    arrival.at = this->arrival(one.at + delay());
    arrival.source = below(out_.muster.sources);
    arrival.number = number;
    arrival.entry.value = std::move(poison.value);
    arrival.entry.null_value = poison.null_value;
    arrival.is_poison = true;
    arrival.reason = poison.reason;
  }

  std::mt19937_64& random_;
  EngineWorld out_;
  std::array<unsigned, kOddities> odd_{};
  std::set<Instant> used_;
};

}  // namespace

EngineWorld make_engine_world(std::mt19937_64& random) {
  return Maker(random).make();
}

}  // namespace vaste::sim
