// What the actors of an identifier and of a customer keep (DOMAIN 7). Plain values; stored by
// store/codec.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace vaste {

// A piece of evidence that was passed on: known evidence stops where it comes from.
struct Told {
  std::uint64_t what = 0;  // hash of the other identifier, the claim, the method and the source
  Instant at;              // event time of when it was passed on last
  bool operator==(const Told&) const = default;
};
inline constexpr std::size_t kToldKept = 64;

// An identifier's pointer to its customer.
struct Pointer {
  Id customer;                 // empty: none yet, or none any more
  std::uint64_t epoch = 0;     // of the linker's last word about it; 0: it never gave one
  bool own = true;             // its own actor made the customer, and nobody took it over
  Instant until = kEndOfTime;  // event time after which the linker's word counts no more
  bool shared = false;         // nobody's own: its events are kept apart by thread
  std::vector<Told> told;      // newest last, at most kToldKept
  bool operator==(const Pointer&) const = default;
};

// What came to a customer by an identifier that was taken from it goes on there.
struct Parted {
  std::string identifier;
  Id customer;
  std::uint64_t epoch = 0;  // of the linker's word: a later one may have brought it back
  bool operator==(const Parted&) const = default;
};

// An identifier that is a customer's since the linker's word of this epoch: what parts it by an
// older one, and comes late, says nothing any more.
struct Welcomed {
  std::string identifier;
  std::uint64_t epoch = 0;
  bool operator==(const Welcomed&) const = default;
};
inline constexpr std::size_t kWelcomedKept = 64;  // the newest words

struct Customer {
  std::vector<Id> conversations;   // oldest first
  Id merged_into;                  // set: a redirect, valid for ever
  std::vector<Parted> parted;      // the newest word of each identifier
  std::vector<Welcomed> welcomed;  // likewise; not of those whom no earlier word can have parted
  // Nobody's until a thread said whose: a redirect for as long as the conversations are kept that
  // it began.
  bool was_nobody = false;
  bool operator==(const Customer&) const = default;
};

}  // namespace vaste
