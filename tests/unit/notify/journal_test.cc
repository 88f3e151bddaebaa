#include "notify/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace vaste::notify {
namespace {

using testing::ElementsAre;

class JournalFile : public testing::Test {
 protected:
  JournalFile()
      : folder_(std::filesystem::temp_directory_path() /
                ("vaste-journal-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
  }
  ~JournalFile() override { std::filesystem::remove_all(folder_); }

  std::string file() const { return folder_ / "desk.journal"; }

  std::unique_ptr<Journal> open(std::int64_t bytes = 1 << 20) {
    auto journal = Journal::open(file(), bytes);
    EXPECT_TRUE(journal) << journal.error().detail;
    return std::move(*journal);
  }

  static Delivery delivery(const std::string& id, const std::string& body = "{\"a\": \"b\n\"}") {
    return {id, "alert-" + id, "breached", instant(1000), instant(2000), body};
  }

  static std::vector<std::string> ids(Journal& journal) {
    std::vector<std::string> out;
    for (const Delivery& one : journal.waiting()) out.push_back(one.id);
    return out;
  }

  std::string bytes() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& bytes) { std::ofstream(file(), std::ios::binary) << bytes; }

  std::filesystem::path folder_;
};

TEST_F(JournalFile, KeepsWhatWaitsAndForgetsWhatWasDone) {
  {
    auto journal = open();
    for (const char* id : {"1", "2", "3"}) journal->put(delivery(id));
    EXPECT_EQ(journal->put(delivery("2")), 0u);  // the same once more
    journal->done("1");
    EXPECT_TRUE(journal->sync());
  }
  auto journal = open();
  EXPECT_THAT(ids(*journal), ElementsAre("2", "3"));
  const Delivery& first = journal->waiting().front();
  EXPECT_EQ(first.alert, "alert-2");
  EXPECT_EQ(first.kind, "breached");
  EXPECT_EQ(first.since, instant(1000));
  EXPECT_EQ(first.decided, instant(2000));
  EXPECT_EQ(first.body, "{\"a\": \"b\n\"}");
}

// Whatever a crash leaves of the last write, what was synced before is there, and nothing else.
TEST_F(JournalFile, EndsWhereATornLineBegins) {
  std::size_t whole = 0;
  {
    auto journal = open();
    journal->put(delivery("1"));
    ASSERT_TRUE(journal->sync());
    whole = bytes().size();
    journal->put(delivery("2"));
    ASSERT_TRUE(journal->sync());
  }
  const std::string all = bytes();
  for (std::size_t length = whole; length < all.size(); ++length) {
    write(all.substr(0, length));
    {
      auto journal = open();
      EXPECT_THAT(ids(*journal), ElementsAre("1")) << length;
      EXPECT_EQ(journal->damaged(), 0u) << length;
      journal->put(delivery("3"));
      ASSERT_TRUE(journal->sync());
    }
    EXPECT_THAT(ids(*open()), ElementsAre("1", "3")) << length << ": the torn line spoilt the next";
  }
}

TEST_F(JournalFile, CountsADamagedLineAndKeepsTheOthers) {
  {
    auto journal = open();
    for (const char* id : {"1", "2", "3"}) journal->put(delivery(id));
    ASSERT_TRUE(journal->sync());
  }
  std::string all = bytes();
  all[all.find('\n') + 30] ^= 1;
  write(all);
  auto journal = open();
  EXPECT_THAT(ids(*journal), ElementsAre("1", "3"));
  EXPECT_EQ(journal->damaged(), 1u);
}

TEST_F(JournalFile, GivesUpTheOldestWhenItIsFull) {
  auto journal = open(64 << 10);
  std::size_t lost = 0;
  for (int i = 0; i < 100; ++i) {
    lost += journal->put(delivery(std::to_string(i), std::string(1000, 'x')));
    ASSERT_LE(journal->bytes(), 64 << 10);
  }
  EXPECT_GT(lost, 30u);
  EXPECT_EQ(lost + journal->waiting().size(), 100u);
  EXPECT_EQ(journal->waiting().back().id, "99");
  EXPECT_EQ(journal->waiting().front().id, std::to_string(lost));
  ASSERT_TRUE(journal->sync());
  const auto left = ids(*journal);
  journal.reset();
  EXPECT_EQ(ids(*open(64 << 10)), left);
}

TEST_F(JournalFile, DoesNotGrowWithWhatIsDone) {
  auto journal = open();
  for (int i = 0; i < 4000; ++i) {
    journal->put(delivery(std::to_string(i), std::string(1000, 'x')));
    if (i % 20 == 0) {
      ASSERT_TRUE(journal->sync());
    }
    journal->done(std::to_string(i));
  }
  ASSERT_TRUE(journal->sync());
  EXPECT_LT(std::filesystem::file_size(file()), 3u << 20);
  journal.reset();
  EXPECT_THAT(ids(*open()), ElementsAre());
}

TEST_F(JournalFile, IsOneProcesss) {
  const auto journal = open();
  const auto second = Journal::open(file(), 1 << 20);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kConfig);
}

}  // namespace
}  // namespace vaste::notify
