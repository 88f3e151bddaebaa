// E-mail addresses as people and mail programs write them.
#include "ingest/mail_address.h"

#include <gtest/gtest.h>

#include <vector>

#include "unit/ingest/identifiers.h"

namespace vaste::ingest {
namespace {

constexpr MailRules kExact{.exact_local_part = true};
constexpr MailRules kStrip{.strip_plus_tag = true};

std::string mail(std::string_view value, const MailRules& rules = {}) {
  return testing::text_of(v1::IDENTIFIER_TYPE_EMAIL, value, {.region = {}, .mail = rules});
}

struct Row {
  const char* name;
  MailRules rules;
  std::string value;
  std::string text;  // without "email:"; "": names nobody
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class Mail : public ::testing::TestWithParam<Row> {};

TEST_P(Mail, HasOneText) {
  const std::string got = mail(GetParam().value, GetParam().rules);
  EXPECT_EQ(got, GetParam().text.empty() ? "" : "email:" + GetParam().text);
  if (got.empty()) return;
  EXPECT_EQ(mail(got.substr(6), GetParam().rules), got);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Written, Mail, ::testing::ValuesIn(std::vector<Row>{
    {"Plain",          {}, "ann@example.org",                "ann@example.org"},
    {"Case",           {}, "Ann.B@EXAMPLE.org",              "ann.b@example.org"},
    {"Plus",           {}, "ann+shop@example.org",           "ann+shop@example.org"},
    {"Spaces",         {}, "  ann@example.org ",             "ann@example.org"},
    {"InvisibleSpaces",{}, "\u200b ann@example.org\u00a0",   "ann@example.org"},
    {"Brackets",       {}, "<ann@example.org>",              "ann@example.org"},
    {"DisplayName",    {}, "\"B, Ann\" <Ann@example.org>",   "ann@example.org"},
    {"NameIsAddress",  {}, "bob@example.org <ann@example.org>", "ann@example.org"},
    {"Link",           {}, "MailTo:ann@example.org",         "ann@example.org"},
    {"LinkInBrackets", {}, "<mailto:ann@example.org>",       "ann@example.org"},
    {"Exact",          kExact, "Ann.B@EXAMPLE.org",          "Ann.B@example.org"},
    {"Strip",          kStrip, "ann+shop+2@example.org",     "ann@example.org"},
    {"StripNothing",   kStrip, "+shop@example.org",          "+shop@example.org"},
    {"Quoted",         {}, "\"ann b\"@example.org",          "\"ann b\"@example.org"},
    {"QuotedAt",       {}, "\"a@b\"@example.org",            "\"a@b\"@example.org"},
    {"QuotedPlus",     kStrip, "\"ann+b\"@example.org",      "\"ann+b\"@example.org"},
    {"Dots",           {}, "ann..b.@docomo.example",         "ann..b.@docomo.example"},
    {"Signs",          {}, "o'neil/x=y{z}@example.org",      "o'neil/x=y{z}@example.org"},
    {"Return",         {}, "bounce+4711=ann=example.org@mail.example.com", "bounce+4711=ann=example.org@mail.example.com"},
    {"Literal",        {}, "ann@[192.0.2.1]",                "ann@[192.0.2.1]"},
    {"LiteralSix",     {}, "ann@[IPv6:2001:DB8::1]",         "ann@[ipv6:2001:db8::1]"},
    {"OneLabel",       {}, "root@LOCALHOST",                 "root@localhost"},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Domains, Mail, ::testing::ValuesIn(std::vector<Row>{
    {"FinalDot",       {}, "ann@example.org.",               "ann@example.org"},
    {"FinalDots",      {}, "ann@example.org...",             "ann@example.org"},
    {"Umlaut",         {}, "ann@M\u00dcNCHEN.de",            "ann@xn--mnchen-3ya.de"},
    {"UmlautInDns",    {}, "ann@XN--MNCHEN-3YA.de",          "ann@xn--mnchen-3ya.de"},
    {"UmlautComposed", {}, "ann@mu\u0308nchen.de",           "ann@xn--mnchen-3ya.de"},
    {"SharpS",         {}, "ann@stra\u00dfe.de",             "ann@xn--strae-oqa.de"},
    {"NotSharpS",      {}, "ann@strasse.de",                 "ann@strasse.de"},
    {"FinalSigma",     {}, "ann@\u03b2\u03cc\u03bb\u03bf\u03c2.com", "ann@xn--nxasmm1c.com"},
    {"Cyrillic",       {}, "ann@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444", "ann@xn--e1afmkfd.xn--p1ai"},
    {"Japanese",       {}, "ann@\u4f8b\u3048.\u30c6\u30b9\u30c8", "ann@xn--r8jz45g.xn--zckzah"},
    {"IdeographicDot", {}, "ann@\u4f8b\u3048\u3002jp\u3002", "ann@xn--r8jz45g.jp"},
    {"FullWidth",      {}, "ann@\uff25\uff38\uff21\uff2d\uff30\uff2c\uff25.org", "ann@example.org"},
    {"SoftHyphen",     {}, "ann@exam\u00adple.org",          "ann@example.org"},
    {"Underscore",     {}, "ann@mail_1.example.org",         "ann@mail_1.example.org"},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(OtherScripts, Mail, ::testing::ValuesIn(std::vector<Row>{
    {"Case",           {}, "\u00c4NNE@EXAMPLE.org",          "\u00e4nne@example.org"},
    {"Composed",       {}, "a\u0308nne@example.org",         "\u00e4nne@example.org"},
    {"FullWidth",      {}, "\uff21nn@example.org",           "ann@example.org"},
    {"FullWidthAll",   {}, "\uff41\uff4e\uff4e\uff20example.org", "ann@example.org"},
    {"SharpSIsNotSs",  {}, "wei\u00df@example.org",          "wei\u00df@example.org"},
    {"Invisible",      {}, "an\u200bn@example.org",          "ann@example.org"},
    {"Greek",          {}, "\u039d\u0399\u039a\u039f\u03a3@example.gr", "\u03bd\u03b9\u03ba\u03bf\u03c2@example.gr"},
    {"Exact",          kExact, "\u00c4nne@example.org",      "\u00c4nne@example.org"},
    {"ExactComposed",  kExact, "A\u0308nne@example.org",     "\u00c4nne@example.org"},
}), ::testing::PrintToStringParamName());

// What is mended is not what it was: ann@@example.org is not ann@example.org.
INSTANTIATE_TEST_SUITE_P(NoAddress, Mail, ::testing::ValuesIn(std::vector<Row>{
    {"Word",           {}, "Bob",                            "invalid:bob"},
    {"TwoAts",         {}, "ann@@example.org",               "invalid:ann@@example.org"},
    {"NoLocalPart",    {}, "@example.org",                   "invalid:@example.org"},
    {"NoDomain",       {}, "ann@",                           "invalid:ann@"},
    {"OnlyDots",       {}, "ann@..",                         "invalid:ann@.."},
    {"EmptyLabel",     {}, "ann@example..org",               "invalid:ann@example..org"},
    {"Blank",          {}, "ann b@example.org",              "invalid:ann b@example.org"},
    {"BlankInDomain",  {}, "ann@exam ple.org",               "invalid:ann@exam ple.org"},
    {"List",           {}, "ann@example.org,bob@example.org", "invalid:ann@example.org,bob@example.org"},
    {"Colon",          {}, "invalid:ann@example.org",        "invalid:ann@example.org"},
    {"Backslash",      {}, "an\\n@example.org",              "invalid:an\\n@example.org"},
    {"LongLabel",      {}, "ann@" + std::string(64, 'a') + ".org", "invalid:ann@" + std::string(64, 'a') + ".org"},
    {"LongDomain",     {}, "ann@" + std::string(130, 'a') + "." + std::string(130, 'b'), "invalid:ann@" + std::string(130, 'a') + "." + std::string(130, 'b')},
    {"LongLocalPart",  {}, std::string(257, 'a') + "@x.org", "invalid:" + std::string(257, 'a') + "@x.org"},
    {"OfExchange",     {}, "/O=Corp/OU=EU/CN=Ann",           "invalid:/o=corp/ou=eu/cn=ann"},
    {"NoDomainOfDns",  {}, "ann@\u2603\u202e.org",           "invalid:ann@\u2603\u202e.org"},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Nobody, Mail, ::testing::ValuesIn(std::vector<Row>{
    {"LinkToNobody",   {}, "mailto:", ""},
    {"Anonymous",      {}, "mailto:Anonymous", ""},
    {"Empty",          {}, "", ""},
    {"Invalid",        {}, "anonymous@anonymous.invalid", ""},
    {"InvalidDot",     {}, "ann@INVALID.", ""},
}), ::testing::PrintToStringParamName());
// clang-format on

}  // namespace
}  // namespace vaste::ingest
