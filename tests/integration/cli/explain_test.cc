// `vaste explain` of what a stopped vaste left: real databases, no Kafka.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>

#include "config/config.h"
#include "integration/cli/program.h"
#include "store/codec.h"
#include "store/keys.h"
#include "store/rocks_store.h"
#include "story/fleet.h"

namespace vaste {
namespace {

using testing::HasSubstr;

constexpr char kPolicy[] = R"(
policy: explained
calendars:
  office: {zone: Europe/Helsinki, week: {mon-fri: "09:00-17:00"}}
rules: [{name: all, calendar: office, targets: {first_response: 2h}}]
)";

// One question on Friday at 16:00 of Helsinki, answered on Monday at 10:30: 1 h + 1 h 30 min.
constexpr std::int64_t kAsked = 1'772'805'600'000;     // 2026-03-06T14:00:00Z
constexpr std::int64_t kAnswered = 1'773'045'000'000;  // 2026-03-09T08:30:00Z

Incoming message(std::int64_t at, MomentKind kind, std::uint64_t id) {
  Incoming out;
  out.moment.at = instant(at);
  out.moment.kind = kind;
  out.moment.channel = Channel::kEmail;
  out.moment.id = id;
  out.identifiers = {"email:ann@example.org"};
  out.keys = {{"mail::<1@x>", false, true}};
  out.opens = out.from_customer = kind == MomentKind::kCustomerMessage;
  return out;
}

class ExplainState : public ProgramTest {
 protected:
  // Three partitions; the conversation is in the last, and a redirect to it in the first.
  void SetUp() override {
    write_file(policy_, kPolicy);
    std::vector<config::Finding> findings;
    auto parsed = config::parse_policy(kPolicy, "explained", findings);
    ASSERT_TRUE(parsed.has_value());
    story::Fleet fleet(std::make_shared<const clocks::CompiledPolicy>(std::move(*parsed)), 1, 1);
    fleet.send(message(kAsked, MomentKind::kCustomerMessage, 1));
    fleet.send(message(kAnswered, MomentKind::kAgentMessage, 2));
    fleet.run();
    const auto all = fleet.conversations();
    ASSERT_EQ(all.size(), 1U);
    const Conversation& told = *all.begin()->second;
    id_ = told.id;
    Conversation redirect;
    redirect.id = merged_;
    redirect.merged_into = id_;
    write("core-0", &redirect);
    write("core-1", nullptr);
    write("core-10", &told);
    std::filesystem::create_directory(state_ + "/core-1.quarantine-1");
  }

  std::unique_ptr<store::Store> open(const std::string& name) {
    auto opened = store::open_rocks(environment_, state_ + '/' + name);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().detail);
    return opened ? std::move(*opened) : nullptr;
  }

  void write(const std::string& name, const Conversation* conversation) {
    const auto store = open(name);
    ASSERT_NE(store, nullptr);
    if (conversation == nullptr) return;
    std::string bytes;
    store::encode_conversation(*conversation, bytes);
    store::Batch batch;
    batch.put(store::conversation_key(conversation->id), std::move(bytes));
    batch.set_positions({7, 7});
    ASSERT_TRUE(store->apply(batch).has_value());
  }

  Ended explain(const Id& id, const std::string& directory_of_state) {
    return vaste({"explain", id.text(), "--state", directory_of_state, "--policy", policy_, "--at",
                  "2026-03-10T00:00:00Z"});
  }

  // Everything in the state directory, with its size.
  std::map<std::string, std::uintmax_t> files() const {
    std::map<std::string, std::uintmax_t> out;
    for (const auto& one : std::filesystem::recursive_directory_iterator(state_))
      out[one.path().string()] = one.is_regular_file() ? one.file_size() : 0;
    return out;
  }

  const std::string policy_ = directory + "/policy.yaml";
  const std::string state_ = directory + "/state";
  store::RocksEnvironment environment_{{}};
  Id id_;
  Id merged_ = Id::from_bytes(std::string(15, '\1') + '\2');
};

TEST_F(ExplainState, TellsWhatIsInADatabaseAndChangesNothing) {
  const auto before = files();
  const Ended ended = explain(id_, state_);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("first_response"));
  EXPECT_THAT(ended.out, HasSubstr("breached, 2h30m of 2h"));
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(files(), before);
  EXPECT_EQ(explain(id_, state_ + "/core-10").out, ended.out) << "one database alone";
}

TEST_F(ExplainState, FollowsWhatWasMerged) {
  const Ended ended = explain(merged_, state_);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("was merged into " + id_.text()));
  EXPECT_EQ(ended.out, explain(id_, state_).out);
}

TEST_F(ExplainState, SaysThatThePolicyIsAnother) {
  std::string other = kPolicy;
  other.replace(other.find("2h"), 2, "9h");
  write_file(policy_, other);
  const Ended ended = explain(id_, state_);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("under other versions of the policy"));
}

TEST_F(ExplainState, RefusesWhatIsInUse) {
  const auto used = open("core-1");
  const Ended ended = explain(id_, state_);
  EXPECT_EQ(ended.code, 69) << ended.out;
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("core-1 is in use"));
}

TEST_F(ExplainState, SaysWhatIsNoStateDirectory) {
  for (const std::string& wrong : {directory, directory + "/no", policy_}) {
    const Ended ended = explain(id_, wrong);
    EXPECT_EQ(ended.code, 66) << wrong << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(wrong + ": "));
  }
}

TEST_F(ExplainState, SaysWhatIsNotThere) {
  const Ended ended = explain(Id::from_bytes(std::string(16, '\3')), state_);
  EXPECT_EQ(ended.code, 66);
  EXPECT_THAT(ended.err, HasSubstr("no conversation 03030303"));
  const Ended mistyped = vaste({"explain", "--state", state_, "--policy", policy_});
  EXPECT_EQ(mistyped.code, 64);
  EXPECT_THAT(mistyped.err, HasSubstr("CONVERSATION"));
}

TEST_F(ExplainState, FindsDamage) {
  std::string current;
  for (const auto& [file, size] : files())
    if (file.find("core-10/MANIFEST") != std::string::npos) current = file;
  ASSERT_FALSE(current.empty());
  write_file(current, "rubbish");
  const Ended ended = explain(id_, state_);
  EXPECT_EQ(ended.code, 70) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("core-10"));
}

}  // namespace
}  // namespace vaste
