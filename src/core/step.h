// The core: what an event or the passing of time does to conversations. Two functions, everything
// else is data.
//
// Pure. No I/O, no system clock, no thread; a Core belongs to one partition of `vaste.core` and to
// the thread that owns it. on_message() and on_time() change the State and say in Effects what has
// to go out; the caller does both in one transaction, or drops both.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "clocks/fold.h"
#include "clocks/timeline.h"
#include "core/laps.h"
#include "core/messages.h"
#include "core/state.h"
#include "core/sums.h"
#include "core/trend.h"
#include "core/watch.h"
#include "model/conversation.h"
#include "model/incoming.h"
#include "stitch/stitch.h"

namespace vaste::core {

enum class EventOutcome : std::uint8_t {
  kNone = 0,
  kApplied = 1,
  kLateApplied = 2,
  kLateDropped = 3,
  kDuplicate = 4,
  kIgnored = 5,
};

// A clock as it was before an event touched it.
struct ClockBefore {
  std::uint32_t run = 0;  // index into the fold's clocks
  ClockState state = ClockState::kNone;
  Millis target{0};
};

struct Enriched {
  Origin origin;
  std::string_view event;
  Instant at;  // event time
  Channel channel = Channel::kNone;
  MomentKind kind = MomentKind::kNone;
  EventOutcome outcome = EventOutcome::kNone;
  Id customer;
  Id conversation;
  JoinMethod method = JoinMethod::kNone;
  std::string evidence;
  ConversationState before = ConversationState::kNone;
  ConversationState after = ConversationState::kNone;
  std::vector<ClockBefore> clocks_before;
  std::vector<ClockRun> clocks_after;
  std::uint32_t hops = 0;
  Millis behind{0};  // of a late one: the newest moment of its conversation
  // These live as long as the Core's timeline; nullptr where there is no conversation.
  const clocks::CompiledPolicy* version = nullptr;  // in force at the event's time
  const clocks::CompiledPolicy* counted = nullptr;  // what the clocks are counted by
};

struct AlertOut {
  Origin origin;  // topic empty: it was the passing of time
  Id conversation;
  Id customer;
  PublishedAlert alert;
  ClockRun run;  // empty when the run is gone
  Channel channel = Channel::kNone;
  Attributes attributes;
  Instant changed;
  Millis elapsed{0};
  bool provisional = false;
  std::string promise;                              // of a commitment: its name
  const clocks::CompiledPolicy* version = nullptr;  // that judged; lives as long as the timeline
};

struct Dead {
  Origin origin;
  std::string_view event;  // empty: it was a message of our own
  std::string detail;
  Code code = Code::kTooManyHops;
};

// Who is who, as others hear of it.
struct IdentityOut {
  // The numbers are on the wire: never reuse one.
  enum class What : std::uint8_t {
    kNone = 0,
    kMerged = 1,      // customer `from` goes on in `to`
    kSplit = 2,       // `identifiers` left `from` and are `to` now
    kConflict = 3,    // a claim that was not followed: `refusal` says why
    kSuggestion = 4,  // evidence of a source that the policy does not trust: kept, not followed
  };
  What what = What::kNone;
  Origin origin;
  Instant at;  // event time of the evidence
  Id from, to;
  std::string first, second;             // whom the evidence is about
  std::vector<std::string> identifiers;  // that came along with `from`, or left it
  stitch::Refusal refusal = stitch::Refusal::kNone;
  stitch::Claim claim = stitch::Claim::kSame;
  std::string method, source;
  std::uint64_t epoch = 0;                          // of the surviving customer
  std::string command;                              // of an operator: its id
  const clocks::CompiledPolicy* version = nullptr;  // that judged; lives as long as the timeline
};

// How a command was answered. `origin`: the record that is answered, which may be a repetition.
struct AnswerOut {
  Origin origin;
  Answer answer;
  const clocks::CompiledPolicy* version = nullptr;  // in force at the command's time
};

// A contribution to KPIs that is given, or taken back because it is another one now or none at all.
// Sums in which each counts once, or minus once, are those of what conversations say in the end;
// (conversation, fact, name, number) is its identity.
struct Contributed {
  Id conversation;
  Fact fact = Fact::kNone;
  Outcome outcome = Outcome::kNone;
  bool taken_back = false;
  // Given for the first time in any value: for counters, which cannot take anything back.
  bool fresh = false;
  std::string name;  // of the SLA or the survey; empty: there is none
  std::uint32_t number = 0;
  Instant at;
  std::int64_t value = 0, wall = 0, target = 0;  // see clocks::Contribution
  Channel channel = Channel::kNone;
  Channel from = Channel::kNone;
  Attributes attributes;  // as they were then

