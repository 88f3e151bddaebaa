#include "loadgen/flat.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "ingest/decode.h"
#include "ingest/validate.h"

namespace vaste::loadgen {
namespace {

const FlatShape kShape{.seed = 7,
                       .customers = 5,
                       .events = 4,
                       .start = instant(1793570400000),
                       .interval = Millis(250)};

TEST(Flat, JsonIsTheSameEvent) {
  Flat binary(kShape);
  Flat text(kShape);
  for (int i = 0; i < 100; ++i) {
    std::string line;
    text.append_json(line);
    v1::Event parsed;
    const auto status = google::protobuf::util::JsonStringToMessage(line, &parsed);
    ASSERT_TRUE(status.ok()) << status.ToString() << line;
    EXPECT_EQ(parsed.DebugString(), binary.next().DebugString());
  }
}

TEST(Flat, EachCustomerHasWholeConversationsOneAfterTheOther) {
  Flat flat(kShape);
  std::map<std::string, int> conversations;
  std::set<std::string> people;
  std::set<std::string> ids;
  std::string scratch;
  for (int i = 0; i < 60; ++i) {  // three rounds of five conversations of four events
    const v1::Event& event = flat.next();
    ASSERT_TRUE(ingest::validate(event, scratch));
    EXPECT_TRUE(ids.insert(event.id()).second);
    people.insert(event.person(0).value());
    const int step = conversations[event.thread_keys(0).value()]++;
    EXPECT_EQ(event.has_lifecycle(), step == 3);
  }
  EXPECT_EQ(people.size(), 5U);
  EXPECT_EQ(conversations.size(), 15U);
  for (const auto& [key, count] : conversations) EXPECT_EQ(count, 4) << key;
}

TEST(Flat, SpreadConversationsEndInEachTurn) {
  FlatShape shape = kShape;
  shape.spread = true;
  shape.customers = 30;
  Flat flat(shape);
  std::map<std::string, int> conversations;
  for (int turn = 0; turn < 12; ++turn) {
    int ends = 0;
    for (std::uint64_t i = 0; i < shape.customers; ++i) {
      const v1::Event& event = flat.next();
      const int step = conversations[event.thread_keys(0).value()]++;
      if (!event.has_lifecycle()) continue;
      ++ends;
      if (turn >= 4) {
        EXPECT_EQ(step, 3);
      } else {
        EXPECT_GE(step, 1);
      }
    }
    // A third of the customers each leaves out none, one and two of the first four events.
    EXPECT_EQ(ends, turn % 4 == 0 ? 0 : 10) << "turn " << turn;
  }
}

}  // namespace
}  // namespace vaste::loadgen
