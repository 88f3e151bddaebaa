// What a story means, once it is read.
#include <filesystem>
#include <fstream>

#include "base/hash.h"
#include "story/cast.h"
#include "story/play.h"
#include "unit/story/reading.h"

namespace vaste::story {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Happening& happening(const Story& story, std::size_t index) {
  return std::get<Happening>(story.steps.at(index));
}

// The one event of a story with this line in it.
Incoming event(const std::string& line) {
  const Read got = read_body(line + "\nexpect no alerts\n");
  EXPECT_TRUE(got.story) << got.said();
  return got.story ? happening(*got.story, 0).incoming : Incoming();
}

TEST(Story, IsReadAsItStands) {
  const Read got = read_body(
      "# Why this is told.\n"
      "at Mon 16:50 email ann key=m1 \"hello\"  # a comment\n"
      "expect Tue 09:20 breach first_response for ann\n"
      "  at Tue 10:00 email to ann ref=m1 key=m2 priority=high \"hi # there\"\n");
  ASSERT_TRUE(got.story) << got.said();
  const Story& story = *got.story;
  EXPECT_THAT(got.findings, IsEmpty());
  EXPECT_EQ(story.times->zone(), "Europe/Helsinki");
  EXPECT_TRUE(story.any_order);
  EXPECT_THAT(names(story.people), ElementsAre("ann"));
  ASSERT_EQ(story.steps.size(), 2u);
  const Happening& first = happening(story, 0);
  EXPECT_EQ(first.words.line, kFrontLines + 2);
  EXPECT_EQ(first.incoming.moment.kind, MomentKind::kCustomerMessage);
  EXPECT_EQ(to_ms(first.incoming.moment.at), 1795445400000);
  EXPECT_THAT(first.incoming.identifiers, ElementsAre("customer:ann"));
  const Happening& second = happening(story, 1);
  EXPECT_EQ(second.words.text,
            "at Tue 10:00 email to ann ref=m1 key=m2 priority=high \"hi # there\"");
  EXPECT_EQ(second.incoming.moment.kind, MomentKind::kAgentMessage);
  EXPECT_EQ(second.incoming.attributes.priority, "high");
  ASSERT_EQ(second.incoming.keys.size(), 2u);
  EXPECT_TRUE(second.incoming.keys[0].refers);
  EXPECT_EQ(second.incoming.keys[0].text, first.incoming.keys.at(0).text);
  ASSERT_EQ(story.alerts.size(), 1u);
  EXPECT_EQ(story.alerts[0].sla, "first_response");
  EXPECT_EQ(story.alerts[0].level, AlertLevel::kBreached);
  EXPECT_EQ(story.alerts[0].person, "ann");
}

struct VerbRow {
  const char* name;
  const char* line;
  MomentKind kind;
  bool from_customer;
  bool outbound;
};
std::ostream& operator<<(std::ostream& out, const VerbRow& row) {
  return out << row.name;
}
struct Verbs : testing::TestWithParam<VerbRow> {};

TEST_P(Verbs, AreMoments) {
  const Incoming got = event(std::string("at Mon 10:00 ") + GetParam().line);
  EXPECT_EQ(got.moment.kind, GetParam().kind);
  EXPECT_EQ(got.from_customer, GetParam().from_customer);
  EXPECT_EQ((got.moment.flags & kOutbound) != 0, GetParam().outbound);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Words, Verbs, testing::ValuesIn(std::vector<VerbRow>{
    {"Says",      "chat ann says \"x\"",         MomentKind::kCustomerMessage, true,  false},
    {"Bare",      "chat ann \"x\"",              MomentKind::kCustomerMessage, true,  false},
    {"BareKey",   "chat ann key=s \"x\"",        MomentKind::kCustomerMessage, true,  false},
    {"To",        "chat to ann \"x\"",           MomentKind::kAgentMessage,    false, true},
    {"ToBot",     "chat to ann bot key=s",       MomentKind::kBotMessage,      false, true},
    {"ToSays",    "chat to ann says \"x\"",      MomentKind::kAgentMessage,    false, true},
    {"Agent",     "email - agent key=m",         MomentKind::kAgentMessage,    false, true},
    {"Note",      "email - note key=m",          MomentKind::kNote,            false, true},
    {"Machine",   "email ann machine key=m",     MomentKind::kMachineMessage,  false, false},
    {"Posts",     "social ann posts key=p",      MomentKind::kMemberMessage,   true,  false},
    {"Queued",    "phone ann queued key=c",      MomentKind::kQueued,          true,  false},
    {"Called",    "phone to ann calls key=c",    MomentKind::kStarted,         false, true},
    {"Out",       "phone ann calls key=c out",   MomentKind::kStarted,         false, true},
    {"Answered",  "phone ann answered key=c",    MomentKind::kConnected,       false, false},
    {"GivesUp",   "phone ann gives-up key=c",    MomentKind::kAbandoned,       true,  false},
    {"Resolved",  "email - resolved key=m",      MomentKind::kResolved,        false, false},
    {"HandedOff", "chat - handed-off key=s",     MomentKind::kHandedOff,       false, false},
    {"Away", "email - away key=m",               MomentKind::kAgentAway,       false, false},
    {"Back", "email - back key=m",               MomentKind::kAgentBack,       false, false},
    {"Changes",   "email - changes key=m topic=x", MomentKind::kAttributesChanged, false, false},
}), testing::PrintToStringParamName());
// clang-format on

TEST(Story, ChatsAndCallsAreSessions) {
  EXPECT_TRUE(event("at Mon 10:00 chat ann key=s \"x\"").keys.at(0).session);
  EXPECT_TRUE(event("at Mon 10:00 phone ann queued key=s").keys.at(0).session);
  EXPECT_FALSE(event("at Mon 10:00 email ann key=s \"x\"").keys.at(0).session);
  EXPECT_TRUE(event("at Mon 10:00 phone ann queued ticket=7").keys.at(0).refers);
}

struct WhoRow {
  const char* name;
  const char* who;
  std::vector<std::string> identifiers;  // strongest first
};
std::ostream& operator<<(std::ostream& out, const WhoRow& row) {
  return out << row.name;
}
struct Who : testing::TestWithParam<WhoRow> {};

TEST_P(Who, IsKnownByIdentifiers) {
  const std::string line = std::string("at Mon 10:00 chat ") + GetParam().who + " key=s \"x\"";
  EXPECT_EQ(event(line).identifiers, GetParam().identifiers);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Words, Who, testing::ValuesIn(std::vector<WhoRow>{
    {"Name",    "ann",                         {"customer:ann"}},
    {"Address", "ann@example.org",             {"email:ann@example.org"}},
    {"Number",  "+358401234567",               {"phone:+358401234567"}},
    {"Visitor", "chat:web:17",                 {"chat:web:17"}},
    {"Account", "social:twitter:116416",       {"social:twitter:116416"}},
    {"Nowhere", "chat:17",                     {"chat::17"}},
    {"Typed",   "customer:ann@example.org",    {"customer:ann@example.org"}},
    {"Device",  "device:7",                    {"device:7"}},
    {"Several", "chat:web:17,ann@example.org", {"email:ann@example.org", "chat:web:17"}},
    {"Nobody",  "anonymous",                   {}},
}), testing::PrintToStringParamName());
// clang-format on

TEST(Story, HearsWhoIsWho) {
  const Read ordered = read_body(
      "at Mon 10:00 identity crm same ann@example.org +358401234567 id=e \"one\"\n"
      "at Mon 10:01 identity operator not-same ann@example.org bob\n"
      "at Mon 10:02 chat ann,bob@example.org cc=cat id=c \"x\"\nexpect no alerts\n");
  ASSERT_TRUE(ordered.story) << ordered.said();
  const Incoming& same = happening(*ordered.story, 0).incoming;
  EXPECT_EQ(same.moment.kind, MomentKind::kIdentity);
  EXPECT_THAT(same.identifiers, ElementsAre("email:ann@example.org", "phone:+358401234567"));
  EXPECT_EQ(happening(*ordered.story, 0).id, "e");
  EXPECT_THAT(happening(*ordered.story, 1).incoming.identifiers,
              ElementsAre("customer:bob", "email:ann@example.org"));
  // Who is in copy is named, and is not the person.
  EXPECT_THAT(happening(*ordered.story, 2).incoming.identifiers,
              ElementsAre("customer:ann", "email:bob@example.org"));
  EXPECT_THAT(names(ordered.story->people), ElementsAre("ann@example.org", "+358401234567", "bob",
                                                        "ann", "bob@example.org", "cat"));
}

TEST(Story, RevisionsNameTheirMessage) {
  const Read got = read_body(
      "at Mon 10:00 email ann key=m1 id=first \"x\"\n"
      "at Mon 10:01 email - deleted key=m1 of=first\nexpect no alerts\n");
  ASSERT_TRUE(got.story) << got.said();
  EXPECT_EQ(happening(*got.story, 1).incoming.moment.target,
            happening(*got.story, 0).incoming.moment.id);
}

TEST(Story, WithoutKeysTheOrderMattersUnlessItSaysOtherwise) {
  const std::string plain = "at Mon 10:00 chat ann \"x\"\nexpect no alerts\n";
  EXPECT_FALSE(read_body(plain).story->any_order);
  EXPECT_TRUE(read_body("order free\n" + plain).story->any_order);
  EXPECT_FALSE(read_body("order matters\nat Mon 10:00 chat ann key=s \"x\"\nexpect no alerts\n")
                   .story->any_order);
}

TEST(Story, TakesTheZoneItNames) {
  const Read got =
      read_body("zone America/New_York\nat Mon 16:50 email ann \"x\"\nexpect no alerts\n");
  ASSERT_TRUE(got.story) << got.said();
  EXPECT_EQ(got.story->times->zone(), "America/New_York");
  EXPECT_EQ(to_ms(happening(*got.story, 0).incoming.moment.at), 1795470600000);
}

TEST(Story, WithoutOpeningHoursItsTimeIsUtc) {
  const Read got = read(
      "policy: p\nrules: [{name: all, targets: {first_response: 1h}}]\n---\n"
      "at Mon 16:50 email ann \"x\"\nexpect no alerts\n");
  ASSERT_TRUE(got.story) << got.said();
  EXPECT_EQ(got.story->times->zone(), "UTC");
}

TEST(Story, LateOnesComeLater) {
  const Read got = read_body(
      "at Mon 10:00 email ann key=m \"x\"\nat Mon 12:00 email ann key=m \"y\"\n"
      "at Mon 11:00 email to ann key=m late \"z\"\nexpect no alerts\n");
  ASSERT_TRUE(got.story) << got.said();
  EXPECT_TRUE(happening(*got.story, 2).late);
}

TEST(Story, EndsWhereItSays) {
  const std::string line = "at Mon 10:00 email ann key=m \"x\"\nexpect no alerts\n";
  EXPECT_EQ(to_ms(read_body(line + "until Mon 12:00\n").story->until), 1795428000000);
  EXPECT_EQ(read_body(line).story->until, instant(1795420800000) + std::chrono::hours(24 * 60));
}

struct Files : testing::Test {
  std::filesystem::path folder = [] {
    std::string name = testing::TempDir() + "vaste-story-XXXXXX";
    return std::filesystem::path(mkdtemp(name.data()));
  }();
  ~Files() override { std::filesystem::remove_all(folder); }

