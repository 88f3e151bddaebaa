#include "emit/cloud_event.h"

#include <algorithm>
#include <charconv>

#include "emit/encode.h"
#include "emit/messages.h"

namespace vaste::emit {

namespace {

void append(std::string& out, std::int64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end.ptr);
}

void append(std::string& out, const Id& id) {
  if (id.empty()) return;
  const auto digits = id.digits();
  out.append(digits.data(), digits.size());
}

void append(std::string& out, const core::Origin& origin) {
  out += origin.topic;
  out += '/';
  append(out, origin.partition);
  out += '/';
  append(out, origin.offset);
}

void two(char* to, unsigned number) {
  to[0] = static_cast<char>('0' + number / 10 % 10);
  to[1] = static_cast<char>('0' + number % 10);
}

// RFC 3339, "2026-11-23T12:00:00.000Z".
void write(std::array<char, 24>& out, Instant at) {
  using namespace std::chrono;
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const auto of_day = static_cast<unsigned>((at - day).count());
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  const auto ms = of_day % 1000;
  two(out.data(), year / 100);
  two(out.data() + 2, year);
  out[4] = '-';
  two(out.data() + 5, static_cast<unsigned>(date.month()));
  out[7] = '-';
  two(out.data() + 8, static_cast<unsigned>(date.day()));
  out[10] = 'T';
  two(out.data() + 11, of_day / 3600000);
  out[13] = ':';
  two(out.data() + 14, of_day / 60000 % 60);
  out[16] = ':';
  two(out.data() + 17, of_day / 1000 % 60);
  out[19] = '.';
  out[20] = static_cast<char>('0' + ms / 100);
  two(out.data() + 21, ms % 100);
  out[23] = 'Z';
}

}  // namespace

std::string rfc3339(Instant at) {
  std::array<char, 24> out;
  constexpr Instant kYearOne = instant(-62135596800000);
  write(out, std::clamp(at, kYearOne, kEndOfTime));
  return {out.data(), out.size()};
}

// An application's name has no character that a URI would have to escape: see config.
CloudEvents::CloudEvents(std::string_view application)
    : source_("/vaste/" + std::string(application)) {}

std::span<const Header> CloudEvents::headers(Output output, Instant at, std::string_view trace) {
  std::size_t count = 0;
  const auto add = [&](std::string_view name, std::string_view value) {
    headers_[count++] = {name, value};
  };
  add("ce_specversion", "1.0");
  add("ce_id", id_);
  add("ce_source", source_);
  add("ce_type", kind(output).type);
  if (is_set(at)) {
    write(time_, std::clamp(at, kNever, kEndOfTime));
    add("ce_time", {time_.data(), time_.size()});
  }
  if (!subject_.empty()) add("ce_subject", subject_);
  add("content-type", kContentType);
  if (!trace.empty()) add("traceparent", trace);
  return {headers_.data(), count};
}

std::span<const Header> CloudEvents::enriched(const core::Enriched& out) {
  id_.clear();
  append(id_, out.origin);
  subject_.clear();
  append(subject_, out.conversation);
  return headers(Output::kEnriched, out.at, out.origin.trace);
}

std::span<const Header> CloudEvents::conversation(const Conversation& conversation,
                                                  std::string_view trace) {
  subject_.clear();
  append(subject_, conversation.id);
  id_ = subject_;
  id_ += '/';
  append(id_, static_cast<std::int64_t>(conversation.revision));
  return headers(Output::kConversation,
                 std::max(conversation.fold.last_activity, conversation.fired_until), trace);
}

std::span<const Header> CloudEvents::forgotten(const Id& conversation, Instant now) {
  subject_.clear();
  append(subject_, conversation);
  id_ = subject_;
  id_ += "/forgotten";
  return headers(Output::kConversation, now, {});
}

std::span<const Header> CloudEvents::alert(const core::AlertOut& out) {
  id_ = core::alert_id(out.conversation, out.alert);
  id_ += '/';
  append(id_, static_cast<std::int64_t>(out.alert.revision));
  subject_.clear();
  append(subject_, out.conversation);
  return headers(Output::kAlert, out.changed, out.origin.trace);
}

std::span<const Header> CloudEvents::trend(const core::TrendOut& out) {
  id_ = trend_id(out);
  id_ += '/';
  append(id_, static_cast<std::int64_t>(out.state.revision));
  subject_ = out.group;
  return headers(Output::kAlert, out.from, {});
}

std::span<const Header> CloudEvents::identity(const core::IdentityOut& out) {
  id_ = identity_id(out);
  subject_ = identity_key(out);
  return headers(Output::kIdentity, out.at, out.origin.trace);
}

// The command's own id is the operators' choice, which a header may not be able to carry.
std::span<const Header> CloudEvents::answer(const core::AnswerOut& out) {
  id_ = subject_ = answer_id(out);
  return headers(Output::kIdentity, out.answer.command.at, out.origin.trace);
}

std::span<const Header> CloudEvents::window(const WindowId& window, std::uint64_t revision) {
  subject_ = kpi_key(window);
  id_ = subject_;
  id_ += '/';
  append(id_, static_cast<std::int64_t>(revision));
  return headers(Output::kKpi, window.start, {});
}

std::span<const Header> CloudEvents::forgotten(const WindowId& window, Instant now) {
  subject_ = kpi_key(window);
  id_ = subject_ + "/forgotten";
  return headers(Output::kKpi, now, {});
}

std::span<const Header> CloudEvents::dead_letter(const core::Origin& origin, Instant now) {
  subject_.clear();
  append(subject_, origin);
  // Of the same source as the enriched event of an input of which a later message died.
  id_ = "dead/" + subject_;
  const Instant at = origin.record_ms > 0 ? instant(origin.record_ms) : now;
  return headers(Output::kDeadLetter, at, origin.trace);
}

}  // namespace vaste::emit
