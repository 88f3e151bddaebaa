// A customer that was wrongly joined comes apart: conversations go back to the identifier that they
// came by (DOMAIN 7.5).
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "core/change.h"

namespace vaste::core {

namespace {

Id home_of(const Customer& customer, const std::string& identifier) {
  const auto parted = std::find_if(customer.parted.begin(), customer.parted.end(),
                                   [&](const Parted& one) { return one.identifier == identifier; });
  return parted == customer.parted.end() ? Id() : parted->customer;
}

// By Moment::via: whose what came by that identifier is now; empty: it stays.
std::vector<Id> homes_of(const Customer& customer, const Conversation& conversation) {
  std::vector<Id> homes;
  homes.push_back(home_of(customer, conversation.evidence));
  for (const std::string& identifier : conversation.identifiers)
    homes.push_back(home_of(customer, identifier));
  return homes;
}

std::uint64_t newest_word(const Customer& customer, const std::string& identifier) {
  std::uint64_t newest = 0;
  for (const Parted& one : customer.parted)
    if (one.identifier == identifier) newest = std::max(newest, one.epoch);
  for (const Welcomed& one : customer.welcomed)
    if (one.identifier == identifier) newest = std::max(newest, one.epoch);
  return newest;
}

}  // namespace

void Core::part_customers(const Message& message, const PartCustomers& part, Effects& effects) {
  const Id id = Id::from_bytes(message.to.key);
  Customer theirs = state_.customer(id);
  if (!theirs.merged_into.empty()) {
    Message onward = message;
    onward.to = stitch::customer_actor(theirs.merged_into);
    return pass_on(std::move(onward), effects);
  }
  for (const std::string& identifier : part.identifiers) {
    const auto point =
        std::find_if(part.points.begin(), part.points.end(),
                     [&](const stitch::Point& one) { return one.identifier == identifier; });
    const std::uint64_t epoch = point == part.points.end() ? 0 : point->epoch;
    // It was welcomed, or parted, by a later word that came another way.
    if (epoch != 0 && newest_word(theirs, identifier) > epoch) continue;
    std::erase_if(theirs.parted, [&](const Parted& one) { return one.identifier == identifier; });
    theirs.parted.push_back({identifier, part.to, epoch});
  }
  const std::vector<Id> conversations = theirs.conversations;
  state_.set_customer(id, theirs);
  for (const Id& one : conversations) {
    Conversation* conversation = state_.conversation(one);
    if (conversation != nullptr && !conversation->moved && conversation->merged_into.empty())
      separate(message, theirs, *conversation, effects);
  }
  send({message.origin, message.hops, stitch::customer_actor(part.to), Welcome{part.points, false}},
       effects);
}

// Whole where all of it came by identifiers that are one other customer's now, else in parts.
void Core::separate(const Message& message, const Customer& customer, Conversation& conversation,
                    Effects& effects) {
  const std::vector<Id> homes = homes_of(customer, conversation);
  std::vector<Id> found;
  bool stays = conversation.base != nullptr && homes.front().empty();
  for (const Moment& moment : conversation.moments) {
    const Id& home = homes[moment.via];
    if (home.empty())
      stays = true;
    else if (std::find(found.begin(), found.end(), home) == found.end())
      found.push_back(home);
  }
  if (found.empty()) return;
  if (!stays && found.size() == 1) {
    Customer left = state_.customer(conversation.customer);
    std::erase(left.conversations, conversation.id);
    state_.set_customer(conversation.customer, std::move(left));
    // What stays is told that what leaves says nothing of it any more.
    Conversation none;
    none.customer = conversation.customer;
    hand_over(message, conversation, found.front(), effects);
    return tell_others(none, effects);
  }
  const Watch before(conversation, Watch::Reach::kAll);
  // Something of it always stays: what nobody else takes, or else the first one's.
  for (std::size_t i = stays ? 0 : 1; i < found.size(); ++i)
    extract(message, conversation, homes, found[i], effects);
  clocks::refold(conversation, *timeline_);
  state_.changed(conversation);
  settle(message, conversation, kNever, effects);
  contribute(conversation, before, effects);
  if (!stays) separate(message, customer, conversation, effects);
}

// The oldest that was merged into it here and had been opened by an identifier that leaves for
// `customer`; nullptr: none.
Conversation* Core::absorbed_by(const Conversation& conversation, const std::vector<Id>& homes,
                                const Id& customer) {
  for (const Id& id : state_.customer(conversation.customer).conversations) {
    Conversation* other = state_.conversation(id);
    if (other == nullptr || other->merged_into != conversation.id) continue;
    const auto& known = conversation.identifiers;
    const auto via = std::find(known.begin(), known.end(), other->evidence);
    const std::size_t index =
        via == known.end() ? 0 : static_cast<std::size_t>(via - known.begin()) + 1;
    if (via == known.end() && other->evidence != conversation.evidence) continue;
    if (homes[index] == customer) return other;
  }
  return nullptr;
}

void take_from_whole(const Conversation& whole, Conversation& part) {
  part.attribute_sets = whole.attribute_sets;
  part.promises = whole.promises;
  part.policy_hash = whole.policy_hash;
  part.fired_until = whole.fired_until;
  part.changed_gate = whole.changed_gate;
}

void renumber(const Conversation& whole, Conversation& part) {
  for (Moment& moment : part.moments) {
    moment.via = via_index(part, identifier_of(whole, moment.via));
    for (std::uint16_t Moment::*field : {&Moment::key, &Moment::refers})
      if (moment.*field != 0) moment.*field = key_index(part, whole.keys[moment.*field - 1U]);
    if (moment.contact_key == 0) continue;
    // Contacts are told apart by it, whoever else has it.
    const std::string& key = whole.keys[moment.contact_key - 1U];
    if (!stitch::has_key(part, key)) hold_key(part, key, 0);
    moment.contact_key = key_index(part, key);
  }
}

// What came by the identifiers whose home is `customer` becomes a conversation of theirs. The fold
// of what is left is the caller's to make.
void Core::extract(const Message& message, Conversation& conversation, const std::vector<Id>& homes,
                   const Id& customer, Effects& effects) {
  auto part = std::make_shared<Conversation>();
  auto& moments = conversation.moments;
  const auto goes =
      std::stable_partition(moments.begin(), moments.end(),
                            [&](const Moment& moment) { return homes[moment.via] != customer; });
  part->moments.assign(goes, moments.end());
  moments.erase(goes, moments.end());
  conversation.kept_moments = 0;
  conversation.moment_prints.clear();
  VASTE_CHECK(!part->moments.empty());
  if (Conversation* absorbed = absorbed_by(conversation, homes, customer)) {
    // What was joined by mistake goes back under its own name.
    part->id = absorbed->id;
    part->alerts = std::move(absorbed->alerts);
    part->revision = absorbed->revision;
    part->nobody = absorbed->nobody;
    absorbed->merged_into = {};
    absorbed->moved = true;
    absorbed->customer = customer;
    state_.changed(*absorbed);
    Customer left = state_.customer(conversation.customer);
    std::erase(left.conversations, absorbed->id);
    state_.set_customer(conversation.customer, std::move(left));
  } else {
    part->id = Id::make(part->moments.front().at, customer.key_group(),
                        hash64(conversation.id.bytes(), hash64(customer.bytes(), 5)));
  }
  part->customer = customer;
  part->opened_by = JoinMethod::kNew;
  part->evidence = identifier_of(conversation, part->moments.front().via);
  take_from_whole(conversation, *part);
  for (std::size_t key = 0; key < conversation.keys.size(); ++key) {
    const std::uint16_t came_by = key_via(conversation, key);
    if (homes[came_by] != customer) continue;
    hold_key(*part, conversation.keys[key], via_index(*part, identifier_of(conversation, came_by)));
    send({message.origin, message.hops, stitch::thread_actor(conversation.keys[key]),
          Forget{conversation.id, part->id, conversation.keys[key]}},
         effects);
  }
  renumber(conversation, *part);
  const Id id = part->id;
  send({message.origin, message.hops, stitch::customer_actor(customer), Adopt{id, std::move(part)}},
       effects);
}

}  // namespace vaste::core
