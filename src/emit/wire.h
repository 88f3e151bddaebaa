// The few pieces of Protobuf's wire format that are written or read by hand, where a generated
// message would copy an event.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vaste::emit {

inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

inline void put_number(std::string& out, std::uint32_t field, std::uint64_t value) {
  if (value == 0) return;
  put_varint(out, field << 3);
  put_varint(out, value);
}

inline void put_bytes(std::string& out, std::uint32_t field, std::string_view bytes) {
  if (bytes.empty()) return;
  put_varint(out, field << 3 | 2);
  put_varint(out, bytes.size());
  out.append(bytes);
}

// Reads the fields of one message, one after the other.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  // False at the end and on broken bytes; then ok() tells which.
  bool next() {
    if (rest_.empty()) return false;
    std::uint64_t tag = 0;
    if (!varint(tag)) return broken();
    field_ = static_cast<std::uint32_t>(tag >> 3);
    switch (tag & 7) {
      case 0:
        return varint(number_) || broken();
      case 1:
        return skip(8);
      case 2: {
        std::uint64_t size = 0;
        if (!varint(size) || size > rest_.size()) return broken();
        bytes_ = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return true;
      }
      case 5:
        return skip(4);
      default:
        return broken();
    }
  }

  std::uint32_t field() const { return field_; }
  std::uint64_t number() const { return number_; }
  std::string_view bytes() const { return bytes_; }
  bool ok() const { return ok_; }

 private:
  bool varint(std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  bool skip(std::size_t size) {
    if (rest_.size() < size) return broken();
    rest_.remove_prefix(size);
    return true;
  }
  bool broken() {
    ok_ = false;
    return false;
  }

  std::string_view rest_;
  std::uint32_t field_ = 0;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace vaste::emit
