#include "app/tap_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "app/terminal.h"
#include "app/times.h"
#include "ingest/channels.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/conversation.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"
#include "vaste/v1/identity.pb.h"
#include "vaste/v1/kpi.pb.h"

namespace vaste::app {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kLeastDigits = 4;

// What a record says of what can be asked for.
struct Facts {
  Words conversations;
  Words customers;
  Words channels;
  Words queues;
  Words brands;
  Words types;
  Words levels;
  Words slas;
  std::int64_t time_ms = 0;
};

// The options, and of which topics' records they ask something.
struct Question {
  const char* option;
  Words FilterOptions::*asked;
  Words Facts::*told;
  std::vector<Kind> kinds;
};
const std::vector<Question>& questions() {
  using enum Kind;
  static const std::vector<Question> all = {
      {"--conversation",
       &FilterOptions::conversations,
       &Facts::conversations,
       {kEnriched, kConversation, kAlert, kIdentity}},
      {"--customer",
       &FilterOptions::customers,
       &Facts::customers,
       {kEnriched, kConversation, kAlert, kIdentity}},
      {"--channel",
       &FilterOptions::channels,
       &Facts::channels,
       {kEvent, kEnriched, kConversation, kAlert, kKpi}},
      {"--queue",
       &FilterOptions::queues,
       &Facts::queues,
       {kEvent, kEnriched, kConversation, kAlert, kKpi}},
      {"--brand",
       &FilterOptions::brands,
       &Facts::brands,
       {kEvent, kEnriched, kConversation, kAlert, kKpi}},
      {"--type",
       &FilterOptions::types,
       &Facts::types,
       {kEvent, kEnriched, kConversation, kAlert, kIdentity, kKpi, kDeadLetter}},
      {"--level", &FilterOptions::levels, &Facts::levels, {kAlert}},
      {"--sla", &FilterOptions::slas, &Facts::slas, {kAlert}},
  };
  return all;
}

const char* records_of(Kind kind) {
  switch (kind) {
    case Kind::kEvent:
      return "events";
    case Kind::kEnriched:
      return "enriched events";
    case Kind::kConversation:
      return "conversations";
    case Kind::kAlert:
      return "alerts";
    case Kind::kIdentity:
      return "records of who is who";
    case Kind::kKpi:
      return "windows of KPIs";
    case Kind::kDeadLetter:
      return "dead letters";
    case Kind::kProgress:
      return "records of progress";
  }
  return "records";
}

Words types_of(Kind kind) {
  switch (kind) {
    case Kind::kEvent:
    case Kind::kEnriched:
      return body_words(*v1::Event::descriptor());
    case Kind::kConversation:
      return words_of(*v1::ConversationState_descriptor(), "CONVERSATION_STATE_");
    case Kind::kAlert:
      return words_of(*v1::AlertStatus_descriptor(), "ALERT_STATUS_");
    case Kind::kIdentity:
      return body_words(*v1::IdentityRecord::descriptor());
    case Kind::kKpi:
      return words_of(*v1::KpiFact_descriptor(), "KPI_FACT_");
    case Kind::kDeadLetter:
      return words_of(*v1::DeadLetterReason_descriptor(), "DEAD_LETTER_REASON_");
    case Kind::kProgress:
      break;
  }
  return {};
}

std::string options_of(Kind kind) {
  Words out;
  for (const Question& one : questions())
    if (std::find(one.kinds.begin(), one.kinds.end(), kind) != one.kinds.end())
      out.emplace_back(one.option);
  out.insert(out.end(), {"--since", "--until"});
  return fmt::format("{}", fmt::join(out, ", "));
}

Status check_word(const char* option, const std::string& value, const Words& known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return {};
  const std::string hint = did_you_mean(value, known);
  return failure(
      Code::kUsage,
      fmt::format("{} {}: there is no such one.{}", option, value,
                  hint.empty() ? fmt::format(" Write {}", fmt::join(known, ", ")) : hint));
}

// As ids are compared: their digits alone.
std::string digits_of(const std::string& id) {
  std::string out;
  for (const char c : id)
    if (c != '-') out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return out;
}

Status check_id(const char* option, std::string& id) {
  const std::string digits = digits_of(id);
  const bool hexadecimal = std::all_of(digits.begin(), digits.end(),
                                       [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (!hexadecimal || digits.size() < kLeastDigits)
    return failure(Code::kUsage, fmt::format("{} {}: write an id, or at least its last {} digits",
                                             option, id, kLeastDigits));
  id = digits;
  return {};
}

void add(Words& to, const std::string& word) {
  if (!word.empty()) to.push_back(word);
}

std::string channel_word(int channel) {
  const auto* row = ingest::channel_row(static_cast<v1::Channel>(channel));
  return row == nullptr ? std::string() : row->name;
}

void tell(const v1::Attributes& attributes, Facts& facts) {
  add(facts.queues, attributes.queue());
  add(facts.brands, attributes.brand());
}

void tell(const v1::Event& event, Facts& facts) {
  add(facts.channels, channel_word(event.channel()));
  add(facts.types, body_word(event));
  tell(event.attributes(), facts);
  facts.time_ms = milliseconds(event.time());
}

void tell(const v1::EnrichedEvent& record, Facts& facts) {
  tell(record.event(), facts);
  add(facts.conversations, record.conversation_id());
  add(facts.customers, record.customer_id());
}

void tell(const v1::Conversation& record, Facts& facts) {
  add(facts.conversations, record.id());
  add(facts.conversations, record.merged_into());
  add(facts.customers, record.customer_id());
  for (const int channel : record.channels()) add(facts.channels, channel_word(channel));
  add(facts.types, word(v1::ConversationState_Name(record.state()), "CONVERSATION_STATE_"));
  tell(record.attributes(), facts);
  facts.time_ms = milliseconds(record.last_activity());
}

void tell(const v1::Alert& record, Facts& facts) {
  add(facts.conversations, record.conversation_id());
  add(facts.customers, record.customer_id());
  add(facts.channels, channel_word(record.channel()));
  add(facts.types, word(v1::AlertStatus_Name(record.status()), "ALERT_STATUS_"));
  add(facts.levels, word(v1::AlertLevel_Name(record.level()), "ALERT_LEVEL_"));
  add(facts.slas, record.sla());
  tell(record.attributes(), facts);
  facts.time_ms = milliseconds(record.changed());
}

void tell(const v1::CustomerMerged& merged, Facts& facts) {
  add(facts.customers, merged.customer_id());
  add(facts.customers, merged.absorbed_customer_id());
  for (const std::string& id : merged.conversation_ids()) add(facts.conversations, id);
}

void tell(const v1::CustomerSplit& split, Facts& facts) {
  add(facts.customers, split.customer_id());
  for (const v1::CustomerPart& part : split.parts()) {
    add(facts.customers, part.customer_id());
    for (const std::string& id : part.conversation_ids()) add(facts.conversations, id);
  }
}

void tell(const v1::CommandChange& change, Facts& facts) {
  if (change.has_customer_merged()) tell(change.customer_merged(), facts);
  if (change.has_customer_split()) tell(change.customer_split(), facts);
  add(facts.conversations, change.conversation_moved().conversation_id());
  add(facts.customers, change.conversation_moved().from_customer_id());
  add(facts.customers, change.conversation_moved().to_customer_id());
  add(facts.conversations, change.conversation_merged().conversation_id());
  add(facts.conversations, change.conversation_merged().absorbed_conversation_id());
  add(facts.conversations, change.conversation_divided().conversation_id());
  add(facts.conversations, change.conversation_divided().new_conversation_id());
}

void tell(const v1::IdentityRecord& record, Facts& facts) {
  add(facts.types, body_word(record));
  if (record.has_customer_merged()) tell(record.customer_merged(), facts);
  if (record.has_customer_split()) tell(record.customer_split(), facts);
  add(facts.customers, record.identity_conflict().first_customer_id());
  add(facts.customers, record.identity_conflict().second_customer_id());
  add(facts.customers, record.identity_suggestion().first_customer_id());
  add(facts.customers, record.identity_suggestion().second_customer_id());
  for (const v1::CommandChange& change : record.command_result().changes()) tell(change, facts);
  facts.time_ms = milliseconds(record.time());
}

void tell(const v1::KpiRecord& record, Facts& facts) {
  add(facts.channels, channel_word(record.channel()));
  for (const v1::KpiSum& sum : record.sums())
    add(facts.types, word(v1::KpiFact_Name(sum.fact()), "KPI_FACT_"));
  tell(record.attributes(), facts);
  facts.time_ms = milliseconds(record.from());
}

void tell(const v1::DeadLetter& record, Facts& facts) {
  add(facts.types, word(v1::DeadLetterReason_Name(record.reason()), "DEAD_LETTER_REASON_"));
  facts.time_ms = record.record_time_ms();
}

// nullopt: the record cannot be read.
std::optional<Facts> facts_of(Kind kind, const kafka::Record& record) {
  Facts facts;
  facts.time_ms = record.timestamp_ms;
  if (record.null_value) {
    if (kind == Kind::kConversation) facts.conversations.emplace_back(record.key);
    return facts;
  }
  if (kind == Kind::kProgress) {
    const auto at = progress_of(record.value);
    if (!at) return std::nullopt;
    facts.time_ms = *at;
    return facts;
  }
  const auto message = parse(kind, record.value);
  if (message == nullptr) return std::nullopt;
  switch (kind) {
    case Kind::kEvent:
      tell(static_cast<const v1::Event&>(*message), facts);
      break;
    case Kind::kEnriched:
      tell(static_cast<const v1::EnrichedEvent&>(*message), facts);
      break;
    case Kind::kConversation:
      tell(static_cast<const v1::Conversation&>(*message), facts);
      break;
    case Kind::kAlert:
      tell(static_cast<const v1::Alert&>(*message), facts);
      break;
    case Kind::kIdentity:
      tell(static_cast<const v1::IdentityRecord&>(*message), facts);
      break;
    case Kind::kKpi:
      tell(static_cast<const v1::KpiRecord&>(*message), facts);
      break;
    case Kind::kDeadLetter:
      tell(static_cast<const v1::DeadLetter&>(*message), facts);
      break;
    case Kind::kProgress:
      break;
  }
  return facts;
}

// Ids are asked for by their ends.
bool is_one_of(const Question& question, const Words& asked, const Words& told) {
  const bool ids = question.told == &Facts::conversations || question.told == &Facts::customers;
  return std::any_of(asked.begin(), asked.end(), [&](const std::string& wanted) {
    return std::any_of(told.begin(), told.end(), [&](const std::string& one) {
      return ids ? digits_of(one).ends_with(wanted) : one == wanted;
    });
  });
}

Words channel_words() {
  Words out;
  for (const auto& row : ingest::channels()) out.emplace_back(row.name);
  return out;
}

// Values that no record can have.
Status check_values(FilterOptions& options, Kind kind) {
  for (std::string& id : options.conversations)
    if (auto good = check_id("--conversation", id); !good) return good;
  for (std::string& id : options.customers)
    if (auto good = check_id("--customer", id); !good) return good;
  for (const std::string& one : options.channels)
    if (auto good = check_word("--channel", one, channel_words()); !good) return good;
  for (const std::string& one : options.types)
    if (auto good = check_word("--type", one, types_of(kind)); !good) return good;
  const Words levels = words_of(*v1::AlertLevel_descriptor(), "ALERT_LEVEL_");
  for (const std::string& one : options.levels)
    if (auto good = check_word("--level", one, levels); !good) return good;
  return {};
}

}  // namespace

Result<Filter> Filter::make(const FilterOptions& options, Kind kind, Instant now) {
  Filter out;
  out.options_ = options;
  out.kind_ = kind;
  for (const Question& one : questions()) {
    const bool fits = std::find(one.kinds.begin(), one.kinds.end(), kind) != one.kinds.end();
    if ((options.*one.asked).empty()) continue;
    out.everything_ = false;
    if (fits) continue;
    return failure(Code::kUsage,
                   fmt::format("{} asks for what {} do not have; of them there are {}", one.option,
                               records_of(kind), options_of(kind)));
  }
  if (auto good = check_values(out.options_, kind); !good) return tl::unexpected(good.error());
  const auto read = [&](const char* option, const std::string& text,
                        std::optional<Instant>& to) -> Status {
    if (text.empty()) return {};
    auto at = read_time(option, text, now);
    if (!at) return tl::unexpected(at.error());
    to = *at;
    out.everything_ = false;
    return {};
  };
  if (auto good = read("--since", options.since, out.since_); !good)
    return tl::unexpected(good.error());
  if (auto good = read("--until", options.until, out.until_); !good)
    return tl::unexpected(good.error());
  if (out.since_ && out.until_ && *out.since_ >= *out.until_)
    return failure(Code::kUsage,
                   "--since " + options.since + " is not before --until " + options.until);
  return out;
}

bool Filter::wants(const kafka::Record& record) const {
  if (everything_) return true;
  const auto facts = facts_of(kind_, record);
  if (!facts) return false;
  const Instant at = instant(facts->time_ms);
  if ((since_ && at < *since_) || (until_ && at >= *until_)) return false;
  const auto& all = questions();
  return std::all_of(all.begin(), all.end(), [&](const Question& one) {
    const Words& asked = options_.*one.asked;
    return asked.empty() || is_one_of(one, asked, (*facts).*one.told);
  });
}

}  // namespace vaste::app
