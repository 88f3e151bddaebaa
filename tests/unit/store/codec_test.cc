// What goes into the codec comes out of it.
#include "store/codec.h"

#include <gtest/gtest.h>

#include <limits>

#include "unit/store/conversations.h"

namespace vaste::store {
namespace {

std::string encode(const Conversation& conversation) {
  std::string out;
  encode_conversation(conversation, out);
  return out;
}

TEST(ConversationCodec, EveryFieldSurvives) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Conversation conversation = Filler(seed).conversation();
    const auto decoded = decode_conversation(conversation.id, encode(conversation));
    ASSERT_TRUE(decoded.has_value()) << "seed " << seed << ": " << decoded.error().detail;
    EXPECT_TRUE(same(conversation, *decoded)) << "seed " << seed;
  }
}

TEST(ConversationCodec, AnEmptyOneSurvives) {
  Conversation conversation;
  conversation.id = {1, 2};
  const auto decoded = decode_conversation({1, 2}, encode(conversation));
  ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
  EXPECT_TRUE(same(conversation, *decoded));
}

TEST(TallyCodec, EveryFieldSurvives) {
  QueueTally tally;
  tally.names = 0xfedcba9876543210ULL;
  tally.counts.push_back({.sla = "first_response", .clock = TallyClock::kBreached, .count = 7});
  tally.counts.push_back(
      {.channel = Channel::kSocial, .state = ConversationState::kOnHold, .count = 1});
  tally.counts.push_back({.timer = TallyTimer::kRetention, .count = 1ULL << 40});
  EXPECT_EQ(decode_tally(encode_tally(tally)).value(), tally);
  EXPECT_EQ(decode_tally(encode_tally({})).value(), QueueTally());
}

TEST(TallyCodec, DamageIsCorruptAndALaterVersionIsNewer) {
  QueueTally tally;
  tally.counts.push_back({.timer = static_cast<TallyTimer>(9), .count = 1});
  EXPECT_EQ(decode_tally(encode_tally(tally)).error().code, Code::kCorrupt);
  EXPECT_EQ(decode_tally("").error().code, Code::kCorrupt);
  EXPECT_EQ(decode_tally("\x1a").error().code, Code::kCorrupt);
  const std::string whole = encode_tally({.names = 5, .counts = {{.sla = "s", .count = 3}}});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto cut = decode_tally(whole.substr(0, size));
    EXPECT_TRUE(cut || cut.error().code == Code::kCorrupt);
  }
  EXPECT_EQ(decode_tally("\x08\x02").error().code, Code::kNewerFormat);
}

