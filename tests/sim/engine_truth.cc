#include "sim/engine_truth.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "base/check.h"
#include "clocks/fold.h"
#include "sim/books.h"
#include "sim/naive.h"
#include "vaste/v1/dead_letter.pb.h"

namespace vaste::sim {

namespace {

using Positions = std::vector<std::pair<Place, std::int64_t>>;

std::string place_text(const std::pair<Place, std::int64_t>& at) {
  return "in[" + std::to_string(at.first) + "]@" + std::to_string(at.second);
}

class Verdict {
 public:
  Verdict(const EngineWorld& world, const Fleet& fleet, const Positions& positions,
          const std::shared_ptr<const clocks::Timeline>& timeline, Millis window, Looked& looked)
      : world_(world),
        published_(fleet.broker().published()),
        positions_(positions),
        timeline_(timeline),
        window_(window),
        looked_(looked),
        somebody_was_away_(fleet.was_silent_for_long()),
        said_(world.world.said),
        records_(fleet.records()) {
    for (const Records& records : records_) partitions_.push_back(&records);
    for (const Records& records : records_)
      for (Conversation& one : conversations_in(records))
        if (!one.moved && one.merged_into.empty()) live_.push_back(std::move(one));
    for (std::size_t number = 0; number < said_.size(); ++number)
      numbers_[moment_of(number)] = number;
    wrong_ << fleet.wrong(records_);
  }

  std::string wrong(const Fleet& fleet) {
    answered_once();
    dead_letters(fleet.broker().dead_letters());
    times();
    wrong_ << wrong_revisions(published_.alerts) << wrong_sums(partitions_, published_.contributed);
    last_words();
    const Ending ending{timeline_, kEnd, window_};
    wrong_ << sim::what_is_wrong(said_, partitions_, ending);
    if (world_.world.kind != Kind::kTalk || !world_.world.parts)
      wrong_ << difference(account_of(said_, partitions_, published_.contributed),
                           naive_account(said_, people_of(partitions_), ending));
    if (world_.world.kind == Kind::kTickets) alarms();
    return wrong_.str();
  }

 private:
  void answered_once() {
    std::map<std::pair<Place, std::int64_t>, int> answers;
    for (const Answer& one : published_.answers)
      ++answers[{static_cast<Place>(one.source), one.offset}];
    looked_.answers += published_.answers.size();
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      const int should_be = world_.arrivals[i].is_poison ? 0 : 1;
      const int is = std::exchange(answers[positions_[i]], 0);
      if (is != should_be) wrong_ << place_text(positions_[i]) << " has " << is << " answers\n";
    }
    for (const auto& [at, count] : answers)
      if (count != 0) wrong_ << "an answer to " << place_text(at) << ", where nothing was\n";
    for (const std::string& one : published_.dead) wrong_ << "dead letter: " << one << '\n';
  }

  void dead_letters(const std::vector<DeadLetter>& letters) {
    looked_.dead_letters += letters.size();
    std::map<std::pair<Place, std::int64_t>, std::vector<v1::DeadLetter>> by_position;
    for (const DeadLetter& one : letters) {
      v1::DeadLetter letter;
      if (!letter.ParseFromString(one.bytes)) wrong_ << "a dead letter that is none\n";
      const Place place = static_cast<Place>(letter.source().partition());
      by_position[{place, letter.source().offset()}].push_back(std::move(letter));
    }
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      const Arrival& arrival = world_.arrivals[i];
      const auto found = by_position.extract(positions_[i]);
      const std::size_t is = found ? found.mapped().size() : 0;
      if (is != (arrival.is_poison ? 1 : 0))
        wrong_ << place_text(positions_[i]) << " has " << is << " dead letters\n";
      if (is == 0 || !arrival.is_poison) continue;
      const v1::DeadLetter& letter = found.mapped().front();
      if (letter.reason() != arrival.reason)
        wrong_ << place_text(positions_[i]) << " was rejected as "
               << v1::DeadLetterReason_Name(letter.reason()) << ", not "
               << v1::DeadLetterReason_Name(arrival.reason) << '\n';
      if (letter.value() != arrival.entry.value || letter.source().topic() != "in" ||
          letter.record_time_ms() != to_ms(arrival.at))
        wrong_ << "the dead letter of " << place_text(positions_[i]) << " is of something else\n";
    }
    for (const auto& [at, left] : by_position)
      wrong_ << "a dead letter of " << place_text(at) << ", where nothing was\n";
  }

  // What follows is compared by the times that events have in the end.
  void times() {
    for (const Conversation& one : live_)
      for (const Moment& moment : one.moments) {
        const auto number = numbers_.find(moment.id);
        if (number == numbers_.end()) continue;
        if (!world_.times[number->second].contains(moment.at))
          wrong_ << "event " << number->second << " is of " << to_ms(moment.at) << '\n';
        if (said_[number->second].at != moment.at) ++looked_.clamped;
        said_[number->second].at = moment.at;
      }
  }

