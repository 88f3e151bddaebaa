#include "stitch/stitch.h"

#include <algorithm>

#include "base/hash.h"

namespace vaste::stitch {

Actor identifier_actor(std::string_view identifier) {
  return {ActorKind::kIdentifier, std::string(identifier)};
}
Actor thread_actor(std::string_view key) {
  return {ActorKind::kThread, std::string(key)};
}
Actor conversation_actor(const Id& id) {
  return {ActorKind::kConversation, id.bytes()};
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
      return Actor{kind, std::string(bytes.substr(1))};
    case ActorKind::kConversation:
      if (bytes.size() != 17) return std::nullopt;
      return Actor{kind, std::string(bytes.substr(1))};
  }
  return std::nullopt;
}

std::uint32_t key_group(const Actor& actor) {
  if (actor.kind == ActorKind::kConversation) return Id::from_bytes(actor.key).key_group();
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

bool has_key(const Conversation& conversation, std::string_view key) {
  const auto& prints = conversation.key_prints;
  const auto end = conversation.keys.rend();
  // From the back: what is new is there, and a duplicate mostly follows its original closely.
  const bool listed = prints.seen() == 0 || prints.may_have(hash64(key));
  const auto known = listed ? end : end - static_cast<std::ptrdiff_t>(prints.seen());
  return std::find(conversation.keys.rbegin(), known, key) != known;
}

bool has_moment(const Conversation& conversation, std::uint64_t id) {
  const auto& prints = conversation.moment_prints;
  const auto end = conversation.moments.rend();
  const bool listed = prints.seen() == 0 || prints.may_have(id);
  const auto known = listed ? end : end - static_cast<std::ptrdiff_t>(prints.seen());
  return std::any_of(conversation.moments.rbegin(), known,
                     [id](const Moment& moment) { return moment.id == id; });
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

// A desk that gave two references says that they are two matters, whoever the customer is.
bool is_another_ticket(const Conversation& conversation, const Incoming& incoming) {
  return std::any_of(incoming.keys.begin(), incoming.keys.end(), [&](const Key& key) {
    const std::string_view desk = ticket_desk(key.text);
    if (desk.empty() || has_key(conversation, key.text)) return false;
    return std::any_of(conversation.keys.begin(), conversation.keys.end(),
                       [&](const std::string& held) { return held.starts_with(desk); });
  });
}

bool within_window(const Conversation& conversation, const Incoming& incoming,
                   const StitchWindows& windows) {
  const Millis window = windows.window[static_cast<std::size_t>(conversation.fold.last_channel)]
                                      [static_cast<std::size_t>(incoming.moment.channel)];
  if (window.count() <= 0) return false;
  // Both ways: a late event may lie before what is already known.
  return incoming.moment.at <= conversation.fold.last_activity + window &&
         incoming.moment.at + window >= conversation.fold.opened;
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
  // on its way.
  const bool live_of_its_own =
      !incoming.from_customer && std::any_of(incoming.keys.begin(), incoming.keys.end(),
                                             [](const Key& key) { return key.session; });
  // Nor does what is rated by its key belong to anything else, whatever else goes on.
  if (is_survey(incoming.moment.kind)) return nullptr;
  // A call of ours to who asked for one is the one that was asked for, whatever its key.
  const bool calls_back = live_of_its_own && incoming.moment.channel == Channel::kPhone &&
                          (incoming.moment.flags & kOutbound) != 0;
  if (live_of_its_own && !calls_back) return nullptr;
  const Conversation* best = nullptr;
  for (const Conversation* conversation : conversations) {
    if (is_over(*conversation) || !same_brand(*conversation, incoming)) continue;
    if (is_another_ticket(*conversation, incoming)) continue;
    if (calls_back && !waits_for_call(*conversation)) continue;
    if (incoming.from_customer && !within_window(*conversation, incoming, windows)) continue;
    // We answer what we were spoken to about last, even where something older still waits.
    const auto rank = [&](const Conversation& c) {
      return std::pair(incoming.from_customer && waits_for_us(c), c.fold.last_activity);
    };
    if (best == nullptr || rank(*conversation) > rank(*best)) best = conversation;
  }
  return best;
}

bool beyond_reopening(const Conversation& conversation, Instant at, const StitchWindows& windows) {
  return is_set(conversation.fold.resolved) && at > conversation.fold.resolved + windows.reopen;
}

bool founds(const Incoming& incoming) {
  if (incoming.moment.kind == MomentKind::kMachineMessage) return false;
  return incoming.opens || !incoming.keys.empty();
}

}  // namespace vaste::stitch
