#include "notify/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <span>

#include "base/check.h"
#include "base/hex.h"

namespace vaste::notify {

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  VASTE_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                   reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
                   &size) != nullptr);
  return hex(std::span(digest).first(size));
}

std::string signature(std::string_view secret, std::string_view timestamp, std::string_view body) {
  std::string text(timestamp);
  text += '.';
  text += body;
  return "sha256=" + hmac_sha256_hex(secret, text);
}

}  // namespace vaste::notify
