// How the program ends: the numbers of sysexits.h, so that a script can tell what to mend.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vaste::app {

inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 64;
inline constexpr int kExitBadData = 65;
inline constexpr int kExitNoInput = 66;
inline constexpr int kExitUnavailable = 69;
inline constexpr int kExitInternal = 70;
inline constexpr int kExitNoPermission = 77;
inline constexpr int kExitConfig = 78;
inline constexpr int kExitInterrupted = 130;  // 128 + SIGINT, as shells have it

struct ExitCode {
  int number = 0;
  std::string_view name;  // in sysexits.h; empty: it has none
  std::string_view meaning;
};
// What help, manual and README say; no other number is returned.
inline constexpr std::array kExitCodes = {
    ExitCode{0, "EX_OK", "done"},
    ExitCode{kExitFailed, "", "stories failed (vaste test)"},
    ExitCode{kExitUsage, "EX_USAGE", "wrong words: see --help"},
    ExitCode{kExitBadData, "EX_DATAERR", "data that cannot be taken: bad lines, a refusal"},
    ExitCode{kExitNoInput, "EX_NOINPUT", "what was named is not there"},
    ExitCode{kExitUnavailable, "EX_UNAVAILABLE", "Kafka, or an engine, does not answer"},
    ExitCode{kExitInternal, "EX_SOFTWARE", "an error of vaste, or damaged state"},
    ExitCode{kExitNoPermission, "EX_NOPERM", "no right to it"},
    ExitCode{kExitConfig, "EX_CONFIG", "configuration, policy or topics are to be mended"},
    ExitCode{kExitInterrupted, "", "interrupted"},
};
// A line each, for the end of the help.
std::string exit_codes_text();

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
