#include "stitch/stitch.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "base/hash.h"

namespace vaste::stitch {

namespace {
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kGroupBytes = 2;
}  // namespace

Actor identifier_actor(std::string_view identifier) {
  return {ActorKind::kIdentifier, std::string(identifier)};
}
Actor thread_actor(std::string_view key) {
  return {ActorKind::kThread, std::string(key)};
}
Actor conversation_actor(const Id& id) {
  return {ActorKind::kConversation, id.bytes()};
}
Actor conversation_actor(const Id& id, std::uint32_t group) {
  Actor actor = conversation_actor(id);
  if (group != id.key_group()) {
    actor.key.push_back(static_cast<char>(group >> 8));
    actor.key.push_back(static_cast<char>(group));
  }
  return actor;
}
Id conversation_of(const Actor& actor) {
  return Id::from_bytes(std::string_view(actor.key).substr(0, kIdBytes));
}
Actor customer_actor(const Id& id) {
  return {ActorKind::kCustomer, id.bytes()};
}
// One shard: its decisions are in one order. The bench says how many it makes.
Actor linker_actor() {
  return {ActorKind::kLinker, "1"};
}

Actor command_actor(std::string_view id) {
  return {ActorKind::kCommand, std::string(id)};
}

Actor kpi_actor(std::string_view group) {
  return {ActorKind::kKpi, std::string(group)};
}

std::string address(const Actor& actor) {
  std::string out;
  out.reserve(actor.key.size() + 1);
  out.push_back(static_cast<char>(actor.kind));
  out += actor.key;
  return out;
}

std::optional<Actor> parse_address(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto kind = static_cast<ActorKind>(bytes.front());
  switch (kind) {
    case ActorKind::kIdentifier:
    case ActorKind::kThread:
    case ActorKind::kLinker:
    case ActorKind::kCommand:
    case ActorKind::kKpi:
      return Actor{kind, std::string(bytes.substr(1))};
    case ActorKind::kConversation:
      if (bytes.size() != 1 + kIdBytes && bytes.size() != 1 + kIdBytes + kGroupBytes)
        return std::nullopt;
      return Actor{kind, std::string(bytes.substr(1))};
    case ActorKind::kCustomer:
      if (bytes.size() != 1 + kIdBytes) return std::nullopt;
      return Actor{kind, std::string(bytes.substr(1))};
  }
  return std::nullopt;
}

std::uint32_t key_group(const Actor& actor) {
  if (actor.kind == ActorKind::kCustomer) return Id::from_bytes(actor.key).key_group();
  if (actor.kind == ActorKind::kConversation) {
    if (actor.key.size() != kIdBytes + kGroupBytes) return conversation_of(actor).key_group();
    const auto high = static_cast<unsigned char>(actor.key[kIdBytes]);
    const auto low = static_cast<unsigned char>(actor.key[kIdBytes + 1]);
    return (std::uint32_t{high} << 8 | low) % kKeyGroups;
  }
  return static_cast<std::uint32_t>(hash64(actor.key) % kKeyGroups);
}

std::int32_t partition_of(std::uint32_t group, std::int32_t partitions) {
  return static_cast<std::int32_t>(std::uint64_t{group} * static_cast<std::uint64_t>(partitions) /
                                   kKeyGroups);
}

std::uint32_t first_group(std::int32_t partition, std::int32_t partitions) {
  const auto all = static_cast<std::uint32_t>(partitions);
  return (static_cast<std::uint32_t>(partition) * kKeyGroups + all - 1) / all;
}

const Key* reference(const Incoming& incoming) {
  const auto found = std::find_if(incoming.keys.rbegin(), incoming.keys.rend(),
                                  [](const Key& key) { return key.refers; });
  return found == incoming.keys.rend() ? nullptr : &*found;
}

Actor route(const Incoming& incoming) {
  if (!incoming.identifiers.empty()) return identifier_actor(incoming.identifiers.front());
  if (const Key* key = reference(incoming)) return thread_actor(key->text);
  return thread_actor(incoming.keys.front().text);
}

namespace {

// Whether any of them is it. From the back: what is new is there, and a duplicate mostly follows
// its original closely. What the prints do not have need not be looked for among what they have
// seen; `print` is asked only where they have seen any.
template <class List, class Print, class Is>
bool any(const List& list, const Prints& prints, Print&& print, Is&& is) {
  const bool listed = prints.seen() == 0 || prints.may_have(print());
  const auto end = listed ? list.rend() : list.rend() - static_cast<std::ptrdiff_t>(prints.seen());
  return std::any_of(list.rbegin(), end, is);
}

template <class Is>
bool any_about(const Conversation& conversation, std::uint64_t id, Is&& is) {
  return any(
      conversation.moments, conversation.moment_prints, [id] { return id; }, is);
}

}  // namespace

bool has_key(const Conversation& conversation, std::string_view key) {
  return any(
      conversation.keys, conversation.key_prints, [key] { return hash64(key); },
      [key](const std::string& known) { return known == key; });
}

bool has_moment(const Conversation& conversation, std::uint64_t id) {
  return any_about(conversation, id, [id](const Moment& moment) { return moment.id == id; });
}

bool is_taken_back(const Conversation& conversation, std::uint64_t id) {
  return any_about(conversation, id, [id](const Moment& moment) {
    return moment.target == id && takes_back(moment.kind);
  });
}

namespace {

bool is_over(const Conversation& conversation) {
  return conversation.fold.state == ConversationState::kResolved ||
         conversation.fold.state == ConversationState::kClosed ||
         conversation.fold.state == ConversationState::kMerged;
}

bool waits_for_us(const Conversation& conversation) {
  return conversation.fold.state == ConversationState::kNew ||
         conversation.fold.state == ConversationState::kWaitingAgent;
}

bool same_brand(const Conversation& conversation, const Incoming& incoming) {
  const std::string& ours = conversation.fold.attributes.brand;
  const std::string& theirs = incoming.attributes.brand;
  return ours.empty() || theirs.empty() || ours == theirs;
}

// "ticket:desk:" of "ticket:desk:4711"; empty for other keys. Ingest sees to it that scopes hold no
// colon.
std::string_view ticket_desk(std::string_view key) {
  constexpr std::string_view kTicket = "ticket:";
  const auto end = key.find(':', kTicket.size());
  return key.starts_with(kTicket) && end != key.npos ? key.substr(0, end + 1) : std::string_view();
}

const std::string& text_of(const Key& key) {
  return key.text;
}
const std::string& text_of(const std::string& key) {
  return key;
}

// A desk that gave two references says that they are two matters, whoever the customer is.
template <class Keys>
bool holds_another_ticket(const Conversation& conversation, const Keys& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
    const std::string_view desk = ticket_desk(text_of(key));
    if (desk.empty() || has_key(conversation, text_of(key))) return false;
    return std::any_of(conversation.keys.begin(), conversation.keys.end(),
                       [&](const std::string& held) { return held.starts_with(desk); });
  });
}

