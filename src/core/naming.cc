// A thread that was nobody's gets to know whose it is (DESIGN 4.2): as if it had been theirs from
// the beginning.
//
// Who is heard in it first is asked through its identifier, which knows its customer; the customer
// that was nobody hands over what it has, as one does that is joined to another. That one never had
// an identifier, so the linker knows nothing of it, and nobody is ever joined to it: redirects do
// not loop.
#include <algorithm>
#include <utility>

#include "core/change.h"
#include "core/forgetting.h"
#include "core/step.h"

namespace vaste::core {

void Core::name_owner(const Message& message, const Conversation& conversation,
                      const std::string& identifier, Instant at, Effects& effects) {
  // A winner of a merge that had been forgotten has no customer at all.
  if (!conversation.evidence.empty() || conversation.customer.empty() || conversation.placed)
    return;
  send({message.origin, message.hops, stitch::identifier_actor(identifier),
        Named{conversation.customer, identifier, at, {}}},
       effects);
}

// Of a conversation that was given another's moments: all whose identifiers are new in it behind
// the `known` ones. Machines' mail says nothing of whose a thread is.
void Core::name_owners(const Message& message, const Conversation& conversation, std::size_t known,
                       Effects& effects) {
  if (!conversation.evidence.empty()) return;
  for (std::size_t i = known; i < conversation.identifiers.size(); ++i) {
    const auto said = std::ranges::find_if(conversation.moments, [&](const Moment& moment) {
      return moment.via == i + 1 && moment.kind != MomentKind::kMachineMessage;
    });
    if (said != conversation.moments.end())
      name_owner(message, conversation, conversation.identifiers[i], said->at, effects);
  }
}

void Core::named_at_identifier(const Message& message, const Named& named, Effects& effects) {
  const Pointer* pointer = state_.identifier(message.to.key);
  if (pointer != nullptr && pointer->shared) return;  // Nobody's own says nothing.
  // It may come too late, and then has a customer for nothing.
  if (const Millis keep = keeps_words(limits_); pointer == nullptr && keep > Millis(0))
    forget_identifier_at(state_, message.to.key,
                         std::max(instant(message.origin.record_ms), gate_) + keep, effects);
  Named found = named;
  found.customer = side(message, named.at, effects).customer;
  send({message.origin, message.hops, stitch::customer_actor(named.nobody), std::move(found)},
       effects);
}

// Of several who are heard in it the first one has it, as with a thread that somebody begins.
void Core::named_at_nobody(const Message& message, const Named& named, Effects& effects) {
  Customer nobody = state_.customer(named.nobody);
  if (!nobody.merged_into.empty() || nobody.conversations.empty()) return;
  nobody.merged_into = named.customer;
  nobody.was_nobody = true;
  state_.set_customer(named.nobody, nobody);
  for (const Id& id : nobody.conversations) {
    Conversation* conversation = state_.conversation(id);
    if (conversation == nullptr || conversation->moved) continue;
    if (!conversation->merged_into.empty()) continue;  // a redirect stays
    // What came by a thread key alone came by whose thread it is.
    if (conversation->evidence.empty()) conversation->evidence = named.identifier;
    conversation->nobody = named.nobody;
    hand_over(message, *conversation, named.customer, effects);
  }
  IdentityOut& out = effects.identity.emplace_back();
  out.what = IdentityOut::What::kMerged;
  out.origin = message.origin;
  out.at = named.at;
  out.from = named.nobody;
  out.to = named.customer;
  out.first = named.identifier;
  out.method = "thread";
  out.version = &timeline_->at(named.at);
}

// A conversation that it began is gone; with the last of them nothing leads here any more.
void Core::forget_nobody(const Message& message, const Forget& forget) {
  const Id id = Id::from_bytes(message.to.key);
  Customer nobody = state_.customer(id);
  if (!nobody.was_nobody || std::erase(nobody.conversations, forget.conversation) == 0) return;
  if (nobody.conversations.empty())
    state_.erase_customer(id);
  else
    state_.set_customer(id, std::move(nobody));
}

}  // namespace vaste::core