KpiWindow window() {
  KpiWindow out;
  out.start = instant(900'000);
  out.group.channel = Channel::kSocial;
  out.group.attributes = {.brand = "b",
                          .queue = "q",
                          .team = "t",
                          .agent = {},
                          .priority = "p",
                          .segment = "s",
                          .market = "m",
                          .language = "l",
                          .topic = {}};
  out.revision = 1ULL << 40;
  KpiSum sum;
  sum.fact = Fact::kSlaSpent;
  sum.outcome = kLastOutcome;
  sum.from = Channel::kChat;
  sum.name = "first_response";
  sum.count = -3;
  sum.value = 1LL << 50;
  sum.wall = -(1LL << 50);
  sum.target = 7;
  sum.spread = {0, -4, 1};
  out.sums = {sum, {}};
  return out;
}

TEST(WindowCodec, EveryFieldSurvives) {
  const KpiWindow in = window();
  const auto out = decode_window(in.start, encode_window(in));
  ASSERT_TRUE(out.has_value()) << out.error().detail;
  EXPECT_EQ(out->start, in.start);
  EXPECT_EQ(out->group, in.group);
  EXPECT_EQ(out->sums, in.sums);
  EXPECT_EQ(out->revision, in.revision);
  const auto shelf = decode_shelf(encode_shelf({1ULL << 40, instant(-5)}));
  ASSERT_TRUE(shelf.has_value());
  EXPECT_EQ(shelf->groups, 1ULL << 40);
  EXPECT_EQ(shelf->at, instant(-5));
}

TEST(TrendCodec, EveryFieldSurvives) {
  const TrendState in{"negative mentions", "acme", AlertStatus::kRetracted, instant(900'000),
                      instant(1'800'000),  7};
  const auto out = decode_trend(encode_trend(in));
  ASSERT_TRUE(out.has_value()) << out.error().detail;
  EXPECT_EQ(*out, in);
  EXPECT_EQ(decode_trend("\x08\x02").error().code, Code::kNewerFormat);
  EXPECT_EQ(decode_trend("").error().code, Code::kCorrupt);
}

TEST(WindowCodec, DamageIsCorruptAndALaterVersionIsNewer) {
  const std::string whole = encode_window(window());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = decode_window({}, whole.substr(0, size));
    EXPECT_TRUE(cut || cut.error().code == Code::kCorrupt);
  }
  KpiWindow wild = window();
  wild.sums.front().value = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(decode_window({}, encode_window(wild)).error().code, Code::kCorrupt);
  wild = window();
  wild.sums.front().fact = static_cast<Fact>(99);
  EXPECT_EQ(decode_window({}, encode_window(wild)).error().code, Code::kCorrupt);
  EXPECT_EQ(decode_window({}, "\x08\x02").error().code, Code::kNewerFormat);
  EXPECT_EQ(decode_shelf("\x08\x02").error().code, Code::kNewerFormat);
  EXPECT_EQ(decode_shelf("").error().code, Code::kCorrupt);
}

Answer answer() {
  Answer out;
  out.command = {.id = "4711",
                 .at = instant(1),
                 .dry_run = true,
                 .kind = CommandKind::kDivide,
                 .first = "email:a",
                 .second = "email:b",
                 .method = "login",
                 .source = "crm",
                 .conversations = {{1, 2}, {3, 4}},
                 .customer = {5, 6},
                 .identifier = "chat:web:7",
                 .keys = {"mail::1"},
                 .moments = {7, 8},
                 .since = instant(9),
                 .refusal = CommandRefusal::kIncomplete,
                 .detail = "why",
                 .given = "bytes"};
  out.status = CommandStatus::kRefused;
  out.refusal = CommandRefusal::kNotTogether;
  out.detail = "why not";
  out.conflict = 3;
  out.first_customer = {7, 8};
  out.second_customer = {9, 10};
  CommandChange change{.what = CommandChange::What::kCustomerSplit,
                       .conversation = {1, 1},
                       .from = {2, 2},
                       .to = {3, 3},
                       .identifiers = {"email:a"},
                       .rest = {"email:b", "email:c"},
                       .edge = {"email:a", "email:b", "login", "crm", instant(5), true},
                       .epoch = 6,
                       .events = 7};
  out.changes = {change, {}};
  return out;
}

TEST(AnswerCodec, EveryFieldSurvives) {
  EXPECT_EQ(decode_answer(encode_answer(answer())).value(), answer());
  EXPECT_EQ(decode_answer(encode_answer({})).value(), Answer());
  EXPECT_EQ(decode_command(encode_command(answer().command)).value(), answer().command);
}

TEST(AnswerCodec, DamageIsCorruptAndALaterVersionIsNewer) {
  Answer bad = answer();
  bad.command.kind = static_cast<CommandKind>(13);
  EXPECT_EQ(decode_answer(encode_answer(bad)).error().code, Code::kCorrupt);
  bad = answer();
  bad.status = static_cast<CommandStatus>(5);
  EXPECT_EQ(decode_answer(encode_answer(bad)).error().code, Code::kCorrupt);
  EXPECT_EQ(decode_answer("").error().code, Code::kCorrupt);
  EXPECT_EQ(decode_answer("\x08\x02").error().code, Code::kNewerFormat);
  const std::string whole = encode_answer(answer());
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto cut = decode_answer(whole.substr(0, size));
    EXPECT_TRUE(cut || cut.error().code == Code::kCorrupt);
  }
}

// The message and the buffer are reused: nothing of a larger one may show in the next.
TEST(ConversationCodec, NothingOfTheLastOneIsLeft) {
  Filler filler(7);
  Conversation large = filler.conversation();
  large.keys.resize(4000, std::string(100, 'k'));
  const Conversation empty;
  std::string buffer;
  for (const Conversation* conversation : {&std::as_const(large), &empty, &std::as_const(large)}) {
    encode_conversation(*conversation, buffer);
    EXPECT_EQ(buffer, encode(*conversation));
    const auto decoded = decode_conversation(conversation->id, buffer);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
    EXPECT_TRUE(same(*conversation, *decoded));
  }
}

// Instants and durations at their bounds, numbers at theirs.
TEST(ConversationCodec, BoundsSurvive) {
  Conversation conversation = Filler(3).conversation();
  conversation.timer_at = kEndOfTime;
  conversation.fired_until = instant(-to_ms(kEndOfTime));
  conversation.horizon = kNever;
  conversation.moments[0].sequence = std::numeric_limits<std::int64_t>::min();
  conversation.moments[0].value = std::numeric_limits<std::int64_t>::max();
  conversation.moments[0].flags = 255;
  conversation.fold.contacts[0].transfers = 65535;
  conversation.fold.clocks[0].running.back().to = kNever;
  const auto decoded = decode_conversation(conversation.id, encode(conversation));
  ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
  EXPECT_TRUE(same(conversation, *decoded));
}

