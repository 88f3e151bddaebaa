// What operators order about conversations: merge, move, divide (DOMAIN 6.4). All of it is kept in
// the conversations themselves, so no event that arrives late undoes it.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "core/change.h"

namespace vaste::core {

namespace {

// Of all divisions of a conversation; the oldest are forgotten first.
constexpr std::size_t kMomentsNamed = 4096;

Answer done(const Command& command) {
  Answer out;
  out.command = command;
  out.status = CommandStatus::kDone;
  return out;
}

bool holds(const std::vector<std::string>& keys, const std::string& key) {
  return std::ranges::find(keys, key) != keys.end();
}

// Where an event goes that comes to a conversation of which parts went elsewhere; nullptr: it
// stays. Its own key decides, else the last one that it refers to and that is known.
const Id* side_of(const Conversation& conversation, const Incoming& incoming) {
  const auto by_key = [&](const Key& key) -> const Division* {
    for (auto one = conversation.divisions.rbegin(); one != conversation.divisions.rend(); ++one)
      if (holds(one->keys, key.text)) return &*one;
    return nullptr;
  };
  for (auto one = conversation.divisions.rbegin(); one != conversation.divisions.rend(); ++one)
    if (std::ranges::find(one->moments, incoming.moment.id) != one->moments.end()) return &one->to;
  for (const Key& key : incoming.keys)
    if (const Division* division = key.refers ? nullptr : by_key(key)) return &division->to;
  for (auto key = incoming.keys.rbegin(); key != incoming.keys.rend(); ++key) {
    if (!key->refers) continue;
    if (const Division* division = by_key(*key)) return &division->to;
    if (stitch::has_key(conversation, key->text)) break;
  }
  for (auto one = conversation.divisions.rbegin(); one != conversation.divisions.rend(); ++one)
    if (is_set(one->since) && incoming.moment.at >= one->since) return &one->to;
  return nullptr;
}

// Which of a conversation's moments a command means, and by which of its keys: a message goes with
// what it answers or revises.
class Chosen {
 public:
  Chosen(const Conversation& conversation, const Command& command)
      : conversation_(conversation),
        goes_(conversation.moments.size()),
        keys_(conversation.keys.size() + 1) {
    for (std::size_t i = 0; i < conversation.keys.size(); ++i)
      keys_[i + 1] = holds(command.keys, conversation.keys[i]);
    for (std::size_t i = 0; i < goes_.size(); ++i) {
      const Moment& moment = conversation.moments[i];
      if ((is_set(command.since) && moment.at >= command.since) ||
          std::ranges::find(command.moments, moment.id) != command.moments.end())
        take(i);
    }
    while (follow()) {
    }
  }

  bool goes(std::size_t moment) const { return goes_[moment]; }
  std::size_t count() const {
    return static_cast<std::size_t>(std::count(goes_.begin(), goes_.end(), true));
  }
  // Of the session keys those that nothing stays of.
  bool key_goes(std::size_t key) const {
    if (keys_[key + 1]) return true;
    bool used = false;
    for (std::size_t i = 0; i < goes_.size(); ++i) {
      if (conversation_.moments[i].contact_key != key + 1) continue;
      if (!goes_[i]) return false;
      used = true;
    }
    return used;
  }

 private:
  void take(std::size_t i) {
    goes_[i] = true;
    ids_.push_back(conversation_.moments[i].id);
    keys_[conversation_.moments[i].key] = conversation_.moments[i].key != 0 || keys_[0];
  }
  // True: that was news.
  bool follow() {
    bool news = false;
    for (std::size_t i = 0; i < goes_.size(); ++i) {
      const Moment& moment = conversation_.moments[i];
      if (goes_[i]) continue;
      const auto by = [&](std::uint16_t key) { return key != 0 && keys_[key]; };
      const bool revises = moment.kind == MomentKind::kEdited ||
                           moment.kind == MomentKind::kDeleted ||
                           moment.kind == MomentKind::kBounced;
      if (!by(moment.key) && !by(moment.refers) && !by(moment.contact_key) &&
          !(revises && std::ranges::find(ids_, moment.target) != ids_.end()))
        continue;
      take(i);
      news = true;
    }
    return news;
  }

