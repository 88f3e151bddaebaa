#include "ingest/normalise.h"

#include <gtest/gtest.h>

#include <vector>

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
  v1::Identifier identifier;
  identifier.set_type(GetParam().type);
  identifier.set_network(GetParam().network);
  identifier.set_value(GetParam().value);
  std::string out = "left over";
  EXPECT_EQ(canonical(identifier, out), GetParam().text[0] != '\0');
  EXPECT_EQ(out, GetParam().text);
}

constexpr auto kCustomer = v1::IDENTIFIER_TYPE_CUSTOMER_ID;
constexpr auto kEmail = v1::IDENTIFIER_TYPE_EMAIL;
constexpr auto kPhone = v1::IDENTIFIER_TYPE_PHONE;
constexpr auto kSocial = v1::IDENTIFIER_TYPE_SOCIAL;

// clang-format off
INSTANTIATE_TEST_SUITE_P(Email, Identifiers, ::testing::ValuesIn(std::vector<Row>{
    {"Plain", kEmail, "", "ann@example.org", "email:ann@example.org"},
    {"Case", kEmail, "", "Ann.B@EXAMPLE.org", "email:ann.b@example.org"},
    {"Plus", kEmail, "", "ann+shop@example.org", "email:ann+shop@example.org"},
    {"Spaces", kEmail, "", "  ann@example.org ", "email:ann@example.org"},
    {"Brackets", kEmail, "", "<ann@example.org>", "email:ann@example.org"},
    {"Link", kEmail, "", "MailTo:ann@example.org", "email:ann@example.org"},
    {"LinkToNobody", kEmail, "", "mailto:", ""},
    {"NotAscii", kEmail, "", "Ä@EXAMPLE.org", "email:Ä@example.org"},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Phone, Identifiers, ::testing::ValuesIn(std::vector<Row>{
    {"Plain", kPhone, "", "+358401234567", "phone:+358401234567"},
    {"Written", kPhone, "", "+358 (40) 123-45.67", "phone:+358401234567"},
    {"NoBreakSpace", kPhone, "", "+358\u00a040\u00a01234567", "phone:+358401234567"},
    {"Link", kPhone, "", "tel:+358-40-1234567", "phone:+358401234567"},
    {"WhatsApp", kPhone, "", "whatsapp:+358401234567", "phone:+358401234567"},
    {"BothPrefixes", kPhone, "", "WhatsApp:tel:+358401234567", "phone:+358401234567"},
    {"National", kPhone, "", "040 1234567", "phone:0401234567"},
    {"Withheld", kPhone, "", "Withheld", ""},
    {"AnonymousLink", kPhone, "", "tel:Anonymous", ""},
    {"Zero", kPhone, "", "0", ""},
    {"Zeros", kPhone, "", "+000-000", ""},
    {"NoDigits", kPhone, "", "- ( )", ""},
    {"AnyWord", kPhone, "", "Privat", ""},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Others, Identifiers, ::testing::ValuesIn(std::vector<Row>{
    {"Customer", kCustomer, "", "C-4711", "customer:C-4711"},
    {"CustomerZero", kCustomer, "", "0", ""},
    {"CustomerUnknown", kCustomer, "", " UNKNOWN ", ""},
    {"CustomerNull", kCustomer, "", "null", ""},
    {"CustomerEmpty", kCustomer, "", "", ""},
    {"CustomerTen", kCustomer, "", "10", "customer:10"},
    {"Social", kSocial, "instagram", "17841400000", "social:instagram:17841400000"},
    {"SocialWithoutNetwork", kSocial, "", "17841400000", "social::17841400000"},
    {"SocialColonInNetwork", kSocial, "a:b", "c", "social:a%3ab:c"},
    {"SocialColonInId", kSocial, "a", "b:c", "social:a:b:c"},
    {"SocialPercentInNetwork", kSocial, "a%3ab", "c", "social:a%253ab:c"},
    {"Visitor", v1::IDENTIFIER_TYPE_CHAT_VISITOR, "shop", "v1", "chat:shop:v1"},
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

TEST(Placeholders, InAnyCase) {
  for (const char* word : {"withheld", "Anonymous", "UNKNOWN", "0", "", " ", "restricted",
                           "private", "unavailable", "None"})
    EXPECT_TRUE(is_placeholder(word)) << word;
  for (const char* word : {"00", "anonymous1", "un known", "01"})
    EXPECT_FALSE(is_placeholder(word)) << word;
}

}  // namespace
}  // namespace vaste::ingest
