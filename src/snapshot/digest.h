// SHA-256, fed piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace vaste::snapshot {

class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();

  void add(std::string_view bytes);
  std::string hex();  // 64 digits; once, and nothing is added behind it

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string sha256_hex(std::string_view bytes);

}  // namespace vaste::snapshot
