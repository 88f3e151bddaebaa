#include "snapshot/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/stores.h"
#include "snapshot/manifest.h"

namespace vaste::snapshot {
namespace {

using testing::ElementsAre;
using testing::Pair;

const std::string kFirst = id_of(instant(1000));
const std::string kSecond = id_of(instant(2000));

TEST(Requests, AreAnsweredByWhomTheyNameAlone) {
  const store::TemporaryDirectory directory;
  const std::string folder = directory / "";
  EXPECT_EQ(asked(directory / "not there", "one").value(), "");
  ASSERT_TRUE(ask(folder, kSecond, "one"));
  ASSERT_TRUE(ask(folder, kFirst, "one"));
  EXPECT_EQ(asked(folder, "one").value(), kFirst);
  EXPECT_EQ(asked(folder, "on").value(), "");
  EXPECT_EQ(asked(folder, "ne").value(), "");
  EXPECT_EQ(answered(folder, kFirst, "one").value(), std::nullopt);

  ASSERT_TRUE(answer(folder, kFirst, "one", {{0, 2}, {{1, "disk \"full\"\n"}}}));
  EXPECT_EQ(asked(folder, "one").value(), kSecond);
  const auto got = answered(folder, kFirst, "one");
  ASSERT_TRUE(got && *got);
  EXPECT_THAT((*got)->taken, ElementsAre(0, 2));
  EXPECT_THAT((*got)->failed, ElementsAre(Pair(1, "disk \"full\"\n")));

  forget(folder, kFirst, "one");
  forget(folder, kSecond, "one");
  EXPECT_THAT(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
}

}  // namespace
}  // namespace vaste::snapshot
