#include "story/cast.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "config/units.h"
#include "ingest/route.h"

namespace vaste::story {

namespace {

struct TypeWord {
  std::string_view word;
  v1::IdentifierType type;
  bool in_network;
};

// As identifiers are written everywhere in vaste.
// clang-format off
constexpr std::array kTypes{
    TypeWord{"customer", v1::IDENTIFIER_TYPE_CUSTOMER_ID,  false},
    TypeWord{"email",    v1::IDENTIFIER_TYPE_EMAIL,        false},
    TypeWord{"phone",    v1::IDENTIFIER_TYPE_PHONE,        false},
    TypeWord{"chat",     v1::IDENTIFIER_TYPE_CHAT_VISITOR, true},
    TypeWord{"social",   v1::IDENTIFIER_TYPE_SOCIAL,       true},
    TypeWord{"device",   v1::IDENTIFIER_TYPE_DEVICE,       false},
};
// clang-format on

v1::IdentifierType type_of_bare(std::string_view text) {
  if (text.find('@') != std::string_view::npos) return v1::IDENTIFIER_TYPE_EMAIL;
  if (text.starts_with('+')) return v1::IDENTIFIER_TYPE_PHONE;
  return v1::IDENTIFIER_TYPE_CUSTOMER_ID;
}

// As the core knows it; empty: a placeholder, which is nobody.
std::string text_of(const v1::Identifier& identifier) {
  v1::Event event;
  *event.add_person() = identifier;
  const Incoming incoming = ingest::extract(event, 0);
  return incoming.identifiers.empty() ? std::string() : incoming.identifiers.front();
}

std::vector<std::string> type_words() {
  std::vector<std::string> out;
  out.reserve(std::size(kTypes));
  for (const TypeWord& type : kTypes) out.push_back(std::string(type.word) + ":");
  return out;
}

}  // namespace

std::optional<v1::Identifier> identifier_of(std::string_view text) {
  v1::Identifier out;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    out.set_type(type_of_bare(text));
    out.set_value(std::string(text));
  } else {
    const auto* type = std::ranges::find(kTypes, text.substr(0, colon), &TypeWord::word);
    if (type == kTypes.end()) return std::nullopt;
    text.remove_prefix(colon + 1);
    const auto network = type->in_network ? text.find(':') : std::string_view::npos;
    if (network != std::string_view::npos) {
      out.set_network(std::string(text.substr(0, network)));
      text.remove_prefix(network + 1);
    }
    out.set_type(type->type);
    out.set_value(std::string(text));
  }
  if (out.value().empty()) return std::nullopt;
  return out;
}

bool read_identifiers(Line& line, const Word& word, Cast& cast,
                      google::protobuf::RepeatedPtrField<v1::Identifier>& out) {
  std::string_view rest = word.text;
  for (;;) {
    const std::string one(rest.substr(0, rest.find(',')));
    const auto identifier = identifier_of(one);
    if (!identifier) {
      const auto colon = one.find(':');
      const std::string type = colon == std::string::npos ? one : one.substr(0, colon + 1);
      line.error(word, fmt::format("`{}` names nobody: write a name, an address, a number with its "
                                   "`+`, or what it is in front{}",
                                   config::printable(one), choices(type, type_words())));
      return false;
    }
    if (std::ranges::find(cast.people, one, &Person::name) == cast.people.end())
      cast.people.push_back({one, text_of(*identifier)});
    *out.Add() = *identifier;
    if (one.size() == rest.size()) return true;
    rest.remove_prefix(one.size() + 1);
  }
}

bool give_id(Line& line, const Word& at, const std::string& id, Cast& cast) {
  if (std::ranges::find(cast.ids, id) != cast.ids.end()) {
    line.error(at, fmt::format("a line above has `id={}` already: ids are unique", id));
    return false;
  }
  cast.ids.push_back(id);
  return true;
}

std::vector<std::string> names(const std::vector<Person>& people) {
  std::vector<std::string> out;
  out.reserve(people.size());
  for (const Person& person : people) out.push_back(person.name);
  return out;
}

}  // namespace vaste::story
