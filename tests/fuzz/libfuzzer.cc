// What libFuzzer calls. Its main is its own; `--write DIR` is ours.
#include <cstdlib>
#include <string_view>

#include "fuzz/target.h"

// NOLINTNEXTLINE(readability-identifier-naming): its name
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  if (*argc == 3 && std::string_view((*argv)[1]) == "--write") {
    vaste::fuzz::write_beginning((*argv)[2]);
    std::exit(0);
  }
  return 0;
}

// NOLINTNEXTLINE(readability-identifier-naming): its name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size <= vaste::fuzz::kMostBytes)
    vaste::fuzz::target().run({reinterpret_cast<const char*>(data), size});
  return 0;
}
