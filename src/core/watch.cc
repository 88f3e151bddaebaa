#include "core/watch.h"

#include <algorithm>

#include "base/hash.h"
#include "clocks/contacts.h"
#include "clocks/runs.h"

namespace vaste::core {

using clocks::Contribution;
using clocks::Contributions;

namespace {

bool by_fact(const Contribution& a, const Contribution& b) {
  return a.before(b);
}

// The contact that the moment may belong to: what the fold finds, if it finds one.
std::optional<std::size_t> contact_of(const FoldState& fold, const Moment& moment) {
  const std::size_t index = clocks::contact_index(fold, moment);
  return index < fold.contacts.size() ? std::optional(index) : std::nullopt;
}

// What was told of its queue may be another one now: it goes on after its end.
bool may_move(const Contact& contact, const Moment& moment) {
  return is_set(contact.abandoned) || (moment.kind == MomentKind::kQueued && is_set(contact.ended));
}

}  // namespace

void Watch::begin(const Conversation& conversation, Reach reach, const Moment* moment) {
  const FoldState& fold = conversation.fold;
  contact_.reset();
  if (moment != nullptr) contact_ = contact_of(fold, *moment);
  if (contact_ && may_move(fold.contacts[*contact_], *moment)) reach = Reach::kAll;
  reach_ = reach;
  before_.clear();
  runs_.clear();
  was_.reset();
  clocks_ = fold.clocks.size();
  clocks_dropped_ = fold.clocks_dropped;
  contacts_ = fold.contacts.size();
  if (reach == Reach::kAll) {
    was_ = fold;
    return clocks::contribute(conversation, before_);
  }
  for (std::size_t i = clocks::first_unsaid(fold, conversation.fired_until); i < fold.clocks.size();
       ++i) {
    const ClockRun& run = fold.clocks[i];
    if (!clocks::may_change(run, fold, conversation.fired_until)) continue;
    runs_.push_back({hash64(run.sla), static_cast<std::uint32_t>(i), run.cycle});
    clocks::contribute_clock(conversation, i, before_);
  }
  if (contact_) clocks::contribute_contact(conversation, *contact_, before_);
  clocks::contribute_conversation(conversation, before_);
}

// Old ones may have been dropped, so that those behind them moved to the front.
void Watch::collect_clocks(const Conversation& after) const {
  const auto& runs = after.fold.clocks;
  const std::uint32_t dropped = after.fold.clocks_dropped - clocks_dropped_;
  for (const Run& run : runs_) {
    for (std::size_t i = std::min<std::size_t>(run.index + 1, runs.size()); i-- > 0;) {
      if (run.index - i > dropped) break;
      if (runs[i].cycle != run.cycle || (dropped > 0 && hash64(runs[i].sla) != run.sla)) continue;
      clocks::contribute_clock(after, i, after_);
      break;
    }
  }
  for (std::size_t i = clocks_ > dropped ? clocks_ - dropped : 0; i < runs.size(); ++i)
    clocks::contribute_clock(after, i, after_);
}

void Watch::collect(const Conversation& after) const {
  if (reach_ == Reach::kAll) return clocks::contribute(after, after_);
  collect_clocks(after);
  if (contact_) clocks::contribute_contact(after, *contact_, after_);
  for (std::size_t i = contacts_; i < after.fold.contacts.size(); ++i)
    clocks::contribute_contact(after, i, after_);
  clocks::contribute_conversation(after, after_);
}

bool Watch::is_same(const Contribution& was, const Contribution& is, const FoldState& after) const {
  if (!was.same_value(is)) return false;
  // Without a new fold an index stands for the same attributes.
  if (!was_) return was.attributes == is.attributes;
  const auto a = clocks::dimensions_of(*was_, was);
  const auto b = clocks::dimensions_of(after, is);
  return a.queue == b.queue && a.attributes == b.attributes;
}

// A clock that was over and dropped by age: what it contributed stays.
bool Watch::was_dropped(const Contribution& one, const FoldState& after) const {
  if (one.sla == 0 || after.clocks_dropped == 0) return false;
  return std::any_of(after.cycles.begin(), after.cycles.end(), [&](const auto& begun) {
    return one.number <= begun.second && hash64(begun.first) == one.sla;
  });
}

bool Watch::is_fresh(const Contribution& one, const Contributions& moved) const {
  const auto same = [&](const Contribution& other) { return other.same_fact(one); };
  return std::none_of(before_.begin(), before_.end(), same) &&
         std::none_of(moved.begin(), moved.end(), same);
}

void Watch::compare(const Conversation& after) const {
  taken_.clear();
  given_.clear();
  after_.clear();
  collect(after);
  // Mostly nothing changes, or something is added at the end of a list.
  const bool quiet = std::equal(before_.begin(), before_.end(), after_.begin(), after_.end(),
                                [&](const Contribution& a, const Contribution& b) {
                                  return a.same_fact(b) && is_same(a, b, after.fold);
                                });
  if (quiet) return;
  sorted_ = before_;
  std::sort(sorted_.begin(), sorted_.end(), by_fact);
  std::sort(after_.begin(), after_.end(), by_fact);
  auto was = sorted_.begin();
  auto is = after_.begin();
  while (was != sorted_.end() || is != after_.end()) {
    if (is == after_.end() || (was != sorted_.end() && by_fact(*was, *is))) {
      if (!was_dropped(*was, after.fold)) taken_.push_back(*was);
      ++was;
    } else if (was == sorted_.end() || by_fact(*is, *was)) {
      given_.push_back(*is++);
    } else {
      if (!is_same(*was, *is, after.fold)) {
        taken_.push_back(*was);
        given_.push_back(*is);
      }
      ++was;
      ++is;
    }
  }
}

}  // namespace vaste::core
