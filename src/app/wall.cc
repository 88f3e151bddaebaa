#include "app/wall.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "app/wall_text.h"

namespace vaste::app {
namespace {

constexpr std::size_t kMostLines = 100;
constexpr std::size_t kMostPlaces = 200;
constexpr Millis kRateOver{5000};
constexpr Millis kStatusEvery{5000};

Instant instant_of(const google::protobuf::Timestamp& at) {
  return instant(at.seconds() * 1000 + at.nanos() / 1'000'000);
}

// A resolution is worked on, not waited for.
bool is_wait(const v1::Clock& clock) {
  return clock.clock() != "resolution";
}

bool is_finished(v1::ConversationState state) {
  return state == v1::CONVERSATION_STATE_RESOLVED || state == v1::CONVERSATION_STATE_CLOSED ||
         state == v1::CONVERSATION_STATE_MERGED;
}

// The beginning of an id is its time, so the end tells neighbours apart.
std::string short_id(const std::string& id) {
  return shown(id.size() > 8 ? std::string_view(id).substr(id.size() - 8) : id, 8);
}

std::uint32_t count(const v1::Conversation& conversation, v1::ClockState state) {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      conversation.clocks(),
      [&](const v1::Clock& clock) { return is_wait(clock) && clock.state() == state; }));
}

}  // namespace

// Where the wait began; a row of its own for the first places only, so that names cannot fill the
// memory.
Wall::Place Wall::place(const v1::Conversation& conversation, const v1::Clock& clock) {
  std::string queue = conversation.attributes().queue();
  v1::Channel channel =
      conversation.channels_size() > 0 ? conversation.channels(0) : v1::CHANNEL_UNSPECIFIED;
  if (clock.contact() < static_cast<std::uint32_t>(conversation.contacts_size())) {
    const v1::Contact& contact = conversation.contacts(static_cast<int>(clock.contact()));
    channel = contact.channel();
    if (!contact.attributes().queue().empty()) queue = contact.attributes().queue();
  }
  Place found(queue.empty() ? "(no queue)" : shown(queue, 40), channel);
  if (places_.size() >= kMostPlaces && !places_.contains(found)) found.first = "(others)";
  places_.insert(found);
  return found;
}

void Wall::on_conversation(const v1::Conversation& conversation) {
  Known& known = conversations_[conversation.id()];
  if (known.revision > conversation.revision()) return;
  std::uint32_t met = count(conversation, v1::CLOCK_STATE_MET);
  std::uint32_t late = count(conversation, v1::CLOCK_STATE_BREACHED);
  if (conversation.clocks_dropped() > 0) {  // the oldest are not listed any more, but happened
    met = std::max(met, known.met);
    late = std::max(late, known.late);
  }
  met_ += static_cast<std::int64_t>(met) - known.met;
  late_ += static_cast<std::int64_t>(late) - known.late;
  const bool finished = is_finished(conversation.state());
  if (finished && !known.finished) finished_.push_back(conversation.id());
  known = {conversation.revision(), finished, met, late, {}};
  for (const v1::Clock& clock : conversation.clocks()) {
    if (finished) break;
    if (clock.state() != v1::CLOCK_STATE_RUNNING || !is_wait(clock)) continue;
    const Place at = place(conversation, clock);
    auto wait = std::ranges::find(known.waits, at, &Wait::place);
    if (wait == known.waits.end())
      wait = known.waits.insert(wait, {at, instant_of(clock.started()), {}});
    wait->started = std::min(wait->started, instant_of(clock.started()));
    if (clock.has_due()) wait->dues.push_back(instant_of(clock.due()));
  }
  if (conversations_.size() > kMostConversations || finished_.size() > kMostConversations)
    forget_conversations();
}

void Wall::on_forgotten(const std::string& conversation) {
  conversations_.erase(conversation);
}

void Wall::begin(Instant now) {
  begin_day(now);
  met_ = late_ = day_breaches_ = day_recovered_ = 0;
  since_ = now;
  unprinted_ = 0;
  // Partitions came one after the other.
  std::ranges::stable_sort(lines_, std::greater<>(), &AlertLine::at);
}

