// What decoding has in common: a look at every number before it becomes a narrower one, and the
// parts of a record that are in more than one. Private to store/.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/wire.h"
#include "model/conversation.h"
#include "store/codec.h"

namespace vaste::store::decoding {

// Looks at every number before it becomes a narrower one. Remembers the first that is out of bounds
// and goes on with zeros. Indices are looked at last, when all lists are there.
class Checks {
 public:
  const char* fault() const { return fault_; }
  void fail(const char* fault) {
    if (fault_ == nullptr) fault_ = fault;
  }

  template <class Enum>
  Enum choice(std::uint64_t number, Enum last, const char* field) {
    if (number <= static_cast<std::uint64_t>(last)) return static_cast<Enum>(number);
    fail(field);
    return Enum{};
  }

  template <class Small>
  Small small(std::uint64_t number, const char* field) {
    if (number <= std::numeric_limits<Small>::max()) return static_cast<Small>(number);
    fail(field);
    return 0;
  }

  // No real time is out of these bounds, and inside them sums of times do not overflow.
  Instant at(std::int64_t ms, const char* field) { return instant(bounded(ms, field)); }
  Millis span(std::int64_t ms, const char* field) { return Millis(bounded(ms, field)); }

  Id id(std::string_view bytes, const char* field) {
    if (!bytes.empty() && bytes.size() != 16) fail(field);
    return Id::from_bytes(bytes);
  }

 private:
  std::int64_t bounded(std::int64_t ms, const char* field) {
    if (ms >= -to_ms(kEndOfTime) && ms <= to_ms(kEndOfTime)) return ms;
    fail(field);
    return 0;
  }

  const char* fault_ = nullptr;
};

inline constexpr char kMalformed[] = "a part with malformed bytes";

// decode.cc
tl::unexpected<Error> corrupt(const char* record, const std::string& why);
// The version is the first field of every record and is looked at before the rest: a later
// version's bytes may mean anything.
Result<std::uint64_t> version_of(std::string_view bytes, const char* record,
                                 std::uint64_t newest = kFormatVersion);
void read_packed(wire::Reader in, std::vector<std::uint16_t>& out, Checks& checks);
Channel channel(std::uint64_t number, Checks& checks);
void read(wire::Reader in, Attributes& out, Checks& checks);
void read(wire::Reader in, Moment& out, Checks& checks);

// decode_fold.cc
void read(wire::Reader in, FoldState& out, Checks& checks);
// One field of a fold, if it is for KPIs; decode_notes.cc
void read_note(wire::Reader& in, Notes& out, Checks& checks);
void check_indices(const FoldState& fold, std::size_t keys, Checks& checks);

}  // namespace vaste::store::decoding
