// What a conversation contributes to KPIs (DOMAIN.md 5): each fact once, under an id of its own.
//
// Pure: a function of what is stored of the conversation, so that what was contributed before a
// change is known after a restart and under any policy. What a change contributes is the difference
// between before and after; sums over all of it are sums over what the conversations say in the
// end. Nothing here is searched or counted anew by an event that extends the fold: the functions
// below give the parts that may have changed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "clocks/fold.h"
#include "model/conversation.h"

namespace vaste::clocks {

// Refers to its conversation: names and dimensions are there, as long as that does not change.
struct Contribution {
  Fact fact = Fact::kNone;
  Outcome outcome = Outcome::kNone;
  Channel channel = Channel::kNone;
  Channel from = Channel::kNone;  // of a channel switch
  SurveyKind survey = SurveyKind::kNone;
  std::uint16_t unit = 0;        // index of its clock, contact or survey
  std::uint16_t attributes = 0;  // as they were: attributes_index()
  std::uint32_t number = 0;      // which of its kind: a clock's cycle, a contact, ...
  std::uint64_t sla = 0;         // hash of the name
  Instant at;                    // of event time: the window that it belongs to
  std::int64_t value = 0;        // see Fact
  std::int64_t wall = 0;         // of a clock: ms by the wall clock
  std::int64_t target = 0;       // of a clock: ms

  // The same fact, maybe with another value: (fact, SLA or survey, number).
  bool same_fact(const Contribution& other) const;
  // ... and the same value. What their attributes say is not looked at.
  bool same_value(const Contribution& other) const;
  bool before(const Contribution& other) const;  // an order of facts
};

using Contributions = std::vector<Contribution>;

// Appended to `out`: of one clock, of one contact, of the conversation itself.
void contribute_clock(const Conversation& conversation, std::size_t index, Contributions& out);
void contribute_contact(const Conversation& conversation, std::size_t index, Contributions& out);
void contribute_conversation(const Conversation& conversation, Contributions& out);

// All of it.
void contribute(const Conversation& conversation, Contributions& out);

// May this clock still contribute something else without a new fold? `fired_until`: deadlines up
// to here have been looked at.
bool may_change(const ClockRun& run, const FoldState& state, Instant fired_until);

// The SLA, the survey; empty where the fact alone says it.
std::string_view name_of(const FoldState& state, const Contribution& one);
// Channel, queue, ... as they were: whose attributes, and the queue that goes before theirs unless
// it is empty.
struct Dimensions {
  const Attributes& attributes;
  std::string_view queue;
};
Dimensions dimensions_of(const FoldState& state, const Contribution& one);

}  // namespace vaste::clocks
