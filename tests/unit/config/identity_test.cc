// `identity` of a policy: what it means, and every mistake in it.
#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;

const std::string kRules =
    "policy: p\nrules: [{name: r, calendar: 24x7, targets: {first_response: 1h}}]\n";

// `inside` is on line 4, from column 3 on.
std::string identity(const std::string& inside) {
  return kRules + "identity:\n  " + inside + "\n";
}

TEST(Identity, TrustsNobodyByItself) {
  const IdentityRules rules = good_policy(kRules).identity;
  EXPECT_THAT(rules.trust, IsEmpty());
  EXPECT_THAT(rules.most_of_kind, ElementsAre(0u, 1u, 5u, 5u, 5u, 5u, 5u));
  EXPECT_EQ(rules.most, 50u);
  EXPECT_EQ(rules.shared_beyond, 10u);
  EXPECT_EQ(rules.shared_within, 30 * 24h);
  EXPECT_EQ(rules.evidence_lasts, 365 * 24h);
  EXPECT_EQ(rules.phone_evidence_lasts, 180 * 24h);
  EXPECT_THAT(rules.deny, IsEmpty());
  EXPECT_THAT(rules.own, IsEmpty());
  EXPECT_FALSE(rules.exact_local_part);
  EXPECT_FALSE(rules.strip_plus_tag);
  EXPECT_FALSE(good_policy(kRules + "identity:\n").stitch.own_messages_by_window);
}

TEST(Identity, ReadsWhatIsWritten) {
  const Policy policy = good_policy(kRules + R"(
stitch: {own_messages: window}
identity:
  trust:
    - shop-login
    - {source: crm, methods: [login, verified_profile]}
    - {source: "*", methods: event}
  limits: {customer_id: 2, email: 3, phone: 4, chat_visitor: 6, social: 7, device: 0, all: 20}
  shared: {beyond: 5, within: 7d}
  evidence: {lasts: 30d, phone: 12h}
  deny: ["email:*@example.com", customer:guest]
  own: "phone:+35810*"
  email_local_part: exact
  email_plus_tag: strip
)");
  const IdentityRules& rules = policy.identity;
  ASSERT_THAT(rules.trust, SizeIs(3));
  EXPECT_EQ(rules.trust[0].source, "shop-login");
  EXPECT_THAT(rules.trust[0].methods, IsEmpty());
  EXPECT_EQ(rules.trust[1].source, "crm");
  EXPECT_THAT(rules.trust[1].methods, ElementsAre("login", "verified_profile"));
  EXPECT_EQ(rules.trust[2].source, "*");
  EXPECT_THAT(rules.trust[2].methods, ElementsAre("event"));
  EXPECT_THAT(rules.most_of_kind, ElementsAre(0u, 2u, 3u, 4u, 6u, 7u, 0u));
  EXPECT_EQ(rules.most, 20u);
  EXPECT_EQ(rules.shared_beyond, 5u);
  EXPECT_EQ(rules.shared_within, 7 * 24h);
  EXPECT_EQ(rules.evidence_lasts, 30 * 24h);
  EXPECT_EQ(rules.phone_evidence_lasts, 12h);
  EXPECT_THAT(rules.deny, ElementsAre("email:*@example.com", "customer:guest"));
  EXPECT_THAT(rules.own, ElementsAre("phone:+35810*"));
  EXPECT_TRUE(rules.exact_local_part);
  EXPECT_TRUE(rules.strip_plus_tag);
  EXPECT_TRUE(policy.stitch.own_messages_by_window);
}

class IdentityMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(IdentityMistakes, AreToldWithTheirPlace) {
  EXPECT_THAT(policy_findings(GetParam().yaml),
              ElementsAre(AllOf(StartsWith(GetParam().place), HasSubstr(GetParam().words))));
}

const std::string kLong(513, 'a');