  std::string write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << text;
    return (folder / name).string();
  }
};

TEST_F(Files, APolicyStandsBesideItsStoriesOrIsNamed) {
  const std::string yaml = kFront.substr(0, kFront.find("---"));
  const std::string body = "at Mon 10:00 email ann \"x\"\nexpect no alerts\n";
  const std::string policy = write("shop.yaml", yaml);
  Reader reader;
  std::vector<config::Finding> findings;
  const auto beside = reader.read_file(write("shop.stories/a.story", body), findings);
  ASSERT_TRUE(beside);
  EXPECT_EQ(beside->policy_file, policy);
  const auto named =
      reader.read_file(write("other/b.story", "policy ../shop.yaml\n" + body), findings);
  ASSERT_TRUE(named);
  EXPECT_EQ(named->policy_file, policy);
  EXPECT_EQ(named->policy, beside->policy);  // read once
  EXPECT_FALSE(reader.read_file(write("c.story", body), findings));
  EXPECT_THAT(findings.back().text, HasSubstr("whose rules?"));
  EXPECT_FALSE(reader.read_file(write("none.stories/d.story", body), findings));
  EXPECT_THAT(findings.back().text, HasSubstr("there is no policy"));
}

struct Versions : Files {
  const std::string yaml = kFront.substr(0, kFront.find("---"));
  std::vector<config::Finding> findings;

