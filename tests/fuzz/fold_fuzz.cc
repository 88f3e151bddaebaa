// Bytes as a story: moments and the order in which they arrive. Any order folds to the same.
#include <algorithm>

#include "clocks/fold.h"
#include "fuzz/target.h"
#include "store/codec.h"
#include "unit/clocks/story.h"
#include "unit/store/conversations.h"

namespace vaste::fuzz {
namespace {

using namespace clocks::story;
using clocks::CompiledPolicy;

constexpr std::size_t kMostMoments = 16;  // each that is late folds all anew

class Choices {
 public:
  explicit Choices(std::string_view bytes) : rest_(bytes) {}
  bool any() const { return !rest_.empty(); }
  std::size_t below(std::size_t bound) {  // 0 when there is nothing left
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte % bound;
  }

 private:
  std::string_view rest_;
};

const CompiledPolicy& rules(std::size_t which) {
  static const std::vector<CompiledPolicy> all = [] {
    std::vector<CompiledPolicy> made;
    made.push_back(clocks::story::plain());
    Rule vip{"vip",
             {},
             {target(kFirst, 30min, 1, 0.75), target(kBotFirst, 60s), target(kNext, 15min, 2)}};
    vip.when.segments = {"vip"};
    Rule phone{"phone", {}, {target(kSpeed, 20s, 0, 0.5), target(kResolution, 8h, 1)}};
    phone.when.channels = {Channel::kPhone};
    made.emplace_back(
        policy({vip, phone, everything({target(kFirstOurs, 60min, 2), target(kPausing, 30min)})}));
    made.emplace_back(policy({vip}));  // most have no rule at all
    return made;
  }();
  return all.at(which);
}

constexpr std::size_t kPolicies = 3;

Moment a_moment(Choices& choices, std::uint64_t id, Instant& clock) {
  using enum MomentKind;
  static constexpr MomentKind kKinds[] = {kCustomerMessage,
                                          kMemberMessage,
                                          kAgentMessage,
                                          kBotMessage,
                                          kNote,
                                          kMachineMessage,
                                          kStarted,
                                          kQueued,
                                          kRinging,
                                          kRingNoAnswer,
                                          kConnected,
                                          kHeld,
                                          kResumed,
                                          kTransferred,
                                          kCallbackRequested,
                                          kVoicemail,
                                          kAbandoned,
                                          kFlowedOut,
                                          kEnded,
                                          kWrapUpEnded,
                                          kOpened,
                                          kPending,
                                          kOnHold,
                                          kActive,
                                          kResolved,
                                          kClosed,
                                          kReopened,
                                          kSpam,
                                          kNoReplyNeeded,
                                          kHandedOff,
                                          kAgentAway,
                                          kAgentBack,
                                          kAttributesChanged,
                                          kAssigned,
                                          kUnassigned,
                                          kIdentity,
                                          kCommitmentMade,
                                          kCommitmentDone,
                                          kCommitmentWithdrawn,
                                          kSurveySent,
                                          kSurveyAnswered,
                                          kEdited,
                                          kDeleted,
                                          kBounced};
  static constexpr Millis kGaps[] = {0ms, 0ms, 1ms, 10s, 20s, 1min, 29min, 30min, 1h, 8h, 17h, 72h};
  const MomentKind kind = kKinds[choices.below(std::size(kKinds))];
  clock += kGaps[choices.below(std::size(kGaps))];
  const std::size_t place = choices.below(16);
  Moment made =
      moment(clock, kind, static_cast<Channel>(place % 5), static_cast<std::uint16_t>(place % 3));
  const std::size_t more = choices.below(128);
  made.id = id;
  made.attributes = static_cast<std::uint16_t>(more % 4);
  made.author = more / 4 % 3;
  made.flags = more / 12 % 3 == 0 ? kOutbound : std::uint8_t{0};
  if (kind == kEdited || kind == kDeleted || kind == kBounced)
    made.target = 1 + choices.below(kMostMoments);
  return made;
}

Conversation empty_conversation() {
  Conversation made;
  made.id = Id::make(mon(9h), 1, 4);
  made.attribute_sets = {Attributes{.queue = "billing"}, Attributes{.segment = "vip"},
                         Attributes{.segment = "none"}};
  made.keys = {"call:a:1", "mail::1@example.org"};
  return made;
}

// As Core::add: what is newest extends the fold, what is late or undoes something folds anew.
void arrive(Conversation& into, const Moment& moment, const CompiledPolicy& policy) {
  const bool newest = into.moments.empty() || before(into.moments.back(), moment);
  into.moments.insert(std::upper_bound(into.moments.begin(), into.moments.end(), moment, before),
                      moment);
  if (newest && moment.kind != MomentKind::kDeleted && moment.kind != MomentKind::kBounced &&
      std::none_of(into.moments.begin(), into.moments.end(),
                   [&](const Moment& other) { return other.target == moment.id; }))
    clocks::apply(into.fold, moment, into.attribute_sets, policy);
  else
    into.fold = clocks::refold(into, policy);
}

void check_run(const ClockRun& run, Instant end, const CompiledPolicy& policy) {
  VASTE_CHECK(is_open(run.state) != is_set(run.stopped));
  VASTE_CHECK(!is_set(run.stopped) || run.stopped >= run.started);
  VASTE_CHECK(!run.running.empty() && run.running.front().from == run.started);
  const Millis now = clocks::elapsed(run, end, policy);
  VASTE_CHECK(now >= Millis(0));
  if (run.state == ClockState::kMet) VASTE_CHECK(now <= run.target);
  if (run.state == ClockState::kBreached) VASTE_CHECK(now > run.target);
  if (run.state != ClockState::kRunning) return;
  const auto due = clocks::due(run, policy);
  const auto breach = clocks::breaches_at(run, policy);
  // elapsed() looks back from the end: at an instant before a pause it is not asked.
  const Instant since = run.running.back().from;
  if (due && *due >= since) VASTE_CHECK(clocks::elapsed(run, *due, policy) == run.target);
  if (breach && *breach > since) {
    VASTE_CHECK(due && *breach > *due);
    VASTE_CHECK(clocks::elapsed(run, *breach, policy) > run.target);
    VASTE_CHECK(clocks::elapsed(run, *breach - Millis(1), policy) <= run.target);
  }
}

void check_state(const Conversation& conversation, const CompiledPolicy& policy) {
  const FoldState& state = conversation.fold;
  const Instant end = state.last_activity + 24h;
  for (const ClockRun& run : state.clocks) check_run(run, end, policy);
  // What was published is what holds: asked again, there is nothing to say.
  std::vector<PublishedAlert> alerts;
  clocks::compare_alerts(state, alerts, end, kNever, policy);
  VASTE_CHECK(clocks::compare_alerts(state, alerts, end, end, policy).empty());
  std::string bytes;
  store::encode_conversation(conversation, bytes);
  const auto stored = store::decode_conversation(conversation.id, bytes);
  VASTE_CHECK(stored && same(*stored, conversation));
}

// The older half forgotten, as of a long conversation: the fold goes on from where it was.
void check_forgetting(const Conversation& whole, const CompiledPolicy& policy) {
  for (const Moment& moment : whole.moments) {
    if (moment.kind == MomentKind::kDeleted || moment.kind == MomentKind::kBounced) return;
  }
  Conversation older = whole;
  Conversation newer = whole;
  const auto half = static_cast<std::ptrdiff_t>(whole.moments.size() / 2);
  older.moments.erase(older.moments.begin() + half, older.moments.end());
  newer.moments.erase(newer.moments.begin(), newer.moments.begin() + half);
  newer.base = std::make_shared<const FoldState>(clocks::refold(older, policy));
  VASTE_CHECK(same(clocks::refold(newer, policy), whole.fold));
}

void run(std::string_view input) {
  if (input.size() > 1 + 6 * kMostMoments) return;  // more than is read
  Choices choices(input);
  const CompiledPolicy& policy = rules(choices.below(kPolicies));
  std::vector<Moment> moments;
  std::vector<std::size_t> order;
  Instant clock = mon(8h + 30min);
  while (choices.any() && moments.size() < kMostMoments) {
    moments.push_back(a_moment(choices, moments.size() + 1, clock));
    const std::size_t place = choices.below(moments.size() * 2);
    order.insert(order.end() - static_cast<std::ptrdiff_t>(std::min(place, order.size())),
                 moments.size() - 1);
  }
  Conversation shuffled = empty_conversation();
  for (const std::size_t index : order) arrive(shuffled, moments[index], policy);
  std::sort(moments.begin(), moments.end(), before);
  Conversation ordered = empty_conversation();
  for (const Moment& moment : moments) arrive(ordered, moment, policy);
  VASTE_CHECK(same(ordered, shuffled));
  VASTE_CHECK(same(clocks::refold(ordered, policy), ordered.fold));
  check_state(ordered, policy);
  check_forgetting(ordered, policy);
}

std::vector<std::string> seeds() {
  // policy, then for each moment: kind, gap, place, more, (target,) when it arrives
  std::vector<std::string> out = {
      std::string("\x00\x00\x00\x02\x00\x00\x02\x05\x02\x00\x01", 11),
      std::string(
          "\x01\x06\x00\x03\x01\x00\x07\x03\x03\x00\x00\x0a\x04\x03\x00\x00\x12\x08\x03\x00\x02",
          21),
      std::string("\x01\x00\x00\x02\x02\x00\x15\x08\x00\x00\x00\x00\x09\x02\x00\x01\x18\x05\x00\x00"
                  "\x00\x00\x0a\x02\x00\x00",
                  26),
      std::string("\x02\x00\x00\x01\x00\x00\x02\x06\x01\x00\x00\x28\x05\x00\x00\x01\x00", 17)};
  for (char kind = 0; kind < 42; ++kind) {  // each kind, a story's worth at a time
    if (kind % 14 == 0) out.emplace_back(1, static_cast<char>(kind / 14));
    out.back() += {kind, static_cast<char>(kind % 12), kind, kind, 1};
  }
  return out;
}

std::vector<std::string> words() {
  return {};
}

}  // namespace

const FuzzTarget& target() {
  static const FuzzTarget made{run, seeds, words, 4000};
  return made;
}

}  // namespace vaste::fuzz