  void last_words() {
    std::map<std::string, const Said*> last;
    for (const Said& one : published_.alerts) {
      last[one.id] = &one;
      if (one.alert.status == AlertStatus::kRetracted) ++looked_.retracted;
      if (one.alert.detected_late) ++looked_.detected_late;
    }
    for (const Conversation& one : live_)
      for (const PublishedAlert& alert : one.alerts) {
        const std::string id = core::alert_id(one.id, alert);
        const auto found = last.find(id);
        if (found == last.end() || found->second->alert.status != alert.status ||
            found->second->alert.revision != alert.revision)
          wrong_ << "what was said last of alert " << id << " is not what its conversation has\n";
        if (found != last.end()) last.erase(found);
      }
    for (const auto& [id, said] : last)
      if (said->alert.status != AlertStatus::kRetracted)
        wrong_ << "alert " << id << " is no conversation's, and was not retracted\n";
  }

  // Of the ticket that the alert's conversation is of.
  const Conversation* conversation_of(const Said& said) const {
    for (const Answer& answer : published_.answers) {
      if (answer.conversation != said.conversation) continue;
      const std::pair<Place, std::int64_t> at{answer.source, answer.offset};
      const auto which = std::ranges::find(positions_, at) - positions_.begin();
      const std::size_t number = world_.arrivals[static_cast<std::size_t>(which)].number;
      for (const Conversation& one : live_)
        if (std::ranges::any_of(one.moments, [&](const Moment& moment) {
              return numbers_.at(moment.id) == number;
            }))
          return &one;
    }
    return nullptr;
  }

  bool would_be_said(const Said& said, const Conversation& whole,
                     const std::vector<const Moment*>& moments) const {
    Conversation one = whole;
    one.fold = {};
    std::erase_if(one.moments, [&](const Moment& moment) {
      return std::ranges::none_of(moments, [&](const auto* kept) { return kept->id == moment.id; });
    });
    if (one.moments.empty()) return false;
    clocks::refold(one, *timeline_);
    std::vector<PublishedAlert> alerts;
    const Instant gate = said.alert.due + Millis(1);  // At the deadline itself it is met.
    clocks::compare_alerts(one.fold, alerts, gate, gate, clocks::version_of(one, *timeline_),
                           {kNever, kEndOfTime});
    return std::ranges::any_of(alerts, [&](const PublishedAlert& alert) {
      return alert.sla == said.alert.sla && alert.level == said.alert.level &&
             alert.due == said.alert.due && alert.status != AlertStatus::kRetracted;
    });
  }

  std::string text(const Conversation& conversation, const std::vector<const Moment*>& read,
                   const std::vector<const Moment*>& perhaps) const {
    std::ostringstream out;
    out << "conversation " << conversation.id.text() << "; surely";
    for (const Moment* moment : read) out << ' ' << numbers_.at(moment->id);
    out << ", perhaps";
    for (const Moment* moment : perhaps) out << ' ' << numbers_.at(moment->id);
    return out.str();
  }

  void alarms() {
    for (const Said& said : published_.alerts) {
      if (said.alert.status != AlertStatus::kRaised) continue;
      if (said.provisional) {
        ++looked_.provisional;
        if (!somebody_was_away_)
          wrong_ << "alert " << said.id << " is provisional, and nobody was away for long\n";
        continue;
      }
      const Conversation* conversation = conversation_of(said);
      if (conversation == nullptr) continue;  // said of above
      ++looked_.alarms;
      std::vector<const Moment*> read, perhaps;
      for (const Moment& moment : conversation->moments) {
        const Instant came = world_.first[numbers_.at(moment.id)];
        if (came <= said.alert.due + world_.lateness)
          read.push_back(&moment);
        else if (came <= said.at)
          perhaps.push_back(&moment);
      }
      bool right = false;
      for (std::size_t some = 0; !right && some < std::size_t{1} << perhaps.size(); ++some) {
        std::vector<const Moment*> moments = read;
        for (std::size_t i = 0; i < perhaps.size(); ++i)
          if ((some >> i) % 2 != 0) moments.push_back(perhaps[i]);
        right = would_be_said(said, *conversation, moments);
      }
      if (!right)
        wrong_ << "a false alarm, alert " << said.id << " due " << to_ms(said.alert.due)
               << ", said at " << to_ms(said.at) << ": what was written by then says otherwise, "
               << text(*conversation, read, perhaps) << '\n';
    }
  }

  const EngineWorld& world_;
  const Output& published_;
  const Positions& positions_;
  std::shared_ptr<const clocks::Timeline> timeline_;
  Millis window_;
  Looked& looked_;
  bool somebody_was_away_;
  std::vector<Happening> said_;
  std::vector<Records> records_;
  std::vector<const Records*> partitions_;
  std::vector<Conversation> live_;
  std::map<std::uint64_t, std::size_t> numbers_;  // by the moment's id
  std::ostringstream wrong_;
};

}  // namespace

std::string what_is_wrong(const EngineWorld& world, const Fleet& fleet, const Positions& positions,
                          const std::shared_ptr<const clocks::Timeline>& timeline, Millis window,
                          Looked& looked) {
  return Verdict(world, fleet, positions, timeline, window, looked).wrong(fleet);
}

}  // namespace vaste::sim
