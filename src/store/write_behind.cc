#include "store/write_behind.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/log.h"

namespace vaste::store {

namespace {

constexpr std::size_t kEntryBytes = 160;  // of a node, its strings' heads and their blocks
constexpr std::size_t kTimerBytes = 96;
constexpr Id kGreatest{~std::uint64_t{0}, ~std::uint64_t{0}};

class BehindStore final : public Store {
 public:
  BehindStore(std::unique_ptr<Store> store, std::shared_ptr<WriteBehind> budget, Instant cursor,
              Positions positions)
      : store_(std::move(store)),
        budget_(std::move(budget)),
        cursor_(cursor),
        positions_(positions) {
    ++budget_->stores;
    // Stores with as much to do would all write at once, again and again: each begins elsewhere.
    constexpr double kGoldenRatio = 0.618034;
    const double turns = kGoldenRatio * (1 + budget_->made++);
    share_ = turns - std::floor(turns);
  }

  ~BehindStore() override {
    if (auto written = flush(); !written)
      log::warning("what was kept in memory comes from the changelog again: " +
                   written.error().detail);
    --budget_->stores;
  }

  BehindStore(const BehindStore&) = delete;
  BehindStore& operator=(const BehindStore&) = delete;

  Result<std::optional<std::string>> get(std::string_view key) override {
    if (const auto kept = state_.find(key); kept != state_.end()) return kept->second;
    return store_->get(key);
  }
  Result<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override;
  Status apply(const Batch& batch) override;
  Result<std::vector<Timer>> due(Instant until, std::size_t max) override;
  Result<Instant> timer_cursor() override { return cursor_; }
  Result<Positions> positions() override { return positions_; }
  using Store::scan;
  Status scan(std::string_view prefix, std::string_view from, const Visit& visit) override;
  Status checkpoint(const std::string& path) override {
    if (auto written = flush(); !written) return written;
    return store_->checkpoint(path);
  }
  Stats stats() override {
    Stats stats = store_->stats();
    stats.behind_bytes = bytes_;
    stats.keys += state_.size();
    return stats;
  }

 private:
  using State = std::map<std::string, std::optional<std::string>, std::less<>>;

  static std::size_t size_of(std::string_view key, const std::optional<std::string>& value) {
    return kEntryBytes + key.size() + (value ? value->size() : 0);
  }
  static std::size_t size_of(const Batch& batch);
  // Up to `last`, of what is kept and what is due underneath, `max` at most.
  std::vector<Timer> due_of_both(const std::vector<Timer>& below, const Timer& last,
                                 std::size_t max) const;
  bool is_empty() const {
    return state_.empty() && timers_.empty() && !cursor_moved_ && !positions_moved_;
  }
  std::uint64_t most() const { return budget_->bytes / budget_->stores; }
  bool is_full(std::size_t more, const Batch& batch) const;
  void keep(const Batch& batch);
  void keep(std::string_view key, const std::optional<std::string>& value);
  void follow(const Batch& batch);  // with cursor and positions
  Status flush();

  std::unique_ptr<Store> store_;
  std::shared_ptr<WriteBehind> budget_;
  // Of everything that is kept, the newest.
  State state_;                   // nullopt: erased
  std::map<Timer, bool> timers_;  // true: added, false: erased
  Instant cursor_;
  Positions positions_;
  bool cursor_moved_ = false;
  bool positions_moved_ = false;
  double share_ = 1;        // of what may be kept, up to the first write
  Instant since_ = kNever;  // as of the first batch that is kept and says; kNever: none does
  std::size_t bytes_ = 0;
};

Result<std::vector<std::optional<std::string>>> BehindStore::get_many(
    std::span<const std::string> keys) {
  std::vector<std::optional<std::string>> out(keys.size());
  std::vector<std::string> missing;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const auto kept = state_.find(keys[i]); kept != state_.end()) {
      out[i] = kept->second;
    } else {
      missing.push_back(keys[i]);
      places.push_back(i);
    }
  }
  if (missing.empty()) return out;
  auto found = store_->get_many(missing);
  if (!found) return found;
  for (std::size_t i = 0; i < places.size(); ++i) out[places[i]] = std::move((*found)[i]);
  return out;
}

std::size_t BehindStore::size_of(const Batch& batch) {
  std::size_t bytes = batch.timer_changes().size() * kTimerBytes;
  for (const Batch::Change& change : batch.changes()) bytes += size_of(change.key, change.value);
  return bytes;
}

bool BehindStore::is_full(std::size_t more, const Batch& batch) const {
  if (is_empty()) return false;
  const bool old =
      is_set(since_) && batch.positions() && is_set(batch.positions()->as_of) &&
      batch.positions()->as_of - since_ >= Millis(std::lround(share_ * kLongestBehind.count()));
  return old || static_cast<double>(bytes_ + more) > share_ * static_cast<double>(most());
}

