#include "store/memory_store.h"

#include <algorithm>
#include <map>
#include <set>

namespace vaste::store {

namespace {

class MemoryStore final : public Store {
 public:
  Result<std::optional<std::string>> get(std::string_view key) override {
    const auto found = state_.find(key);
    if (found == state_.end()) return std::nullopt;
    return found->second;
  }

  Result<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    std::vector<std::optional<std::string>> out;
    out.reserve(keys.size());
    for (const std::string& key : keys) {
      const auto found = state_.find(key);
      out.push_back(found == state_.end() ? std::nullopt : std::optional(found->second));
    }
    return out;
  }

  Status apply(const Batch& batch) override {
    for (const Batch::Change& change : batch.changes()) {
      if (change.value) {
        state_.insert_or_assign(change.key, *change.value);
      } else {
        state_.erase(change.key);
      }
    }
    for (const Batch::TimerChange& change : batch.timer_changes()) {
      if (change.added) {
        timers_.insert(change.timer);
      } else {
        timers_.erase(change.timer);
      }
    }
    cursor_ = batch.cursor_after(cursor_);
    positions_ = batch.positions_after(positions_);
    return {};
  }

  Result<std::vector<Timer>> due(Instant until, std::size_t max) override {
    std::vector<Timer> out;
    for (auto it = timers_.lower_bound(Timer{cursor_, {}});
         it != timers_.end() && it->at <= until && out.size() < max; ++it)
      out.push_back(*it);
    return out;
  }

  Result<Instant> timer_cursor() override { return cursor_; }
  Result<Positions> positions() override { return positions_; }

  using Store::scan;
  Status scan(std::string_view prefix, std::string_view from, const Visit& visit) override {
    for (auto it = state_.lower_bound(std::max(prefix, from)); it != state_.end(); ++it) {
      if (!std::string_view(it->first).starts_with(prefix)) break;
      if (!visit(it->first, it->second)) break;
    }
    return {};
  }

  Status checkpoint(const std::string& path) override {
    return failure(Code::kInternal, "a store in memory has no files to put into " + path);
  }

  Stats stats() override {
    Stats stats;
    stats.keys = state_.size();
    return stats;
  }

 private:
  std::map<std::string, std::string, std::less<>> state_;
  std::set<Timer> timers_;
  Instant cursor_ = Instant::min();
  Positions positions_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() {
  return std::make_unique<MemoryStore>();
}

}  // namespace vaste::store
