#include "notify/book.h"

#include <algorithm>

namespace vaste::notify {

namespace {

constexpr int kIntervalsUntilEnd = 3;

const char* severity(bool breached) {
  return breached ? "critical" : "warning";  // as the rules of Prometheus have it
}

}  // namespace

Book::Rank Book::rank(const Entry& entry) {
  return {!entry.notice.breached, entry.notice.due, entry.notice.id};
}

bool Book::on_notice(Notice notice, Labels labels, std::int32_t partition, bool fresh) {
  const auto found = entries_.find(notice.id);
  if (found == entries_.end()) {
    if (!notice.raised) return true;  // nobody was told
    if (entries_.size() >= options_.most) return false;
    Queue& queue = queues_[labels.queue];
    Entry entry{std::move(notice), std::move(labels), partition, fresh};
    queue.waiting.insert(rank(entry));
    entries_.emplace(entry.notice.id, std::move(entry));
    return true;
  }
  Entry& entry = found->second;
  if (notice.revision < entry.notice.revision) return true;
  if (!notice.raised && !entry.told && entry.fresh) {
    take_out(found);
    return true;
  }
  Queue& queue = queues_[entry.labels.queue];
  if (!notice.raised && !entry.told) {
    // Who was here before this start may have told of it, so its end is told in any case.
    queue.waiting.erase(rank(entry));
    queue.chosen.insert(entry.notice.id);
    entry.chosen = entry.told = true;
  }
  if (!entry.chosen) queue.waiting.erase(rank(entry));
  // Labels are who it is, so they stay as they were told first.
  entry.notice = std::move(notice);
  entry.fresh = fresh;
  entry.partition = partition;
  if (!entry.chosen) queue.waiting.insert(rank(entry));
  return true;
}

void Book::take_out(std::map<std::string, Entry>::iterator at) {
  Queue& queue = queues_[at->second.labels.queue];
  queue.waiting.erase(rank(at->second));
  queue.chosen.erase(at->first);
  entries_.erase(at);
}

void Book::forget(const std::string& id) {
  const auto found = entries_.find(id);
  if (found != entries_.end()) take_out(found);
}

void Book::forget_partition(std::int32_t partition) {
  for (auto at = entries_.begin(); at != entries_.end();) {
    const auto here = at++;
    if (here->second.partition == partition) take_out(here);
  }
}

// Only pages wait; what is at risk is a line on a screen.
bool Book::is_held(Entry& entry, Instant now, const Held& held) {
  if (!entry.notice.breached) return false;
  if (now < entry.held_until) return true;
  const auto until = held(entry.notice, now);
  if (!until) return false;
  entry.held_until = *until;
  entry.waited = true;
  return now < *until;
}

// Fills what is told one by one; gives how many that hold are not among them.
std::size_t Book::choose(Queue& queue, Instant now, const Held& held) {
  queue.breached = queue.at_risk = 0;
  std::size_t untold = 0;
  for (auto at = queue.waiting.begin(); at != queue.waiting.end();) {
    Entry& entry = entries_.at(at->id);
    if (is_held(entry, now, held)) {
      ++at;
      continue;
    }
    if (queue.chosen.size() < options_.most_per_queue) {
      entry.chosen = true;
      queue.chosen.insert(at->id);
      at = queue.waiting.erase(at);
      continue;
    }
    ++(entry.notice.breached ? queue.breached : queue.at_risk);
    ++untold;
    ++at;
  }
  for (const std::string& id : queue.chosen) {
    const Entry& entry = entries_.at(id);
    if (entry.notice.raised) ++(entry.notice.breached ? queue.breached : queue.at_risk);
  }
  return untold;
}

Posting Book::posting_of(const Entry& entry, Instant now) const {
  const Notice& notice = entry.notice;
  Posting out;
  out.id = notice.id;
  out.revision = notice.revision;
  out.ends = !notice.raised;
  out.labels = {{"alertname", notice.breached ? "VasteSlaBreached" : "VasteSlaAtRisk"},
                {"severity", severity(notice.breached)},
                {"queue", entry.labels.queue},
                {"channel", name(notice.channel)},
                {"sla", notice.sla},
                {"clock", notice.clock},
                {"brand", entry.labels.brand},
                {"alert_id", notice.id}};
  out.annotations = {
      {"summary", std::string(notice.sla) +
                      (notice.breached ? " is breached in queue " : " is at risk in queue ") +
                      entry.labels.queue},
      {"due", rfc3339(notice.due)},
      {"conversation_id", notice.conversation},
      {"conversation", options_.link + notice.conversation + "?alert=" + notice.id}};
  if (!notice.trend.empty()) {
    out.labels["alertname"] = "VasteTrend";
    out.annotations = {{"summary", notice.sla + ": " + notice.trend}};
  }
  out.starts = std::min(is_set(notice.due) ? notice.due : now, now);
  out.until = out.ends ? now : now + kIntervalsUntilEnd * options_.resend;
  out.kind = notice.kind();
  if (entry.fresh && !entry.waited) out.since = notice.since();
  return out;
}

std::optional<Posting> Book::summary_of(const std::string& name, Queue& queue, std::size_t untold,
                                        Instant now) {
  const bool wanted = untold > 0;
  if (!wanted && !queue.summary_told) return std::nullopt;
  if (wanted && queue.summary_told && now < queue.summary_told_at + options_.resend)
    return std::nullopt;
  if (!is_set(queue.summary_since)) queue.summary_since = now;
  Posting out;
  out.id = '#' + name;
  out.ends = !wanted;
  out.labels = {{"alertname", "VasteSlaManyAlerts"}, {"severity", "critical"}, {"queue", name}};
  out.annotations = {
      {"summary", "queue " + name + ": " + std::to_string(queue.breached) + " SLAs are breached, " +
                      std::to_string(queue.at_risk) + " at risk; " + std::to_string(untold) +
                      " of them are not told one by one"},
      {"breached", std::to_string(queue.breached)},
      {"at_risk", std::to_string(queue.at_risk)}};
  out.starts = queue.summary_since;
  out.until = out.ends ? now : now + kIntervalsUntilEnd * options_.resend;
  return out;
}

std::vector<Posting> Book::due(Instant now, std::size_t max, const Held& held, bool only_known) {
  std::vector<Posting> out;
  for (auto& [name, queue] : queues_) {
    const std::size_t untold = only_known ? 0 : choose(queue, now, held);
    for (const std::string& id : queue.chosen) {
      if (out.size() >= max) return out;
      const Entry& entry = entries_.at(id);
      const bool again = entry.told && entry.notice.raised;
      if (again && now < entry.told_at + options_.resend) continue;
      if (only_known && !entry.told) continue;
      out.push_back(posting_of(entry, now));
      if (entry.told && entry.notice.raised) out.back().since = kNever;
    }
    if (only_known || out.size() >= max) continue;
    if (auto summary = summary_of(name, queue, untold, now)) out.push_back(std::move(*summary));
  }
  return out;
}

void Book::accepted(const Posting& posting, Instant now) {
  if (posting.id.starts_with('#')) {
    Queue& queue = queues_[posting.id.substr(1)];
    queue.summary_told = !posting.ends;
    queue.summary_told_at = now;
    if (posting.ends) queue.summary_since = kNever;
    return;
  }
  const auto found = entries_.find(posting.id);
  if (found == entries_.end()) return;
  // What changed while it was under way is still to be told.
  if (found->second.notice.revision != posting.revision) {
    found->second.told = true;
    return;
  }
  if (posting.ends) {
    take_out(found);
    return;
  }
  found->second.told = true;
  found->second.told_at = now;
}

}  // namespace vaste::notify
