// Who is who, for `vaste.identity`.
#include <array>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "emit/encode.h"
#include "emit/messages.h"
#include "vaste/v1/identity.pb.h"

namespace vaste::emit {

namespace {

// "a%3ab" of a scope is "a:b": see ingest/normalise.
std::string unescaped(std::string_view scope) {
  std::string out;
  while (!scope.empty()) {
    const bool colon = scope.starts_with("%3a");
    const bool percent = scope.starts_with("%25");
    out.push_back(colon ? ':' : percent ? '%' : scope.front());
    scope.remove_prefix(colon || percent ? 3 : 1);
  }
  return out;
}

void set_identifier(v1::Identifier* out, std::string_view identifier) {
  struct Space {
    std::string_view name;
    v1::IdentifierType type;
    bool scoped;
  };
  static constexpr std::array kSpaces{Space{"customer:", v1::IDENTIFIER_TYPE_CUSTOMER_ID, false},
                                      Space{"email:", v1::IDENTIFIER_TYPE_EMAIL, false},
                                      Space{"phone:", v1::IDENTIFIER_TYPE_PHONE, false},
                                      Space{"chat:", v1::IDENTIFIER_TYPE_CHAT_VISITOR, true},
                                      Space{"social:", v1::IDENTIFIER_TYPE_SOCIAL, true},
                                      Space{"device:", v1::IDENTIFIER_TYPE_DEVICE, false}};
  for (const Space& space : kSpaces) {
    if (!identifier.starts_with(space.name)) continue;
    identifier.remove_prefix(space.name.size());
    out->set_type(space.type);
    if (space.scoped) {
      const auto end = identifier.find(':');
      out->set_network(unescaped(identifier.substr(0, end)));
      identifier.remove_prefix(end == identifier.npos ? identifier.size() : end + 1);
    }
    break;
  }
  out->set_value(std::string(identifier));
}

void set_edge(v1::IdentityEdge* out, const NamedEdge& in, const std::string& command) {
  set_identifier(out->mutable_first(), in.first);
  set_identifier(out->mutable_second(), in.second);
  out->set_action(v1::IdentityEvidence::ACTION_SAME_PERSON);
  out->set_source(in.source);
  out->set_method(in.method);
  set(out->mutable_time(), in.at);
  if (in.by_operator) out->set_command_id(command);
}

void set_edge(v1::IdentityEdge* out, const core::IdentityOut& in) {
  set_identifier(out->mutable_first(), in.first);
  set_identifier(out->mutable_second(), in.second);
  out->set_action(in.claim == stitch::Claim::kSame ? v1::IdentityEvidence::ACTION_SAME_PERSON
                                                   : v1::IdentityEvidence::ACTION_NOT_SAME_PERSON);
  out->set_source(in.source);
  out->set_method(in.method);
  set(out->mutable_time(), in.at);
  out->set_command_id(in.command);
}

std::string text(const Id& id) {
  return id.empty() ? std::string() : id.text();
}

void set_change(v1::CommandChange* out, const CommandChange& in, const std::string& command) {
  using What = CommandChange::What;
  switch (in.what) {
    case What::kNone:
      VASTE_CHECK(false);
      return;
    case What::kCustomerMerged: {
      v1::CustomerMerged* merged = out->mutable_customer_merged();
      merged->set_customer_id(text(in.to));
      merged->set_absorbed_customer_id(text(in.from));
      set_edge(merged->mutable_edge(), in.edge, command);
      for (const std::string& one : in.identifiers) set_identifier(merged->add_identifiers(), one);
      merged->set_epoch(in.epoch);
      return;
    }
    case What::kCustomerSplit: {
      v1::CustomerSplit* split = out->mutable_customer_split();
      split->set_customer_id(text(in.from));
      const auto add_part = [&](const Id& customer, const std::vector<std::string>& identifiers) {
        v1::CustomerPart* part = split->add_parts();
        part->set_customer_id(text(customer));
        for (const std::string& one : identifiers) set_identifier(part->add_identifiers(), one);
      };
      add_part(in.from, in.rest);
      add_part(in.to, in.identifiers);
      split->set_epoch(in.epoch);
      return;
    }
    case What::kEdgeAdded:
      return set_edge(out->mutable_edge_added(), in.edge, command);
    case What::kEdgeForgotten:
      return set_edge(out->mutable_edge_forgotten(), in.edge, {});
    case What::kConversationMoved:
      out->mutable_conversation_moved()->set_conversation_id(text(in.conversation));
      out->mutable_conversation_moved()->set_from_customer_id(text(in.from));
      out->mutable_conversation_moved()->set_to_customer_id(text(in.to));
      return;
    case What::kConversationMerged:
      out->mutable_conversation_merged()->set_conversation_id(text(in.conversation));
      out->mutable_conversation_merged()->set_absorbed_conversation_id(text(in.from));
      return;
    case What::kConversationDivided:
      out->mutable_conversation_divided()->set_conversation_id(text(in.conversation));
      out->mutable_conversation_divided()->set_new_conversation_id(text(in.to));
      out->mutable_conversation_divided()->set_events(in.events);
      return;
  }
}

}  // namespace

std::string identity_id(const core::IdentityOut& in) {
  std::uint64_t print = hash64(in.origin.topic, static_cast<std::uint64_t>(in.what));
  print =
      hash64(std::to_string(in.origin.partition) + '@' + std::to_string(in.origin.offset), print);
  print = hash64(in.from.bytes() + in.to.bytes(), print);
  print = hash64(in.first, hash64(in.second, print));
  // A number of its own is what a hash needs to become an id.
  return Id::make(in.at, 0, print).text();
}

std::string identity_key(const core::IdentityOut& out) {
  return text(out.what == core::IdentityOut::What::kMerged ? out.to : out.from);
}

std::string_view Encoder::identity(const core::IdentityOut& in, Instant now) {
  using What = core::IdentityOut::What;
  v1::IdentityRecord out;
  out.set_id(identity_id(in));
  set(out.mutable_time(), in.at);
  set(out.mutable_source(), in.origin);
  set(out.mutable_decided(), now);
  if (in.version != nullptr) out.set_policy_version(in.version->policy().version);
  switch (in.what) {
    case What::kMerged: {
      v1::CustomerMerged* merged = out.mutable_customer_merged();
      merged->set_customer_id(text(in.to));
      merged->set_absorbed_customer_id(text(in.from));
      set_edge(merged->mutable_edge(), in);
      for (const std::string& identifier : in.identifiers)
        set_identifier(merged->add_identifiers(), identifier);
      merged->set_epoch(in.epoch);
      break;
    }
    case What::kSplit: {
      v1::CustomerSplit* split = out.mutable_customer_split();
      split->set_customer_id(text(in.from));
      v1::CustomerPart* part = split->add_parts();
      part->set_customer_id(text(in.to));
      for (const std::string& identifier : in.identifiers)
        set_identifier(part->add_identifiers(), identifier);
      set_edge(split->add_edges(), in);
      split->set_epoch(in.epoch);
      break;
    }
    case What::kConflict: {
      v1::IdentityConflict* conflict = out.mutable_identity_conflict();
      set_edge(conflict->mutable_edge(), in);
      // The numbers are the same.
      conflict->set_reason(static_cast<v1::ConflictReason>(in.refusal));
      conflict->set_first_customer_id(text(in.from));
      conflict->set_second_customer_id(text(in.to));
      break;
    }
    case What::kSuggestion:
      set_edge(out.mutable_identity_suggestion()->mutable_edge(), in);
      break;
    case What::kNone:
      VASTE_CHECK(false);
  }
  identity_.clear();
  out.AppendToString(&identity_);
  return identity_;
}

std::string answer_id(const core::AnswerOut& out) {
  const Command& command = out.answer.command;
  return Id::make(command.at, 0, hash64(command.id, 0x616e73776572ULL)).text();
}

// Given again, a command is answered by the same: only who asked and when is another.
std::string_view Encoder::answer(const core::AnswerOut& in, Instant now) {
  const Answer& answer = in.answer;
  v1::IdentityRecord out;
  out.set_id(answer_id(in));
  set(out.mutable_time(), answer.command.at);
  set(out.mutable_source(), in.origin);
  set(out.mutable_decided(), now);
  if (in.version != nullptr) out.set_policy_version(in.version->policy().version);
  v1::CommandResult* result = out.mutable_command_result();
  result->mutable_command()->ParseFromString(answer.command.given);
  // The numbers are the same.
  result->set_status(static_cast<v1::CommandStatus>(answer.status));
  result->set_refusal(static_cast<v1::CommandRefusal>(answer.refusal));
  result->set_detail(answer.detail);
  if (answer.refusal == CommandRefusal::kConflict) {
    v1::IdentityConflict* conflict = result->mutable_conflict();
    conflict->set_reason(static_cast<v1::ConflictReason>(answer.conflict));
    conflict->set_first_customer_id(text(answer.first_customer));
    conflict->set_second_customer_id(text(answer.second_customer));
  }
  for (const CommandChange& change : answer.changes)
    set_change(result->add_changes(), change, answer.command.id);
  identity_.clear();
  out.AppendToString(&identity_);
  return identity_;
}

}  // namespace vaste::emit
