// Protobuf's wire format, written and read by hand where a generated message between our values and
// the bytes would cost as much as the work itself. Field numbers come from the generated constants.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace vaste::wire {

// Appends fields to a string. Zeros and empty strings are left out, as proto3 does. Until it goes,
// what stands in the string behind the last field is room.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out), at_(out.data() + out.size()), end_(at_) {}
  ~Writer() { out_.resize(size()); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void number(int field, std::uint64_t value) {
    if (value != 0) tagged(tag_of(field, 0), value);
  }
  void signed_number(int field, std::int64_t value) {
    number(field, static_cast<std::uint64_t>(value));
  }

  void fixed64(int field, std::uint64_t value) {
    if (value == 0) return;
    at_ = raw64(put(room(kTag + 8), tag_of(field, 1)), value);
  }

  void bytes(int field, std::string_view value) {
    if (!value.empty()) element(field, value);
  }

  // Also an empty one: of a list.
  void element(int field, std::string_view value) { tagged(tag_of(field, 2), value); }

  // A message, or a packed list, whose content `write` appends. An empty one is written too.
  template <class Write>
  void message(int field, Write&& write) {
    at_ = put(room(kTag + 1), tag_of(field, 2));
    const std::size_t length = size();
    ++at_;
    write();
    close(length);
  }

  // A message of two numbers, whose fields are below 16.
  void message(int field, int first, std::uint64_t a, int second, std::uint64_t b) {
    char* p = put(room(kTag + 1 + 2 * (1 + kVarint)), tag_of(field, 2));
    char* const length = p++;
    if (a != 0) p = varint(put(p, tag_of(first, 0)), a);
    if (b != 0) p = varint(put(p, tag_of(second, 0)), b);
    *length = static_cast<char>(p - length - 1);
    at_ = p;
  }

  // Parts of a packed list.
  void value(std::uint64_t number) { at_ = varint(room(kVarint), number); }
  void value64(std::uint64_t number) { at_ = raw64(room(8), number); }

 private:
  static constexpr std::size_t kTag = 5;
  static constexpr std::size_t kVarint = 10;
  static constexpr std::size_t kMore = 512;

  // Field and type as they are written. Fields below 2048, which all are but in tests, need no
  // loop.
  struct Tag {
    std::uint32_t number;
    char first, second;
    std::uint8_t size;  // 1, 2 or more
  };
  static constexpr Tag tag_of(int field, unsigned type) {
    const std::uint32_t number = static_cast<std::uint32_t>(field) << 3 | type;
    const bool one = number < 0x80;
    return {number, static_cast<char>(one ? number : number | 0x80), static_cast<char>(number >> 7),
            static_cast<std::uint8_t>(one               ? 1
                                      : number < 0x4000 ? 2
                                                        : 3)};
  }
  static char* put(char* p, const Tag& tag) {
    if (tag.size > 2) return varint(p, tag.number);
    p[0] = tag.first;
    p[1] = tag.second;
    return p + tag.size;
  }

  void tagged(const Tag& tag, std::uint64_t value) {
    at_ = varint(put(room(kTag + kVarint), tag), value);
  }
  void tagged(const Tag& tag, std::string_view value) {
    char* p = varint(put(room(kTag + kVarint + value.size()), tag), value.size());
    std::memcpy(p, value.data(), value.size());
    at_ = p + value.size();
  }

  // The length of a message that ends here, into the byte that was kept free for it, or more.
  void close(std::size_t length) {
    const std::size_t content = size() - length - 1;
    if (content < 0x80) {
      out_[length] = static_cast<char>(content);
      return;
    }
    std::size_t more = 0;  // bytes of the length beyond the one that was kept free
    for (std::size_t rest = content >> 7; rest != 0; rest >>= 7) ++more;
    room(more);
    char* start = out_.data() + length;
    std::memmove(start + 1 + more, start + 1, content);
    varint(start, content);
    at_ += more;
  }

  std::size_t size() const { return static_cast<std::size_t>(at_ - out_.data()); }

  char* room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
    return at_;
  }
  // The string doubles its capacity itself; what is filled here in vain stays small.
  [[gnu::noinline]] void grow(std::size_t bytes) {
    const std::size_t written = size();
    out_.resize(written + bytes + kMore);
    at_ = out_.data() + written;
    end_ = out_.data() + out_.size();
  }

  static char* varint(char* p, std::uint64_t value) {
    while (value >= 0x80) {
      *p++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *p++ = static_cast<char>(value);
    return p;
  }
  static char* raw64(char* p, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) *p++ = static_cast<char>(value >> (8 * i));
    return p;
  }

  std::string& out_;
  char* at_;   // where the next field begins
  char* end_;  // of the room
};