Status BehindStore::apply(const Batch& batch) {
  const std::size_t more = size_of(batch);
  // What a scan of timers does not look at any more, it would have to look at again.
  const bool lowered = batch.cursor_after(cursor_) < cursor_;
  const bool too_large = more > most();
  if (lowered || too_large || is_full(more, batch))
    if (auto written = flush(); !written) return written;
  if (lowered || too_large) {
    if (auto applied = store_->apply(batch); !applied) return applied;
    follow(batch);
    return {};
  }
  if (!is_set(since_) && batch.positions()) since_ = batch.positions()->as_of;
  keep(batch);
  follow(batch);
  cursor_moved_ = cursor_moved_ || batch.timer_cursor();
  positions_moved_ = positions_moved_ || batch.positions();
  return {};
}

void BehindStore::keep(const Batch& batch) {
  for (const Batch::Change& change : batch.changes()) keep(change.key, change.value);
  for (const Batch::TimerChange& change : batch.timer_changes())
    if (timers_.insert_or_assign(change.timer, change.added).second) bytes_ += kTimerBytes;
}

void BehindStore::keep(std::string_view key, const std::optional<std::string>& value) {
  auto kept = state_.find(key);
  if (kept == state_.end()) {
    kept = state_.emplace(key, value).first;
  } else {
    bytes_ -= size_of(key, kept->second);
    kept->second = value;  // Into the old one's room, where it fits.
  }
  bytes_ += size_of(key, value);
}

void BehindStore::follow(const Batch& batch) {
  cursor_ = batch.cursor_after(cursor_);
  positions_ = batch.positions_after(positions_);
}

Status BehindStore::flush() {
  if (is_empty()) return {};
  Batch batch;
  for (auto& [key, value] : state_) {
    if (value) {
      batch.put(key, std::move(*value));
    } else {
      batch.erase(key);
    }
  }
  for (const auto& [timer, added] : timers_) {
    if (added) {
      batch.add_timer(timer);
    } else {
      batch.erase_timer(timer);
    }
  }
  if (positions_moved_) batch.set_positions(positions_);
  if (auto applied = store_->apply(batch); !applied) {
    for (const Batch::Change& change : batch.changes())
      state_.find(change.key)->second = change.value;
    return applied;
  }
  state_.clear();
  timers_.clear();
  since_ = kNever;
  bytes_ = 0;
  share_ = 1;
  positions_moved_ = false;
  if (!std::exchange(cursor_moved_, false)) return {};
  // By itself: in one batch with timers it would not pass by any of them.
  Batch cursor;
  cursor.set_timer_cursor(cursor_);
  return store_->apply(cursor);
}

std::vector<Timer> BehindStore::due_of_both(const std::vector<Timer>& below, const Timer& last,
                                            std::size_t max) const {
  std::vector<Timer> out;
  auto kept = timers_.lower_bound({cursor_, {}});
  auto next = std::ranges::lower_bound(below, Timer{cursor_, {}});
  while (out.size() < max) {
    const bool here = kept != timers_.end() && kept->first <= last;
    if (!here && next == below.end()) break;
    if (!here || (next != below.end() && *next < kept->first)) {
      out.push_back(*next++);
      continue;
    }
    if (next != below.end() && *next == kept->first) ++next;
    if (kept->second) out.push_back(kept->first);
    ++kept;
  }
  return out;
}

Result<std::vector<Timer>> BehindStore::due(Instant until, std::size_t max) {
  if (max == 0 || (timers_.empty() && !cursor_moved_)) return store_->due(until, max);
  // Some of those underneath are gone by now.
  constexpr std::size_t kGone = 16;
  for (std::size_t most = max + kGone;; most *= 2) {
    auto below = store_->due(until, most);
    if (!below) return below;
    const bool all = below->size() < most;
    auto out = due_of_both(*below, all ? Timer{until, kGreatest} : below->back(), max);
    if (all || out.size() == max) return out;
  }
}

Status BehindStore::scan(std::string_view prefix, std::string_view from, const Visit& visit) {
  auto kept = state_.lower_bound(std::max(prefix, from));
  const auto is_kept = [&] {
    return kept != state_.end() && std::string_view(kept->first).starts_with(prefix);
  };
  bool goes_on = true;
  // What is kept before `key`, or all of it.
  const auto visit_kept = [&](const std::string_view* key) {
    for (; goes_on && is_kept() && (key == nullptr || kept->first < *key); ++kept)
      if (kept->second) goes_on = visit(kept->first, *kept->second);
    return goes_on;
  };
  auto done = store_->scan(prefix, from, [&](std::string_view key, std::string_view value) {
    if (!visit_kept(&key)) return false;
    if (is_kept() && kept->first == key) return true;  // Newer; its turn comes.
    return goes_on = visit(key, value);
  });
  if (done) visit_kept(nullptr);
  return done;
}

}  // namespace

Result<std::unique_ptr<Store>> write_behind(std::unique_ptr<Store> store,
                                            std::shared_ptr<WriteBehind> budget) {
  auto cursor = store->timer_cursor();
  if (!cursor) return tl::unexpected(std::move(cursor.error()));
  auto positions = store->positions();
  if (!positions) return tl::unexpected(std::move(positions.error()));
  return std::make_unique<BehindStore>(std::move(store), std::move(budget), *cursor, *positions);
}

}  // namespace vaste::store