  // Takes back the very same; one of them is taken back.
  bool undoes(const Contributed& other) const;
};

// An alert about a trend.
struct TrendOut {
  std::string group;  // whose: text of a group
  Trend rule;
  TrendState state;
  Burst burst;
  Instant from;                                     // the quarter hour that says so
  const clocks::CompiledPolicy* version = nullptr;  // that judged; lives as long as the timeline
};

struct Effects {
  std::vector<Message> sends;  // to actors elsewhere; those here were served at once
  std::vector<Enriched> enriched;
  std::vector<AlertOut> alerts;
  std::vector<Dead> dead;
  std::vector<IdentityOut> identity;
  std::vector<AnswerOut> answers;
  std::vector<Contributed> contributed;
  std::vector<TrendOut> trends;
  std::vector<std::pair<Instant, Id>> new_timers;
  std::vector<std::pair<Instant, Id>> old_timers;
  std::uint64_t forgotten = 0;  // moments that long conversations keep no longer
  // Contributions to windows of KPIs that are kept no longer, by size.
  std::array<std::uint64_t, kWindowSizes.size()> too_late{};
  std::uint64_t too_many = 0;  // events that should have waited, but too many did
  // What `event`s and topics here point into, where that is not the message that was served.
  std::vector<std::shared_ptr<const Parked>> kept;

  void clear();
};

struct Limits {
  std::uint32_t hops = 16;
  std::size_t conversations_per_customer = 32;
  std::size_t moments = 512;  // beyond this the older half goes into the fold
  // By channel: deadlines of a conversation that uses it wait so much longer for its events.
  std::array<Millis, kChannels> lateness{};
  // How long after its last activity a conversation is kept; 0: for ever.
  Millis retain_open{0};
  Millis retain_resolved{0};  // at least the policy's reopen window
  // Who is who, behind the last word about it; 0: as long as the longer of the two above.
  Millis retain_words{0};
  bool windows = true;  // KPIs are added up by windows of time
  // Of those, by size: after their end, or after they were changed last; 0: for ever.
  std::array<Millis, kWindowSizes.size()> retain_windows{};
  // Groups of KPIs that a window has in a core partition; of more, one for each channel.
  std::uint64_t groups = 1000;
  // An event that has only a thread key, of a thread that is not known, waits so long behind its
  // record's time for somebody who knows it, unless a deadline of it comes first; 0: not at all.
  Millis thread_wait{0};
  // So many may wait in a partition, of so many bytes, and by one key. What is more waits not.
  std::uint64_t waiting_events = 10'000;
  std::uint64_t waiting_bytes = 16 << 20;
  std::size_t waiting_by_key = 64;
};

class Core {
 public:
  Core(State& state, std::shared_ptr<const clocks::CompiledPolicy> policy, std::int32_t partition,
       std::int32_t partitions, Limits limits = {});
  Core(State& state, std::shared_ptr<const clocks::Timeline> timeline, std::int32_t partition,
       std::int32_t partitions, Limits limits = {});

  // Other versions are known now. Not inside a transaction: what went into it names the old ones.
  // What they change is done when a conversation is next touched; sweep() touches the quiet ones.
  void follow(std::shared_ptr<const clocks::Timeline> timeline) { timeline_ = std::move(timeline); }
  const clocks::Timeline& timeline() const { return *timeline_; }

  // Hears which step begins, until it is told nullptr.
  void tell_laps(Laps* laps) { laps_ = laps; }

  // True if the quiet `conversation` has to be swept: another version took over by the gate, or is
  // known only now, and it makes a difference.
  bool needs_sweep(const Conversation& conversation) const;
  // Brings it to the gate as a timer would, or arms one where the gate is not patient enough.
  void sweep(const Id& conversation, bool provisional, Effects& effects);

  void on_message(const Message& message, Effects& effects);

  // `conversation`'s timer at `armed` is due: every deadline up to `gate` counts now.
  // `provisional`: some source said nothing for too long.
  void on_timer(const Id& conversation, Instant armed, Instant gate, bool provisional,
                Effects& effects);

  // Tells the groups of KPIs what was contributed in a transaction, those here at once.
  void tell(const Sums& sums, Effects& effects);
  // Is everything in this window kept long enough? One that changed before deadlines were looked at
  // is kept from now on.
  bool may_forget(const WindowId& shelf);
  // A quarter hour is over: does what was told of this trend still hold?
  void look_at_trend(const std::string& group, Effects& effects);
  // One of its groups; of the last one the shelf as well.
  void forget_window(const WindowId& id);

  // Deadlines up to here have been looked at in this partition.
  void set_gate(Instant gate) { gate_ = std::max(gate_, gate); }
  Instant gate() const { return gate_; }

 private:
  struct Change;  // what one message did to one conversation, for telling others

