// RocksDB's errors in our words: what is damage, and so is wiped and restored, and what only has to
// wait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "store/rocks_environment.h"

namespace vaste::store {
namespace {

using rocksdb::Status;

struct Row {
  std::string name;
  Status status;
  Code code;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

class RocksError : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Of, RocksError, testing::ValuesIn(std::vector<Row>{
    {"Corruption", Status::Corruption("block checksum mismatch"), Code::kCorrupt},
    {"DiskFull", Status::NoSpace("While appending to file"), Code::kNoSpace},
    {"SpaceLimit", Status::SpaceLimit("Max allowed space was reached"), Code::kNoSpace},
    {"ReadError", Status::IOError("While pread", "Input/output error"), Code::kCorrupt},
    {"MissingFile", Status::PathNotFound("While open a file", "000012.sst"), Code::kCorrupt},
    {"Locked", Status::IOError("While lock file: /d/LOCK", "/d/LOCK: busy"), Code::kUnavailable},
    {"NoPermission", Status::IOError("While open /d/LOCK", "Permission denied"), Code::kPermission},
    {"ReadOnlyDisk", Status::IOError("While open", "Read-only file system"), Code::kPermission},
    {"NoHandles", Status::IOError("While open", "Too many open files"), Code::kUnavailable},
    {"Busy", Status::Busy(), Code::kUnavailable},
    {"ShuttingDown", Status::ShutdownInProgress(), Code::kUnavailable},
    {"OurMistake", Status::InvalidArgument("no such option"), Code::kInternal},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(RocksError, HasItsCode) {
  const Error error = rocks_error(GetParam().status, "read /data/core-3");
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_THAT(error.detail, testing::StartsWith("read /data/core-3: "));
  EXPECT_THAT(error.detail, testing::HasSubstr(GetParam().status.ToString()));
}

}  // namespace
}  // namespace vaste::store
