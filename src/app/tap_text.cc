#include "app/tap_text.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <chrono>

#include "app/terminal.h"
#include "ingest/normalise.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/conversation.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"
#include "vaste/v1/event.pb.h"
#include "vaste/v1/identity.pb.h"
#include "vaste/v1/kpi.pb.h"

namespace vaste::app {
namespace {

using vaste::app::word;  // beside those for each enumeration

std::string word(v1::Channel value) {
  return word(v1::Channel_Name(value), "CHANNEL_");
}
std::string word(v1::ConversationState value) {
  return word(v1::ConversationState_Name(value), "CONVERSATION_STATE_");
}
std::string word(v1::ClockState value) {
  return word(v1::ClockState_Name(value), "CLOCK_STATE_");
}
std::string word(v1::EventOutcome value) {
  return word(v1::EventOutcome_Name(value), "EVENT_OUTCOME_");
}
std::string word(v1::JoinMethod value) {
  return word(v1::JoinMethod_Name(value), "JOIN_METHOD_");
}
std::string word(v1::AlertLevel value) {
  return word(v1::AlertLevel_Name(value), "ALERT_LEVEL_");
}
std::string word(v1::AlertStatus value) {
  return word(v1::AlertStatus_Name(value), "ALERT_STATUS_");
}
std::string word(v1::DeadLetterReason value) {
  return word(v1::DeadLetterReason_Name(value), "DEAD_LETTER_REASON_");
}

std::string time_of(const google::protobuf::Timestamp& at) {
  return time_text(milliseconds(at));
}

// The first digits of our ids are their time and mostly alike; the last ones tell them apart.
std::string short_id(const std::string& id) {
  constexpr std::size_t kShown = 8;
  if (id.empty()) return "-";
  return id.size() <= kShown ? id : id.substr(id.size() - kShown);
}

std::string clock_text(const v1::Clock& clock) {
  std::string out =
      fmt::format("{}#{} {} {}/{}", clock.sla(), clock.cycle(), word(clock.state()),
                  duration_text(clock.elapsed_ms()), duration_text(clock.target_ms()));
  if (clock.late() && clock.state() != v1::CLOCK_STATE_BREACHED) out += " late";
  if (clock.has_due() && clock.state() == v1::CLOCK_STATE_RUNNING) {
    out += " due " + time_of(clock.due());
  }
  return out;
}

std::string place(const v1::SourcePosition& at) {
  return fmt::format("{}[{}]@{}", at.topic(), at.partition(), at.offset());
}

// What kind of event it is: "message by customer", "signal queued".
std::string body_text(const v1::Event& event) {
  switch (event.body_case()) {
    case v1::Event::kMessage: {
      const v1::Message& message = event.message();
      std::string out = "message by " + word(v1::AuthorKind_Name(message.author()), "AUTHOR_KIND_");
      if (message.visibility() == v1::VISIBILITY_INTERNAL) out += " (internal)";
      if (message.automation() > v1::AUTOMATION_NONE) {
        out += " (" + word(v1::Automation_Name(message.automation()), "AUTOMATION_") + ")";
      }
      return out;
    }
    case v1::Event::kSignal:
      return "signal " + word(v1::SignalKind_Name(event.signal().kind()), "SIGNAL_KIND_");
    case v1::Event::kLifecycle:
      return word(v1::LifecycleKind_Name(event.lifecycle().kind()), "LIFECYCLE_KIND_");
    case v1::Event::kAssignment:
      return event.assignment().unassigned() ? "unassigned" : "assigned";
    case v1::Event::kIdentity:
      return "identity " +
             word(v1::IdentityEvidence::Action_Name(event.identity().action()), "ACTION_");
    case v1::Event::kCommitment:
      return "commitment " +
             word(v1::Commitment::Action_Name(event.commitment().action()), "ACTION_");
    case v1::Event::kSurvey:
      return event.survey().answered() ? "survey answered" : "survey sent";
    case v1::Event::kRevision:
      return "revision " + word(v1::Revision::Kind_Name(event.revision().kind()), "KIND_");
    case v1::Event::BODY_NOT_SET:
      break;
  }
  return "no body";
}

std::string event_text(const v1::Event& event) {
  std::string out =
      fmt::format("{} {} {}", time_of(event.time()), word(event.channel()), body_text(event));
  std::string one;
  for (const auto& identifier : event.person()) {
    if (ingest::canonical(identifier, {}, one)) out += ' ' + one;
  }
  for (const auto& key : event.thread_keys()) {
    if (ingest::canonical(key, one)) out += ' ' + one;
  }
  return out + fmt::format(" id {}/{}", event.source(), event.id());
}

std::string enriched_text(const v1::EnrichedEvent& record) {
  std::string out =
      fmt::format("{} {} {} {} customer {} conversation {}", time_of(record.event().time()),
                  word(record.event().channel()), body_text(record.event()), word(record.outcome()),
                  short_id(record.customer_id()), short_id(record.conversation_id()));
  if (record.method() != v1::JOIN_METHOD_UNSPECIFIED) {
    out += " by " + word(record.method());
    if (!record.evidence().empty()) out += " (" + record.evidence() + ")";
  }
  const bool first = record.state_before() == v1::CONVERSATION_STATE_UNSPECIFIED;
  if (first || record.state_before() == record.state_after()) {
    out += " " + word(record.state_after());
  } else {
    out += " " + word(record.state_before()) + " -> " + word(record.state_after());
  }
  for (const v1::Clock& clock : record.clocks_after()) out += "; " + clock_text(clock);
  return out;
}

std::string conversation_text(const v1::Conversation& record) {
  std::string channels;
  for (const int channel : record.channels()) {
    channels += (channels.empty() ? "" : "+") + word(static_cast<v1::Channel>(channel));
  }
  std::string out = fmt::format(
      "{} conversation {} {} customer {} {} {} contacts, {} messages in, {} out, revision {}",
      time_of(record.last_activity()), short_id(record.id()), word(record.state()),
      short_id(record.customer_id()), channels.empty() ? "-" : channels, record.contacts_size(),
      record.customer_messages(), record.agent_messages(), record.revision());
  if (!record.merged_into().empty()) out += " merged into " + short_id(record.merged_into());
  for (const v1::Clock& clock : record.clocks()) out += "; " + clock_text(clock);
  return out;
}

std::string trend_text(const v1::Alert& record) {
  const v1::Trend& trend = record.trend();
  return fmt::format("{} {} {} {}: {} in a quarter hour, usually {:.1f}, told of from {}",
                     time_of(record.changed()), word(record.level()), word(record.status()),
                     record.id(), trend.count(), trend.usual(), trend.limit());
}

std::string alert_text(const v1::Alert& record) {
  if (record.has_trend()) return trend_text(record);
  std::string out =
      fmt::format("{} {} {} {}#{} conversation {} {}", time_of(record.changed()),
                  word(record.level()), word(record.status()), record.sla(), record.cycle(),
                  short_id(record.conversation_id()), word(record.channel()));
  if (!record.attributes().queue().empty()) out += " queue " + record.attributes().queue();
  out += fmt::format(" {}/{} due {}", duration_text(record.elapsed_ms()),
                     duration_text(record.target_ms()), time_of(record.due()));
  if (record.warning() > 1) out += fmt::format(" warning {}", record.warning());
  if (!record.reference().empty()) out += " promise " + record.reference();
  if (record.detected_late()) out += " detected late";
  if (record.provisional()) out += " provisional";
  return out;
}

// "2026-11-23T12:00:00Z 15m phone queue=support: contact inbound 3; wait answered_within 2 (mean
// 8s)"
std::string kpi_text(const v1::KpiRecord& record) {
  const bool quarter = record.window() == v1::KPI_WINDOW_QUARTER_HOUR;
  std::string out = fmt::format("{} {} {}", time_of(record.from()), quarter ? "15m" : "1d",
                                word(record.channel()));
  const auto add = [&](const char* dimension, const std::string& value) {
    if (!value.empty()) out += fmt::format(" {}={}", dimension, value);
  };
  const v1::Attributes& attributes = record.attributes();
  add("queue", attributes.queue());
  add("segment", attributes.segment());
  add("brand", attributes.brand());
  add("market", attributes.market());
  add("language", attributes.language());
  add("priority", attributes.priority());
  add("team", attributes.team());
  out += ':';
  bool first = true;
  for (const v1::KpiSum& sum : record.sums()) {
    out += first ? " " : "; ";
    first = false;
    out += word(v1::KpiFact_Name(sum.fact()), "KPI_FACT_");
    if (!sum.name().empty()) out += ' ' + sum.name();
    if (sum.outcome() != v1::KPI_OUTCOME_UNSPECIFIED)
      out += ' ' + word(v1::KpiOutcome_Name(sum.outcome()), "KPI_OUTCOME_");
    out += fmt::format(" {}", sum.count());
    if (sum.spread_size() > 0 && sum.count() > 0)
      out += fmt::format(" (mean {})", duration_text(sum.value() / sum.count()));
  }
  return out + fmt::format(" revision {}", record.revision());
}

std::string dead_letter_text(const v1::DeadLetter& record) {
  return fmt::format("{} {} {} {} bytes: {}", time_text(record.record_time_ms()),
                     word(record.reason()), place(record.source()), record.value_bytes(),
                     record.detail());
}

// Two identifiers, and who said what of them.
std::string edge_text(const v1::IdentityEdge& edge) {
  const auto named = [](const v1::Identifier& identifier) {
    std::string out;
    return ingest::canonical(identifier, {}, out) ? out : std::string("nobody");
  };
  return fmt::format(" {} and {} {} by {} of {}", named(edge.first()), named(edge.second()),
                     word(v1::IdentityEvidence::Action_Name(edge.action()), "ACTION_"),
                     edge.method(), edge.source());
}

std::string identity_text(const v1::IdentityRecord& record) {
  std::string out = time_of(record.time()) + ' ' + body_word(record);
  switch (record.body_case()) {
    case v1::IdentityRecord::kCustomerMerged:
      return out +
             fmt::format(" customer {} goes on in {}",
                         short_id(record.customer_merged().absorbed_customer_id()),
                         short_id(record.customer_merged().customer_id())) +
             edge_text(record.customer_merged().edge());
    case v1::IdentityRecord::kCustomerSplit:
      out += fmt::format(" customer {}:", short_id(record.customer_split().customer_id()));
      for (const v1::CustomerPart& part : record.customer_split().parts())
        out += ' ' + short_id(part.customer_id());
      return out;
    case v1::IdentityRecord::kIdentityConflict:
      return out + ' ' +
             word(v1::ConflictReason_Name(record.identity_conflict().reason()),
                  "CONFLICT_REASON_") +
             edge_text(record.identity_conflict().edge());
    case v1::IdentityRecord::kIdentitySuggestion:
      return out + edge_text(record.identity_suggestion().edge());
    case v1::IdentityRecord::kCommandResult: {
      const v1::CommandResult& result = record.command_result();
      out += fmt::format(" {} {} by {}, {} changes", result.command().id(),
                         word(v1::CommandStatus_Name(result.status()), "COMMAND_STATUS_"),
                         result.command().operator_name(), result.changes_size());
      return result.detail().empty() ? out : out + ": " + result.detail();
    }
    case v1::IdentityRecord::BODY_NOT_SET:
      break;
  }
  return out + "no body";
}

std::string message_text(Kind kind, const google::protobuf::Message& message) {
  switch (kind) {
    case Kind::kEvent:
      return event_text(static_cast<const v1::Event&>(message));
    case Kind::kEnriched:
      return enriched_text(static_cast<const v1::EnrichedEvent&>(message));
    case Kind::kConversation:
      return conversation_text(static_cast<const v1::Conversation&>(message));
    case Kind::kAlert:
      return alert_text(static_cast<const v1::Alert&>(message));
    case Kind::kIdentity:
      return identity_text(static_cast<const v1::IdentityRecord&>(message));
    case Kind::kKpi:
      return kpi_text(static_cast<const v1::KpiRecord&>(message));
    case Kind::kDeadLetter:
      return dead_letter_text(static_cast<const v1::DeadLetter&>(message));
    case Kind::kProgress:
      break;
  }
  return {};
}

// Any bytes as a JSON string; what is not UTF-8 stands as if it were Latin-1.
std::string quoted(std::string_view bytes) {
  std::string out = "\"";
  std::size_t rest = 0;  // of a character of several bytes
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (rest > 0) {
      --rest;
      out.push_back(bytes[i]);
      continue;
    }
    if (byte == '"' || byte == '\\') {
      out += {'\\', bytes[i]};
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else if (byte < 0x80) {
      out.push_back(bytes[i]);
    } else {
      const std::size_t length = utf8_length(bytes.substr(i));
      if (length == 0) {
        out += fmt::format("\\u{:04x}", byte);
      } else {
        out.push_back(bytes[i]);
        rest = length - 1;
      }
    }
  }
  return out + '"';
}

std::string value_json(Kind kind, const kafka::Record& record) {
  if (record.null_value) return R"("value":null)";
  if (kind == Kind::kProgress) {
    if (const auto at = progress_of(record.value)) {
      return fmt::format(R"("value":{{"readUpTo":"{}"}})", time_text(*at));
    }
  } else if (const auto message = parse(kind, record.value)) {
    std::string json;
    if (google::protobuf::util::MessageToJsonString(*message, &json).ok()) {
      return "\"value\":" + json;
    }
  }
  return fmt::format(R"("error":"cannot be read","bytes":{})", record.value.size());
}

}  // namespace

std::string as_text(Kind kind, const kafka::Record& record) {
  std::string text;
  if (record.null_value) {
    text = fmt::format("{} deleted {}", time_text(record.timestamp_ms), record.key);
  } else if (kind == Kind::kProgress) {
    const auto at = progress_of(record.value);
    if (at) text = fmt::format("{} read up to {}", record.key, time_text(*at));
  } else if (const auto message = parse(kind, record.value)) {
    text = message_text(kind, *message);
  }
  if (text.empty()) {
    text = fmt::format("{} partition {} offset {}: {} bytes that cannot be read",
                       time_text(record.timestamp_ms), record.partition, record.offset,
                       record.value.size());
  }
  return printable(text);
}

std::string as_json(Kind kind, const kafka::Record& record) {
  return fmt::format(R"({{"partition":{},"offset":{},"key":{},{}}})", record.partition,
                     record.offset, quoted(record.key), value_json(kind, record));
}

std::string time_text(std::int64_t milliseconds) {
  using namespace std::chrono;
  if (milliseconds <= 0) return "-";
  const sys_time<Millis> at{Millis(milliseconds)};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(date.year()),
                                unsigned(date.month()), unsigned(date.day()), time.hours().count(),
                                time.minutes().count(), time.seconds().count());
  if (time.subseconds().count() != 0) out += fmt::format(".{:03}", time.subseconds().count());
  return out + 'Z';
}

std::string duration_text(std::int64_t milliseconds) {
  if (milliseconds < 0) return "-" + duration_text(-milliseconds);
  if (milliseconds > 0 && milliseconds < 1000) return fmt::format("{}ms", milliseconds);
  const std::int64_t seconds = milliseconds / 1000;
  const std::int64_t minutes = seconds / 60;
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (minutes < 60) {
    return seconds % 60 == 0 ? fmt::format("{}m", minutes)
                             : fmt::format("{}m{:02}s", minutes, seconds % 60);
  }
  return minutes % 60 == 0 ? fmt::format("{}h", minutes / 60)
                           : fmt::format("{}h{:02}m", minutes / 60, minutes % 60);
}

}  // namespace vaste::app
