// The versions of a policy on the time line, and folds that go over their borders.
//
// A version governs from its instant to that of the next (R7), by the time of events and deadlines,
// never by when it was read: a fold over all versions is as independent of arrival as one over one.
// Pure. A Timeline is immutable and may be shared by all threads; a new version makes a new one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "clocks/fold.h"

namespace vaste::clocks {

struct DatedPolicy {
  Instant since;
  Policy policy;
};

class Timeline {
 public:
  explicit Timeline(std::shared_ptr<const CompiledPolicy> only);
  // `first` governs until the first of `later`, which ascend by `since`. One that says the same as
  // the one before it changes nothing and is left out. Cost: two milliseconds and about 1 MiB for
  // each calendar that a version changes; the others are shared.
  Timeline(Policy first, std::vector<DatedPolicy> later);

  std::size_t size() const { return versions_.size(); }
  const CompiledPolicy& operator[](std::size_t index) const { return *versions_[index]; }
  std::size_t index_at(Instant at) const;  // of the version that governs then
  const CompiledPolicy& at(Instant at) const { return *versions_[index_at(at)]; }
  // The version whose fingerprint this is; nullopt: none of these.
  std::optional<std::size_t> index_of(std::uint64_t fingerprint) const;

 private:
  std::vector<std::shared_ptr<const CompiledPolicy>> versions_;
};

// The version that `conversation.fold` was made under, the nearest where it is none of these.
const CompiledPolicy& version_of(const Conversation& conversation, const Timeline& timeline);

// These keep `fold` and `policy_hash` in step; the fold afterwards stands at its newest moment, at
// `fired_until` or at `until`, whichever is last, with all borders up to there crossed.

// `conversation.moments.back()` is new and revises nothing. Folds anew only if the fold was made
// under other versions, or has crossed a border that the moment lies before.
void extend(Conversation& conversation, const Timeline& timeline);
void refold(Conversation& conversation, const Timeline& timeline, Instant until = kNever);
// Time goes on up to `until`, or other versions are known than before.
void bring_to(Conversation& conversation, const Timeline& timeline, Instant until);

// The fold of what is older than `until` and about to be forgotten, borders up to there crossed.
// Versions that become known later no longer change it.
FoldState fold_until(const Conversation& older, const Timeline& timeline, Instant until);

// Does the next border after those that the fold has crossed come at or before `until`, or are
// other versions known than those it was made under?
bool is_behind(const Conversation& conversation, const Timeline& timeline, Instant until);

// The next border that this fold has not crossed; nullopt: none is known.
std::optional<Instant> next_border(const Conversation& conversation, const Timeline& timeline);

}  // namespace vaste::clocks
