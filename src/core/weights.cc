#include "core/weights.h"

#include <algorithm>

namespace vaste::core {

std::size_t weight(const std::string& key) {
  return kNode + key.size();
}
std::size_t weight(const Id&) {
  return kNode;
}
std::size_t weight(const WindowId& id) {
  return kNode + id.group.capacity();
}

std::size_t weight_of(const Customer& customer) {
  std::size_t bytes = kNode + customer.conversations.capacity() * sizeof(Id);
  for (const Parted& one : customer.parted) bytes += sizeof(Parted) + one.identifier.capacity();
  for (const Welcomed& one : customer.welcomed)
    bytes += sizeof(Welcomed) + one.identifier.capacity();
  return bytes;
}

std::size_t weight_of(const std::string& identifier, const Pointer& pointer) {
  return weight(identifier) + pointer.told.capacity() * sizeof(Told);
}

std::size_t weight_of(const Linked& linked) {
  return 2 * kNode + linked.identifier.size() + linked.seen.capacity() * kNode +
         linked.never.capacity() * kNode;
}

std::size_t weight_of(const std::string& id, const Answer& answer) {
  return weight(id) + sizeof(Answer) + answer.command.given.capacity() +
         answer.changes.capacity() * sizeof(CommandChange);
}

std::size_t weight_of(const WindowId& id, const KpiWindow& window) {
  std::size_t bytes = weight(id) + sizeof(KpiWindow) + window.sums.capacity() * sizeof(KpiSum);
  for (const KpiSum& sum : window.sums) bytes += sum.spread.capacity() * sizeof(sum.spread[0]);
  return bytes;
}

std::size_t weight_of(const Waiting& waiting) {
  std::size_t bytes = kNode + sizeof(Waiting) + waiting.key.size();
  for (const auto& one : waiting.events) bytes += one->bytes();
  return bytes;
}

std::size_t weight_of(const Component& component) {
  return 2 * kNode + component.members.capacity() * (sizeof(Member) + kNode / 4) +
         component.edges.capacity() * (sizeof(Edge) + kNode / 4);
}

// A look at the allocator's heap (tests/bench/end_to_end --what memory) found twice what the bare
// sizes say.
std::size_t weight_of(const Conversation& conversation) {
  constexpr std::size_t kBlock = 16;  // of the allocator, for each piece of memory
  const auto heap = [](const auto& values) {
    return values.capacity() == 0 ? 0 : values.capacity() * sizeof(values[0]) + kBlock;
  };
  const auto& fold = conversation.fold;
  std::size_t bytes = sizeof(Conversation) + kNode;
  // Of lists of lists: the newest ones, and the others by those. Nothing here may cost more for a
  // long conversation.
  const auto heaps = [&](const auto& values, auto&& part) {
    constexpr std::size_t kLooked = 16;
    const std::size_t looked = std::min(values.size(), kLooked);
    std::size_t sum = 0;
    for (std::size_t i = values.size() - looked; i < values.size(); ++i)
      sum += heap(part(values[i]));
    return looked == 0 ? 0 : heap(values) + sum * values.size() / looked;
  };
  const auto same = [](const auto& value) -> const auto& {
    return value;
  };
  const auto running = [](const ClockRun& run) -> const auto& {
    return run.running;
  };
  bytes += heap(conversation.moments) + heap(conversation.attribute_sets) +
           heap(conversation.alerts) + heap(conversation.tallied) +
           heaps(conversation.promises, same) + heaps(conversation.keys, same) +
           conversation.moment_prints.bytes() + conversation.key_prints.bytes();
  bytes += heaps(fold.clocks, running) + heap(fold.contacts) + heap(fold.people) +
           heap(fold.cycles) + heap(fold.past);
  const Notes& notes = fold.notes;
  bytes += heap(notes.past) + heap(notes.endings) + heap(notes.transfers) + heap(notes.switches) +
           heap(notes.surveys) + heap(notes.mentions);
  bytes += heaps(conversation.identifiers, same) + heap(conversation.key_via);
  bytes += heap(conversation.apart) + heap(conversation.divisions);
  for (const Division& one : conversation.divisions) bytes += heap(one.moments) + heap(one.keys);
  if (conversation.base)
    bytes +=
        sizeof(FoldState) + heap(conversation.base->clocks) + heap(conversation.base->contacts);
  return bytes;
}

}  // namespace vaste::core
