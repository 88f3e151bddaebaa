// Words of the command line to a command, and its answer to words.
#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <random>

#include "app/exit_code.h"
#include "app/order.h"
#include "app/record.h"
#include "app/terminal.h"
#include "app/times.h"
#include "base/ids.h"
#include "ingest/normalise.h"
#include "story/cast.h"

namespace vaste::app {

namespace {

std::string fresh_id(std::int64_t now_ms) {
  std::random_device random;
  const std::uint64_t nonce = std::uint64_t{random()} << 32 | random();
  return Id::make(instant(now_ms), random(), nonce).text();
}

Status read_identifier(const std::string& text, v1::Identifier& out) {
  auto identifier = story::identifier_of(text);
  if (!identifier)
    return failure(Code::kUsage, text +
                                     ": not an identifier: write e.g. email:ann@example.org, "
                                     "phone:+358401234567, customer:4711, chat:web:17");
  out = std::move(*identifier);
  return {};
}

// KIND:VALUE or KIND@SCOPE:VALUE
Status read_key(std::string_view text, v1::ThreadKey& out) {
  const auto colon = text.find(':');
  const std::string_view head = text.substr(0, colon);
  const auto at = head.find('@');
  std::vector<std::string> known;
  const auto* kinds = v1::ThreadKeyKind_descriptor();
  for (int i = 1; i < kinds->value_count(); ++i) {
    known.push_back(word(kinds->value(i)->name(), "THREAD_KEY_KIND_"));
    if (known.back() == head.substr(0, at))
      out.set_kind(static_cast<v1::ThreadKeyKind>(kinds->value(i)->number()));
  }
  if (out.kind() == v1::THREAD_KEY_KIND_UNSPECIFIED || colon == text.npos)
    return failure(
        Code::kUsage,
        fmt::format("--key {}: write KIND:VALUE or KIND@SCOPE:VALUE; kinds are {}.{}", text,
                    fmt::join(known, ", "), did_you_mean(head.substr(0, at), known)));
  if (at != head.npos) out.set_scope(std::string(head.substr(at + 1)));
  out.set_value(std::string(text.substr(colon + 1)));
  return {};
}

template <class Pair>
Status read_pair(const OrderOptions& options, Pair& out) {
  if (auto read = read_identifier(options.first, *out.mutable_first()); !read) return read;
  return read_identifier(options.second, *out.mutable_second());
}

Status read_split(const OrderOptions& options, Instant now, v1::SplitConversation& out) {
  out.set_conversation_id(options.conversations.front());
  for (const std::string& key : options.keys)
    if (auto read = read_key(key, *out.add_thread_keys()); !read) return read;
  for (const std::string& event : options.events) {
    const auto slash = event.find('/');
    if (slash == event.npos) return failure(Code::kUsage, "--event " + event + ": write SOURCE/ID");
    out.add_events()->set_source(event.substr(0, slash));
    out.mutable_events()->rbegin()->set_id(event.substr(slash + 1));
  }
  if (options.since.empty()) return {};
  auto since = read_time("--since", options.since, now);
  if (!since) return tl::unexpected(since.error());
  *out.mutable_since() = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(to_ms(*since));
  return {};
}

Status read_action(const OrderOptions& options, Instant now, v1::Command& out) {
  switch (options.what) {
    case Ordering::kLink:
      return read_pair(options, *out.mutable_identity_link());
    case Ordering::kSplit:
      return read_pair(options, *out.mutable_identity_split());
    case Ordering::kForget:
      out.mutable_identity_forget_edge()->set_source(options.source);
      out.mutable_identity_forget_edge()->set_method(options.method);
      return read_pair(options, *out.mutable_identity_forget_edge());
    case Ordering::kMerge:
      for (const std::string& id : options.conversations)
        out.mutable_conversation_merge()->add_conversation_ids(id);
      return {};
    case Ordering::kMove: {
      v1::MoveConversation& move = *out.mutable_conversation_move();
      move.set_conversation_id(options.conversations.front());
      if (parse_id(options.to)) {
        move.set_customer_id(options.to);
        return {};
      }
      return read_identifier(options.to, *move.mutable_identifier());
    }
    case Ordering::kDivide:
      return read_split(options, now, *out.mutable_conversation_split());
  }
  return {};
}

std::string named(const v1::Identifier& identifier) {
  std::string out;
  return ingest::canonical(identifier, {}, out) ? printable(out) : "nobody";
}

std::string named(const v1::IdentityEdge& edge) {
  return fmt::format("{} and {} by {} of {}", named(edge.first()), named(edge.second()),
                     printable(edge.method()), printable(edge.source()));
}

std::string parts_text(const v1::CustomerSplit& split) {
  std::string out = "customer " + split.customer_id() + " comes apart:";
  for (const v1::CustomerPart& part : split.parts()) {
    out += "\n    " + part.customer_id() + ':';
    for (const v1::Identifier& one : part.identifiers()) out += ' ' + named(one);
  }
  return out;
}

std::string change_text(const v1::CommandChange& change) {
  switch (change.what_case()) {
    case v1::CommandChange::kCustomerMerged:
      return fmt::format("customer {} goes on in {}",
                         change.customer_merged().absorbed_customer_id(),
                         change.customer_merged().customer_id());
    case v1::CommandChange::kCustomerSplit:
      return parts_text(change.customer_split());
    case v1::CommandChange::kEdgeAdded:
      return "one person: " + named(change.edge_added());
    case v1::CommandChange::kEdgeForgotten:
      return "no longer held together: " + named(change.edge_forgotten());
    case v1::CommandChange::kConversationMoved:
      return fmt::format("conversation {}: from customer {} to {}",
                         change.conversation_moved().conversation_id(),
                         change.conversation_moved().from_customer_id(),
                         change.conversation_moved().to_customer_id());
    case v1::CommandChange::kConversationMerged:
      return fmt::format("conversation {} goes on in {}",
                         change.conversation_merged().absorbed_conversation_id(),
                         change.conversation_merged().conversation_id());
    case v1::CommandChange::kConversationDivided:
      return fmt::format("conversation {}: {} events go to {}",
                         change.conversation_divided().conversation_id(),
                         change.conversation_divided().events(),
                         change.conversation_divided().new_conversation_id());
    case v1::CommandChange::WHAT_NOT_SET:
      break;
  }
  return "something that this version does not know";
}

}  // namespace

Result<v1::Command> command_of(const OrderOptions& options, std::int64_t now_ms) {
  v1::Command out;
  out.set_id(options.id.empty() ? fresh_id(now_ms) : options.id);
  *out.mutable_time() = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(now_ms);
  out.set_operator_name(options.operator_name);
  out.set_reason(options.reason);
  out.set_dry_run(options.dry_run);
  if (auto read = read_action(options, instant(now_ms), out); !read)
    return tl::unexpected(read.error());
  return out;
}

std::string answer_text(const v1::CommandResult& result) {
  std::string status = word(v1::CommandStatus_Name(result.status()), "COMMAND_STATUS_");
  std::ranges::replace(status, '_', ' ');
  std::string out = "command " + printable(result.command().id()) + ": " + status;
  if (result.status() == v1::COMMAND_STATUS_REFUSED)
    out += ", " + word(v1::CommandRefusal_Name(result.refusal()), "COMMAND_REFUSAL_");
  if (result.has_conflict())
    out += ": " + word(v1::ConflictReason_Name(result.conflict().reason()), "CONFLICT_REASON_");
  if (!result.detail().empty()) out += ": " + printable(result.detail());
  out.push_back('\n');
  for (const v1::CommandChange& change : result.changes()) out += "  " + change_text(change) + '\n';
  return out;
}

int exit_of(const v1::CommandResult& result) {
  if (result.status() != v1::COMMAND_STATUS_REFUSED) return 0;
  const bool unknown = result.refusal() == v1::COMMAND_REFUSAL_UNKNOWN_CUSTOMER ||
                       result.refusal() == v1::COMMAND_REFUSAL_UNKNOWN_CONVERSATION;
  return unknown ? kExitNoInput : kExitBadData;
}

}  // namespace vaste::app
