#include "snapshot/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "contract/stores.h"

namespace vaste::snapshot {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Millis kDay{24LL * 3600 * 1000};

class Snapshots : public testing::Test {
 protected:
  std::string folder() { return directory_ / "snapshots"; }

  // A database's files, as a checkpoint leaves them.
  Result<Manifest> take(std::int64_t at, std::int32_t partition = 0) {
    const std::string checkpoint = directory_ / "checkpoint";
    fs::create_directories(checkpoint);
    std::ofstream(checkpoint + "/CURRENT") << "MANIFEST-1\n";
    std::ofstream(checkpoint + "/000007.sst") << std::string(3 << 20, static_cast<char>(at));
    Manifest about;
    about.id = id_of(instant(at));
    about.taken = instant(at);
    about.state_format = {1, 6};
    about.application = "vaste";
    about.partition = partition;
    about.partitions = 12;
    about.positions = {at, at * 2};
    auto made = seal(folder(), checkpoint, about, {});
    EXPECT_FALSE(fs::exists(checkpoint));
    return made;
  }

  std::vector<std::string> listed() {
    std::vector<std::string> out;
    auto all = list(folder());
    EXPECT_TRUE(all) << all.error().detail;
    if (all)
      for (const Found& one : *all)
        out.push_back(one.id + ' ' + std::to_string(one.partition) + (one.manifest ? "" : " bad"));
    return out;
  }
  Found only() {
    auto all = list(folder());
    VASTE_CHECK(all && all->size() == 1);
    return all->front();
  }