// A program of before goes on with what it knows, and refuses what it would take for damage.
TEST(ConversationCodec, OnlyWhatIsNewNeedsTheNewFormat) {
  const auto version = [](const Conversation& conversation) {
    return static_cast<int>(encode(conversation).at(1));
  };
  Conversation known;
  known.id = {1, 2};
  known.fold.clocks.resize(1);
  known.fold.clocks[0].kind = ClockKind::kTakeOwnership;
  known.fold.pending = true;
  EXPECT_EQ(version(known), 1);
  Conversation kind = known;
  kind.fold.clocks[0].kind = ClockKind::kCommitment;
  EXPECT_EQ(version(kind), 2);
  Conversation warnings = known;
  warnings.fold.clocks[0].more_at_risk[0] = Millis(5);
  EXPECT_EQ(version(warnings), 2);
  Conversation alert = known;
  alert.alerts.resize(1);
  alert.alerts[0].level = AlertLevel::kAtRiskAgain;
  EXPECT_EQ(version(alert), 2);
  Conversation base = known;
  base.base = std::make_shared<const FoldState>(kind.fold);
  EXPECT_EQ(version(base), 2);
  Conversation moved = known;
  moved.moved = true;
  EXPECT_EQ(version(moved), 3);
  Conversation others = known;
  others.identifiers = {"phone:+358401234567"};
  EXPECT_EQ(version(others), 3);
  Conversation settled = known;
  settled.fold.settled = 1;
  EXPECT_EQ(version(settled), 3);
  Conversation mentions = known;
  mentions.fold.notes.mentions.resize(1);
  EXPECT_EQ(version(mentions), kConversationVersion);
  base.base = std::make_shared<const FoldState>(mentions.fold);
  EXPECT_EQ(version(base), kConversationVersion);
  std::string later = encode(kind);
  later.at(1) = kConversationVersion + 1;
  const auto refused = decode_conversation({1, 2}, later);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kNewerFormat);
}

// A resolution clock may run where no contact ever was.
TEST(ConversationCodec, AClockNeedsNoContact) {
  Conversation conversation = Filler(3).conversation();
  conversation.fold.contacts.clear();
  conversation.fold.notes = {};
  conversation.fold.waiting_contact = 0;
  for (ClockRun& run : conversation.fold.clocks) run.contact = 0;
  const auto decoded = decode_conversation(conversation.id, encode(conversation));
  ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
  EXPECT_TRUE(same(conversation, *decoded));
}

TEST(ConversationCodecDeathTest, WhatNobodyCouldReadIsNotWritten) {
  Conversation conversation = Filler(3).conversation();
  conversation.moments[0].contact_key = static_cast<std::uint16_t>(conversation.keys.size() + 1);
  EXPECT_DEATH(encode(conversation), "check failed");
}

TEST(ThreadCodec, AnIdSurvives) {
  for (const Id id : {Id{1, 2}, Id{~0ULL, ~0ULL}, Id{0, 1}}) {
    const auto decoded = decode_thread(encode_thread(id));
    ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
    EXPECT_EQ(*decoded, id);
  }
}

TEST(CustomerCodec, OrderSurvives) {
  const std::vector<Id> conversations{{3, 1}, {1, 1}, {2, 1}};
  for (const auto& list : {conversations, std::vector<Id>{}, std::vector<Id>(32, Id{5, 5})}) {
    const auto decoded = decode_customer(encode_customer({.conversations = list}));
    ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
    EXPECT_EQ(decoded->conversations, list);
  }
}

TEST(CustomerCodec, RedirectsPartingsAndReturnsSurvive) {
  const Customer customer{{{3, 1}},
                          {9, 9},
                          {{"phone:+358401234567", {4, 4}}, {"email:a@b.c", {5, 5}}},
                          {{"email:d@e.f", 7}},
                          true};
  const auto decoded = decode_customer(encode_customer(customer));
  ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
  EXPECT_EQ(*decoded, customer);
}

TEST(IdentifierCodec, EveryFieldSurvives) {
  const Instant at = instant(1'795'392'000'000);
  for (const Pointer& pointer :
       {Pointer{.customer = {1, 2}}, Pointer{.epoch = 3, .told = {{7, at}}},
        Pointer{{1, 2}, 12, false, at, true, {{~0ULL, at}, {1, at + Millis(1)}}}}) {
    const auto decoded = decode_identifier(encode_identifier(pointer));
    ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
    EXPECT_EQ(*decoded, pointer);
  }
}

}  // namespace
}  // namespace vaste::store
