// How the program ends: the numbers of sysexits.h, so that a script can tell what to mend.
#pragma once

#include "base/result.h"

namespace vaste::app {

inline constexpr int kExitUsage = 64;
inline constexpr int kExitBadData = 65;
inline constexpr int kExitNoInput = 66;
inline constexpr int kExitUnavailable = 69;
inline constexpr int kExitInternal = 70;
inline constexpr int kExitNoPermission = 77;
inline constexpr int kExitConfig = 78;
inline constexpr int kExitInterrupted = 130;  // 128 + SIGINT, as shells have it

// No default: a new code does not compile until it has a number.
constexpr int exit_code(Code code) {
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
      return kExitBadData;
    case Code::kUsage:
      return kExitUsage;
    case Code::kConfig:
    case Code::kNewerFormat:
      return kExitConfig;
    case Code::kNotFound:
      return kExitNoInput;
    case Code::kUnavailable:
    case Code::kAborted:
    case Code::kNoSpace:
      return kExitUnavailable;
    case Code::kPermission:
      return kExitNoPermission;
    case Code::kCorrupt:
    case Code::kFenced:
    case Code::kInternal:
      return kExitInternal;
  }
  return kExitInternal;
}

}  // namespace vaste::app
