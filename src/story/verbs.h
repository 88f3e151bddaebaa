// What may happen in a story, by the word for it.
#pragma once

#include <span>
#include <string_view>

#include "vaste/v1/event.pb.h"

namespace vaste::story {

struct Verb {
  std::string_view name;
  void (*fill)(v1::Event&);  // the event's body
};

std::span<const Verb> verbs();

// A message by `author`, outbound if that is one of us.
void fill_message(v1::Event& event, v1::AuthorKind author);

}  // namespace vaste::story
