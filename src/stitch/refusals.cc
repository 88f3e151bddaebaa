// What stands against a join.
#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/hash.h"
#include "stitch/decider.h"

namespace vaste::stitch {

namespace {

// Of one pair; beyond them no evidence joins it.
constexpr std::size_t kMostKinds = 8;
constexpr std::uint64_t kAnyKind = 0;  // evidence_kind() is never 0

}  // namespace

std::uint64_t evidence_kind(std::string_view method, std::string_view source) {
  const std::uint64_t kind = hash64(method, hash64(source));
  return kind == kAnyKind ? kAnyKind + 1 : kind;
}

bool insert_kind(std::vector<std::uint64_t>& kinds, std::uint64_t kind) {
  if (kinds == std::vector{kAnyKind} || std::find(kinds.begin(), kinds.end(), kind) != kinds.end())
    return false;
  if (kinds.size() == kMostKinds)
    kinds.assign(1, kAnyKind);
  else
    kinds.push_back(kind);
  return true;
}

bool bars(const Never& never, std::uint64_t kind) {
  return never.evidence.empty() || never.evidence == std::vector{kAnyKind} ||
         std::find(never.evidence.begin(), never.evidence.end(), kind) != never.evidence.end();
}

Never* find_never(Linked* linked, const std::string& identifier) {
  if (linked == nullptr) return nullptr;
  for (Never& never : linked->never)
    if (never.identifier == identifier) return &never;
  return nullptr;
}

Refusal Decider::refusal(Party& a, Party& b, const Request& request) {
  if (once_parted(a, b, request)) return Refusal::kNeverAgain;
  if (const Refusal reason = limit(a, b); reason != Refusal::kNone) return reason;
  if (brings_together_who_was_parted(a, b)) return Refusal::kNeverAgain;
  return ran_out(a, b) ? Refusal::kRanOut : Refusal::kNone;
}

bool Decider::once_parted(Party& a, Party& b, const Request& request) {
  Never* const of_a = find_never(a.linked, b.identifier());
  Never* const of_b = find_never(b.linked, a.identifier());
  bool parted = false;
  for (Never* never : {of_a, of_b}) {
    if (never == nullptr) continue;
    const std::uint64_t kind = evidence_kind(request.method, request.source);
    const bool before = at_ < never->at || (at_ == never->at && !request.by_operator);
    parted |= before || (!request.by_operator && bars(*never, kind));
    // What came late was known when they were parted, had it been in time.
    if (before && !request.by_operator && insert_kind(never->evidence, kind))
      links_.changed(never == of_a ? *a.linked : *b.linked);
  }
  return parted;
}

Refusal Decider::limit(const Party& a, const Party& b) const {
  std::array<std::uint32_t, kIdentifierKinds> counts{};
  for (const Party* party : {&a, &b}) {
    if (party->component == nullptr) {
      ++counts[static_cast<std::size_t>(party->kind)];
      continue;
    }
    for (const Member& member : party->component->members)
      ++counts[static_cast<std::size_t>(member.kind)];
  }
  constexpr auto kCustomerId = static_cast<std::size_t>(IdentifierKind::kCustomerId);
  if (counts[kCustomerId] > rules_.most_of_kind[kCustomerId])
    return Refusal::kContradictingCustomerId;
  for (std::size_t kind = 0; kind < kIdentifierKinds; ++kind)
    if (counts[kind] > rules_.most_of_kind[kind]) return Refusal::kOverLimitOfKind;
  return a.size() + b.size() > rules_.most ? Refusal::kOverLimit : Refusal::kNone;
}

bool Decider::brings_together_who_was_parted(const Party& a, const Party& b) {
  const Party& few = a.size() <= b.size() ? a : b;
  const Party& many = &few == &a ? b : a;
  std::unordered_set<std::string_view> others;
  const auto was_parted = [&](const Linked* linked) {
    if (linked == nullptr || linked->never.empty()) return false;
    if (others.empty()) {
      others.insert(many.identifier());
      if (many.component != nullptr)
        for (const Member& member : many.component->members) others.insert(member.identifier);
    }
    return std::any_of(linked->never.begin(), linked->never.end(), [&](const Never& never) {
      // Of the two themselves once_parted() has decided.
      if (linked == few.linked && never.identifier == many.identifier()) return false;
      return others.contains(never.identifier);
    });
  };
  if (few.component == nullptr) return was_parted(few.linked);
  return std::any_of(
      few.component->members.begin(), few.component->members.end(),
      [&](const Member& member) { return was_parted(links_.linked(member.identifier)); });
}

bool Decider::ran_out(const Party& a, const Party& b) const {
  const bool phone = a.kind == IdentifierKind::kPhone || b.kind == IdentifierKind::kPhone;
  const Instant until = at_ + (phone ? rules_.phone_evidence_lasts : rules_.evidence_lasts);
  return (!a.own.empty() && a.own.born() > until) || (!b.own.empty() && b.own.born() > until);
}

void Decider::conflict(const Party& a, const Party& b, Refusal reason) {
  out_.push_back(Conflict{a.identifier(), b.identifier(), a.customer(), b.customer(), reason});
}

void Decider::refuse(Party& a, Party& b, Refusal reason) {
  conflict(a, b, reason);
  const bool too_many_of_a = note(a, b);
  const bool too_many_of_b = note(b, a);
  if (too_many_of_a) share(a);
  if (too_many_of_b) share(b);
}

}  // namespace vaste::stitch
