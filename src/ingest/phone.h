// Telephone numbers as canonical text. The only file that knows libphonenumber.
//
// Threads: any. Each remembers what it was asked about, up to half a mebibyte: a number that is not
// E.164 already costs ten microseconds, and a call has half a dozen events.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vaste::ingest {

// Appends "+358401234567", or with an extension "+358401234567;ext=12". `region`: where a national
// number is from (ISO 3166, "FI"); empty: that is not known.
// What is no number of the world, a short code or an extension of a telephone system, stays as it
// is behind "local:", with the region where one is needed to tell it apart ("local:FI:112",
// "local::+12"): no E.164 number looks like that.
// False, and nothing appended: withheld, in any of the spellings that telephone systems have.
// `value` is clean text without spaces at its ends.
bool append_phone(std::string& out, std::string_view value, std::string_view region);

// False exactly where append_phone() gives false. Cheap.
bool is_number_of_somebody(std::string_view value);

// All regions that national numbers can be of, in order.
std::vector<std::string> phone_regions();

}  // namespace vaste::ingest
