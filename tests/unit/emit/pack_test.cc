// What ingest made of an event's person travels with it: the core asks no policy and no region.
#include <gtest/gtest.h>

#include "emit/encode.h"

namespace vaste::emit {
namespace {

Envelope there_and_back(const Incoming* incoming) {
  core::Message message;
  message.origin = {"support.email", 1, 2, 3};
  message.to = stitch::thread_actor("mail::1@x");
  message.body = core::Routed{"an event", incoming, false, {}};
  static std::string packed;
  packed.clear();
  pack(message, 7, {}, packed);
  auto envelopes = unpack(packed);
  EXPECT_TRUE(envelopes && envelopes->size() == 1);
  return envelopes ? envelopes->front() : Envelope{};
}

TEST(Pack, TheCoreIsToldWhatIngestMadeOfThePerson) {
  Incoming incoming;
  incoming.identifiers = {"email:ann@example.org", "phone:+358401234567"};
  const Envelope told = there_and_back(&incoming);
  EXPECT_TRUE(told.recognised);
  EXPECT_EQ(told.identifiers, incoming.identifiers);
  EXPECT_FALSE(told.from_us);
  EXPECT_EQ(told.clamped_time_ms, 7);
}

TEST(Pack, SumsOfKpisComeThrough) {
  auto window = std::make_shared<KpiWindow>();
  window->start = instant(-900'000);
  core::Message message;
  message.to = stitch::kpi_actor("channel=phone&queue=PS");
  message.body = core::AddUp{window, 6, "negative_mentions"};
  std::string packed;
  pack(message, 0, "sums", packed);
  const auto envelopes = unpack(packed);
  ASSERT_TRUE(envelopes && envelopes->size() == 1);
  const Envelope& out = envelopes->front();
  EXPECT_EQ(out.message.to, message.to);
  EXPECT_EQ(out.window_start, window->start);
  EXPECT_EQ(out.contents, "sums");
  const auto* add_up = std::get_if<core::AddUp>(&out.message.body);
  ASSERT_NE(add_up, nullptr);
  EXPECT_EQ(add_up->sizes, 6);
  EXPECT_EQ(add_up->trend, "negative_mentions");
}

TEST(Pack, ThatNobodyIsLeftIsSaidToo) {
  Incoming incoming;
  incoming.from_us = true;
  const Envelope told = there_and_back(&incoming);
  EXPECT_TRUE(told.recognised);
  EXPECT_TRUE(told.identifiers.empty());
  EXPECT_TRUE(told.from_us);
}

// An envelope of a vaste that did not say.
TEST(Pack, NothingSaidIsToldApart) {
  EXPECT_FALSE(there_and_back(nullptr).recognised);
}

// Where it came from, and before what it was read: deadlines wait for what lies before.
TEST(Pack, TheOriginTravelsAlong) {
  core::Message message;
  message.origin = {"support.email", 1, 2, 3, 1'795'392'000'000};
  message.hops = 4;
  message.to = stitch::thread_actor("mail::1@x");
  message.body = core::Claim{{1, 2}};
  std::string packed;
  pack(message, 0, {}, packed);
  const auto envelopes = unpack(packed);
  ASSERT_TRUE(envelopes && envelopes->size() == 1);
  const core::Message& told = envelopes->front().message;
  EXPECT_EQ(told.origin.topic, "support.email");
  EXPECT_EQ(told.origin.partition, 1);
  EXPECT_EQ(told.origin.offset, 2);
  EXPECT_EQ(told.origin.record_ms, 3);
  EXPECT_EQ(told.origin.read_after_ms, 1'795'392'000'000);
  EXPECT_EQ(told.hops, 4u);
}

TEST(Pack, TheTraceTravelsAlong) {
  constexpr std::string_view kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  for (const std::string_view trace : {kTrace, std::string_view()}) {
    core::Message message;
    message.origin = {"support.email", 1, 2, 3, 0, trace};
    message.to = stitch::thread_actor("mail::1@x");
    message.body = core::Claim{{1, 2}};
    std::string packed;
    pack(message, 0, {}, packed);
    const auto envelopes = unpack(packed);
    ASSERT_TRUE(envelopes && envelopes->size() == 1);
    EXPECT_EQ(envelopes->front().message.origin.trace, trace);
  }
}

}  // namespace
}  // namespace vaste::emit
