#include "ingest/normalise.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "ingest/decode.h"
#include "unit/ingest/identifiers.h"

namespace vaste::ingest {
namespace {

struct Row {
  const char* name;
  v1::IdentifierType type;
  const char* network;
  const char* value;
  const char* text;  // "" : names nobody
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class Identifiers : public ::testing::TestWithParam<Row> {};

TEST_P(Identifiers, HaveOneText) {
  EXPECT_EQ(testing::text_of(GetParam().type, GetParam().value, {}, GetParam().network),
            GetParam().text);
}

constexpr auto kCustomer = v1::IDENTIFIER_TYPE_CUSTOMER_ID;
constexpr auto kVisitor = v1::IDENTIFIER_TYPE_CHAT_VISITOR;
constexpr auto kSocial = v1::IDENTIFIER_TYPE_SOCIAL;

// clang-format off
INSTANTIATE_TEST_SUITE_P(Others, Identifiers, ::testing::ValuesIn(std::vector<Row>{
    {"Customer", kCustomer, "", "C-4711", "customer:C-4711"},
    {"CustomerZero", kCustomer, "", "0", ""},
    {"CustomerUnknown", kCustomer, "", " UNKNOWN ", ""},
    {"CustomerNull", kCustomer, "", "null", ""},
    {"CustomerEmpty", kCustomer, "", "", ""},
    {"CustomerZeros", kCustomer, "", "0000", ""},
    {"CustomerZeroUuid", kCustomer, "", "00000000-0000-0000-0000-000000000000", ""},
    {"CustomerNotAvailable", kCustomer, "", "N/A", ""},
    {"CustomerObject", kCustomer, "", "[object Object]", ""},
    {"CustomerCase", kCustomer, "", "Ann", "customer:Ann"},
    {"CustomerSpaces", kCustomer, "", "\u00a0 C-4711\ufeff ", "customer:C-4711"},
    {"CustomerControl", kCustomer, "", "C\t4711", ""},
    {"CustomerControlOne", kCustomer, "", "C\u0085", ""},
    {"CustomerNotUtf8", kCustomer, "", "C\xff", ""},
    {"CustomerTen", kCustomer, "", "10", "customer:10"},
    {"Social", kSocial, "instagram", "17841400000", "social:instagram:17841400000"},
    {"SocialWithoutNetwork", kSocial, "", "17841400000", "social::17841400000"},
    {"SocialColonInNetwork", kSocial, "a:b", "c", "social:a%3ab:c"},
    {"SocialColonInId", kSocial, "a", "b:c", "social:a:b:c"},
    {"SocialPercentInNetwork", kSocial, "a%3ab", "c", "social:a%253ab:c"},
    {"SocialCase", kSocial, "Instagram ", "AbC", "social:instagram:AbC"},
    {"SocialUnknown", kSocial, "instagram", "unknown", ""},
    {"SocialControl", kSocial, "insta\ngram", "1", ""},
    {"Visitor", kVisitor, "shop", "v1", "chat:shop:v1"},
    {"Device", v1::IDENTIFIER_TYPE_DEVICE, "", "d1", "device:d1"},
    {"NoType", v1::IDENTIFIER_TYPE_UNSPECIFIED, "", "x", ""},
    {"NewType", static_cast<v1::IdentifierType>(99), "", "x", ""},
}), ::testing::PrintToStringParamName());

struct KeyRow {
  const char* name;
  v1::ThreadKeyKind kind;
  const char* scope;
  const char* value;
  const char* text;
};
std::ostream& operator<<(std::ostream& out, const KeyRow& row) { return out << row.name; }
class ThreadKeys : public ::testing::TestWithParam<KeyRow> {};

TEST_P(ThreadKeys, HaveOneText) {
  v1::ThreadKey key;
  key.set_kind(GetParam().kind);
  key.set_scope(GetParam().scope);
  key.set_value(GetParam().value);
  std::string out = "left over";
  EXPECT_EQ(canonical(key, out), GetParam().text[0] != '\0');
  EXPECT_EQ(out, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ThreadKeys, ::testing::ValuesIn(std::vector<KeyRow>{
    {"Ticket", v1::THREAD_KEY_KIND_TICKET, "desk", "T-1", "ticket:desk:T-1"},
    {"Mail", v1::THREAD_KEY_KIND_MAIL_MESSAGE, "", "<1@X>", "mail::1@X"},
    {"MailReference", v1::THREAD_KEY_KIND_MAIL_REFERENCE, "", " <1@X> ", "mail::1@X"},
    {"MailWithoutBrackets", v1::THREAD_KEY_KIND_MAIL_REFERENCE, "", "1@X", "mail::1@X"},
    {"MailEmpty", v1::THREAD_KEY_KIND_MAIL_MESSAGE, "", "<>", ""},
    {"Call", v1::THREAD_KEY_KIND_CALL, "pbx1", "4711", "call:pbx1:4711"},
    {"CallWithBrackets", v1::THREAD_KEY_KIND_CALL, "", "<1>", "call::<1>"},
    {"Chat", v1::THREAD_KEY_KIND_CHAT_SESSION, "", "s", "chat::s"},
    {"Post", v1::THREAD_KEY_KIND_SOCIAL_POST, "x", "1", "post:x:1"},
    {"PostParent", v1::THREAD_KEY_KIND_SOCIAL_PARENT, "x", "1", "post:x:1"},
    {"Thread", v1::THREAD_KEY_KIND_SOCIAL_THREAD, "x", "1", "thread:x:1"},
    {"Line", v1::THREAD_KEY_KIND_CHAT_MESSAGE, "irc", "1", "line:irc:1"},
    {"LineParent", v1::THREAD_KEY_KIND_CHAT_PARENT, "irc", "1", "line:irc:1"},
    {"ColonInScope", v1::THREAD_KEY_KIND_CALL, "a:b", "c", "call:a%3ab:c"},
    {"ColonInValue", v1::THREAD_KEY_KIND_CALL, "a", "b:c", "call:a:b:c"},
    {"NoKind", v1::THREAD_KEY_KIND_UNSPECIFIED, "", "1", ""},
    {"NewKind", static_cast<v1::ThreadKeyKind>(99), "", "1", ""},
}), ::testing::PrintToStringParamName());
// clang-format on

TEST(ThreadKeysOfProto, EachKindHasANameSpace) {
  const auto* type = v1::ThreadKeyKind_descriptor();
  for (int i = 1; i < type->value_count(); ++i) {
    v1::ThreadKey key;
    key.set_kind(static_cast<v1::ThreadKeyKind>(type->value(i)->number()));
    key.set_value("1");
    std::string out;
    EXPECT_TRUE(canonical(key, out)) << type->value(i)->name();
  }
}

TEST(LongIdentifiers, NameNobody) {
  const std::string most(kMaxValue, 'a');
  EXPECT_EQ(testing::text_of(kCustomer, most, {}), "customer:" + most);
  EXPECT_EQ(testing::text_of(kCustomer, most + 'a', {}), "");
  EXPECT_EQ(testing::text_of(kSocial, "1", {}, std::string(kMaxNetwork + 1, 'a')), "");
  EXPECT_EQ(testing::text_of(kVisitor, std::string().append(10'000'000, '1'), {}), "");
  // The longest text that there is: every byte of the network takes three.
  EXPECT_LE(testing::text_of(kSocial, most, {}, std::string(kMaxNetwork, '%')).size(),
            kMaxCanonical);
}

// Values made of what matters to some reader, in any order.
TEST(IdentifiersProperty, NormalisingTwiceIsNormalisingOnce) {
  const std::vector<std::string> parts = {
      "+",      "358",      "0",    "40",      "1234567", "(0)",    " ",      "-",      ";ext=",
      "12",     "tel:",     "sip:", "mailto:", "<",       ">",      "@",      ".",      "example",
      "org",    "Ann",      "\"",   "\u00c4",  "\uff20",  "\u0130", "\u2126", "\ufb01", "\u200b",
      "local:", "invalid:", "x",    "#",       "\u00ad",  "\u0345", "+tag",   "\u3002"};
  std::mt19937_64 random(3);
  for (int i = 0; i < 30'000; ++i) {
    std::string value;
    for (auto left = 1 + random() % 6; left > 0; --left) value += parts[random() % parts.size()];
    const MailRules mail{random() % 2 == 0, random() % 2 == 0};
    const Habits habits{random() % 2 == 0 ? "FI" : "", mail};
    for (const auto type : {kCustomer, v1::IDENTIFIER_TYPE_EMAIL, v1::IDENTIFIER_TYPE_PHONE}) {
      const std::string once = testing::text_of(type, value, habits);
      if (once.empty()) continue;
      const std::string again = once.substr(once.find(':') + 1);
      ASSERT_EQ(testing::text_of(type, again, habits), once) << value;
    }
  }
}

TEST(Placeholders, InAnyCase) {
  for (const char* word : {"withheld", "Anonymous", "UNKNOWN", "0", "", " ", "restricted",
                           "private", "unavailable", "None"})
    EXPECT_TRUE(is_placeholder(word)) << word;
  for (const char* word : {"00", "0-0", "n/a", "NaN", "(null)", "nil"})
    EXPECT_TRUE(is_placeholder(word)) << word;
  for (const char* word : {"anonymous1", "un known", "01", "1"})
    EXPECT_FALSE(is_placeholder(word)) << word;
}

}  // namespace
}  // namespace vaste::ingest
