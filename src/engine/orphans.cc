#include "engine/orphans.h"

#include <algorithm>
#include <utility>

namespace vaste::engine {

std::string Orphans::look(const kafka::GroupFacts& group,
                          const std::vector<kafka::TopicPartition>& all) {
  const auto before = std::exchange(before_, {});
  if (!group.stable) return {};
  std::set<kafka::TopicPartition> owned;
  for (const kafka::GroupMember& member : group.members)
    owned.insert(member.partitions.begin(), member.partitions.end());
  for (const kafka::TopicPartition& one : all)
    if (!owned.contains(one)) before_.insert(one);
  const bool lasts =
      std::ranges::any_of(before_, [&](const auto& one) { return before.contains(one); });
  if (!lasts) return {};
  before_.clear();  // Whoever leaves needs time for it.
  std::vector<std::pair<std::size_t, std::string>> known;
  for (const kafka::GroupMember& member : group.members)
    if (!member.instance.empty()) known.emplace_back(member.partitions.size(), member.instance);
  return known.empty() ? std::string() : std::ranges::min(known).second;
}

}  // namespace vaste::engine
