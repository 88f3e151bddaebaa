// Who and what the lines of a story have named so far.
//
// A person is written by an identifier: `ann` is a customer_id, `ann@example.org` an e-mail
// address,
// `+358401234567` a phone number, and `chat:web:17`, `social:twitter:116416`, `device:7` say what
// they are, with the network in front of the id. Commas join what one event knows them by.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story/line.h"
#include "story/story.h"
#include "vaste/v1/event.pb.h"

namespace vaste::story {

struct Cast {
  std::vector<Person> people;
  std::vector<std::string> ids;  // given by `id=`
  bool all_have_keys = true;
};

// As above. nullopt: it says to be of a type that there is not, or nothing stands behind it.
std::optional<v1::Identifier> identifier_of(std::string_view text);

// Appends the identifiers that `word` names, and remembers whose they are. false: `line` heard why.
bool read_identifiers(Line& line, const Word& word, Cast& cast,
                      google::protobuf::RepeatedPtrField<v1::Identifier>& out);

// The event of this line is called `id`. false: another one is, and `line` heard it.
bool give_id(Line& line, const Word& at, const std::string& id, Cast& cast);

std::vector<std::string> names(const std::vector<Person>& people);

}  // namespace vaste::story