  const Conversation& conversation_;
  std::vector<bool> goes_;
  std::vector<bool> keys_;  // by number; the first is nobody's
  std::vector<std::uint64_t> ids_;
};

// Room for what is remembered of one that was divided often.
void forget_names(Conversation& conversation) {
  std::size_t named = 0;
  for (const Division& one : conversation.divisions) named += one.moments.size();
  for (Division& one : conversation.divisions) {
    if (named <= kMomentsNamed) return;
    named -= one.moments.size();
    one.moments.clear();
  }
}

// The keys that go along, into the part and the division: first those that the conversation had,
// whose number is returned.
std::size_t take_keys(const Chosen& chosen, const Command& command, const Conversation& from,
                      Conversation& part, Division& division) {
  for (std::size_t key = 0; key < from.keys.size(); ++key) {
    if (!chosen.key_goes(key)) continue;
    hold_key(part, from.keys[key], via_index(part, identifier_of(from, key_via(from, key))));
    division.keys.push_back(from.keys[key]);
  }
  const std::size_t had = division.keys.size();
  for (const std::string& key : command.keys) {
    if (holds(division.keys, key)) continue;
    hold_key(part, key, 0);
    division.keys.push_back(key);
  }
  return had;
}

}  // namespace

// As far as this partition knows; merges followed. nullptr: it lives elsewhere, or nowhere.
const Conversation* Core::goes_on_here(const Id& id) {
  const Conversation* conversation = state_.conversation(id);
  // Redirects only lead to smaller ids, so this ends.
  while (conversation != nullptr && !conversation->moved && !conversation->merged_into.empty())
    conversation = state_.conversation(conversation->merged_into);
  return conversation == nullptr || conversation->moved ? nullptr : conversation;
}

bool Core::are_apart(const Conversation& one, const Id& other) {
  const auto in = [](const std::vector<Id>& list, const Id& id) {
    return std::ranges::find(list, id) != list.end();
  };
  if (in(one.apart, other)) return true;
  const Conversation* there = goes_on_here(other);
  return there != nullptr && (in(one.apart, there->id) || in(there->apart, one.id));
}

bool Core::goes_elsewhere(const Message& message, const Routed& routed,
                          const Conversation& conversation, Effects& effects) {
  if (conversation.divisions.empty()) return false;
  const Id* to = side_of(conversation, *routed.incoming);
  if (to == nullptr) return false;
  const Conversation* there = goes_on_here(*to);
  if (there != nullptr && there->id == conversation.id) return false;  // It came back.
  const stitch::Actor actor = there != nullptr
                                  ? stitch::conversation_actor(there->id, home_group(*there))
                                  : stitch::conversation_actor(*to);
  forward(message, routed, actor, routed.unresolved, routed.evidence, effects);
  return true;
}

void Core::order_at_conversation(const Message& message, const Order& order, Effects& effects) {
  const Command& command = *order.command;
  const Id id = stitch::conversation_of(message.to);
  Conversation* conversation = state_.conversation(id);
  if (conversation == nullptr)
    return refuse(message, command, CommandRefusal::kUnknownConversation,
                  "no conversation " + id.text() + ": it never was, or it is forgotten", effects);
  if (!conversation->merged_into.empty()) {
    Message onward = message;
    onward.to = stitch::conversation_actor(conversation->merged_into);
    return pass_on(std::move(onward), effects);
  }
  if (command.kind == CommandKind::kMerge)
    return merge_as_ordered(message, command, *conversation, effects);
  if (command.kind == CommandKind::kMove) return move(message, order, *conversation, effects);
  divide(message, command, *conversation, effects);
}

// Where one customer's conversations live, all of them do.
void Core::merge_as_ordered(const Message& message, const Command& command,
                            const Conversation& conversation, Effects& effects) {
  std::vector<Id> all{conversation.id};
  for (const Id& named : command.conversations) {
    const Conversation* one = goes_on_here(named);
    if (one == nullptr || one->customer != conversation.customer)
      return refuse(message, command, CommandRefusal::kNotTogether,
                    "conversation " + named.text() + " is none of customer " +
                        conversation.customer.text() +
                        ": it never was, is forgotten, or has to be moved to them first",
                    effects);
    if (std::ranges::find(all, one->id) == all.end()) all.push_back(one->id);
  }
  Answer answer = done(command);
  if (all.size() == 1) {
    answer.status = CommandStatus::kNothingToDo;
    answer.detail = "they are one already";
    return conclude(message, std::move(answer), effects);
  }
  std::ranges::sort(all);
  for (std::size_t i = 1; i < all.size(); ++i) {
    CommandChange& change = answer.changes.emplace_back();
    change.what = CommandChange::What::kConversationMerged;
    change.conversation = all.front();
    change.from = all[i];
    if (command.dry_run) continue;
    pass_on(
        {message.origin, message.hops, stitch::conversation_actor(all[i], home_group(conversation)),
         Merge{all.front(), {}, true}},
        effects);
  }
  conclude(message, std::move(answer), effects);
}

void Core::move(const Message& message, const Order& order, Conversation& conversation,
                Effects& effects) {
  const Command& command = *order.command;
  if (order.target.empty())
    return send({message.origin, message.hops,
                 command.identifier.empty() ? stitch::customer_actor(command.customer)
                                            : stitch::identifier_actor(command.identifier),
                 order},
                effects);
  Answer answer = done(command);
  if (order.target == conversation.customer) {
    answer.status = CommandStatus::kNothingToDo;
    answer.detail = "it is theirs already";
    return conclude(message, std::move(answer), effects);
  }
  CommandChange& change = answer.changes.emplace_back();
  change.what = CommandChange::What::kConversationMoved;
  change.conversation = conversation.id;
  change.from = conversation.customer;
  change.to = order.target;
  conclude(message, std::move(answer), effects);
  if (command.dry_run) return;
  Customer left = state_.customer(conversation.customer);
  std::erase(left.conversations, conversation.id);
  state_.set_customer(conversation.customer, std::move(left));
  // It goes where that identifier goes from now on, whoever else writes in it.
  conversation.stands = conversation.placed = true;
  conversation.evidence = command.identifier;
  conversation.identifiers.clear();
  conversation.key_via.clear();
  for (Moment& moment : conversation.moments) moment.via = 0;
  hand_over(message, conversation, order.target, effects);
}

void Core::divide(const Message& message, const Command& command, Conversation& conversation,
                  Effects& effects) {
  const Chosen chosen(conversation, command);
  const bool all = chosen.count() == conversation.moments.size() && conversation.base == nullptr;
  if (chosen.count() == 0 || all || conversation.customer.empty())
    return refuse(message, command, CommandRefusal::kNotTogether,
                  all ? "nothing would stay in the old conversation"
                      : "nothing in the conversation is what the command names, as far as it is "
                        "remembered",
                  effects);
  auto part = std::make_shared<Conversation>();
  Division division;
  std::vector<Moment> stay;
  for (std::size_t i = 0; i < conversation.moments.size(); ++i) {
    const Moment& moment = conversation.moments[i];
    if (chosen.goes(i)) division.moments.push_back(moment.id);
    (chosen.goes(i) ? part->moments : stay).push_back(moment);
  }
  const Instant born = std::max(part->moments.front().at, conversation.id.born() + Millis(1));
  part->id = Id::make(born, home_group(conversation),
                      hash64(command.id, hash64(conversation.id.bytes(), 9)));
  Answer answer = done(command);
  CommandChange& change = answer.changes.emplace_back();
  change.what = CommandChange::What::kConversationDivided;
  change.conversation = conversation.id;
  change.to = part->id;
  change.events = static_cast<std::uint32_t>(part->moments.size());
  conclude(message, std::move(answer), effects);
  if (command.dry_run) return;

  const Watch before(conversation, Watch::Reach::kAll);
  part->customer = conversation.customer;
  part->opened_by = JoinMethod::kOperator;
  part->evidence = identifier_of(conversation, part->moments.front().via);
  part->follows = conversation.id;
  part->stands = true;
  part->placed = conversation.placed;
  part->apart.push_back(conversation.id);
  take_from_whole(conversation, *part);
  const std::size_t had = take_keys(chosen, command, conversation, *part, division);
  for (std::size_t i = 0; i < division.keys.size(); ++i) {
    const std::string& key = division.keys[i];
    Message word{message.origin, message.hops, stitch::thread_actor(key), Claim{part->id}};
    if (i < had) word.body = Forget{conversation.id, part->id, key};
    send(std::move(word), effects);
  }
  renumber(conversation, *part);
  division.to = part->id;
  division.since = command.since;
  for (const std::uint64_t moment : command.moments)
    if (std::ranges::find(division.moments, moment) == division.moments.end())
      division.moments.push_back(moment);
  conversation.apart.push_back(part->id);
  conversation.divisions.push_back(std::move(division));
  forget_names(conversation);
  conversation.moments = std::move(stay);
  conversation.kept_moments = 0;
  conversation.moment_prints.clear();
  clocks::refold(conversation, *timeline_);
  state_.changed(conversation);
  settle(message, conversation, kNever, effects);
  contribute(conversation, before, effects);
  const Id id = part->id;
  send({message.origin, message.hops, stitch::customer_actor(conversation.customer),
        Adopt{id, std::move(part)}},
       effects);
}

}  // namespace vaste::core