// The finished first, oldest first; if all are alive, any: the board then shows too few, never too
// much.
void Wall::forget_conversations() {
  while (!finished_.empty()) {
    const auto found = conversations_.find(finished_.front());
    finished_.pop_front();
    if (found == conversations_.end() || !found->second.finished) continue;
    conversations_.erase(found);
    return;
  }
  conversations_.erase(conversations_.begin());
}

void Wall::on_alert(const v1::Alert& alert) {
  const auto [at, fresh] = alerts_.try_emplace(alert.id());
  Seen& seen = at->second;
  if (!fresh && seen.revision >= alert.revision()) return;
  const v1::AlertStatus before = seen.status;
  seen = {alert.revision(), alert.status()};
  if (fresh) alert_order_.push_back(alert.id());
  if (alert.level() == v1::ALERT_LEVEL_BREACHED) {
    const auto held = [](v1::AlertStatus status) {
      return status == v1::ALERT_STATUS_RAISED || status == v1::ALERT_STATUS_RECOVERED;
    };
    const int breach = (held(alert.status()) ? 1 : 0) - (held(before) ? 1 : 0);
    const int recovery = (alert.status() == v1::ALERT_STATUS_RECOVERED ? 1 : 0) -
                         (before == v1::ALERT_STATUS_RECOVERED ? 1 : 0);
    breaches_ += static_cast<std::uint64_t>(breach);  // modulo 2^64: -1 takes one away
    recovered_ += static_cast<std::uint64_t>(recovery);
    day_breaches_ += breach;
    day_recovered_ += recovery;
  }
  if (alert_order_.size() > kMostConversations) {
    alerts_.erase(alert_order_.front());
    alert_order_.pop_front();
  }
  // That somebody was no longer at risk is good news and no news.
  if (alert.level() == v1::ALERT_LEVEL_AT_RISK && alert.status() != v1::ALERT_STATUS_RAISED) return;
  const std::string& queue = alert.attributes().queue();
  lines_.push_front({instant_of(alert.has_changed() ? alert.changed() : alert.due()), alert.level(),
                     alert.status(), shown(alert.sla(), 30),
                     queue.empty() ? std::string(channel_word(alert.channel())) : shown(queue, 30),
                     short_id(alert.conversation_id()), Millis(alert.elapsed_ms())});
  if (lines_.size() > kMostLines) lines_.pop_back();
  ++unprinted_;
}

Wall::Rows Wall::count_waiting(Instant now) const {
  Rows rows;
  for (const Place& known : places_) rows[known];
  for (const auto& [id, conversation] : conversations_) {
    for (const Wait& wait : conversation.waits) {
      Row& row = rows[wait.place];
      ++row.waiting;
      row.longest = std::max(row.longest, now - wait.started);
      bool late = false;
      for (const Instant due : wait.dues) {
        late = late || due <= now;
        if (due > now) row.next_due = std::min(row.next_due, due);
      }
      if (late) ++row.late;
    }
  }
  return rows;
}

void Wall::begin_day(Instant now) {
  const std::int64_t day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  if (day_ != 0 && day != day_) {
    met_ = late_ = day_breaches_ = day_recovered_ = 0;
    since_ = kNever;
  }
  day_ = day;
}

double Wall::events_per_second(Instant now) {
  if (samples_.empty() || now - samples_.back().first >= Millis(200))
    samples_.emplace_back(now, events_);
  while (samples_.size() > 2 && now - samples_[1].first >= kRateOver) samples_.pop_front();
  const Millis over = now - samples_.front().first;
  if (over <= Millis(0)) return 0;
  return static_cast<double>(events_ - samples_.front().second) * 1000.0 /
         static_cast<double>(over.count());
}

std::string Wall::span() const {
  return is_set(since_) ? "Since " + time_of_day(since_) : "Today";
}

std::string Wall::today() const {
  const std::int64_t answered = std::max<std::int64_t>(met_ + late_, 0);
  std::string share;
  if (answered > 0)
    share = fmt::format(" ({}%)", std::clamp<std::int64_t>(met_ * 100 / answered, 0, 100));
  return fmt::format("answered {}   within target {}{}   breached {}   recovered {}", answered,
                     std::max<std::int64_t>(met_, 0), share,
                     std::max<std::int64_t>(day_breaches_, 0),
                     std::max<std::int64_t>(day_recovered_, 0));
}

