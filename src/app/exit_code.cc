#include "app/exit_code.h"

#include <fmt/format.h>

namespace vaste::app {

std::string exit_codes_text() {
  std::string out = "\nExit codes:\n";
  for (const ExitCode& one : kExitCodes)
    out += fmt::format("  {:>3}  {}\n", one.number, one.meaning);
  return out;
}

}  // namespace vaste::app
