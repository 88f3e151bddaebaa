#include "snapshot/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "snapshot/digest.h"

namespace vaste::snapshot {
namespace {

using testing::HasSubstr;

Manifest example() {
  Manifest out;
  out.id = "20261128T214500.123Z";
  out.taken = instant(1795902300123);
  out.state_format = {1, 5, 3};
  out.application = "vaste-\xc3\xa4";
  out.partition = 3;
  out.partitions = 12;
  out.positions = {1'000'000'000'000, 17};
  out.files = {{"000012.sst", 4096, std::string(64, 'a')}, {"CURRENT", 16, std::string(64, '0')}};
  return out;
}

TEST(Manifest, IsReadBackAsItWasWritten) {
  const Manifest is = example();
  const auto read = parse_manifest(to_json(is));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->id, is.id);
  EXPECT_EQ(read->taken, is.taken);
  EXPECT_EQ(read->state_format, is.state_format);
  EXPECT_EQ(read->application, is.application);
  EXPECT_EQ(read->partition, is.partition);
  EXPECT_EQ(read->partitions, is.partitions);
  EXPECT_EQ(read->positions.input, is.positions.input);
  EXPECT_EQ(read->positions.changelog, is.positions.changelog);
  EXPECT_EQ(read->files, is.files);
  EXPECT_EQ(read->bytes(), 4112U);
}

// A bit that flips anywhere, or what is cut off, is never another snapshot.
TEST(Manifest, ShowsEveryDamage) {
  const std::string text = to_json(example());
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {  // The last byte ends the line.
    for (const int bit : {0, 2, 5}) {
      std::string damaged = text;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      const auto read = parse_manifest(damaged);
      if (read) {  // A blank became one of another kind.
        EXPECT_EQ(to_json(*read), text) << i;
      }
    }
    EXPECT_FALSE(parse_manifest(text.substr(0, i)) && i + 2 < text.size()) << i;
  }
  EXPECT_FALSE(parse_manifest(""));
  EXPECT_FALSE(parse_manifest("[]"));
  EXPECT_FALSE(parse_manifest("{}"));
}

// Signed anew, so that only what it says is wrong.
std::string forged(const std::string& from, const std::string& to) {
  std::string text = to_json(example());
  const auto at = text.find(from);
  text.replace(at, from.size(), to);
  std::string body;  // as the writer would have it: without blanks between
  bool inside = false;
  for (const char c : text.substr(text.find(": {") + 2, text.rfind("},") - text.find(": {") - 1)) {
    if (c == '"') inside = !inside;
    if (inside || (c != ' ' && c != '\n')) body += c;
  }
  const auto sum = text.rfind("\"sha256\"") + 11;
  return text.replace(sum, 64, sha256_hex(body));
}

TEST(Manifest, RefusesNamesThatLieElsewhere) {
  ASSERT_TRUE(parse_manifest(forged("CURRENT", "CURRENU"))) << "the forgery itself is well made";
  for (const std::string name : {"../CURRENT", "a/b", "", ".", "..", ".hidden"}) {
    const auto read = parse_manifest(forged("CURRENT", name));
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().code, Code::kCorrupt);
    EXPECT_THAT(read.error().detail, HasSubstr("name"));
  }
}

TEST(Manifest, SaysWhenALaterVersionWroteIt) {
  const auto read = parse_manifest(forged("\"form\": 1", "\"form\": 2"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kNewerFormat);
}

TEST(Manifest, IdsAreInTheOrderOfTime) {
  EXPECT_EQ(id_of(instant(0)), "19700101T000000.000Z");
  EXPECT_EQ(id_of(instant(1795902300123)), "20261128T214500.123Z");
  EXPECT_LT(id_of(instant(1795902300999)), id_of(instant(1795902301000)));
  EXPECT_TRUE(is_id(id_of(instant(1795902300123))));
  for (const char* other : {"", "20261128T214500.123", "20261128T214500.123Zx", "lost+found",
                            "2026112xT214500.123Z", "..", "20261128 214500.123Z"})
    EXPECT_FALSE(is_id(other)) << other;
}

TEST(Digest, IsSha256) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace vaste::snapshot
