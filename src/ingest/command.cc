#include "ingest/command.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ingest/decode.h"
#include "ingest/json.h"
#include "ingest/route.h"
#include "ingest/text.h"

namespace vaste::ingest {
namespace {

bool parse_bytes(std::string_view value, v1::Command& command) {
  return command.ParseFromArray(value.data(), static_cast<int>(value.size()));
}

bool is_json(std::string_view value, v1::Command& command) {
  const Encoding encoding = encoding_of(value);
  return encoding == Encoding::kJson ||
         (encoding == Encoding::kEither && !parse_bytes(value, command));
}

// Reads one command; remembers the first thing that is wrong with it.
class CommandReader {
 public:
  CommandReader(const v1::Command& in, Instant at, const Identity& identity)
      : in_(in), identity_(identity) {
    out_.id = in.id();
    out_.at = at;
    out_.dry_run = in.dry_run();
    out_.given = in.SerializeAsString();
  }

  Command read() {
    if (in_.operator_name().empty() || in_.operator_name().size() > kMaxId)
      wrong("operator_name: who gives it, in 1 to 512 bytes");
    if (in_.reason().empty() || in_.reason().size() > kMaxReason)
      wrong("reason: why, in 1 to 4096 bytes");
    switch (in_.action_case()) {
      case v1::Command::kIdentityLink:
        out_.kind = CommandKind::kLink;
        pair(in_.identity_link());
        break;
      case v1::Command::kIdentitySplit:
        out_.kind = CommandKind::kSplit;
        pair(in_.identity_split());
        break;
      case v1::Command::kIdentityForgetEdge:
        out_.kind = CommandKind::kForgetEvidence;
        pair(in_.identity_forget_edge());
        evidence(in_.identity_forget_edge());
        break;
      case v1::Command::kConversationMerge:
        out_.kind = CommandKind::kMerge;
        merge(in_.conversation_merge());
        break;
      case v1::Command::kConversationMove:
        out_.kind = CommandKind::kMove;
        move(in_.conversation_move());
        break;
      case v1::Command::kConversationSplit:
        out_.kind = CommandKind::kDivide;
        divide(in_.conversation_split());
        break;
      case v1::Command::ACTION_NOT_SET:
        wrong("no action that this version knows");
        break;
    }
    return std::move(out_);
  }

 private:
  void wrong(std::string detail, CommandRefusal refusal = CommandRefusal::kIncomplete) {
    if (out_.refusal != CommandRefusal::kNone) return;
    out_.refusal = refusal;
    out_.detail = std::move(detail);
  }

  // As of events: normalised, and none of a placeholder, of our own or of what the policy denies.
  std::string identifier(const v1::Identifier& given, const char* field) {
    Incoming incoming;
    std::string text;
    if (canonical(given, identity_.habits({}), text)) incoming.identifiers.push_back(text);
    identity_.judge(incoming);
    if (!incoming.identifiers.empty()) return incoming.identifiers.front();
    wrong(std::string(field) + ": a placeholder, one of our own, or one that the policy denies",
          CommandRefusal::kNotAnIdentifier);
    return {};
  }

  template <class Pair>
  void pair(const Pair& given) {
    out_.first = identifier(given.first(), "first");
    out_.second = identifier(given.second(), "second");
    if (out_.first == out_.second) wrong("first and second are one identifier: name two");
  }

  void evidence(const v1::ForgetEvidence& given) {
    out_.source = given.source();
    out_.method = given.method();
    if (given.source().size() > kMaxSource || given.method().size() > kMaxMethod)
      wrong("source, method: at most 256 and 64 bytes");
    if (given.source().empty() != given.method().empty())
      wrong("source and method go together: give both or none");
  }

  void conversation(const std::string& text) {
    const auto id = parse_id(text);
    if (!id || id->empty())
      wrong("a conversation's id is 32 hexadecimal digits", CommandRefusal::kUnknownConversation);
    else
      out_.conversations.push_back(*id);
  }

  void merge(const v1::MergeConversations& given) {
    if (given.conversation_ids_size() > kMaxConversations)
      return wrong("conversation_ids: at most 32");
    for (const std::string& text : given.conversation_ids()) conversation(text);
    std::ranges::sort(out_.conversations);
    auto& all = out_.conversations;
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (out_.conversations.size() < 2) wrong("conversation_ids: at least two different ones");
  }

  void move(const v1::MoveConversation& given) {
    conversation(given.conversation_id());
    if (given.has_identifier()) {
      out_.identifier = identifier(given.identifier(), "identifier");
    } else if (const auto id = parse_id(given.customer_id()); id && !id->empty()) {
      out_.customer = *id;
    } else {
      wrong("to whom? Give an identifier, or a customer's id of 32 hexadecimal digits");
    }
  }

  void divide(const v1::SplitConversation& given) {
    conversation(given.conversation_id());
    if (given.thread_keys_size() > kMaxThreadKeys || given.events_size() > kMaxNamedEvents)
      return wrong("thread_keys, events: at most 64 and 512");
    std::string text;
    for (const v1::ThreadKey& key : given.thread_keys()) {
      if (is_clean(key.value()) && is_clean(key.scope()) && canonical(key, text))
        out_.keys.push_back(text);
      else
        wrong("thread_keys: one is of no known kind, empty, or holds a control character");
    }
    for (const v1::EventName& event : given.events())
      out_.moments.push_back(moment_id(event.source(), event.id()));
    if (given.has_since()) out_.since = instant(ms_of(given.since()));
    if (out_.keys.empty() && out_.moments.empty() && !given.has_since())
      wrong("what goes? Name thread_keys, events, or since when");
  }

  const v1::Command& in_;
  const Identity& identity_;
  Command out_;
};

}  // namespace

Result<v1::Command> parse_command(std::string_view value, bool null_value,
                                  const CommandLimits& limits) {
  if (null_value || value.empty())
    return failure(Code::kEmpty, "no value: a command is a message of its own");
  if (value.size() > limits.record_bytes)
    return failure(Code::kTooLarge, std::to_string(value.size()) + " bytes, at most " +
                                        std::to_string(limits.record_bytes) + " are taken");
  v1::Command command;
  if (is_json(value, command)) {
    if (value.starts_with(kByteOrderMark)) value.remove_prefix(kByteOrderMark.size());
    command.Clear();
    if (Status status = check_json(value); !status)
      return tl::unexpected<Error>(std::move(status.error()));
    if (Status status = parse_json(value, command); !status)
      return tl::unexpected<Error>(std::move(status.error()));
  } else if (command.Clear(); !parse_bytes(value, command)) {
    return failure(Code::kMalformed,
                   "neither a vaste.v1.Command in Protobuf nor its canonical JSON");
  }
  if (command.id().empty() || command.id().size() > kMaxId)
    return failure(Code::kMissingField,
                   "id: 1 to 512 bytes; a command is answered and told from others by it");
  if (!is_clean(command.id()))
    return failure(Code::kInvalidText, "id: holds a control character; remove it");
  return command;
}

Instant time_of(const v1::Command& command, const CommandLimits& limits, std::int64_t record_ms,
                std::int64_t now_ms) {
  const std::int64_t written = record_ms > 0 ? std::min(record_ms, now_ms) : now_ms;
  if (!command.has_time()) return instant(written);
  const std::int64_t at = ms_of(command.time());
  return instant(at > written + limits.max_skew.count() ? written : at);
}

Command read_command(const v1::Command& command, Instant at, const Identity& identity) {
  return CommandReader(command, at, identity).read();
}

}  // namespace vaste::ingest
