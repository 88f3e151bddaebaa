#include <fmt/format.h>

#include "base/crash_point.h"
#include "engine/core_task.h"
#include "kafka/watermarks.h"
#include "store/codec.h"
#include "store/keys.h"

namespace vaste::engine {

namespace {

constexpr Millis kPatience{5000};

}  // namespace

bool may_lack_erasures(const store::Positions& positions, std::int64_t remaining, Instant now,
                       Millis kept) {
  // One offset is the end of the transaction that was the last.
  return remaining > 1 && is_set(positions.as_of) && now - positions.as_of >= kept;
}

std::string restore_text(std::int64_t done, std::int64_t remaining, Millis took) {
  constexpr std::int64_t kCells = 10;
  const std::int64_t total = done + remaining;
  if (total <= 0) return "restoring";
  const auto full = static_cast<std::size_t>(done * kCells / total);
  std::string bar(full, '#');
  bar.resize(kCells, '-');
  std::string text =
      fmt::format("restoring [{}] {} % of {} offsets", bar, done * 100 / total, total);
  if (done > 0 && took > Millis(0))
    text += fmt::format(", about {} s left", remaining * took.count() / done / 1000);
  return text;
}

// A conversation carries its one armed timer, and so do events that wait; the queue of timers is
// rebuilt from that.
Status restore_record(std::string_view key, const std::string_view* value, const Figures& figures,
                      store::Batch& batch) {
  if (value == nullptr) {
    batch.erase(std::string(key));
    return {};
  }
  if (key.size() == 17 && key.front() == 'v') {
    const Id id = Id::from_bytes(key.substr(1));
    auto conversation = store::decode_head(id, *value);
    if (!conversation) return tl::unexpected(conversation.error());
    if (is_set(conversation->timer_at)) batch.add_timer({conversation->timer_at, id});
    figures.restored(*conversation, batch);
  }
  if (key.size() == 17 && key.starts_with(store::kWaiting)) {
    auto waiting = store::decode_waiting(*value);
    if (!waiting) return tl::unexpected(waiting.error());
    const Id id = Id::from_bytes(key.substr(1));
    if (!id.empty()) batch.add_timer({waiting->until, id});
  }
  batch.put(std::string(key), std::string(*value));
  return {};
}

Result<std::unique_ptr<Restore>> Restore::begin(const kafka::ClientConfig& client,
                                                const std::string& changelog,
                                                std::int32_t partition, std::int64_t from) {
  // The high watermark, not the last stable offset: a dead worker's open transaction is waited for.
  auto watermarks = kafka::Watermarks::create(client);
  if (!watermarks) return tl::unexpected(watermarks.error());
  const std::vector<kafka::TopicPartition> at{{changelog, partition}};
  auto ends = (*watermarks)->ends(at, false, kPatience);
  if (!ends) return tl::unexpected(ends.error());
  auto restore = std::make_unique<Restore>(at.front(), from, ends->front());
  if (restore->next_ > restore->end_)
    return failure(Code::kCorrupt, kafka::text(restore->at_) + " ends at " +
                                       std::to_string(restore->end_) + ", before the " +
                                       std::to_string(restore->next_) +
                                       " that the local state stands at: the topic was made anew");
  if (restore->next_ == restore->end_) return restore;

  auto reader = kafka::PartitionReader::create(client, {changelog});
  if (!reader) return tl::unexpected(reader.error());
  restore->reader_ = std::move(*reader);
  if (auto assigned = restore->reader_->assign({{restore->at_, restore->next_}}); !assigned)
    return tl::unexpected(assigned.error());
  return restore;
}

Result<bool> Restore::step(store::Store& store, const Figures& figures, Millis patience,
                           std::size_t slice) {
  if (!reader_) return true;
  auto polled = reader_->poll(slice, patience);
  if (!polled) return tl::unexpected(polled.error());
  if (auto taken = take(*polled, store, figures); !taken) return tl::unexpected(taken.error());
  if (!is_complete()) return false;
  reader_.reset();
  return true;
}

Status Restore::take(const kafka::Polled& slice, store::Store& store, const Figures& figures) {
  store::Batch batch;
  for (const kafka::Record& record : slice.records) {
    if (auto restored =
            restore_record(record.key, record.null_value ? nullptr : &record.value, figures, batch);
        !restored)
      return failure(restored.error().code, kafka::text(at_) + '@' + std::to_string(record.offset) +
                                                ": " + restored.error().detail);
    next_ = record.offset + 1;
    ++restored_;
  }
  for (const kafka::End& end : slice.ends) next_ = std::max(next_, end.offset);
  auto positions = store.positions();
  if (!positions) return tl::unexpected(positions.error());
  if (next_ != positions->changelog) {
    batch.set_positions({positions->input, next_});
    if (auto applied = store.apply(batch); !applied) return tl::unexpected(applied.error());
    crash_point("in_restore");
  }
  return {};
}

}  // namespace vaste::engine
