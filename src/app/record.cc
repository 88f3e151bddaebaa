#include "app/record.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "ingest/json.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/conversation.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"
#include "vaste/v1/identity.pb.h"
#include "vaste/v1/kpi.pb.h"

namespace vaste::app {
namespace {

std::unique_ptr<google::protobuf::Message> empty(Kind kind) {
  switch (kind) {
    case Kind::kEvent:
      return std::make_unique<v1::Event>();
    case Kind::kEnriched:
      return std::make_unique<v1::EnrichedEvent>();
    case Kind::kConversation:
      return std::make_unique<v1::Conversation>();
    case Kind::kAlert:
      return std::make_unique<v1::Alert>();
    case Kind::kIdentity:
      return std::make_unique<v1::IdentityRecord>();
    case Kind::kKpi:
      return std::make_unique<v1::KpiRecord>();
    case Kind::kDeadLetter:
      return std::make_unique<v1::DeadLetter>();
    case Kind::kProgress:
      break;
  }
  return nullptr;
}

const google::protobuf::OneofDescriptor* body_of(const google::protobuf::Descriptor& type) {
  return type.FindOneofByName("body");
}

}  // namespace

std::unique_ptr<google::protobuf::Message> parse(Kind kind, std::string_view value) {
  auto message = empty(kind);
  if (message == nullptr) return nullptr;
  const auto first = value.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (kind == Kind::kEvent && first != std::string_view::npos && value[first] == '{') {
    const auto read = ingest::parse_json(value.substr(first), static_cast<v1::Event&>(*message));
    return read ? std::move(message) : nullptr;
  }
  const bool read = message->ParseFromArray(value.data(), static_cast<int>(value.size()));
  return read ? std::move(message) : nullptr;
}

std::optional<std::int64_t> progress_of(std::string_view value) {
  std::int64_t at = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), at);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return at;
}

std::string word(std::string_view name, std::string_view prefix) {
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out.empty() ? "?" : out;
}

std::vector<std::string> words_of(const google::protobuf::EnumDescriptor& type,
                                  std::string_view prefix) {
  std::vector<std::string> out;
  for (int i = 0; i < type.value_count(); ++i)
    if (type.value(i)->number() != 0) out.push_back(word(type.value(i)->name(), prefix));
  return out;
}

std::string body_word(const google::protobuf::Message& message) {
  const auto* body = body_of(*message.GetDescriptor());
  if (body == nullptr) return {};
  const auto* field = message.GetReflection()->GetOneofFieldDescriptor(message, body);
  return field == nullptr ? std::string() : field->name();
}

std::vector<std::string> body_words(const google::protobuf::Descriptor& type) {
  std::vector<std::string> out;
  const auto* body = body_of(type);
  for (int i = 0; body != nullptr && i < body->field_count(); ++i)
    out.push_back(body->field(i)->name());
  return out;
}

std::int64_t milliseconds(const google::protobuf::Timestamp& at) {
  return at.seconds() * 1000 + at.nanos() / 1000000;
}

}  // namespace vaste::app
