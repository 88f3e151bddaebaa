#include "snapshot/digest.h"

#include <openssl/evp.h>

#include <array>
#include <span>

#include "base/check.h"
#include "base/hex.h"

namespace vaste::snapshot {

struct Sha256::Impl {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
  VASTE_CHECK(impl_->context != nullptr);
  VASTE_CHECK(EVP_DigestInit_ex(impl_->context, EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(impl_->context);
}

void Sha256::add(std::string_view bytes) {
  VASTE_CHECK(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  VASTE_CHECK(EVP_DigestFinal_ex(impl_->context, digest.data(), &size) == 1);
  return vaste::hex(std::span(digest).first(size));
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

}  // namespace vaste::snapshot
