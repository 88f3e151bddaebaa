// A target without libFuzzer: its seeds, what was found before, and mutations, the same each time.
//
//   x_fuzz               all of that; an input that fails is kept as x_fuzz.failed
//   x_fuzz FILE...       these inputs only
//   x_fuzz --write DIR   what libFuzzer begins with
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "fuzz/mutator.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace vaste::fuzz {
namespace {

std::string failing;  // what runs now

void keep() {
  const char* const file = VASTE_FUZZ_NAME ".failed";
  if (std::FILE* out = std::fopen(file, "wb")) {
    std::fwrite(failing.data(), 1, failing.size(), out);
    std::fclose(out);
    std::fprintf(stderr, "the input that failed (%zu bytes) is kept as %s\n", failing.size(), file);
  }
}

void on_abort(int) {
  keep();
  std::_Exit(134);
}

void run(std::string input) {
  failing = std::move(input);
  target().run(failing);
}

int replay_files(int count, char** files) {
  for (int i = 0; i < count; ++i) {
    std::ifstream in(files[i], std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "cannot read %s\n", files[i]);
      return 2;
    }
    target().run(
        std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>()));
  }
  return 0;
}

int replay_all() {
  std::signal(SIGABRT, on_abort);
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_set_death_callback(keep);
#endif
  std::vector<std::string> seeds = target().seeds();
  const std::vector<std::string> found = found_before();
  seeds.insert(seeds.end(), found.begin(), found.end());
  for (const std::string& seed : seeds) {
    VASTE_CHECK(seed.size() <= kMostBytes);  // libFuzzer would cut it
    run(seed);
  }
  run("");
  Mutator mutator(seeds, target().words(), 1);
  for (std::size_t i = 0; i < target().mutations; ++i) run(mutator.next());
  std::printf("%s: %zu seeds, %zu of them found before, and %zu mutations\n", VASTE_FUZZ_NAME,
              seeds.size(), found.size(), target().mutations);
  return 0;
}

}  // namespace
}  // namespace vaste::fuzz

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--write") {
    vaste::fuzz::write_beginning(argv[2]);
    return 0;
  }
  return argc > 1 ? vaste::fuzz::replay_files(argc - 1, argv + 1) : vaste::fuzz::replay_all();
}