  // Another version of kFront's policy, with these targets of mail.
  std::string version(const std::string& targets) {
    std::string text = yaml;
    const auto at = text.find("targets: {");
    text.replace(at, text.find('\n', at) - at, "targets: {" + targets + "}");
    return text;
  }
  std::optional<Verdict> told(const std::string& body) {
    findings.clear();
    const auto story = Reader().read_file(write("shop.stories/a.story", body), findings);
    if (!story) return std::nullopt;
    return play(*story, {.shuffles = 5});
  }
};

TEST_F(Versions, TakeOverInTheMiddle) {
  write("shop.yaml", yaml);
  write("shop.stories/shorter.yaml", version("first_response: 30m, take_ownership: 2h"));
  const std::string body =
      "at Mon 10:00 email ann key=m1 \"x\"\nexpect due Mon 11:00 first_response\n"
      "policy shorter.yaml from Mon 10:20\n"
      "expect Mon 10:20 due Mon 10:30 first_response\nexpect running take_ownership\n"
      "expect due Mon 12:00 take_ownership\n"
      "expect Mon 10:30 breach first_response\nexpect Mon 12:00 breach take_ownership\n";
  const auto came = told(body);
  ASSERT_TRUE(came) << config::text(findings.at(0));
  EXPECT_TRUE(came->passed()) << came->where;
  EXPECT_EQ(came->orders, 5);
  // Without that line nothing of it holds.
  std::string without = body;
  without.erase(without.find("policy"), without.find("expect Mon 10:20") - without.find("policy"));
  without.erase(without.find("expect running"));
  const auto other = told(without);
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->passed());
}

