// The linker reads an identifier's kind off the text that ingest writes.
#include <gtest/gtest.h>

#include <string>

#include "ingest/normalise.h"
#include "stitch/linker.h"
#include "vaste/v1/event.pb.h"

namespace vaste::stitch {
namespace {

TEST(IdentifierKinds, AreThoseOfTheWire) {
  static_assert(kIdentifierKinds == v1::IdentifierType_ARRAYSIZE);
  for (int type = 0; type < v1::IdentifierType_ARRAYSIZE; ++type) {
    v1::Identifier identifier;
    identifier.set_type(static_cast<v1::IdentifierType>(type));
    identifier.set_value(type == v1::IDENTIFIER_TYPE_PHONE ? "+358401234567" : "ann@example.org");
    identifier.set_network("x");
    std::string text;
    ASSERT_EQ(ingest::canonical(identifier, {}, text), type != 0);
    EXPECT_EQ(static_cast<int>(kind_of(text)), type) << text;
  }
}

TEST(IdentifierKinds, OfAnythingElseAreNone) {
  for (const char* text : {"", "email", "fax:1", ":", "emails:x", "Email:x"})
    EXPECT_EQ(kind_of(text), IdentifierKind::kNone) << text;
}

}  // namespace
}  // namespace vaste::stitch
