#include "clocks/timeline.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"
#include "clocks/runs.h"
#include "clocks/standing.h"

namespace vaste::clocks {

namespace {

// Calendars by name as the versions so far leave them.
class Calendars {
 public:
  CompiledPolicy::Calendars of(const Policy& policy, Instant since) {
    CompiledPolicy::Calendars out;
    for (const CalendarSpec& spec : policy.calendars) {
      auto [place, fresh] = known_.try_emplace(spec.name);
      Known& known = place->second;
      if (fresh || known.own != spec)
        known = newer(known, spec, since, fresh || policy.on_change == OnPolicyChange::kReplace);
      out.push_back(known.compiled);
    }
    return out;
  }

 private:
  struct Known {
    CalendarSpec own;    // as its version has it
    CalendarSpec whole;  // with the hours of the versions before as what governed until then
    std::shared_ptr<const Calendar> compiled;
  };

  static Known newer(const Known& old, const CalendarSpec& spec, Instant since, bool alone) {
    Known made{spec, spec, nullptr};
    if (!alone) {
      made.whole = old.whole;
      std::erase_if(made.whole.editions,
                    [&](const CalendarSpec& edition) { return edition.since >= since; });
      made.whole.editions.push_back(spec);
      made.whole.editions.back().since = since;
    }
    made.compiled = std::make_shared<const Calendar>(made.whole);
    return made;
  }

  std::map<std::string, Known> known_;
};

Instant newest(const Conversation& conversation) {
  return conversation.moments.empty() ? kNever : conversation.moments.back().at;
}

// Crosses the borders up to `until`; `index` is the version that the state stands under.
void cross(FoldState& state, const Timeline& timeline, std::size_t& index, Instant until) {
  while (index + 1 < timeline.size() && timeline[index + 1].since() <= until) {
    ++index;
    Moment border;
    border.at = timeline[index].since();
    Runs(state, timeline[index], border).change_policy();
    state.is_new = true;
  }
}

FoldState fold(const Conversation& conversation, const Timeline& timeline, Instant until,
               std::size_t& index) {
  FoldState state = conversation.base ? *conversation.base : FoldState{};
  // The base has crossed what lies before its end; where nothing has begun nothing is crossed.
  const Instant begin = conversation.base              ? conversation.horizon
                        : conversation.moments.empty() ? until
                                                       : conversation.moments.front().at;
  index = timeline.index_at(begin);
  for_each_standing(
      conversation, [&](Instant at) -> const CompiledPolicy& { return timeline.at(at); },
      [&](const Moment& moment) {
        cross(state, timeline, index, moment.at);
        apply(state, moment, conversation.attribute_sets, timeline[index]);
      });
  cross(state, timeline, index, until);
  return state;
}

// The version that the fold stands under, if what it holds is as `timeline` has it: no border that
// it did not know lies before `latest`.
std::optional<std::size_t> valid_index(const Conversation& conversation, const Timeline& timeline,
                                       Instant latest) {
  const auto index = timeline.index_of(conversation.policy_hash);
  if (index && *index + 1 < timeline.size() && timeline[*index + 1].since() <= latest)
    return std::nullopt;
  return index;
}

}  // namespace

Timeline::Timeline(std::shared_ptr<const CompiledPolicy> only) : versions_{std::move(only)} {
  VASTE_CHECK(versions_.front() != nullptr && versions_.front()->before() == nullptr);
}

Timeline::Timeline(Policy first, std::vector<DatedPolicy> later) {
  Calendars calendars;
  auto compiled = calendars.of(first, kNever);
  versions_.push_back(std::make_shared<const CompiledPolicy>(std::move(first), std::move(compiled),
                                                             kNever, nullptr));
  for (DatedPolicy& next : later) {
    VASTE_CHECK(is_set(next.since) && next.since >= versions_.back()->since());
    if (next.policy.hash == versions_.back()->policy().hash) continue;
    compiled = calendars.of(next.policy, next.since);
    versions_.push_back(std::make_shared<const CompiledPolicy>(
        std::move(next.policy), std::move(compiled), next.since, versions_.back()));
  }
}

std::size_t Timeline::index_at(Instant at) const {
  if (versions_.size() == 1) return 0;
  const auto after = std::upper_bound(
      versions_.begin() + 1, versions_.end(), at,
      [](Instant instant, const auto& version) { return instant < version->since(); });
  return static_cast<std::size_t>(after - versions_.begin()) - 1;
}

std::optional<std::size_t> Timeline::index_of(std::uint64_t fingerprint) const {
  for (std::size_t i = versions_.size(); i-- > 0;)
    if (versions_[i]->fingerprint() == fingerprint) return i;
  return std::nullopt;
}

const CompiledPolicy& version_of(const Conversation& conversation, const Timeline& timeline) {
  const auto index = timeline.index_of(conversation.policy_hash);
  return index ? timeline[*index] : timeline.at(conversation.fold.last_activity);
}

void extend(Conversation& conversation, const Timeline& timeline) {
  const auto& moments = conversation.moments;
  const Moment& moment = moments.back();
  const Instant before = moments.size() > 1 ? moments[moments.size() - 2].at : kNever;
  auto index = valid_index(conversation, timeline, before);
  if (!index || timeline[*index].since() > moment.at) return refold(conversation, timeline);
  cross(conversation.fold, timeline, *index, moment.at);
  apply(conversation.fold, moment, conversation.attribute_sets, timeline[*index]);
  cross(conversation.fold, timeline, *index, conversation.fired_until);
  conversation.policy_hash = timeline[*index].fingerprint();
}

void refold(Conversation& conversation, const Timeline& timeline, Instant until) {
  until = std::max({until, conversation.fired_until, newest(conversation)});
  std::size_t index = 0;
  conversation.fold = fold(conversation, timeline, until, index);
  conversation.policy_hash = timeline[index].fingerprint();
}

void bring_to(Conversation& conversation, const Timeline& timeline, Instant until) {
  auto index = valid_index(conversation, timeline, newest(conversation));
  if (!index) return refold(conversation, timeline, until);
  cross(conversation.fold, timeline, *index, std::max(until, newest(conversation)));
  conversation.policy_hash = timeline[*index].fingerprint();
}

FoldState fold_until(const Conversation& older, const Timeline& timeline, Instant until) {
  std::size_t index = 0;
  return fold(older, timeline, until, index);
}

bool is_behind(const Conversation& conversation, const Timeline& timeline, Instant until) {
  const auto border = next_border(conversation, timeline);
  if (border) return *border <= std::max(until, newest(conversation));
  return !timeline.index_of(conversation.policy_hash).has_value();
}

std::optional<Instant> next_border(const Conversation& conversation, const Timeline& timeline) {
  const auto index = timeline.index_of(conversation.policy_hash);
  if (!index || *index + 1 >= timeline.size()) return std::nullopt;
  return timeline[*index + 1].since();
}

}  // namespace vaste::clocks