// A conversation that nothing happens in, and that no clock of runs, hears of it too.
TEST_F(Versions, ReachQuietConversations) {
  write("shop.yaml", version(""));
  write("shop.stories/more.yaml", version("first_response: 30m"));
  const auto came = told(
      "at Mon 10:00 email ann key=m1 \"x\"\npolicy more.yaml from Mon 10:20\n"
      "expect Mon 10:30 breach first_response\nuntil Mon 16:00\n");
  ASSERT_TRUE(came) << config::text(findings.at(0));
  EXPECT_TRUE(came->passed()) << came->where;
}

TEST_F(Versions, StandInOrderAndAreThere) {
  write("shop.yaml", yaml);
  write("shop.stories/next.yaml", version("first_response: 30m"));
  write("shop.stories/bad.yaml", "policy: x\nruels: []\n");
  const std::string at = "at Mon 10:00 email ann key=m1 \"x\"\n";
  EXPECT_FALSE(told(at + "policy next.yaml from Mon 10:20\npolicy next.yaml from Mon 10:20\n"));
  EXPECT_THAT(findings.at(0).text, HasSubstr("takes over at that time already"));
  EXPECT_FALSE(told(at + "policy bad.yaml from Mon 10:20\n"));
  EXPECT_THAT(findings.at(0).file, HasSubstr("bad.yaml"));
  EXPECT_FALSE(told(at + "policy gone.yaml from Mon 10:20\n"));
  EXPECT_THAT(findings.at(0).text, HasSubstr("there is no policy `"));
}

TEST_F(Files, ABrokenPolicyIsExplainedOnce) {
  write("bad.yaml", "policy: x\nruels: []\n");
  const std::string body = "at Mon 10:00 email ann \"x\"\nexpect no alerts\n";
  Reader reader;
  std::vector<config::Finding> findings;
  EXPECT_FALSE(reader.read_file(write("bad.stories/a.story", body), findings));
  EXPECT_THAT(findings.at(0).file, HasSubstr("bad.yaml"));
  findings.clear();
  EXPECT_FALSE(reader.read_file(write("bad.stories/b.story", body), findings));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].text, HasSubstr("has errors, see above"));
}

TEST_F(Files, WhatIsNoStoryIsRefused) {
  Reader reader;
  std::vector<config::Finding> findings;
  EXPECT_FALSE(reader.read_file((folder / "none.story").string(), findings));
  EXPECT_THAT(findings.back().text, HasSubstr("cannot be read"));
  EXPECT_FALSE(reader.read_file(folder.string(), findings));
  EXPECT_THAT(findings.back().text, HasSubstr("cannot be read"));
  EXPECT_FALSE(reader.read_file(write("large.story", std::string((1 << 20) + 1, '#')), findings));
  EXPECT_THAT(findings.back().text, HasSubstr("larger than 1 MiB"));
  EXPECT_FALSE(reader.read_file(write("bytes.story", "# x\n\xff\xfe\n"), findings));
  EXPECT_THAT(findings.back().text, HasSubstr("not UTF-8"));
  EXPECT_EQ(findings.back().line, 2);
}

}  // namespace
}  // namespace vaste::story