  void serve(const Message& message, Effects& effects);
  void to_conversation(const Message& message, Effects& effects);
  void serve_here(Effects& effects);                // what was sent inside this partition
  void send(Message message, Effects& effects);     // one hop more
  void pass_on(Message message, Effects& effects);  // along a redirect
  // identity.cc
  void routed_to_identifier(const Message& message, const Routed& routed, Effects& effects);
  void routed_by_nobody(const Message& message, const Routed& routed, Effects& effects);
  void tell_evidence(const Message& message, const Routed& routed, Effects& effects);
  stitch::Side side(const Message& message, Instant at, Effects& effects, bool remember = true);
  void introduce(const Message& message, const Introduce& introduce, Effects& effects);
  void link(const Message& message, const Link& link, Effects& effects);
  void carry_out(const Message& message, const Link& link, std::vector<stitch::Decision> decisions,
                 Effects& effects);
  void repoint(const stitch::Point& point, const Origin& origin, Effects& effects);
  void tell_anew(const std::string& identifier);

  // forgetting.cc
  void forget_now(const Id& id, Instant armed, bool provisional, Effects& effects);
  void keep_linked(const stitch::Request& request, const Origin& origin, Effects& effects);
  void forget_linked(const std::string& identifier, Effects& effects);
  void be_forgotten(const stitch::Point& point, const Origin& origin, Effects& effects);
  void keep_identifier(const std::string& identifier, const Origin& origin, Effects& effects);
  void forget_identifier(const std::string& identifier, Effects& effects);

  // windows.cc
  void add_up(const Message& message, const AddUp& body, Effects& effects);
  // False: it went elsewhere, or came too late.
  bool add_up(const Message& message, const AddUp& body, WindowSize size, Effects& effects);
  // trends.cc
  void tell_trends(const KpiWindow& window, Effects& effects);
  const Trend* trend_at(const std::string& name, Instant at) const;
  Burst burst_at(const Trend& trend, const std::string& group, Instant start);
  void judge_trend(const std::string& group, const AddUp& body, Effects& effects);
  void forget_trend(const WindowId& id);
  void tell_trend(const std::string& group, const Trend& trend, TrendState state,
                  const Burst& burst, Instant from, Effects& effects);

  // operator.cc
  void take(const Message& message, const Order& order, Effects& effects);
  void conclude(const Message& message, Answer answer, Effects& effects);
  void refuse(const Message& message, const Command& command, CommandRefusal refusal,
              std::string detail, Effects& effects);
  void order_at_identifier(const Message& message, const Order& order, Effects& effects);
  void order_at_customer(const Message& message, const Order& order, Effects& effects);
  void link_by_operator(const Message& message, const Link& link, Effects& effects);

  // division.cc
  void order_at_conversation(const Message& message, const Order& order, Effects& effects);
  void merge_as_ordered(const Message& message, const Command& command,
                        const Conversation& conversation, Effects& effects);
  void move(const Message& message, const Order& order, Conversation& conversation,
            Effects& effects);
  void divide(const Message& message, const Command& command, Conversation& conversation,
              Effects& effects);
  const Conversation* goes_on_here(const Id& conversation);
  bool are_apart(const Conversation& one, const Id& other);
  bool goes_elsewhere(const Message& message, const Routed& routed,
                      const Conversation& conversation, Effects& effects);

  // customer.cc
  void to_customer(const Message& message, Effects& effects);
  void routed_to_customer(const Message& message, const Routed& routed, const Id& customer,
                          Effects& effects);
  void found(const Message& message, const Routed& routed, const Id& customer, Effects& effects);
  Conversation* begin_for(const Message& message, const Routed& routed, const Id& customer,
                          Effects& effects);
  void join_customers(const Message& message, const JoinCustomers& join, Effects& effects);
  void part_customers(const Message& message, const PartCustomers& part, Effects& effects);
  void welcome(const Message& message, const Welcome& welcome, Effects& effects);
  void adopt(const Message& message, const Adopt& adopt, Effects& effects);
  void hand_over(const Message& message, Conversation& conversation, const Id& customer,
                 Effects& effects);
  void separate(const Message& message, const Customer& customer, Conversation& conversation,
                Effects& effects);
  void extract(const Message& message, Conversation& conversation, const std::vector<Id>& homes,
               const Id& customer, Effects& effects);
  Conversation* absorbed_by(const Conversation& conversation, const std::vector<Id>& homes,
                            const Id& customer);
  void rejoin(const Message& message, const Id& customer, Effects& effects);
  void enlist(const Id& customer, const Id& conversation);
  bool lives_here(const Id& customer) const;
  static std::uint32_t home_group(const Conversation& conversation);

