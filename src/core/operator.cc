// What operators order: each command is heard once, carried out where it concerns somebody, and
// answered in the transaction that does it (DOMAIN 6.4, 7.5).
//
//   command's actor ──> identifier ──> second identifier ──> linker          link, split, forget
//    (heard before?)└─> conversation ─┬─> itself                             merge, divide
//          ^                          └─> identifier or customer ──> itself  move: whose is it?
//          └── Answered: for when it is given again
#include <algorithm>
#include <utility>

#include "core/forgetting.h"
#include "core/step.h"
#include "stitch/component.h"
#include "stitch/trial.h"

namespace vaste::core {

namespace {

constexpr char kOperator[] = "operator";  // the source and the method of what operators say

stitch::Claim claim_of(CommandKind kind) {
  if (kind == CommandKind::kSplit) return stitch::Claim::kNotSame;
  return kind == CommandKind::kForgetEvidence ? stitch::Claim::kForget : stitch::Claim::kSame;
}

stitch::Actor first_actor(const Command& command) {
  switch (command.kind) {
    case CommandKind::kLink:
    case CommandKind::kSplit:
    case CommandKind::kForgetEvidence:
      return stitch::identifier_actor(command.first);
    default:
      return stitch::conversation_actor(command.conversations.front());
  }
}

Answer answer_to(const Command& command) {
  Answer out;
  out.command = command;
  return out;
}

}  // namespace

// A command whose answer is still on its way is answered by that.
void Core::take(const Message& message, const Order& order, Effects& effects) {
  const Command& command = *order.command;
  if (const Answer* before = state_.answer(message.to.key)) {
    if (before->status != CommandStatus::kNone)
      effects.answers.push_back({message.origin, *before, &timeline_->at(before->command.at)});
    return;
  }
  state_.set_answer(answer_to(command));
  // Behind the word as it was heard: of a backlog of years ago nothing is forgotten meanwhile.
  if (const Millis keep = keeps_words(limits_); keep > Millis(0))
    forget_answer_at(state_, command.id,
                     std::max({command.at, instant(message.origin.record_ms), gate_}) + keep,
                     effects);
  if (command.refusal != CommandRefusal::kNone)
    return refuse(message, command, command.refusal, command.detail, effects);
  send({message.origin, message.hops, first_actor(command), order}, effects);
}

void Core::conclude(const Message& message, Answer answer, Effects& effects) {
  if (answer.status == CommandStatus::kDone && answer.command.dry_run)
    answer.status = CommandStatus::kWouldChange;
  effects.answers.push_back({message.origin, answer, &timeline_->at(answer.command.at)});
  send({message.origin, message.hops, stitch::command_actor(answer.command.id),
        Answered{std::make_shared<const Answer>(std::move(answer))}},
       effects);
}

void Core::refuse(const Message& message, const Command& command, CommandRefusal refusal,
                  std::string detail, Effects& effects) {
  Answer answer = answer_to(command);
  answer.status = CommandStatus::kRefused;
  answer.refusal = refusal;
  answer.detail = std::move(detail);
  conclude(message, std::move(answer), effects);
}

void Core::order_at_identifier(const Message& message, const Order& order, Effects& effects) {
  const Command& command = *order.command;
  if (command.kind == CommandKind::kMove) {
    const Pointer* known = state_.identifier(message.to.key);
    if (known != nullptr && known->shared) {
      Answer answer = answer_to(command);
      answer.status = CommandStatus::kRefused;
      answer.refusal = CommandRefusal::kConflict;
      answer.conflict = static_cast<std::uint8_t>(stitch::Refusal::kShared);
      answer.detail = "that identifier is used by too many to be anybody's own; name another one";
      return conclude(message, std::move(answer), effects);
    }
    const Id customer = side(message, command.at, effects, !command.dry_run).customer;
    return send(
        {message.origin, message.hops, stitch::conversation_actor(command.conversations.front()),
         Order{order.command, customer}},
        effects);
  }
  stitch::Request request;
  request.first = side(message, command.at, effects, !command.dry_run);
  request.second.identifier = command.second;
  request.claim = claim_of(command.kind);
  request.at = command.at;
  request.by_operator = true;
  const bool forgets = request.claim == stitch::Claim::kForget;
  request.method = forgets ? command.method : kOperator;
  request.source = forgets ? command.source : kOperator;
  if (request.claim != stitch::Claim::kSame && !command.dry_run) tell_anew(message.to.key);
  send({message.origin, message.hops, stitch::identifier_actor(command.second),
        Introduce{std::move(request), order.command}},
       effects);
}

// Of a move: is there such a customer, and who is it by now?
void Core::order_at_customer(const Message& message, const Order& order, Effects& effects) {
  const Id id = Id::from_bytes(message.to.key);
  const Customer theirs = state_.customer(id);
  if (!theirs.merged_into.empty()) {
    Message onward = message;
    onward.to = stitch::customer_actor(theirs.merged_into);
    return pass_on(std::move(onward), effects);
  }
  if (theirs.conversations.empty() && theirs.parted.empty())
    return refuse(message, *order.command, CommandRefusal::kUnknownCustomer,
                  "no customer " + id.text() +
                      " with a conversation: see its id, or name an identifier of theirs",
                  effects);
  send({message.origin, message.hops,
        stitch::conversation_actor(order.command->conversations.front()), Order{order.command, id}},
       effects);
}

namespace {

const Component* component_of(stitch::Links& links, const std::string& identifier) {
  const Linked* linked = links.linked(identifier);
  if (linked == nullptr || linked->customer.empty()) return nullptr;
  const Component* component = links.component(linked->customer);
  const bool is_in = component != nullptr && stitch::find_member(*component, identifier);
  return is_in ? component : nullptr;
}

std::vector<std::string> members_of(const Component& component) {
  std::vector<std::string> out;
  for (const Member& member : component.members) out.push_back(member.identifier);
  return out;
}

// All evidence of the customers whose these are; they become everybody who is one with them.
std::vector<NamedEdge> evidence_around(stitch::Links& links,
                                       std::vector<std::string>& identifiers) {
  std::vector<NamedEdge> out;
  std::vector<Id> seen;
  const std::vector<std::string> asked = identifiers;
  for (const std::string& identifier : asked) {
    const Component* component = component_of(links, identifier);
    if (component == nullptr || std::ranges::find(seen, component->customer) != seen.end())
      continue;
    seen.push_back(component->customer);
    for (std::string& member : members_of(*component))
      if (std::ranges::find(identifiers, member) == identifiers.end())
        identifiers.push_back(std::move(member));
    for (const Edge& edge : component->edges)
      out.push_back({component->members[edge.a].identifier, component->members[edge.b].identifier,
                     edge.method, edge.source, edge.given, edge.by_operator});
  }
  return out;
}

bool same_evidence(const NamedEdge& a, const NamedEdge& b) {
  const bool pair =
      (a.first == b.first && a.second == b.second) || (a.first == b.second && a.second == b.first);
  return pair && a.method == b.method && a.source == b.source;
}

// What one has and the other has not.
void add_differences(const std::vector<NamedEdge>& these, const std::vector<NamedEdge>& those,
                     CommandChange::What what, std::vector<CommandChange>& out) {
  for (const NamedEdge& edge : these) {
    const auto same = [&](const NamedEdge& other) { return same_evidence(edge, other); };
    if (std::ranges::any_of(those, same)) continue;
    CommandChange& change = out.emplace_back();
    change.what = what;
    change.edge = edge;
  }
}

bool is_news(const NamedEdge& edge, const Command& command) {
  return edge.by_operator && edge.source == kOperator && edge.at == command.at;
}

void add_decisions(const std::vector<stitch::Decision>& decisions, stitch::Links& links,
                   const std::vector<NamedEdge>& after, Answer& answer) {
  for (const stitch::Decision& decision : decisions) {
    if (const auto* merge = std::get_if<stitch::Merge>(&decision)) {
      CommandChange& change = answer.changes.emplace_back();
      change.what = CommandChange::What::kCustomerMerged;
      change.from = merge->loser;
      change.to = merge->winner;
      change.identifiers = merge->identifiers;
      change.epoch = merge->epoch;
      for (const NamedEdge& edge : after)
        if (is_news(edge, answer.command)) change.edge = edge;
    } else if (const auto* split = std::get_if<stitch::Split>(&decision)) {
      CommandChange& change = answer.changes.emplace_back();
      change.what = CommandChange::What::kCustomerSplit;
      change.from = split->from;
      change.to = split->to;
      change.identifiers = split->identifiers;
      change.epoch = split->epoch;
      if (const Component* rest = links.component(split->from)) change.rest = members_of(*rest);
    } else if (const auto* conflict = std::get_if<stitch::Conflict>(&decision)) {
      answer.status = CommandStatus::kRefused;
      answer.refusal = CommandRefusal::kConflict;
      answer.conflict = static_cast<std::uint8_t>(conflict->reason);
      answer.first_customer = conflict->first_customer;
      answer.second_customer = conflict->second_customer;
      answer.detail = std::string("refused: ") + stitch::name(conflict->reason);
    }
  }
}

// nullptr: nothing stands against it. Else why nothing is to part.
const char* not_together(stitch::Links& links, const Command& command, bool& was_so_already) {
  if (command.kind != CommandKind::kSplit) return nullptr;
  const Component* component = component_of(links, command.first);
  if (component != nullptr && component == component_of(links, command.second)) return nullptr;
  const Linked* linked = links.linked(command.first);
  was_so_already = linked != nullptr && std::ranges::any_of(linked->never, [&](const Never& never) {
                     return never.identifier == command.second;
                   });
  return was_so_already ? "they were parted before" : "they are two customers";
}

}  // namespace

// As evidence, but what comes of it is told as one answer; of a dry run on copies.
void Core::link_by_operator(const Message& message, const Link& link, Effects& effects) {
  const Command& command = *link.command;
  const IdentityRules& rules = timeline_->at(command.at).policy().identity;
  stitch::Trial trial(state_.links());
  stitch::Links& links = command.dry_run ? trial : state_.links();
  Answer answer = answer_to(command);
  bool was_so_already = false;
  if (const char* why = not_together(links, command, was_so_already)) {
    if (!was_so_already)
      return refuse(message, command, CommandRefusal::kNotTogether, why, effects);
    answer.status = CommandStatus::kNothingToDo;
    answer.detail = why;
    return conclude(message, std::move(answer), effects);
  }
  std::vector<std::string> people{command.first, command.second};
  const std::vector<NamedEdge> before = evidence_around(links, people);
  std::vector<stitch::Decision> decisions;
  stitch::decide(link.request, rules, links, decisions);
  const std::vector<NamedEdge> after = evidence_around(links, people);
  add_decisions(decisions, links, after, answer);
  if (answer.status != CommandStatus::kRefused) {
    add_differences(before, after, CommandChange::What::kEdgeForgotten, answer.changes);
    add_differences(after, before, CommandChange::What::kEdgeAdded, answer.changes);
    answer.status = answer.changes.empty() ? CommandStatus::kNothingToDo : CommandStatus::kDone;
  }
  std::erase_if(decisions, [](const stitch::Decision& decision) {
    return std::holds_alternative<stitch::Conflict>(decision);  // The answer has it.
  });
  if (!command.dry_run) {
    keep_linked(link.request, message.origin, effects);
    carry_out(message, link, std::move(decisions), effects);
  }
  conclude(message, std::move(answer), effects);
}

}  // namespace vaste::core
