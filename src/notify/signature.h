// What proves to a webhook's receiver that a delivery is ours, and from when.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace vaste::notify {

std::string hmac_sha256_hex(std::string_view key, std::string_view text);  // 64 hex digits

// Over "TIMESTAMP.BODY", TIMESTAMP in seconds since 1970, so that an old delivery cannot be played
// again as a new one: "sha256=...".
std::string signature(std::string_view secret, std::string_view timestamp, std::string_view body);

}  // namespace vaste::notify
