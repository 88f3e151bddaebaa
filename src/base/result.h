// Errors of the outer world: a value or an Error. Errors of our own are VASTE_CHECK.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace vaste {

enum class Code : std::uint8_t {
  kMalformed,       // Bytes that are not what they claim to be.
  kUnknownChannel,  // A channel this version does not know.
  kTooLarge,
  kEmpty,
  kInvalidTime,
  kInvalidText,  // Not UTF-8.
  kMissingField,
  kNoIdentity,  // Neither a person nor a thread key.
  kTooManyHops,
  kUsage,   // Wrong words on the command line.
  kConfig,  // A configuration or policy that cannot be used.
  kNotFound,
  kUnavailable,  // The other side is away: try again.
  kPermission,
  kCorrupt,
  kNewerFormat,  // Written by a later version of vaste: it has to be run, nothing is to be mended.
  kNoSpace,
  kAborted,  // The transaction is to be aborted and its input read again.
  kFenced,   // Somebody else took over, or the outcome is unknown: new clients.
  kInternal,
};

struct Error {
  Code code = Code::kInternal;
  std::string detail;  // For a person, never parsed: what was tried, on which key or offset.
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {  // Derived for [[nodiscard]] alone.
 public:
  using tl::expected<T, Error>::expected;
};
using Status = Result<void>;

inline tl::unexpected<Error> failure(Code code, std::string detail) {
  return tl::unexpected<Error>(Error{code, std::move(detail)});
}

enum class Remedy : std::uint8_t { kDeadLetter, kRetry, kRestart, kStop };

// What the loop does about an error. No default: a new code does not compile until it has a remedy.
constexpr Remedy remedy(Code code) {
  switch (code) {
    case Code::kMalformed:
    case Code::kUnknownChannel:
    case Code::kTooLarge:
    case Code::kEmpty:
    case Code::kInvalidTime:
    case Code::kInvalidText:
    case Code::kMissingField:
    case Code::kNoIdentity:
    case Code::kTooManyHops:
      return Remedy::kDeadLetter;
    case Code::kUnavailable:
    case Code::kAborted:
    case Code::kNoSpace:
      return Remedy::kRetry;
    case Code::kFenced:
    case Code::kCorrupt:
      return Remedy::kRestart;
    case Code::kUsage:
    case Code::kConfig:
    case Code::kNotFound:
    case Code::kPermission:
    case Code::kNewerFormat:
    case Code::kInternal:
      return Remedy::kStop;
  }
  return Remedy::kStop;
}

}  // namespace vaste