// clang-format off
INSTANTIATE_TEST_SUITE_P(All, IdentityMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"NotAMapping",   kRules + "identity: [crm]\n",          "f:3:11: error: ", "identity: expected keys and values, e.g. `{trust: [crm]}`"},
    {"UnknownKey",    identity("trusted: [crm]"),            "f:4:3: error: ", "unknown key `trusted` under `identity`; did you mean `trust`?"},
    {"TrustOfOne",    identity("trust: crm"),                "f:4:10: error: ", "identity.trust: `crm`, expected a list"},
    {"TrustNone",     identity("trust: []"),                 "f:4:10: error: ", "an empty list"},
    {"TrustEmpty",    identity("trust: ['']"),               "f:4:11: error: ", "expected 1 to 256 bytes that print, e.g. `crm`"},
    {"TrustLong",     identity("trust: [" + kLong + "]"),    "f:4:11: error: ", "expected 1 to 256 bytes"},
    {"TrustNoSource", identity("trust: [{methods: [login]}]"), "f:4:11: error: ", "identity.trust[0]: `source` is missing"},
    {"TrustKey",      identity("trust: [{source: crm, method: login}]"), "f:4:25: error: ", "unknown key `method` under `identity.trust[0]`; did you mean `methods`?"},
    {"TrustNoMethods", identity("trust: [{source: crm, methods: []}]"), "f:4:34: error: ", "identity.trust[0].methods: an empty list"},
    {"TrustLongMethod", identity("trust: [{source: crm, methods: " + std::string(65, 'm') + "}]"), "f:4:34: error: ", "expected 1 to 64 bytes"},
    {"LimitKind",     identity("limits: {mail: 5}"),         "f:4:12: error: ", "unknown key `mail` under `identity.limits`; did you mean `email`?"},
    {"LimitNegative", identity("limits: {email: -1}"),       "f:4:19: error: ", "is out of bounds: expected 0 to 1000"},
    {"LimitOfAll",    identity("limits: {all: 1}"),          "f:4:17: error: ", "is out of bounds: expected 2 to 1000"},
    {"SharedByNone",  identity("shared: {beyond: 0}"),       "f:4:20: error: ", "is out of bounds: expected 1 to 1000"},
    {"SharedBare",    identity("shared: {within: 30}"),      "f:4:20: error: ", "`30` has no unit"},
    {"SharedKey",     identity("shared: {after: 30d}"),      "f:4:12: error: ", "unknown key `after`"},
    {"EvidenceShort", identity("evidence: {lasts: 1m}"),     "f:4:21: error: ", "is out of bounds: expected 1h to 3660d"},
    {"EvidenceKey",   identity("evidence: {email: 1d}"),     "f:4:14: error: ", "unknown key `email`"},
    {"NoKind",        identity("deny: [ann@example.com]"),   "f:4:10: error: ", "expected a kind, a colon and a value, e.g. `email:*@example.com`; kinds are customer, email, phone, chat, social, device"},
    {"UnknownKind",   identity("deny: ['emial:a@b']"),       "f:4:10: error: ", "did you mean `email`?"},
    {"KindOfLimits",  identity("deny: ['customer_id:1']"),   "f:4:10: error: ", "did you mean `customer`?"},
    {"Everybody",     identity("deny: ['email:*']"),         "f:4:10: error: ", "identity.deny[0]: `email:*`: would hold every email"},
    {"NothingAtAll",  identity("own: ['device:']"),          "f:4:9: error: ", "would hold every device"},
    {"TwoStars",      identity("own: ['email:*@*.example.com']"), "f:4:9: error: ", "one `*` at most, at the beginning or the end"},
    {"StarInside",    identity("own: ['email:info@*.com']"), "f:4:9: error: ", "one `*` at most, at the beginning or the end"},
    {"NoAddress",     identity("own: ['email:example.com']"), "f:4:9: error: ", "expected a whole address, or a `*` for the rest"},
    {"NationalPhone", identity("own: ['phone:010 1234567']"), "f:4:9: error: ", "expected a number with `+` and the code of its country, e.g. `phone:+35810*`"},
    {"Blanks",        identity("own: ['customer: guest']"),  "f:4:9: error: ", "without blanks around them"},
    {"LongPattern",   identity("own: ['customer:" + kLong + "']"), "f:4:9: error: ", "expected up to 512 bytes"},
    {"Invisible",     identity("own: [\"customer:a\\u202eb\"]"), "f:4:9: error: ", "bytes that print"},
    {"Twice",         identity("own: ['customer:a', 'customer:a']"), "f:4:23: warning: ", "is named twice"},
    {"LocalPart",     identity("email_local_part: upper"),   "f:4:21: error: ", "expected one of lower, exact"},
    {"PlusTag",       identity("email_plus_tag: yes"),       "f:4:19: error: ", "expected one of keep, strip"},
    {"OwnMessages",   kRules + "stitch: {own_messages: windows}\n", "f:3:24: error: ", "expected one of any_age, window; did you mean `window`?"},
}), testing::PrintToStringParamName());
// clang-format on

std::string many(const std::string& key, int count, const std::string& before) {
  std::string out = kRules + "identity:\n  " + key + ":\n";
  for (int i = 0; i < count; ++i) out += "    - \"" + before + std::to_string(i) + "\"\n";
  return out;
}

TEST(IdentityLimits, OfLists) {
  EXPECT_THAT(policy_findings(many("trust", 200, "s")), IsEmpty());
  EXPECT_THAT(policy_findings(many("trust", 201, "s")),
              ElementsAre(HasSubstr("identity.trust: 201 sources, expected at most 200")));
  EXPECT_THAT(policy_findings(many("deny", 1000, "device:")), IsEmpty());
  EXPECT_THAT(policy_findings(many("deny", 1001, "device:")),
              ElementsAre(HasSubstr("identity.deny: 1001 entries, expected at most 1000")));
}

}  // namespace
}  // namespace vaste::config
