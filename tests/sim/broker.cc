#include "sim/broker.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"

namespace vaste::sim {

std::int64_t Log::append(Entry entry) {
  const std::int64_t offset = end();
  if (entry.transaction != 0 &&
      std::ranges::none_of(open_, [&](const auto& one) { return one.second == entry.transaction; }))
    open_.emplace(offset, entry.transaction);
  entries_.push_back(std::move(entry));
  return offset;
}

void Log::mark(Number transaction, bool committed) {
  decided_[transaction] = committed;
  std::erase_if(open_, [&](const auto& one) { return one.second == transaction; });
  Entry marker;
  marker.is_marker = true;
  entries_.push_back(std::move(marker));
}

const Entry* Log::visible(std::int64_t offset) const {
  VASTE_CHECK(offset >= 0 && offset < stable());
  const Entry& entry = entries_[static_cast<std::size_t>(offset)];
  if (entry.is_marker) return nullptr;
  return entry.transaction == 0 || decided_.at(entry.transaction) ? &entry : nullptr;
}

Broker::Broker(std::size_t sources, std::size_t cores)
    : sources_(sources),
      cores_(cores),
      logs_(sources + cores),
      changelogs_(cores),
      committed_(sources + cores, -1) {}

void Broker::init(std::size_t name) {
  time_out(name);
  newest_[name] = 0;
}

void Broker::time_out(std::size_t name) {
  const Number left = newest_[name];
  if (left != 0 && transactions_[left].open) decide(left, false);
}

void Broker::own(Place place, std::size_t name) {
  owners_[place] = name;
}

Number Broker::begin(std::size_t name) {
  const Number before = std::exchange(newest_[name], transactions_.size());
  VASTE_CHECK(before == 0 || !transactions_[before].open);
  while (true) {
    const auto left = std::ranges::find(unmarked_, before, &Marker::transaction);
    if (left == unmarked_.end()) break;
    mark_one(static_cast<std::size_t>(left - unmarked_.begin()));
  }
  transactions_.push_back({name, true, false, {}, {}});
  return newest_[name];
}

std::int64_t Broker::produce(Number number, Log& to, Entry entry) {
  Transaction& transaction = transactions_[number];
  // A zombie's records are refused; it hears of that when it commits.
  if (!transaction.open) return to.end();
  if (std::ranges::find(transaction.touched, &to) == transaction.touched.end())
    transaction.touched.push_back(&to);
  entry.transaction = number;
  return to.append(std::move(entry));
}

bool Broker::send_offsets(Number number, std::vector<std::pair<Place, std::int64_t>> offsets) {
  Transaction& transaction = transactions_[number];
  if (!transaction.open) return false;
  for (const auto& [place, offset] : offsets)
    if (owners_[place] != transaction.name) return false;
  transaction.offsets = std::move(offsets);
  return true;
}

bool Broker::finish(Number number, bool commit, Output* out, std::vector<DeadLetter>* dead) {
  if (!transactions_[number].open) return false;
  decide(number, commit);
  if (!commit) return true;
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(published_.answers, out->answers);
  append(published_.alerts, out->alerts);
  append(published_.contributed, out->contributed);
  append(published_.dead, out->dead);
  append(dead_, *dead);
  return true;
}

void Broker::decide(Number number, bool commit) {
  Transaction& transaction = transactions_[number];
  transaction.open = false;
  transaction.committed = commit;
  if (commit)
    for (const auto& [place, offset] : transaction.offsets) committed_[place] = offset;
  for (Log* log : transaction.touched) unmarked_.push_back({log, number});
}

std::optional<std::int64_t> Broker::committed(Place place) const {
  for (const auto& [name, number] : newest_) {
    const Transaction& transaction = transactions_[number];
    if (number == 0 || !transaction.open) continue;
    if (std::ranges::any_of(transaction.offsets,
                            [&](const auto& one) { return one.first == place; }))
      return std::nullopt;
  }
  return committed_[place];
}

void Broker::mark_one(std::size_t which) {
  const Marker marker = unmarked_[which];
  unmarked_.erase(unmarked_.begin() + static_cast<std::ptrdiff_t>(which));
  marker.log->mark(marker.transaction, transactions_[marker.transaction].committed);
}

void Broker::mark_all() {
  while (has_unmarked()) mark_one(0);
}

}  // namespace vaste::sim
