// Regions whose national telephone numbers can be read: ingest/'s library decides which, and a test
// compares (identity_test).
#include <fmt/format.h>

#include <algorithm>

#include "config/load.h"
#include "config/units.h"

namespace vaste::config {
namespace {

// clang-format off
constexpr std::string_view kRegions =
    "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
    "BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO "
    "DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU "
    "GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW "
    "KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT "
    "MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT "
    "PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA "
    "TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK "
    "YE YT ZA ZM ZW";
// clang-format on

}  // namespace

const std::vector<std::string>& region_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < kRegions.size(); at += 3)
      out.emplace_back(kRegions.substr(at, 2));
    return out;
  }();
  return names;
}

std::optional<std::string> read_region(const Value& value, Report& report) {
  auto text = read_text(value, report, "FI");
  if (!text) return std::nullopt;
  const auto& known = region_names();
  if (std::ranges::binary_search(known, *text)) return text;
  const std::string hint = *text == "UK" ? "; did you mean `GB`?" : did_you_mean(*text, known);
  report.error(value.place, fmt::format("{}: expected the two capital letters of a country or "
                                        "territory (ISO 3166), e.g. `FI`{}",
                                        written(value), hint));
  return std::nullopt;
}

}  // namespace vaste::config
