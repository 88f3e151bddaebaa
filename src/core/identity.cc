// Who an identifier is: its pointer, the evidence that it passes on, and the linker's shard, which
// alone decides (DESIGN 4).
//
// Evidence goes identifier -> second identifier -> linker, known evidence stops at the first. What
// the linker decides goes to the customer that loses something; that one hands over what it had,
// and only behind that are the identifiers told, so that no event overtakes what it belongs to.
// What overtakes all the same is joined afterwards: see Core::rejoin.
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "core/forgetting.h"
#include "core/step.h"

namespace vaste::core {

namespace {

std::uint64_t print_of(const Incoming& incoming, const std::string& other) {
  std::uint64_t print = hash64(other, static_cast<std::uint64_t>(incoming.evidence.claimed));
  print = hash64(incoming.evidence.method, print);
  return hash64(incoming.source, print);
}

// True if it was not told lately; remembers that it is now.
bool is_news(std::vector<Told>& told, std::uint64_t what, Instant at) {
  const auto known =
      std::find_if(told.begin(), told.end(), [&](const Told& one) { return one.what == what; });
  if (known != told.end()) {
    if (at < known->at + kTellAgain) return false;
    told.erase(known);
  }
  if (told.size() >= kToldKept) told.erase(told.begin());
  told.push_back({what, at});
  return true;
}

bool counts(const Pointer& pointer, Instant at) {
  return !pointer.customer.empty() && (pointer.own || at <= pointer.until);
}

}  // namespace

void Core::routed_to_identifier(const Message& message, const Routed& routed, Effects& effects) {
  const Incoming& incoming = *routed.incoming;
  const Instant at = incoming.moment.at;
  // A thread key that was asked and knew nothing sends it back: it was told before.
  if (!routed.unresolved) tell_evidence(message, routed, effects);
  const Pointer* pointer = state_.identifier(message.to.key);
  if (pointer != nullptr && pointer->shared) return routed_by_nobody(message, routed, effects);
  const Id customer = pointer != nullptr && counts(*pointer, at) ? pointer->customer : Id();
  if (!customer.empty() && !lives_here(customer)) {
    if (pointer->own) keep_identifier(message.to.key, message.origin, effects);
    return forward(message, routed, stitch::customer_actor(customer), routed.unresolved, {},
                   effects);
  }
  routed_to_customer(message, routed, customer, effects);
}

// By an identifier that is nobody's own: what its thread says, else a conversation for itself.
void Core::routed_by_nobody(const Message& message, const Routed& routed, Effects& effects) {
  const Incoming& incoming = *routed.incoming;
  if (incoming.moment.kind == MomentKind::kIdentity)
    return answer(message, routed, nullptr, EventOutcome::kApplied, JoinMethod::kNone, {}, effects);
  if (!incoming.keys.empty() && !routed.unresolved) {
    const Key* asked = stitch::reference(incoming);
    if (asked == nullptr) asked = &incoming.keys.front();
    return forward(message, routed, stitch::thread_actor(asked->text), false, {}, effects);
  }
  if (!stitch::founds(incoming))
    return answer(message, routed, nullptr, EventOutcome::kIgnored, JoinMethod::kNone, {}, effects);
  const std::uint32_t group = stitch::key_group(message.to);
  const Id nobody = new_customer(message, incoming.moment.at, group);
  if (auto* fresh = begin(message, routed, nobody, group, JoinMethod::kNew, effects))
    add(message, routed, *fresh, JoinMethod::kNew, {}, effects);
}

// Once in a while for each pair, method and source.
void Core::tell_evidence(const Message& message, const Routed& routed, Effects& effects) {
  const Incoming& incoming = *routed.incoming;
  if (incoming.evidence.claimed == Claimed::kNothing || incoming.identifiers.size() < 2) return;
  const bool trusted =
      trusts(version_at(routed).policy().identity, incoming.source, incoming.evidence.method);
  const auto claim = incoming.evidence.claimed == Claimed::kNotSamePerson ? stitch::Claim::kNotSame
                                                                          : stitch::Claim::kSame;
  const Pointer* known = state_.identifier(message.to.key);
  Pointer pointer = known == nullptr ? Pointer() : *known;
  // What comes after it is judged anew, and said to be refused if it is.
  if (claim == stitch::Claim::kNotSame) pointer.told.clear();
  std::vector<std::string> news;
  for (const std::string& other : incoming.identifiers)
    if (other != message.to.key &&
        is_news(pointer.told, print_of(incoming, other), incoming.moment.at))
      news.push_back(other);
  if (news.empty()) return;
  // Nothing that the linker knows will lead here when it goes.
  if (known == nullptr && !trusted) keep_identifier(message.to.key, message.origin, effects);
  state_.set_identifier(message.to.key, std::move(pointer));
  for (const std::string& other : news) {
    if (!trusted) {
      IdentityOut& out = effects.identity.emplace_back();
      out.what = IdentityOut::What::kSuggestion;
      out.origin = message.origin;
      out.at = incoming.moment.at;
      out.first = message.to.key;
      out.second = other;
      out.claim = claim;
      out.method = incoming.evidence.method;
      out.source = incoming.source;
      out.version = &version_at(routed);
      continue;
    }
    stitch::Request request;
    request.first = side(message, incoming.moment.at, effects);
    request.second.identifier = other;
    request.claim = claim;
    request.method = incoming.evidence.method;
    request.source = incoming.source;
    request.at = incoming.moment.at;
    send({message.origin, message.hops, stitch::identifier_actor(other),
          Introduce{std::move(request)}},
         effects);
  }
}

// This identifier, with a customer of its own if it has none.
stitch::Side Core::side(const Message& message, Instant at, Effects& effects, bool remember) {
  const Pointer* known = state_.identifier(message.to.key);
  // It does not go while somebody is told whose it is.
  if (remember && known != nullptr && known->epoch == 0)
    keep_identifier(message.to.key, message.origin, effects);
  if (known != nullptr && counts(*known, at)) return {message.to.key, known->customer, known->own};
  Pointer pointer = known == nullptr ? Pointer() : *known;
  pointer.customer = new_customer(message, at, stitch::key_group(message.to));
  pointer.own = true;
  pointer.until = kEndOfTime;
  stitch::Side out{message.to.key, pointer.customer, true};
  if (remember) state_.set_identifier(message.to.key, std::move(pointer));
  return out;
}

void Core::introduce(const Message& message, const Introduce& introduce, Effects& effects) {
  stitch::Request request = introduce.request;
  const bool dry_run = introduce.command != nullptr && introduce.command->dry_run;
  request.second = side(message, request.at, effects, !dry_run);
  if (request.claim != stitch::Claim::kSame && !dry_run) tell_anew(message.to.key);
  send({message.origin, message.hops, stitch::linker_actor(),
        Link{std::move(request), introduce.command}},
       effects);
}

// What was undone is judged anew when it is heard again, and said to be refused if it is.
void Core::tell_anew(const std::string& identifier) {
  const Pointer* known = state_.identifier(identifier);
  if (known == nullptr || known->told.empty()) return;
  Pointer pointer = *known;
  pointer.told.clear();
  state_.set_identifier(identifier, std::move(pointer));
}

void Core::repoint(const stitch::Point& point, const Origin& origin, Effects& effects) {
  if (point.forgotten) return be_forgotten(point, origin, effects);
  const Pointer* known = state_.identifier(point.identifier);
  Pointer pointer = known == nullptr ? Pointer() : *known;
  if (point.epoch < pointer.epoch) return;
  pointer.epoch = point.epoch;
  pointer.shared = point.shared;
  if (point.customer.empty()) {
    if (!pointer.own) pointer.customer = {};
    pointer.own = true;
    pointer.until = kEndOfTime;
  } else {
    pointer.customer = point.customer;
    pointer.own = false;
    pointer.until = point.until;
  }
  state_.set_identifier(point.identifier, std::move(pointer));
}

namespace {

// The points that go along with a decision: of these identifiers, to this customer.
std::vector<stitch::Point> take_points(std::vector<stitch::Decision>& decisions, std::size_t after,
                                       const Id& customer,
                                       const std::vector<std::string>& identifiers) {
  std::vector<stitch::Point> out;
  const auto rest = decisions.begin() + static_cast<std::ptrdiff_t>(after) + 1;
  const auto taken = std::remove_if(rest, decisions.end(), [&](const stitch::Decision& decision) {
    const auto* point = std::get_if<stitch::Point>(&decision);
    if (point == nullptr || point->customer != customer ||
        std::find(identifiers.begin(), identifiers.end(), point->identifier) == identifiers.end())
      return false;
    out.push_back(*point);
    return true;
  });
  decisions.erase(taken, decisions.end());
  return out;
}

}  // namespace

void Core::link(const Message& message, const Link& link, Effects& effects) {
  if (link.command != nullptr) return link_by_operator(message, link, effects);
  const stitch::Request& request = link.request;
  std::vector<stitch::Decision> decisions;
  stitch::decide(request, timeline_->at(request.at).policy().identity, state_.links(), decisions);
  keep_linked(request, message.origin, effects);
  carry_out(message, link, std::move(decisions), effects);
}

void Core::carry_out(const Message& message, const Link& link,
                     std::vector<stitch::Decision> decisions, Effects& effects) {
  const stitch::Request& request = link.request;
  // The pair that was named is told with every decision that follows from it.
  const auto tell = [&](IdentityOut::What what, const Id& from, const Id& to,
                        std::vector<std::string> identifiers) -> IdentityOut& {
    IdentityOut& out = effects.identity.emplace_back();
    out.what = what;
    out.origin = message.origin;
    out.at = request.at;
    out.from = from;
    out.to = to;
    out.identifiers = std::move(identifiers);
    out.first = request.first.identifier;
    out.second = request.second.identifier;
    out.claim = request.claim;
    out.method = request.method;
    out.source = request.source;
    out.version = &timeline_->at(request.at);
    if (link.command != nullptr) out.command = link.command->id;
    return out;
  };
  const auto say = [&](stitch::Actor to, auto body) {
    send({message.origin, message.hops, std::move(to), std::move(body)}, effects);
  };
  // Points are taken out of the list by the decision that they go along with.
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const stitch::Decision decision = decisions[i];
    if (const auto* merge = std::get_if<stitch::Merge>(&decision)) {
      say(stitch::customer_actor(merge->loser),
          JoinCustomers{merge->winner,
                        take_points(decisions, i, merge->winner, merge->identifiers)});
      tell(IdentityOut::What::kMerged, merge->loser, merge->winner, merge->identifiers).epoch =
          merge->epoch;
    } else if (const auto* split = std::get_if<stitch::Split>(&decision)) {
      say(stitch::customer_actor(split->from),
          PartCustomers{split->to, split->identifiers,
                        take_points(decisions, i, split->to, split->identifiers)});
      tell(IdentityOut::What::kSplit, split->from, split->to, split->identifiers).epoch =
          split->epoch;
    } else if (const auto* conflict = std::get_if<stitch::Conflict>(&decision)) {
      tell(IdentityOut::What::kConflict, conflict->first_customer, conflict->second_customer, {})
          .refusal = conflict->reason;
    } else if (const auto* point = std::get_if<stitch::Point>(&decision)) {
      say(stitch::identifier_actor(point->identifier), Repoint{*point});
    }
  }
}

}  // namespace vaste::core
