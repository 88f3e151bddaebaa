// Who is not named any more is forgotten in two steps, by timers that are armed when he is named
// (DOMAIN 7.4). The linker's record goes first: a while after its evidence has run out whoever it
// held leaves his customer, and a while after he has heard of that his record goes. In the same
// transaction he is told that he is nobody's business any more (Point::forgotten); then his pointer
// goes as that of somebody who never was linked.
//
// A while is as long as conversations are kept, by event time up to which everything has been read
// and served. So what was said before the first step is not on its way any more at the second; what
// is on its way then was said by somebody who is alone with his customer, and the linker takes his
// word for it (Decider::party). Redirects of customers stay: others may still know their ids.
#include "core/forgetting.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace vaste::core {

namespace {

// Ids of ours are of version 7, those who wait of version 8 (change.h), these of version 9.
constexpr unsigned kForgettingVersion = 9;

// What a key is about: its first letter.
constexpr char kAnswer = 'o';
constexpr char kIdentifier = 'p';
constexpr char kLinked = 'l';

Id timer_of(const std::string& key) {
  return Id::of_version(kForgettingVersion, hash64(key, 9), hash64(key, 10));
}

// By the same kind of record as who waits: a key, and a time that a timer is armed for.
void forget_at(State& state, std::string key, Instant at, Effects& effects) {
  const Id id = timer_of(key);
  state.set_waiting(id, Waiting{std::move(key), at, {}, 0, 0});
  effects.new_timers.emplace_back(at, id);
}

// It goes `keep` after this at the least, and not at once after that: so one who is named all the
// time costs a record only once in a while.
void keep_from(State& state, std::string key, Instant now, Millis keep, Instant at,
               Effects& effects) {
  const Waiting* known = state.waiting(timer_of(key));
  if (known != nullptr && known->until >= now + keep) return;
  forget_at(state, std::move(key), std::max(at, now + keep), effects);
}

}  // namespace

bool is_forgetting_id(const Id& id) {
  return id.version() == kForgettingVersion;
}

void forget_answer_at(State& state, const std::string& command, Instant at, Effects& effects) {
  forget_at(state, kAnswer + command, at, effects);
}

void forget_identifier_at(State& state, const std::string& identifier, Instant at,
                          Effects& effects) {
  forget_at(state, kIdentifier + identifier, at, effects);
}

// ... and now it is that time, unless the timer is of one that holds no more.
void Core::forget_now(const Id& id, Instant armed, bool provisional, Effects& effects) {
  const Waiting* known = state_.waiting(id);
  if (known == nullptr || known->until != armed) return;
  const std::string key = known->key;
  state_.erase_waiting(id);
  const std::string what = key.substr(1);
  if (key.front() == kAnswer) state_.erase_answer(what);
  if (key.front() == kIdentifier) forget_identifier(what, effects);
  if (key.front() != kLinked) return;
  // While somebody's word may be missing nobody knows what is still on its way.
  if (provisional) return forget_at(state_, key, gate_ + keeps_words(limits_), effects);
  forget_linked(what, effects);
  serve_here(effects);
}

// Both were named at `at`, or of an old backlog now: nothing is forgotten while it comes in.
void Core::keep_linked(const stitch::Request& request, const Origin& origin, Effects& effects) {
  const Millis keep = keeps_words(limits_);
  if (keep <= Millis(0)) return;
  const IdentityRules& rules = timeline_->at(request.at).policy().identity;
  const Instant now = std::max(instant(origin.record_ms), gate_);
  const Instant holds = request.at + std::max(rules.evidence_lasts, rules.phone_evidence_lasts);
  for (const std::string& identifier : {request.first.identifier, request.second.identifier})
    if (state_.links().linked(identifier) != nullptr)
      keep_from(state_, kLinked + identifier, now, keep, holds + keep, effects);
}

void Core::forget_linked(const std::string& identifier, Effects& effects) {
  const Millis keep = keeps_words(limits_);
  if (keep <= Millis(0)) return;
  std::vector<stitch::Decision> decisions;
  const Instant again = stitch::forget(
      identifier, gate_ - keep, timeline_->at(gate_).policy().identity, state_.links(), decisions);
  Origin origin;
  origin.record_ms = origin.read_after_ms = to_ms(gate_);
  for (const stitch::Decision& decision : decisions) {
    const auto& point = std::get<stitch::Point>(decision);  // Evidence that runs out parts nobody.
    // Who is taken out has to hear of it before he is forgotten, though his time may have come.
    if (!point.forgotten) forget_at(state_, kLinked + point.identifier, gate_ + keep, effects);
    send({origin, 0, stitch::identifier_actor(point.identifier), Repoint{point}}, effects);
  }
  if (again == kNever || again == kEndOfTime) return;
  const Instant at = decisions.empty() ? std::max(again + keep, gate_ + Millis(1)) : gate_ + keep;
  forget_at(state_, kLinked + identifier, at, effects);
}

// The linker's last word about it. Whoever it points to is its own.
void Core::be_forgotten(const stitch::Point& point, const Origin& origin, Effects& effects) {
  const Pointer* known = state_.identifier(point.identifier);
  if (known == nullptr || known->epoch > point.epoch) return;  // It was linked anew since.
  Pointer pointer = *known;
  pointer.epoch = 0;
  pointer.own = true;
  pointer.until = kEndOfTime;
  state_.set_identifier(point.identifier, std::move(pointer));
  keep_identifier(point.identifier, origin, effects);
}

// It is heard of, and nothing else may know.
void Core::keep_identifier(const std::string& identifier, const Origin& origin, Effects& effects) {
  const Millis keep = keeps_words(limits_);
  if (keep <= Millis(0)) return;
  const Instant now = std::max(instant(origin.record_ms), gate_);
  keep_from(state_, kIdentifier + identifier, now, keep, now + 2 * keep, effects);
}

void Core::forget_identifier(const std::string& identifier, Effects& effects) {
  const Pointer* pointer = state_.identifier(identifier);
  if (pointer == nullptr || !pointer->own || pointer->epoch != 0) return;
  const Waiting* later = state_.waiting(timer_of(kIdentifier + identifier));
  if (later != nullptr && later->until > gate_) return;
  const Instant told = pointer->told.empty() ? kNever : pointer->told.back().at + kTellAgain;
  bool is_used = is_set(told) && told > gate_;
  if (!pointer->customer.empty() && lives_here(pointer->customer)) {
    const Customer& theirs = state_.customer(pointer->customer);
    if (!theirs.merged_into.empty() || !theirs.parted.empty()) return;  // a redirect of its own
    is_used |= !theirs.conversations.empty();
  }
  if (!is_used) return state_.erase_identifier(identifier);
  if (const Millis keep = keeps_words(limits_); keep > Millis(0))
    forget_identifier_at(state_, identifier, gate_ + keep, effects);
}

}  // namespace vaste::core