bool is_our_call(const Moment& moment) {
  return (moment.flags & kOutbound) != 0 && moment.kind >= MomentKind::kStarted &&
         moment.kind <= MomentKind::kWrapUpEnded;
}

Millis window_of(const StitchWindows& windows, Channel earlier, Channel later) {
  return windows.window[static_cast<std::size_t>(earlier)][static_cast<std::size_t>(later)];
}

// Within the window of the two channels of anything that happened in it, before or after: one rule
// for every order of arrival. Nothing is activity that only says who somebody is.
bool within_window(const Conversation& conversation, const Moment& moment,
                   const StitchWindows& windows) {
  const auto near = [&](Instant at, Channel channel) {
    const bool is_earlier = at <= moment.at;
    const Millis window = is_earlier ? window_of(windows, channel, moment.channel)
                                     : window_of(windows, moment.channel, channel);
    return window.count() > 0 && (is_earlier ? moment.at - at : at - moment.at) <= window;
  };
  const FoldState& fold = conversation.fold;
  if (near(fold.last_activity, fold.last_channel)) return true;
  // Every channel's nearest is found among few: from the newest back, until all are too old.
  Millis widest{0};
  for (const auto& row : windows.window) widest = std::max(widest, *std::ranges::max_element(row));
  for (auto other = conversation.moments.rbegin(); other != conversation.moments.rend(); ++other) {
    if (other->at + widest < moment.at) return false;
    if (near(other->at, other->channel)) return true;
  }
  return conversation.base != nullptr &&
         near(conversation.base->last_activity, conversation.base->last_channel);
}

}  // namespace