// Its 16 bytes; an empty id is left out.
inline void put_id(Writer& out, int field, const Id& id) {
  if (id.empty()) return;
  const auto bytes = id.array();
  out.bytes(field, {bytes.data(), bytes.size()});
}

// Reads the fields of one message, or the values of a packed list, one after the other.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  // False at the end and on broken bytes; then ok() tells which.
  bool next() {
    if (at_ == end_) return false;
    std::uint64_t tag = 0;
    if (!varint(tag)) return broken();
    field_ = static_cast<int>(tag >> 3 & 0x1fffffff);
    type_ = static_cast<Type>(tag & 7);
    switch (type_) {
      case Type::kVarint: {
        std::uint64_t number = 0;
        if (!varint(number)) return broken();
        number_ = number;
        return true;
      }
      case Type::kFixed64:
        return raw64(number_) || broken();
      case Type::kBytes: {
        std::uint64_t size = 0;
        if (!varint(size) || size > left()) return broken();
        bytes_ = {at_, static_cast<std::size_t>(size)};
        at_ += size;
        return true;
      }
      case Type::kFixed32:
        if (left() < 4) return broken();
        at_ += 4;
        return true;
      default:
        return broken();
    }
  }

  int field() const { return field_; }
  bool is_number() const { return type_ == Type::kVarint; }
  bool is_fixed64() const { return type_ == Type::kFixed64; }
  bool is_bytes() const { return type_ == Type::kBytes; }
  // Of the field that next() found; another type than asked for is broken.
  std::uint64_t number() { return is(Type::kVarint) ? number_ : 0; }
  std::int64_t signed_number() { return static_cast<std::int64_t>(number()); }
  std::uint64_t fixed64() { return is(Type::kFixed64) ? number_ : 0; }
  std::string_view bytes() { return is(Type::kBytes) ? bytes_ : std::string_view(); }

  // Of a packed list; false at its end.
  bool value(std::uint64_t& number) { return at_ != end_ && (varint(number) || broken()); }
  bool value64(std::uint64_t& number) { return at_ != end_ && (raw64(number) || broken()); }

  bool ok() const { return ok_; }

 private:
  enum class Type : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  bool is(Type type) {
    if (type_ == type) return true;
    return broken();
  }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  // Most tags, lengths and numbers are one byte.
  bool varint(std::uint64_t& value) {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
      value = static_cast<unsigned char>(*at_++);
      return true;
    }
    const Long read = longer_varint(at_, end_);
    value = read.value;
    at_ = read.end;
    return read.is_whole;
  }
  // It is given no address of ours, so that the compiler may keep a reader in registers.
  struct Long {
    const char* end;
    std::uint64_t value;
    bool is_whole;
  };
  [[gnu::noinline]] static Long longer_varint(const char* at, const char* end) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at != end && shift < 70; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at++);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return {at, value, true};
    }
    return {at, value, false};
  }
  bool raw64(std::uint64_t& value) {
    if (left() < 8) return false;
    value = 0;
    for (std::size_t i = 0; i < 8; ++i)
      value |= std::uint64_t{static_cast<unsigned char>(at_[i])} << (8 * i);
    at_ += 8;
    return true;
  }
  // Nothing comes after it.
  bool broken() {
    ok_ = false;
    at_ = end_;
    return false;
  }

  const char* at_;
  const char* end_;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
  int field_ = 0;
  Type type_ = Type::kVarint;
  bool ok_ = true;
};

}  // namespace vaste::wire
