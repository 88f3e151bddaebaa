// Commands of operators and their answers to bytes and back. They are few, so Protobuf does it.
#include "store/codec.h"
#include "store/decoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

namespace {

using decoding::Checks;
using decoding::corrupt;

std::string bytes_of(const Id& id) {
  return id.empty() ? std::string() : id.bytes();
}

v1::StoredCommand stored(const Command& command) {
  v1::StoredCommand out;
  out.set_version(kFormatVersion);
  out.set_id(command.id);
  out.set_at_ms(to_ms(command.at));
  out.set_dry_run(command.dry_run);
  out.set_kind(static_cast<std::uint32_t>(command.kind));
  out.set_first(command.first);
  out.set_second(command.second);
  out.set_method(command.method);
  out.set_source(command.source);
  for (const Id& id : command.conversations) out.add_conversations(id.bytes());
  out.set_customer(bytes_of(command.customer));
  out.set_identifier(command.identifier);
  for (const std::string& key : command.keys) out.add_keys(key);
  for (const std::uint64_t moment : command.moments) out.add_moments(moment);
  out.set_since_ms(to_ms(command.since));
  out.set_refusal(static_cast<std::uint32_t>(command.refusal));
  out.set_detail(command.detail);
  out.set_given(command.given);
  return out;
}

CommandKind kind_of(std::uint32_t number, Checks& checks) {
  const auto kind = static_cast<CommandKind>(number);
  switch (kind) {
    case CommandKind::kNone:
    case CommandKind::kLink:
    case CommandKind::kSplit:
    case CommandKind::kForgetEvidence:
    case CommandKind::kMerge:
    case CommandKind::kMove:
    case CommandKind::kDivide:
      return kind;
  }
  checks.fail("command.kind");
  return CommandKind::kNone;
}

Command command_of(const v1::StoredCommand& in, Checks& checks) {
  Command out;
  out.id = in.id();
  out.at = checks.at(in.at_ms(), "command.at_ms");
  out.dry_run = in.dry_run();
  out.kind = kind_of(in.kind(), checks);
  out.first = in.first();
  out.second = in.second();
  out.method = in.method();
  out.source = in.source();
  for (const std::string& id : in.conversations())
    out.conversations.push_back(checks.id(id, "command.conversations"));
  out.customer = checks.id(in.customer(), "command.customer");
  out.identifier = in.identifier();
  out.keys.assign(in.keys().begin(), in.keys().end());
  out.moments.assign(in.moments().begin(), in.moments().end());
  out.since = checks.at(in.since_ms(), "command.since_ms");
  out.refusal = checks.choice(in.refusal(), CommandRefusal::kNotTogether, "command.refusal");
  out.detail = in.detail();
  out.given = in.given();
  return out;
}

void store_change(const CommandChange& change, v1::StoredCommandChange& out) {
  out.set_what(static_cast<std::uint32_t>(change.what));
  out.set_conversation(bytes_of(change.conversation));
  out.set_from(bytes_of(change.from));
  out.set_to(bytes_of(change.to));
  for (const std::string& one : change.identifiers) out.add_identifiers(one);
  for (const std::string& one : change.rest) out.add_rest(one);
  v1::StoredNamedEdge& edge = *out.mutable_edge();
  edge.set_first(change.edge.first);
  edge.set_second(change.edge.second);
  edge.set_method(change.edge.method);
  edge.set_source(change.edge.source);
  edge.set_at_ms(to_ms(change.edge.at));
  edge.set_by_operator(change.edge.by_operator);
  out.set_epoch(change.epoch);
  out.set_events(change.events);
}

CommandChange change_of(const v1::StoredCommandChange& in, Checks& checks) {
  CommandChange out;
  out.what = checks.choice(in.what(), CommandChange::What::kConversationDivided, "change.what");
  out.conversation = checks.id(in.conversation(), "change.conversation");
  out.from = checks.id(in.from(), "change.from");
  out.to = checks.id(in.to(), "change.to");
  out.identifiers.assign(in.identifiers().begin(), in.identifiers().end());
  out.rest.assign(in.rest().begin(), in.rest().end());
  const v1::StoredNamedEdge& edge = in.edge();
  out.edge = {edge.first(),
              edge.second(),
              edge.method(),
              edge.source(),
              checks.at(edge.at_ms(), "change.edge.at_ms"),
              edge.by_operator()};
  out.epoch = in.epoch();
  out.events = in.events();
  return out;
}

// The version is looked at first, as of every record.
template <class Stored>
Result<Stored> parse(std::string_view bytes, const char* what) {
  if (const auto version = decoding::version_of(bytes, what); !version)
    return tl::unexpected(version.error());
  Stored stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return corrupt(what, "malformed bytes");
  return stored;
}

}  // namespace

std::string encode_command(const Command& command) {
  return stored(command).SerializeAsString();
}

Result<Command> decode_command(std::string_view bytes) {
  const auto in = parse<v1::StoredCommand>(bytes, "command");
  if (!in) return tl::unexpected(in.error());
  Checks checks;
  Command out = command_of(*in, checks);
  if (checks.fault() == nullptr) return out;
  return corrupt("command", std::string(checks.fault()) + " is out of bounds");
}

std::string encode_answer(const Answer& answer) {
  v1::StoredAnswer out;
  out.set_version(kFormatVersion);
  *out.mutable_command() = stored(answer.command);
  out.set_status(static_cast<std::uint32_t>(answer.status));
  out.set_refusal(static_cast<std::uint32_t>(answer.refusal));
  out.set_detail(answer.detail);
  out.set_conflict(answer.conflict);
  out.set_first_customer(bytes_of(answer.first_customer));
  out.set_second_customer(bytes_of(answer.second_customer));
  for (const CommandChange& change : answer.changes) store_change(change, *out.add_changes());
  return out.SerializeAsString();
}

Result<Answer> decode_answer(std::string_view bytes) {
  const auto in = parse<v1::StoredAnswer>(bytes, "answer");
  if (!in) return tl::unexpected(in.error());
  Checks checks;
  Answer out;
  out.command = command_of(in->command(), checks);
  out.status = checks.choice(in->status(), CommandStatus::kRefused, "answer.status");
  out.refusal = checks.choice(in->refusal(), CommandRefusal::kNotTogether, "answer.refusal");
  out.detail = in->detail();
  out.conflict = checks.small<std::uint8_t>(in->conflict(), "answer.conflict");
  out.first_customer = checks.id(in->first_customer(), "answer.first_customer");
  out.second_customer = checks.id(in->second_customer(), "answer.second_customer");
  for (const v1::StoredCommandChange& change : in->changes())
    out.changes.push_back(change_of(change, checks));
  if (checks.fault() == nullptr) return out;
  return corrupt("answer", std::string(checks.fault()) + " is out of bounds");
}

}  // namespace vaste::store