namespace {

// Until then, as far as it remembers.
Instant last_activity_by(const Conversation& conversation, Instant at) {
  if (conversation.fold.last_activity <= at) return conversation.fold.last_activity;
  const auto& moments = conversation.moments;
  const auto before = std::find_if(moments.rbegin(), moments.rend(),
                                   [at](const Moment& moment) { return moment.at <= at; });
  return before == moments.rend() ? kNever : before->at;
}

// Has somebody asked for a call in it, and no call of ours was answered since?
bool waits_for_call(const Conversation& conversation) {
  Instant asked, called;
  for (const Contact& contact : conversation.fold.contacts) {
    if ((contact.flags & kContactCallback) != 0)
      asked = std::max({asked, contact.started, contact.queued});
    if (contact.channel == Channel::kPhone && (contact.flags & kContactOutbound) != 0)
      called = std::max(called, contact.answered);
  }
  return is_set(asked) && called < asked;
}

}  // namespace

const Conversation* choose(std::span<const Conversation* const> conversations,
                           const Incoming& incoming, const StitchWindows& windows) {
  // What we do in a live contact of its own key belongs to that contact, whose beginning is still
  // on its way. A call that we began ourselves is about what the customer has said already.
  const bool we_act_in_their_contact = !incoming.from_customer && !is_our_call(incoming.moment);
  const bool live_of_its_own =
      we_act_in_their_contact && std::any_of(incoming.keys.begin(), incoming.keys.end(),
                                             [](const Key& key) { return key.session; });
  // Nor does what is rated by its key belong to anything else, whatever else goes on.
  if (is_survey(incoming.moment.kind)) return nullptr;
  if (live_of_its_own) return nullptr;
  // A note or a change of state begins nothing, so it has no other place to go.
  const bool by_window =
      incoming.from_customer || (windows.own_messages_by_window && incoming.opens);
  const bool calls = is_our_call(incoming.moment) && incoming.moment.channel == Channel::kPhone;
  const Conversation* best = nullptr;
  for (const Conversation* conversation : conversations) {
    if (is_over(*conversation) || !same_brand(*conversation, incoming)) continue;
    if (holds_another_ticket(*conversation, incoming.keys)) continue;
    if (by_window && !within_window(*conversation, incoming.moment, windows)) continue;
    // We answer what we were spoken to about last, even where something older still waits.
    // What comes late goes where it would have gone in time.
    const Instant at = incoming.moment.at;
    const auto rank = [&](const Conversation& c) {
      const bool waits =
          (incoming.from_customer && waits_for_us(c)) || (calls && waits_for_call(c));
      return std::tuple(c.fold.opened <= at, waits, last_activity_by(c, at));
    };
    if (best == nullptr || rank(*conversation) > rank(*best)) best = conversation;
  }
  return best;
}

bool belongs(const Conversation& later, const Conversation& earlier, const StitchWindows& windows) {
  // An operator said that they are matters of their own.
  if (later.stands || earlier.stands) return false;
  if (later.opened_by != JoinMethod::kNew || later.base != nullptr || later.moments.empty())
    return false;
  const Moment& first = later.moments.front();
  if (earlier.fold.opened > first.at) return false;
  if (is_over(earlier) && !(is_set(earlier.fold.resolved) && earlier.fold.resolved > first.at))
    return false;
  const std::string& one = earlier.fold.attributes.brand;
  const std::string& other = later.fold.attributes.brand;
  if (!one.empty() && !other.empty() && one != other) return false;
  if (holds_another_ticket(earlier, later.keys)) return false;
  const bool ours = first.kind == MomentKind::kAgentMessage ||
                    first.kind == MomentKind::kBotMessage || (first.flags & kOutbound) != 0;
  return (ours && !windows.own_messages_by_window) || within_window(earlier, first, windows);
}

bool beyond_reopening(const Conversation& conversation, Instant at, const StitchWindows& windows) {
  return is_set(conversation.fold.resolved) && at > conversation.fold.resolved + windows.reopen;
}

bool founds(const Incoming& incoming) {
  if (incoming.from_us || incoming.moment.kind == MomentKind::kMachineMessage) return false;
  return incoming.opens || !incoming.keys.empty();
}

}  // namespace vaste::stitch
