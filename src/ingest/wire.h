// Looks at Protobuf bytes themselves, for what the parser does not tell.
#pragma once

#include <string_view>

#include "base/result.h"

namespace vaste::ingest {

struct Bodies {
  int known = 0;  // The parser keeps the last of several and says nothing.
  int unknown =
      0;  // Number of a field above the last body: perhaps one of a newer version; 0 = none.
};
// Of the bytes of an Event that did parse. Does not allocate.
Bodies count_bodies(std::string_view event);

// Why an Event did not parse: kInvalidText or kMalformed, with the field and the byte it was found
// at.
Error explain_broken(std::string_view event);

}  // namespace vaste::ingest
