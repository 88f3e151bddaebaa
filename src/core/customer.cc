// A customer: the conversations of everybody who is one person. Which of them an event goes to, and
// what becomes of them when customers join and part (DESIGN 4.4).
//
// A conversation lives where its customer does. When that changes it goes there whole, under its
// own id, with its alerts and all; what it leaves behind is a signpost. From one partition to
// another everything arrives in the order in which it was sent, so what follows a signpost comes
// behind the conversation itself.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "core/step.h"

namespace vaste::core {

namespace {
constexpr std::uint64_t kFirstWord = 1;  // of the linker's epochs: no parting came before it
}

bool Core::lives_here(const Id& customer) const {
  return stitch::partition_of(customer.key_group(), partitions_) == partition_;
}

void Core::to_customer(const Message& message, Effects& effects) {
  const Id id = Id::from_bytes(message.to.key);
  if (const auto* body = std::get_if<Routed>(&message.body))
    return routed_to_customer(message, *body, id, effects);
  if (const auto* body = std::get_if<JoinCustomers>(&message.body))
    return join_customers(message, *body, effects);
  if (const auto* body = std::get_if<PartCustomers>(&message.body))
    return part_customers(message, *body, effects);
  if (const auto* body = std::get_if<Order>(&message.body))
    return order_at_customer(message, *body, effects);
  if (const auto* body = std::get_if<Adopt>(&message.body)) return adopt(message, *body, effects);
  if (const auto* body = std::get_if<Named>(&message.body))
    return named_at_nobody(message, *body, effects);
  if (const auto* body = std::get_if<Forget>(&message.body)) return forget_nobody(message, *body);
  if (const auto* body = std::get_if<Welcome>(&message.body)) welcome(message, *body, effects);
}

// `customer` empty: the identifier is new.
void Core::routed_to_customer(const Message& message, const Routed& routed, const Id& customer,
                              Effects& effects) {
  const Incoming& incoming = *routed.incoming;
  if (!customer.empty()) {
    const Customer& known = state_.customer(customer);
    const auto parted = std::find_if(
        known.parted.begin(), known.parted.end(),
        [&](const Parted& one) { return one.identifier == incoming.identifiers.front(); });
    const Id onward = parted != known.parted.end() ? parted->customer : known.merged_into;
    if (!onward.empty()) {
      // Not a hop: the linker's decisions have an order, and each of these leads to a later one.
      Message next = message;
      next.to = stitch::customer_actor(onward);
      return pass_on(std::move(next), effects);
    }
  }
  if (incoming.moment.kind == MomentKind::kIdentity) {
    answer(message, routed, nullptr, EventOutcome::kApplied, JoinMethod::kNone, {}, effects);
    effects.enriched.back().customer = customer;
    return;
  }
  // Addresses of conversations stay while nothing trims the cache, and nothing does inside one
  // message.
  concerned_ = {};
  if (!customer.empty()) state_.concerned(customer, incoming, concerned_);
  const auto& theirs = concerned_.conversations;

  // An explicit key wins, then what was seen before, then the key's own actor, then the customer.
  const Conversation* keyed = nullptr;
  std::string_view evidence;
  for (const Conversation* conversation : theirs) {
    for (const Key& key : incoming.keys) {
      if (!stitch::has_key(*conversation, key.text)) continue;
      if (keyed == nullptr) {
        keyed = conversation;
        evidence = key.text;
      } else if (keyed != conversation && keyed->merged_into.empty() &&
                 conversation->merged_into.empty()) {
        send_merge(message, keyed->id, conversation->id, effects);
      }
      break;
    }
  }
  if (keyed != nullptr)
    return forward(message, routed, stitch::conversation_actor(keyed->id, home_group(*keyed)),
                   routed.unresolved, std::string(evidence), effects);
  for (const Conversation* conversation : theirs)
    if (stitch::has_moment(*conversation, incoming.moment.id))
      return answer(message, routed, conversation, EventOutcome::kDuplicate, JoinMethod::kIdentity,
                    {}, effects);
  if (const Key* asked = stitch::reference(incoming); asked != nullptr && !routed.unresolved)
    return forward(message, routed, stitch::thread_actor(asked->text), false, {}, effects);

  if (is_survey(incoming.moment.kind) && incoming.keys.empty())
    return rate(message, routed, customer, effects);
  const StitchWindows& windows = version_at(routed).policy().stitch;
  const Conversation* open = stitch::choose(theirs, incoming, windows);
  if (open == nullptr) return found(message, routed, customer, effects);
  const std::string& identifier = incoming.identifiers.front();
  const bool bridges = std::any_of(theirs.begin(), theirs.end(), [&](const Conversation* other) {
    return other != open && other->merged_into.empty() &&
           other->fold.last_activity >= incoming.moment.at;
  });
  add(message, routed, *state_.conversation(open->id), JoinMethod::kIdentity,
      identifier.substr(0, identifier.find(':')), effects);
  if (bridges) rejoin(message, customer, effects);
}

void Core::found(const Message& message, const Routed& routed, const Id& customer,
                 Effects& effects) {
  if (!stitch::founds(*routed.incoming))
    return answer(message, routed, nullptr, EventOutcome::kIgnored, JoinMethod::kNone, {}, effects);
  Conversation* fresh = begin_for(message, routed, customer, effects);
  if (fresh == nullptr) return;
  fresh->follows = concerned_.followed;
  fresh->repeat_until = repeat_until(routed, concerned_.resolved);
  add(message, routed, *fresh, JoinMethod::kNew, {}, effects);
}

// A customer begins with the first conversation, and ends with the last: see retention.cc. Empty:
// the identifier has none yet. nullptr: the same event began it before, and is answered.
Conversation* Core::begin_for(const Message& message, const Routed& routed, const Id& customer,
                              Effects& effects) {
  const Incoming& incoming = *routed.incoming;
  const std::string& identifier = incoming.identifiers.front();
  const std::uint32_t group = customer.empty()
                                  ? stitch::key_group(stitch::identifier_actor(identifier))
                                  : customer.key_group();
  const Id theirs = customer.empty() ? new_customer(message, incoming.moment.at, group) : customer;
  Conversation* fresh = begin(message, routed, theirs, group, JoinMethod::kNew, effects);
  if (fresh == nullptr) return nullptr;
  fresh->evidence = identifier;
  if (!customer.empty()) return fresh;
  const Pointer* known = state_.identifier(identifier);
  Pointer pointer = known == nullptr ? Pointer() : *known;
  pointer.customer = theirs;
  pointer.own = true;
  pointer.until = kEndOfTime;
  state_.set_identifier(identifier, std::move(pointer));
  return fresh;
}

Id Core::new_customer(const Message& message, Instant at, std::uint32_t key_group) const {
  const Origin& origin = message.origin;
  const std::uint64_t cause =
      hash64(origin.topic, 0x637573746f6d6572ULL) ^
      hash64(std::to_string(origin.partition) + '@' + std::to_string(origin.offset));
  // One event may be the first that is heard of several identifiers.
  return Id::make(at, key_group, hash64(message.to.key, hash64(std::to_string(cause), 1)));
}

// nullptr: the same event began it before, and is answered.
Conversation* Core::begin(const Message& message, const Routed& routed, const Id& customer,
                          std::uint32_t key_group, JoinMethod method, Effects& effects) {
  const Origin& origin = message.origin;
  std::string cause(origin.topic);
  cause += '[' + std::to_string(origin.partition) + "]@" + std::to_string(origin.offset);
  const Id id = Id::make(routed.incoming->moment.at, key_group, hash64(cause, 2));
  if (const Conversation* before = state_.conversation(id)) {
    answer(message, routed, before, EventOutcome::kDuplicate, method, {}, effects);
    return nullptr;
  }
  Conversation& fresh = state_.create_conversation(id);
  fresh.customer = customer;
  fresh.opened_by = method;
  fresh.policy_hash = version_at(routed).fingerprint();
  enlist(customer, id);
  return &fresh;
}

void Core::enlist(const Id& customer, const Id& conversation) {
  Customer theirs = state_.customer(customer);
  std::vector<Id>& list = theirs.conversations;
  if (std::find(list.begin(), list.end(), conversation) != list.end()) return;
  list.insert(std::upper_bound(list.begin(), list.end(), conversation), conversation);
  if (list.size() > limits_.conversations_per_customer) {
    // The one that was over first makes room; if none is over, the oldest.
    auto leaves = std::find_if(list.begin(), list.end(), [&](const Id& other) {
      const Conversation* known = state_.conversation(other);
      return known == nullptr || !known->merged_into.empty() || is_set(known->fold.resolved);
    });
    list.erase(leaves == list.end() ? list.begin() : leaves);
  }
  state_.set_customer(customer, std::move(theirs));
}

void Core::join_customers(const Message& message, const JoinCustomers& join, Effects& effects) {
  const Id id = Id::from_bytes(message.to.key);
  send({message.origin, message.hops, stitch::customer_actor(join.winner),
        Welcome{join.points, true}},
       effects);
  Customer theirs = state_.customer(id);
  std::vector<Id> stay;
  for (const Id& one : theirs.conversations) {
    Conversation* conversation = state_.conversation(one);
    if (conversation == nullptr || conversation->moved) continue;
    if (conversation->merged_into.empty())
      hand_over(message, *conversation, join.winner, effects);
    else
      stay.push_back(one);  // a redirect
  }
  theirs.conversations = std::move(stay);
  theirs.merged_into = join.winner;
  state_.set_customer(id, std::move(theirs));
  send({message.origin, message.hops, stitch::customer_actor(join.winner),
        Welcome{join.points, false}},
       effects);
}

namespace {

// Nothing of it is written down where it goes.
void forget_blocks(Conversation& conversation) {
  conversation.blocks = {};
  conversation.kept_moments = conversation.kept_keys = conversation.kept_alerts = 0;
  conversation.kept_base = nullptr;
  conversation.fold.kept_clocks = conversation.fold.kept_contacts = 0;
}

void leave_signpost(Conversation& conversation, std::uint32_t key_group) {
  const auto group = static_cast<std::uint16_t>(key_group);
  auto& left = conversation.signposts;
  if (std::find(left.begin(), left.end(), group) == left.end()) left.push_back(group);
}

}  // namespace

// All of it, but what it counts for here, which is undone when the signpost is written down.
void Core::hand_over(const Message& message, Conversation& conversation, const Id& customer,
                     Effects& effects) {
  auto contents = std::make_shared<Conversation>(std::move(conversation));
  conversation = {};
  conversation.id = contents->id;
  conversation.tallied = std::move(contents->tallied);
  conversation.tallied_queue = contents->tallied_queue;
  conversation.census = std::exchange(contents->census, {});
  conversation.next_breach = contents->next_breach;
  conversation.blocks = contents->blocks;  // that are to go from the store
  forget_blocks(*contents);
  contents->tallied.clear();
  contents->next_breach = kNever;
  contents->timer_at = kNever;
  if (!lives_here(customer)) leave_signpost(*contents, home_group(*contents));
  contents->customer = customer;
  conversation.customer = customer;
  conversation.moved = true;
  const Id id = conversation.id;
  state_.changed(conversation);
  send({message.origin, message.hops, stitch::customer_actor(customer),
        Adopt{id, std::move(contents)}},
       effects);
}

void Core::adopt(const Message& message, const Adopt& adopt, Effects& effects) {
  const Id id = Id::from_bytes(message.to.key);
  const Conversation& contents = *adopt.contents;
  Conversation* here = state_.conversation(contents.id);
  if (here != nullptr && !here->moved) {
    effects.dead.push_back({message.origin,
                            {},
                            "conversation " + contents.id.text() + " was handed to customer " +
                                id.text() + ", where it is already; it was not written by vaste",
                            Code::kInternal});
    return;
  }
  if (here == nullptr) here = &state_.create_conversation(contents.id);
  const Customer now = state_.customer(id);
  // Who was parted from it before it was joined to another is sought first.
  if (const Id onward = now.merged_into; !onward.empty() && now.parted.empty()) {
    // Who comes by the signpost that led here finds the next one.
    here->customer = onward;
    here->moved = true;
    state_.changed(*here);
    auto next = std::make_shared<Conversation>(contents);
    leave_signpost(*next, id.key_group());
    return pass_on({message.origin, message.hops, stitch::customer_actor(onward),
                    Adopt{contents.id, std::move(next)}},
                   effects);
  }
  auto tallied = std::move(here->tallied);
  const std::uint16_t queue = here->tallied_queue;
  const CensusEntry census = here->census;
  const Instant next_breach = here->next_breach;
  const Blocks blocks = here->blocks;
  *here = contents;
  forget_blocks(*here);
  here->blocks = blocks;
  here->tallied = std::move(tallied);
  here->tallied_queue = queue;
  here->census = census;
  here->next_breach = next_breach;
  here->customer = id;
  std::erase_if(here->signposts, [&](std::uint16_t group) {
    return stitch::partition_of(group, partitions_) == partition_;
  });
  adopted_until_ = std::max(adopted_until_, here->fired_until);
  enlist(id, here->id);
  const Watch before(*here, Watch::Reach::kAll);
  clocks::Contributions moved;  // given before, by whoever had it
  const bool is_part = here->fold.state == ConversationState::kNone && !here->moments.empty();
  if (is_part) clocks::refold(*here, *timeline_);  // cut out of another
  clocks::contribute(*here, moved);
  state_.changed(*here);
  // What of it had been said was said of the whole, or taken back.
  if (is_part)
    settle(message, *here, kNever, effects);
  else
    arm(*here, effects);
  contribute(*here, before, effects, moved);
  if (!now.parted.empty()) separate(message, now, *here, effects);
  if (!here->moved) tell_others(*here, effects);
  if (now.merged_into.empty()) return rejoin(message, id, effects);
  if (here->moved) return;
  Customer theirs = state_.customer(id);
  std::erase(theirs.conversations, here->id);
  state_.set_customer(id, std::move(theirs));
  hand_over(message, *here, now.merged_into, effects);
}

namespace {

// What parted it from this customer is over, also what is still on its way. True: that changed
// something.
bool take_in(const stitch::Point& point, Customer& theirs) {
  const auto is_older = [&](const auto& one) {
    return one.identifier == point.identifier && one.epoch < point.epoch;
  };
  const bool ended = std::erase_if(theirs.parted, is_older) > 0;
  if (point.epoch <= kFirstWord) return ended;
  auto& welcomed = theirs.welcomed;
  std::erase_if(welcomed, is_older);
  if (std::any_of(welcomed.begin(), welcomed.end(),
                  [&](const Welcomed& one) { return one.identifier == point.identifier; }))
    return ended;
  if (welcomed.size() >= kWelcomedKept) welcomed.erase(welcomed.begin());
  welcomed.push_back({point.identifier, point.epoch});
  return true;
}

}  // namespace

void Core::welcome(const Message& message, const Welcome& welcome, Effects& effects) {
  if (welcome.announced) {
    const Id id = Id::from_bytes(message.to.key);
    Customer theirs = state_.customer(id);
    bool news = false;
    for (const stitch::Point& point : welcome.points) news |= take_in(point, theirs);
    if (news) state_.set_customer(id, std::move(theirs));
    return;
  }
  for (const stitch::Point& point : welcome.points)
    send({message.origin, message.hops, stitch::identifier_actor(point.identifier), Repoint{point}},
         effects);
}

// A winner of a merge that had been forgotten is nobody's.
std::uint32_t Core::home_group(const Conversation& conversation) {
  return conversation.customer.empty() ? conversation.id.key_group()
                                       : conversation.customer.key_group();
}

// Which of a customer's conversations are one, now that they are one customer's or an event came
// that lies between them: as if all had been known from the beginning.
void Core::rejoin(const Message& message, const Id& customer, Effects& effects) {
  std::vector<const Conversation*> open;
  for (const Id& id : state_.customer(customer).conversations) {
    const Conversation* conversation = state_.conversation(id);
    if (conversation != nullptr && conversation->merged_into.empty() && !conversation->moved)
      open.push_back(conversation);
  }
  std::sort(open.begin(), open.end(), [](const Conversation* a, const Conversation* b) {
    return std::pair(a->fold.opened, a->id) < std::pair(b->fold.opened, b->id);
  });
  for (std::size_t later = 1; later < open.size(); ++later) {
    const Conversation* best = nullptr;
    const Instant first = open[later]->fold.opened;
    const StitchWindows& windows = timeline_->at(first).policy().stitch;
    for (std::size_t earlier = 0; earlier < later; ++earlier)
      if (stitch::belongs(*open[later], *open[earlier], windows) &&
          (best == nullptr || best->fold.last_activity < open[earlier]->fold.last_activity))
        best = open[earlier];
    if (best != nullptr) send_merge(message, best->id, open[later]->id, effects, customer);
  }
}

}  // namespace vaste::core
