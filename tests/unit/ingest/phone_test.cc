// Telephone numbers as people, telephone systems and vendors write them.
#include "ingest/phone.h"

#include <gtest/gtest.h>
#include <phonenumbers/phonenumberutil.h>

#include <random>
#include <set>
#include <vector>

#include "config/load.h"
#include "unit/ingest/identifiers.h"

namespace vaste::ingest {
namespace {

std::string phone(std::string_view value, std::string_view region = {}) {
  return testing::text_of(v1::IDENTIFIER_TYPE_PHONE, value, {.region = region, .mail = {}});
}

struct Row {
  const char* name;
  const char* region;
  const char* value;
  const char* text;  // without "phone:"; "": names nobody
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class Phone : public ::testing::TestWithParam<Row> {};

TEST_P(Phone, HasOneText) {
  const std::string expected = GetParam().text;
  const std::string got = phone(GetParam().value, GetParam().region);
  EXPECT_EQ(got, expected.empty() ? "" : "phone:" + expected);
  // What was normalised normalises to itself, wherever it comes from.
  if (got.empty()) return;
  EXPECT_EQ(phone(got.substr(6)), got);
  EXPECT_EQ(phone(got.substr(6), "US"), got);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(International, Phone, ::testing::ValuesIn(std::vector<Row>{
    {"Plain",          "",   "+358401234567",                "+358401234567"},
    {"Written",        "",   "+358 (40) 123-45.67",          "+358401234567"},
    {"Slashes",        "",   "+49 30/123456",                "+4930123456"},
    {"NoBreakSpaces",  "",   "+358\u00a040\u00a01234567",    "+358401234567"},
    {"NarrowSpaces",   "",   "+33\u202f6\u202f12\u202f34\u202f56\u202f78", "+33612345678"},
    {"Marks",          "",   "\u202a+358 40 1234567\u202c",  "+358401234567"},
    {"Dashes",         "",   "+1 202\u2013555\u20130143",    "+12025550143"},
    {"FullWidth",      "",   "\uff0b\uff13\uff15\uff18\uff14\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17", "+358401234567"},
    {"ArabicDigits",   "",   "+\u0669\u0666\u0666\u0665\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "+966501234567"},
    {"TrunkInBrackets","",   "+44 (0)20 7946 0018",          "+442079460018"},
    {"ManyZeros",      "",   "+358 000 34567",               "+35834567"},
    {"TrunkOfFinland", "",   "+358 (0)9 555 0100",           "+35895550100"},
    {"ItalyKeepsIt",   "",   "+39 06 6982 0000",             "+390669820000"},
    {"Mexico",         "",   "+52 1 55 1234 5678",           "+525512345678"},
    {"Argentina",      "",   "+54 9 11 1234-5678",           "+5491112345678"},
    {"Brazil",         "",   "+55 11 91234-5678",            "+5511912345678"},
    {"Japan",          "",   "+81 90-1234-5678",             "+819012345678"},
    {"Satellite",      "",   "+870 773 111 632",             "+870773111632"},
    {"RegionIsNot",    "SE", "+358401234567",                "+358401234567"},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(National, Phone, ::testing::ValuesIn(std::vector<Row>{
    {"Finland",        "FI", "040 1234567",                  "+358401234567"},
    {"FinlandAbroad",  "FI", "00358 40 1234567",             "+358401234567"},
    {"FinlandLand",    "FI", "(09) 555 0100",                "+35895550100"},
    {"FinlandNoZero",  "FI", "401234567",                    "+358401234567"},
    {"Faroe",          "FO", "211234",                       "+298211234"},
    {"FinlandCompany", "FI", "010 123 4567",                 "+358101234567"},
    {"Sweden",         "SE", "070-123 45 67",                "+46701234567"},
    {"Germany",        "DE", "0151 23456789",                "+4915123456789"},
    {"Britain",        "GB", "020 7946 0018",                "+442079460018"},
    {"States",         "US", "(202) 555-0143",               "+12025550143"},
    {"StatesAbroad",   "US", "011 44 20 7946 0018",          "+442079460018"},
    {"StatesWithOne",  "US", "1-202-555-0143",               "+12025550143"},
    {"France",         "FR", "06 12 34 56 78",               "+33612345678"},
    {"Italy",          "IT", "06 6982 0000",                 "+390669820000"},
    {"ItalyMobile",    "IT", "347 123 4567",                 "+393471234567"},
    {"Spain",          "ES", "612 34 56 78",                 "+34612345678"},
    {"Denmark",        "DK", "20 12 34 56",                  "+4520123456"},
    {"Norway",         "NO", "406 12 345",                   "+4740612345"},
    {"Estonia",        "EE", "5123 4567",                    "+37251234567"},
    {"Russia",         "RU", "8 (912) 345-67-89",            "+79123456789"},
    {"ArgentinaOwn",   "AR", "011 15-1234-5678",             "+5491112345678"},
    {"BrazilCarrier",  "BR", "0 15 11 91234-5678",           "+5511912345678"},
    {"India",          "IN", "098765 43210",                 "+919876543210"},
    {"Australia",      "AU", "0412 345 678",                 "+61412345678"},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(OfNoCountry, Phone, ::testing::ValuesIn(std::vector<Row>{
    {"NoRegion",       "",   "040 1234567",                  "local::0401234567"},
    {"NewRegion",      "QQ", "040 1234567",                  "local:QQ:0401234567"},
    {"Emergency",      "FI", "112",                          "local:FI:112"},
    {"ShortCode",      "US", "78273",                        "local:US:78273"},
    {"OtherCountry",   "SE", "112",                          "local:SE:112"},
    {"Extension",      "FI", "2314",                         "local:FI:2314"},
    {"LongExtension",  "FI", "23145",                        "local:FI:23145"},
    {"LongExtensionUS","US", "23145",                        "local:US:23145"},
    {"WithoutArea",    "US", "555-0143",                     "local:US:5550143"},
    {"TooShort",       "",   "+12",                          "local::+12"},
    {"TooShortRegion", "FI", "+358 9",                       "local::+3589"},
    {"TooLong",        "FI", "+1 202 555 0143 99",           "local::+1202555014399"},
    {"NoSuchCode",     "FI", "+999 123456",                  "local::+999123456"},
    {"FarTooLong",     "FI", "+35840123456740123456740123456740123456740", "local::+35840123456740123456740123456740123456740"},
    {"Account",        "FI", "client:Agent7",                "local::client:agent7"},
    {"TwoNumbers",     "FI", "040 1234567 or 050 7654321",   "local::040 1234567 or 050 7654321"},
    {"PlusInside",     "FI", "040+1234567",                  "local::040+1234567"},
    {"Words",          "FI", "call 040 1234567",             "local::call 040 1234567"},
    {"Vanity",         "US", "1-800-FLOWERS",                "local::1-800-flowers"},
    {"SpelledLocal",   "US", "737-874-2833",                 "+17378742833"},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Vendors, Phone, ::testing::ValuesIn(std::vector<Row>{
    {"Link",           "",   "tel:+358-40-1234567",          "+358401234567"},
    {"LinkContext",    "",   "tel:40-1234567;phone-context=+358", "+358401234567"},
    {"LinkLocal",      "FI", "tel:2314;phone-context=pbx.example.org", "local:FI:2314"},
    {"LinkParameters", "",   "tel:+358401234567;cpc=ordinary;oli=0", "+358401234567"},
    {"WhatsApp",       "",   "whatsapp:+358401234567",       "+358401234567"},
    {"WhatsAppId",     "",   "WhatsApp:tel:+358401234567",   "+358401234567"},
    {"Sms",            "",   "sms:+358401234567",            "+358401234567"},
    {"Viber",          "",   "viber:+358401234567",          "+358401234567"},
    {"CallTo",         "",   "callto:+358401234567",         "+358401234567"},
    {"Sip",            "",   "sip:+358401234567@sbc.example.org;user=phone", "+358401234567"},
    {"Sips",           "",   "SIPS:+358401234567;npdi@10.0.0.1:5061", "+358401234567"},
    {"SipPassword",    "",   "sip:+358401234567:1234@10.0.0.1", "+358401234567"},
    {"SipExtension",   "FI", "sip:2314@10.0.0.1",            "local:FI:2314"},
    {"CallerId",       "",   "\"Ann B\" <+358401234567>",    "+358401234567"},
    {"CallerIdSip",    "",   "\"Ann 5\" <sip:+358401234567@10.0.0.1>", "+358401234567"},
    {"ExtensionOf",    "",   "+358 9 555 0100 ext. 12",      "+35895550100;ext=12"},
    {"ExtensionX",     "US", "(202) 555-0143 x7",            "+12025550143;ext=7"},
    {"ExtensionHash",  "",   "+35895550100#12",              "+35895550100;ext=12"},
    {"ExtensionLink",  "",   "tel:+35895550100;ext=12",      "+35895550100;ext=12"},
    {"ExtensionLocal", "FI", "2314 ext 2",                   "local:FI:2314;ext=2"},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Nobody, Phone, ::testing::ValuesIn(std::vector<Row>{
    {"Withheld",       "FI", "Withheld", ""},
    {"Anonymous",      "FI", "anonymous", ""},
    {"AnonymousLink",  "FI", "tel:Anonymous", ""},
    {"AnonymousSip",   "FI", "sip:anonymous@anonymous.invalid", ""},
    {"AnonymousHost",  "FI", "\"Anonymous\" <sip:anonymous@10.0.0.1>", ""},
    {"AnonymousBare",  "FI", "anonymous@10.0.0.1", ""},
    {"Restricted",     "FI", "Restricted", ""},
    {"NoCallerId",     "FI", "No Caller ID", ""},
    {"OtherLanguage",  "FR", "num\u00e9ro masqu\u00e9", ""},
    {"Zero",           "FI", "0", ""},
    {"Zeros",          "FI", "+000-000", ""},
    {"WideZero",       "FI", "\uff10", ""},
    {"NoDigits",       "FI", "- ( )", ""},
    {"AnyWord",        "FI", "Privat", ""},
    {"OfAsterisk",     "FI", "<unknown>", ""},
    {"Empty",          "FI", "", ""},
    {"Plus",           "FI", "+", ""},
    {"SpelledAnonymous",   "", "+266696687", ""},
    {"SpelledRestricted",  "", "+7378742833", ""},
    {"SpelledBlocked",     "", "+2562533", ""},
    {"SpelledUnknown",     "", "+8656696", ""},
    {"SpelledUnavailable", "US", "+86282452253", ""},
    {"SpelledLink",        "", "whatsapp:+266696687", ""},
}), ::testing::PrintToStringParamName());
// clang-format on

// What is told apart without asking the library is told as the library would tell it: for each
// calling code, each first digit and each length.
TEST(PhonePlan, AgreesWithTheLibrary) {
  using i18n::phonenumbers::PhoneNumberUtil;
  const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
  const auto said = [&](const std::string& value) {
    i18n::phonenumbers::PhoneNumber number;
    std::string out;
    if (library.Parse(value, "ZZ", &number) == PhoneNumberUtil::NO_PARSING_ERROR &&
        library.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE)
      library.Format(number, PhoneNumberUtil::E164, &out);
    return out;
  };
  std::set<int> codes;
  library.GetSupportedCallingCodes(&codes);
  std::mt19937_64 random(1);
  int compared = 0;
  for (const int code : codes) {
    for (std::size_t length = 4; length <= 13; ++length) {
      for (const char first : std::string_view("0123456789")) {
        std::string national(1, first);
        while (national.size() < length) national.push_back(static_cast<char>('0' + random() % 10));
        const std::string value = '+' + std::to_string(code) + national;
        std::string expected = said(value);
        // It takes one zero of several at a time.
        while (!expected.empty() && said(expected) != expected) expected = said(expected);
        const std::string got = phone(value);
        if (got.empty()) continue;  // a placeholder
        ASSERT_EQ(got, expected.empty() ? "phone:local::" + value : "phone:" + expected);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 15'000);
}

// A number that was written with blanks, brackets or another prefix is the number.
TEST(PhoneProperty, WritingDoesNotMatter) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 2000; ++i) {
    std::string digits = "+35840";
    while (digits.size() < 13) digits.push_back(static_cast<char>('0' + random() % 10));
    std::string written;
    for (const char c : digits) {
      written.push_back(c);
      if (random() % 3 == 0) written.push_back(" -./"[random() % 4]);
    }
    EXPECT_EQ(phone(written), "phone:" + digits) << written;
    EXPECT_EQ(phone("0" + digits.substr(4), "FI"), "phone:" + digits);
  }
}

// The configuration takes the regions that the library knows, no others.
TEST(PhoneRegions, AreThoseOfTheConfiguration) {
  EXPECT_EQ(config::region_names(), phone_regions());
}

}  // namespace
}  // namespace vaste::ingest