  // waiting.cc
  bool waits(const Message& message, const Routed& routed, Effects& effects);
  bool has_room(const Waiting& more, const Parked& event);
  Instant first_deadline(const Waiting& waiting) const;
  void resume(const Message& message, const std::string& key, const Id& conversation,
              Effects& effects);
  void wait_no_longer(const Id& id, Instant armed, Effects& effects);
  Waiting take_waiting(const Id& id);

  // naming.cc
  void name_owner(const Message& message, const Conversation& conversation,
                  const std::string& identifier, Instant at, Effects& effects);
  void name_owners(const Message& message, const Conversation& conversation, std::size_t known,
                   Effects& effects);
  void named_at_identifier(const Message& message, const Named& named, Effects& effects);
  void named_at_nobody(const Message& message, const Named& named, Effects& effects);
  void forget_nobody(const Message& message, const Forget& forget);

  void routed_to_thread(const Message& message, const Routed& routed, Effects& effects);
  void routed_to_conversation(const Message& message, const Routed& routed, Effects& effects);
  void claim(const Message& message, const Claim& claim, Effects& effects);
  void merge(const Message& message, const Merge& merge, Effects& effects);
  void handover(const Message& message, const Handover& handover, Effects& effects);
  void give_back(const Message& message, const Handover& handover, Effects& effects);
  void forget(const Message& message, const Forget& forget);
  void forget_signpost(const Conversation* conversation);
  void relay(const Message& message, Forget forget, Effects& effects);

  void forward(const Message& message, const Routed& routed, stitch::Actor to, bool unresolved,
               std::string evidence, Effects& effects);
  void send_merge(const Message& message, const Id& one, const Id& other, Effects& effects,
                  const Id& of_customer = {});
  void routed_to_forgotten(const Message& message, const Routed& routed, const Id& id,
                           Effects& effects);
  Conversation* begin(const Message& message, const Routed& routed, const Id& customer,
                      std::uint32_t key_group, JoinMethod method, Effects& effects);
  Id new_customer(const Message& message, Instant at, std::uint32_t key_group) const;
  void add(const Message& message, const Routed& routed, Conversation& conversation,
           JoinMethod method, std::string_view evidence, Effects& effects);
  void add_keys(const Message& message, const Routed& routed, Conversation& conversation,
                Effects& effects);
  std::size_t keep_within_limits(Conversation& conversation) const;  // moments forgotten
  // `moment`: of the one in order that changed it; kNever: anything may have.
  void settle(const Message& message, Conversation& conversation, Instant moment, Effects& effects);
  // contribute.cc
  void watch(const Conversation& conversation, const Moment& moment, bool extends);
  void contribute(Conversation& conversation, const Watch& before, Effects& effects,
                  const clocks::Contributions& moved = {});
  void look_around(Conversation& conversation);
  void tell_others(const Conversation& conversation, Effects& effects);
  void rate(const Message& message, const Routed& routed, const Id& customer, Effects& effects);
  Conversation* rated(const Id& customer, const Incoming& incoming);
  void publish_alerts(const Origin& origin, Conversation& conversation, Instant gate,
                      Instant seen_until, clocks::Compared compared, bool provisional,
                      Effects& effects);
  void pass_time(Conversation& conversation, Instant gate, bool provisional, Effects& effects);
  void arm(Conversation& conversation, Effects& effects);
  Instant expires(const Conversation& conversation) const;
  void expire(Conversation& conversation, Effects& effects);
  void leave_customer(const Conversation& conversation, Effects& effects);
  const clocks::CompiledPolicy& version_at(const Routed& routed) const {
    return timeline_->at(routed.incoming->moment.at);
  }
  // Contacts until then are repeated ones, after a resolution; kNever: after none.
  Instant repeat_until(const Routed& routed, Instant resolved) const {
    return is_set(resolved) ? resolved + version_at(routed).policy().kpis.repeat_window : kNever;
  }
  Millis lateness(const Conversation& conversation) const;
  void answer(const Message& message, const Routed& routed, const Conversation* conversation,
              EventOutcome outcome, JoinMethod method, std::string_view evidence, Effects& effects);

  State& state_;
  std::shared_ptr<const clocks::Timeline> timeline_;
  std::int32_t partition_;
  std::int32_t partitions_;
  Limits limits_;
  Instant gate_;
  Laps* laps_ = nullptr;
  // Deadlines of conversations that came from elsewhere had been looked at up to here.
  Instant adopted_until_;
  Concerned concerned_;
  Watch watch_;                // of the message that is served
  std::vector<Message> here_;  // to actors of this partition, waiting for their turn
};

// Of a conversation: an index of one has two bytes.
inline constexpr std::size_t kMostKeys = 0xfffe;

// The name of the promise that a run is about; empty: it is about none, or it has no name.
const std::string& promise_of(const Conversation& conversation, const ClockRun& run);

std::string alert_id(const Id& conversation, const PublishedAlert& alert);

}  // namespace vaste::core
