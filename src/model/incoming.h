// An event as the core sees it: a moment, whom it is from, and by what it may be stitched. Plain
// values, no Protobuf.
#pragma once

#include <string>
#include <vector>

#include "model/attributes.h"
#include "model/moment.h"

namespace vaste {

struct Key {
  std::string
      text;  // name space and value, e.g. "mail::<1@x>", "call:pbx1:4711"; one text, one key
  bool refers =
      false;  // names something that must have been before (a parent, a References entry, a ticket)
  bool session = false;  // names the live contact or thread itself: what a Contact is told apart by
};

// What an event says of its person's identifiers: that they are of one person, or are not.
enum class Claimed : std::uint8_t { kNothing = 0, kSamePerson = 1, kNotSamePerson = 2 };
struct Evidence {
  Claimed claimed = Claimed::kNothing;
  // How it is known: IdentityEvidence.method; "event" where several identifiers merely stand on
  // one event.
  std::string method;
};

struct Incoming {
  Moment moment;  // attributes and contact_key are still 0: the conversation numbers them
  Attributes attributes;
  std::vector<std::string>
      identifiers;  // the person's, strongest first, normalised, e.g. "email:ann@example.org"
  std::vector<Key> keys;
  std::string source;  // Event.source: whose evidence it is
  Evidence evidence;   // kNothing where there is but one identifier
  bool opens = false;  // may begin a conversation: a contact, not a trailing signal or a receipt
  bool from_customer = false;  // the customer did it
  bool from_us = false;  // came to us from one of our own addresses or numbers: founds nothing
  std::string promise;   // of a commitment: its name; Moment::target is its hash
};

}  // namespace vaste