std::size_t Wall::waiting() const {
  std::size_t sum = 0;
  for (const auto& [id, conversation] : conversations_) sum += conversation.waits.empty() ? 0 : 1;
  return sum;
}

std::vector<std::string> Wall::table(Instant now, int width, std::size_t most, bool colour) const {
  const Rows rows = count_waiting(now);
  std::vector<Rows::const_iterator> order;
  for (auto row = rows.begin(); row != rows.end(); ++row) order.push_back(row);
  const bool cut = order.size() > most;
  if (cut) {  // the worst ones; else all, where people are used to finding them
    std::ranges::stable_sort(order, [](const auto& a, const auto& b) {
      return std::pair(a->second.late, a->second.waiting) >
             std::pair(b->second.late, b->second.waiting);
    });
    order.resize(most - 1);
  }
  const int name = std::clamp(width - 48, 12, 40);
  std::vector<std::string> lines;
  for (const auto& row : order) {
    const auto& [place, numbers] = *row;
    const bool any = numbers.waiting > 0;
    std::string line =
        cell(place.first, name) + " " + cell(channel_word(place.second), 7) +
        cell(std::to_string(numbers.waiting), 8, true) +
        cell(std::to_string(numbers.late), 6, true) +
        cell(any ? duration(numbers.longest) : "-", 10, true) +
        cell(numbers.next_due == kEndOfTime ? "-" : "in " + duration(numbers.next_due - now), 13,
             true);
    const Tint tint = numbers.late > 0 ? Tint::kRed : any ? Tint::kNone : Tint::kFaint;
    lines.push_back(tinted(cell(line, width), tint, colour));
  }
  if (cut) lines.push_back(cell(fmt::format("... and {} more", rows.size() - order.size()), width));
  return lines;
}

std::string Wall::render(Instant now, int width, int height, bool colour, std::string_view footer) {
  width = std::max(width, 60);
  height = std::max(height, 16);
  begin_day(now);
  std::vector<std::string> lines;
  const auto add = [&](std::string_view text, Tint tint) {
    lines.push_back(tinted(cell(text, width), tint, colour));
  };
  const int name = std::clamp(width - 48, 12, 40);
  add(fmt::format("vaste   {} UTC   {} waiting   {:.0f} events/s", time_of_day(now), waiting(),
                  events_per_second(now)),
      Tint::kBold);
  add(span() + "   " + today(), Tint::kNone);
  add("", Tint::kNone);
  add(cell("QUEUE", name) + " CHANNEL WAITING  LATE   LONGEST  NEXT BREACH", Tint::kFaint);
  const auto most = static_cast<std::size_t>(std::max((height - 7) / 2, 4));
  for (std::string& line : table(now, width, most, colour)) lines.push_back(std::move(line));
  add("", Tint::kNone);
  const int names = std::clamp((width - 39) / 2, 10, 30);
  add(cell("TIME", 10) + cell("ALERT", 10) + cell("SLA", names) + " " + cell("QUEUE", names) +
          " CONVERS.  WAITED",
      Tint::kFaint);
  const auto body = static_cast<std::size_t>(height - 1);
  for (const AlertLine& line : lines_) {
    if (lines.size() >= body) break;
    add(alert_text(line, width), alert_tint(line));
  }
  while (lines.size() < body) add("", Tint::kNone);
  add(footer, Tint::kFaint);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string Wall::plain(Instant now) {
  begin_day(now);
  std::string out;
  const std::size_t kept = std::min(unprinted_, lines_.size());
  if (kept < unprinted_) out += fmt::format("... {} alerts more\n", unprinted_ - kept);
  for (std::size_t i = kept; i-- > 0;) {
    const std::string line = alert_text(lines_[i], 100);
    out += line + '\n';
  }
  unprinted_ = 0;
  const double rate = events_per_second(now);
  if (now < next_status_) return out;
  next_status_ = now + kStatusEvery;
  return out + fmt::format("{}  {} waiting, {:.0f} events/s; {} {}\n", time_of_day(now), waiting(),
                           rate, is_set(since_) ? "since the start" : "today", today());
}

}  // namespace vaste::app