  store::TemporaryDirectory directory_;
};

TEST_F(Snapshots, AreListedNewestFirst) {
  EXPECT_THAT(listed(), IsEmpty());
  ASSERT_TRUE(take(1000, 10));
  ASSERT_TRUE(take(1000, 2));
  ASSERT_TRUE(take(2000));
  fs::create_directories(folder() + "/lost+found/core-1");
  fs::create_directories(folder() + '/' + id_of(instant(1000)) + "/core-x");
  EXPECT_THAT(listed(), ElementsAre(id_of(instant(2000)) + " 0", id_of(instant(1000)) + " 2",
                                    id_of(instant(1000)) + " 10"));
}

TEST_F(Snapshots, AreForNobodyElse) {
  ASSERT_TRUE(take(1000));
  EXPECT_EQ(fs::status(folder() + '/' + id_of(instant(1000))).permissions(), fs::perms::owner_all);
}

TEST_F(Snapshots, WithoutAManifestThereIsNone) {
  ASSERT_TRUE(take(1000));
  fs::remove(path_of(folder(), id_of(instant(1000)), 0) + "/manifest.json");
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(Snapshots, AManifestOfAnotherOneIsRefused) {
  ASSERT_TRUE(take(1000));
  ASSERT_TRUE(take(2000, 1));
  fs::copy_file(path_of(folder(), id_of(instant(1000)), 0) + "/manifest.json",
                path_of(folder(), id_of(instant(2000)), 1) + "/manifest.json",
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(listed(), ElementsAre(id_of(instant(2000)) + " 1 bad", id_of(instant(1000)) + " 0"));
}

TEST_F(Snapshots, AreCopiedOutWhole) {
  ASSERT_TRUE(take(1000));
  const Found found = only();
  std::uint64_t heard = 0;
  ASSERT_TRUE(verify(found, {}));
  ASSERT_TRUE(copy_out(found, directory_ / "copy", [&](std::uint64_t bytes) {
    heard += bytes;
    return true;
  }));
  EXPECT_EQ(heard, found.manifest->bytes());
  ASSERT_TRUE(put_in_place(directory_ / "copy", directory_ / "core-0"));
  EXPECT_EQ(fs::file_size(directory_ / "core-0/000007.sst"), 3U << 20);
  EXPECT_FALSE(fs::exists(directory_ / "core-0/manifest.json"));
  EXPECT_FALSE(fs::exists(directory_ / "copy"));
  // What is there already stays.
  ASSERT_TRUE(copy_out(found, directory_ / "copy", {}));
  EXPECT_FALSE(put_in_place(directory_ / "copy", directory_ / "core-0"));
}

TEST_F(Snapshots, EndsWhenAskedTo) {
  ASSERT_TRUE(take(1000));
  const auto copied = copy_out(only(), directory_ / "copy", [](std::uint64_t) { return false; });
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, Code::kAborted);
  EXPECT_FALSE(fs::exists(directory_ / "copy"));
}

struct Damage {
  const char* name;
  void (*act)(const std::string& path);
  const char* file;
  const char* why;
};
std::ostream& operator<<(std::ostream& out, const Damage& damage) {
  return out << damage.name;
}
void flip(const std::string& file, std::streamoff at) {
  std::fstream in(file, std::ios::in | std::ios::out | std::ios::binary);
  in.seekg(at);
  const int byte = in.get();
  in.seekp(at);
  in.put(static_cast<char>(byte ^ 1));
}

class Damaged : public Snapshots, public testing::WithParamInterface<Damage> {};
// clang-format off
INSTANTIATE_TEST_SUITE_P(Each, Damaged, testing::Values(
    Damage{"OneBit", [](const std::string& path) { flip(path + "/000007.sst", (2 << 20) + 5); },
           "000007.sst", "its hash is not that of the manifest"},
    Damage{"FirstBit", [](const std::string& path) { flip(path + "/CURRENT", 0); },
           "CURRENT", "its hash is not that of the manifest"},
    Damage{"Cut", [](const std::string& path) { fs::resize_file(path + "/000007.sst", 100); },
           "000007.sst", "100 bytes instead of 3145728"},
    Damage{"Longer", [](const std::string& path) { fs::resize_file(path + "/CURRENT", 12); },
           "CURRENT", "12 bytes instead of 11"},
    Damage{"Gone", [](const std::string& path) { fs::remove(path + "/CURRENT"); },
           "CURRENT", "it is not there"},
    Damage{"ManifestFlipped", [](const std::string& path) { flip(path + "/manifest.json", 60); },
           "manifest.json", ""},
    Damage{"ManifestCut", [](const std::string& path) { fs::resize_file(path + "/manifest.json", 40); },
           "manifest.json", ""}),
    testing::PrintToStringParamName());
// clang-format on

TEST_P(Damaged, IsRefusedByNameAndReason) {
  ASSERT_TRUE(take(1000));
  GetParam().act(path_of(folder(), id_of(instant(1000)), 0));
  const Found found = only();
  for (const Status& looked : {verify(found, {}), copy_out(found, directory_ / "copy", {})}) {
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().code, Code::kCorrupt);
    EXPECT_THAT(looked.error().detail, HasSubstr(GetParam().file));
    EXPECT_THAT(looked.error().detail, HasSubstr(GetParam().why));
  }
  EXPECT_FALSE(fs::exists(directory_ / "copy"));
}

TEST_F(Snapshots, OnlyTheNewestOfAPartitionStay) {
  for (const std::int64_t at : {1000, 2000, 3000, 4000}) ASSERT_TRUE(take(at, 1));
  ASSERT_TRUE(take(1000, 2));
  fs::remove(path_of(folder(), id_of(instant(2000)), 1) + "/manifest.json");  // never completed
  fs::create_directories(path_of(folder(), id_of(instant(5000)), 1));         // being made
  ASSERT_TRUE(trim(folder(), 1, 2));
  EXPECT_THAT(listed(), ElementsAre(id_of(instant(4000)) + " 1", id_of(instant(3000)) + " 1",
                                    id_of(instant(1000)) + " 2"));
  EXPECT_FALSE(fs::exists(folder() + '/' + id_of(instant(2000)))) << "nothing is left in it";
  EXPECT_TRUE(fs::exists(path_of(folder(), id_of(instant(5000)), 1)));
}

struct Row {
  const char* name;
  void (*change)(Needs&);
  std::optional<Code> refused;
  const char* why;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class Fits : public Snapshots, public testing::WithParamInterface<Row> {};
// clang-format off
INSTANTIATE_TEST_SUITE_P(Each, Fits, testing::Values(
    Row{"AsItIs", [](Needs&) {}, std::nullopt, ""},
    Row{"OlderFormat", [](Needs& needs) { needs.state_format = {2, 6, 1}; }, std::nullopt, ""},
    Row{"NewerRecords", [](Needs& needs) { needs.state_format = {9, 5}; }, Code::kNewerFormat, "format 1.6"},
    Row{"NewKindOfRecord", [](Needs& needs) { needs.state_format = {1}; }, Code::kNewerFormat, "knows 1"},
    Row{"OtherApplication", [](Needs& needs) { needs.application = "other"; }, Code::kConfig, "`other`"},
    Row{"OtherPartitions", [](Needs& needs) { needs.partitions = 4; }, Code::kConfig, "one of 12 core partitions"},
    Row{"JustYoungEnough", [](Needs& needs) { needs.now = instant(1000) + kDay - Millis(1); }, std::nullopt, ""},
    Row{"TooOld", [](Needs& needs) { needs.now = instant(1000) + kDay; }, Code::kTooLarge, "tombstones for 24.0 h"},
    Row{"NobodyKnows", [](Needs& needs) { needs.tombstones.reset(); }, Code::kPermission, "DescribeConfigs"}),
    testing::PrintToStringParamName());
// clang-format on

TEST_P(Fits, OrSaysWhyNot) {
  const auto manifest = take(1000);
  ASSERT_TRUE(manifest);
  Needs needs{"vaste", 12, {1, 6}, instant(2000), kDay};
  GetParam().change(needs);
  const Status is = fits(*manifest, needs);
  EXPECT_EQ(is ? std::nullopt : std::optional(is.error().code), GetParam().refused);
  if (!is) {
    EXPECT_THAT(is.error().detail, HasSubstr(GetParam().why));
  }
}

}  // namespace
}  // namespace vaste::snapshot
