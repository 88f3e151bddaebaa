#include "app/identity.h"

#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/changelog.h"
#include "app/connection.h"
#include "app/exit_code.h"
#include "app/explain_state.h"
#include "app/json_text.h"
#include "app/tap_text.h"
#include "app/terminal.h"
#include "ingest/normalise.h"
#include "stitch/stitch.h"
#include "store/codec.h"
#include "store/keys.h"
#include "story/cast.h"

namespace vaste::app {

namespace {

constexpr int kMostRedirects = 16;

// Where records come from: a changelog, or a state directory.
struct Records {
  std::function<Result<std::optional<std::string>>(const std::string& key, std::uint32_t key_group)>
      get;
  std::function<Result<std::optional<Conversation>>(const Id& id)> conversation;
};

struct Known {
  std::string identifier;
  std::optional<Pointer> pointer;
  std::optional<Linked> linked;
  std::optional<Component> component;
  Id customer;  // joins followed; empty: nobody yet
  Customer theirs;
  std::vector<Conversation> conversations;
};

// The value of a record, if there is one.
template <class Decode>
auto load(const Records& records, const std::string& key, const stitch::Actor& actor,
          Decode&& decode) -> Result<std::optional<typename decltype(decode(key))::value_type>> {
  using Value = typename decltype(decode(key))::value_type;
  auto bytes = records.get(key, stitch::key_group(actor));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::optional<Value>();
  auto value = decode(std::string_view(**bytes));
  if (!value) return tl::unexpected(value.error());
  return std::optional<Value>(std::move(*value));
}

Status load_customer(const Records& records, Known& known) {
  for (int hop = 0; hop < kMostRedirects && !known.customer.empty(); ++hop) {
    auto customer = load(records, store::customer_key(known.customer),
                         stitch::customer_actor(known.customer), store::decode_customer);
    if (!customer) return tl::unexpected(customer.error());
    if (!*customer) return {};
    known.theirs = std::move(**customer);
    if (known.theirs.merged_into.empty()) break;
    known.customer = known.theirs.merged_into;
  }
  for (const Id& id : known.theirs.conversations) {
    auto conversation = records.conversation(id);
    if (!conversation) return tl::unexpected(conversation.error());
    if (*conversation && (*conversation)->merged_into.empty())
      known.conversations.push_back(std::move(**conversation));
  }
  return {};
}

Result<Known> look_up(const Records& records, const std::string& identifier) {
  Known known;
  known.identifier = identifier;
  auto pointer = load(records, store::identifier_key(identifier),
                      stitch::identifier_actor(identifier), store::decode_identifier);
  if (!pointer) return tl::unexpected(pointer.error());
  known.pointer = std::move(*pointer);
  auto linked =
      load(records, store::linked_key(identifier), stitch::linker_actor(),
           [&](std::string_view bytes) { return store::decode_linked(identifier, bytes); });
  if (!linked) return tl::unexpected(linked.error());
  known.linked = std::move(*linked);
  if (known.linked && !known.linked->customer.empty()) {
    const Id customer = known.linked->customer;
    auto component =
        load(records, store::component_key(customer), stitch::linker_actor(),
             [&](std::string_view bytes) { return store::decode_component(customer, bytes); });
    if (!component) return tl::unexpected(component.error());
    known.component = std::move(*component);
  }
  if (known.pointer) known.customer = known.pointer->customer;
  if (auto loaded = load_customer(records, known); !loaded) return tl::unexpected(loaded.error());
  return known;
}

std::string time_or_never(Instant at) {
  return at == kEndOfTime || !is_set(at) ? std::string("never") : time_text(to_ms(at));
}

nlohmann::json json_of(const Known& known) {
  nlohmann::json out{{"identifier", known.identifier},
                     {"customer", known.customer.empty() ? "" : known.customer.text()},
                     {"shared", known.pointer && known.pointer->shared},
                     {"identifiers", nlohmann::json::array()},
                     {"evidence", nlohmann::json::array()},
                     {"parted_from", nlohmann::json::array()},
                     {"conversations", nlohmann::json::array()}};
  if (known.component) {
    const auto& members = known.component->members;
    for (const Member& member : members)
      out["identifiers"].push_back(
          {{"identifier", member.identifier}, {"until", time_or_never(member.until)}});
    for (const Edge& edge : known.component->edges)
      out["evidence"].push_back({{"first", members[edge.a].identifier},
                                 {"second", members[edge.b].identifier},
                                 {"method", edge.method},
                                 {"source", edge.source},
                                 {"since", time_text(to_ms(edge.first))},
                                 {"last", time_text(to_ms(edge.given))},
                                 {"by_operator", edge.by_operator}});
  }
  if (known.linked)
    for (const Never& never : known.linked->never)
      out["parted_from"].push_back(
          {{"identifier", never.identifier}, {"at", time_text(to_ms(never.at))}});
  for (const Conversation& one : known.conversations)
    out["conversations"].push_back({{"id", one.id.text()},
                                    {"state", name(one.fold.state)},
                                    {"opened", time_text(to_ms(one.fold.opened))},
                                    {"last_activity", time_text(to_ms(one.fold.last_activity))},
                                    {"placed_by_operator", one.placed}});
  return out;
}

std::string text_of(const Known& known) {
  const nlohmann::json all = json_of(known);
  const auto word = [](const nlohmann::json& one, const char* key) {
    return printable(one.at(key).get<std::string>());
  };
  std::string out = printable(known.identifier);
  out += known.customer.empty() ? ": nobody's yet" : ": customer " + known.customer.text();
  if (all.at("shared").get<bool>()) out += ", used by too many to be anybody's own";
  out.push_back('\n');
  for (const auto& one : all.at("identifiers"))
    out += fmt::format("  is also {}, until {}\n", word(one, "identifier"), word(one, "until"));
  for (const auto& one : all.at("evidence"))
    out += fmt::format("  {} and {}: {} of {}, {}{}\n", word(one, "first"), word(one, "second"),
                       word(one, "method"), word(one, "source"), word(one, "last"),
                       one.at("by_operator").get<bool>() ? ", an operator" : "");
  for (const auto& one : all.at("parted_from"))
    out += fmt::format("  is not {}, since {}\n", word(one, "identifier"), word(one, "at"));
  for (const auto& one : all.at("conversations"))
    out += fmt::format("  conversation {} {}, opened {}, last activity {}{}\n", word(one, "id"),
                       word(one, "state"), word(one, "opened"), word(one, "last_activity"),
                       one.at("placed_by_operator").get<bool>() ? ", moved by an operator" : "");
  return out;
}

Result<Known> ask(const ShowIdentityOptions& options, const std::string& identifier) {
  if (!options.state_directory.empty()) {
    auto state = StateDirectory::open(options.state_directory);
    if (!state) return tl::unexpected(state.error());
    return look_up({[&](const std::string& key, std::uint32_t) { return state->get(key); },
                    [&](const Id& id) { return state->find(id); }},
                   identifier);
  }
  auto config = connect({.config_file = options.config_file, .bootstrap = {}});
  if (!config) return tl::unexpected(config.error());
  auto log = Changelog::open(*config, "identity");
  if (!log) return tl::unexpected(log.error());
  return look_up({[&](const std::string& key, std::uint32_t group) { return log->get(key, group); },
                  [&](const Id& id) { return log->find(id); }},
                 identifier);
}

}  // namespace

int show_identity(const ShowIdentityOptions& options) {
  catch_signals();
  const auto named = story::identifier_of(options.identifier);
  std::string identifier;
  if (!named || !ingest::canonical(*named, {}, identifier))
    return give_up({Code::kUsage, options.identifier +
                                      ": not an identifier: write e.g. email:ann@example.org, "
                                      "phone:+358401234567, customer:4711, chat:web:17"});
  auto known = ask(options, identifier);
  if (!known) return give_up(known.error());
  if (!known->pointer && !known->linked)
    return give_up({Code::kNotFound, printable(identifier) + ": never seen, or forgotten"});
  const std::string out = options.json ? json_text(json_of(*known)) : text_of(*known);
  return !write_out(out) && output_lost() ? kExitInternal : 0;
}

}  // namespace vaste::app
