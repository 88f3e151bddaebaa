#include "notify/courier.h"

#include <gtest/gtest.h>

#include "unit/notify/notices.h"

namespace vaste::notify {
namespace {

std::string next(std::list<Delivery> waiting, Instant now) {
  const auto at = next_due(waiting, now);
  return at == waiting.end() ? "" : at->id;
}

Delivery waits(const char* id, const char* alert, Instant until = kNever) {
  Delivery out;
  out.id = id;
  out.alert = alert;
  out.next = until;
  return out;
}

TEST(NextDue, IsTheOldestThatMayGo) {
  EXPECT_EQ(next({}, kNoon), "");
  EXPECT_EQ(next({waits("a.1", "a"), waits("b.1", "b")}, kNoon), "a.1");
  EXPECT_EQ(next({waits("a.1", "a", kNoon + Millis(1)), waits("b.1", "b")}, kNoon), "b.1");
  EXPECT_EQ(next({waits("a.1", "a", kNoon), waits("b.1", "b")}, kNoon), "a.1");
}

// "Recovered" before "breached" would leave the receiver with a breach for ever.
TEST(NextDue, KeepsTheOrderOfAnAlert) {
  const Delivery first = waits("a.1", "a", kNoon + Millis(1));
  EXPECT_EQ(next({first, waits("a.2", "a")}, kNoon), "");
  EXPECT_EQ(next({first, waits("a.2", "a"), waits("b.1", "b")}, kNoon), "b.1");
}

TEST(DeliveryId, IsTheSameForTheSameChange) {
  EXPECT_EQ(delivery_id(raised("x")), delivery_id(raised("x")));
  EXPECT_NE(delivery_id(raised("x")), delivery_id(recovered("x", kNoon)));
}

}  // namespace
}  // namespace vaste::notify
