// What the tests of normalisation share: one value, one text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "ingest/normalise.h"

namespace vaste::ingest::testing {

// "": names nobody.
inline std::string text_of(v1::IdentifierType type, std::string_view value, const Habits& habits,
                           std::string_view network = {}) {
  v1::Identifier identifier;
  identifier.set_type(type);
  identifier.set_value(std::string(value));
  identifier.set_network(std::string(network));
  std::string out = "left over";
  const bool somebody = canonical(identifier, habits, out);
  EXPECT_EQ(somebody, !out.empty());
  EXPECT_EQ(somebody, names_somebody(identifier)) << value;
  return out;
}

}  // namespace vaste::ingest::testing
