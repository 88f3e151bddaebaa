#include "notify/signature.h"

#include <gtest/gtest.h>

namespace vaste::notify {
namespace {

struct Vector {
  const char* name;
  std::string key, text;
  const char* digest;
  friend std::ostream& operator<<(std::ostream& out, const Vector& it) { return out << it.name; }
};

class Hmac : public testing::TestWithParam<Vector> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Rfc4231, Hmac, testing::Values(
    Vector{"One", std::string(20, '\x0b'), "Hi There",
           "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    Vector{"Two", "Jefe", "what do ya want for nothing?",
           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    Vector{"Three", std::string(20, '\xaa'), std::string(50, '\xdd'),
           "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    Vector{"Six", std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
           "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"}),
    testing::PrintToStringParamName());
// clang-format on

TEST_P(Hmac, IsThatOfTheStandard) {
  EXPECT_EQ(hmac_sha256_hex(GetParam().key, GetParam().text), GetParam().digest);
}

TEST(Signature, IsOfTheTimeAndTheBody) {
  EXPECT_EQ(signature("Jefe", "17", "{}"), "sha256=" + hmac_sha256_hex("Jefe", "17.{}"));
  EXPECT_NE(signature("Jefe", "17", "{}"), signature("Jefe", "18", "{}"));
}

}  // namespace
}  // namespace vaste::notify
