#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/target.h"

namespace vaste::fuzz {
namespace {

void write(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return;
  std::fprintf(stderr, "cannot write %s\n", file.c_str());
  std::exit(1);
}

std::string escaped(std::string_view word) {
  std::string out;
  for (const char c : word) {
    char code[5];
    std::snprintf(code, sizeof code, "\\x%02x",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += code;
  }
  return out;
}

}  // namespace

std::vector<std::string> found_before() {
  const std::filesystem::path folder =
      std::filesystem::path(VASTE_SOURCE_DIR) / "tests/fuzz/corpus" / VASTE_FUZZ_NAME;
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> out;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    out.emplace_back((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  }
  return out;
}

void write_beginning(const std::string& directory) {
  const std::filesystem::path folder = directory;
  std::error_code error;
  std::filesystem::create_directories(folder / "seeds", error);
  std::size_t number = 0;
  for (const std::string& seed : target().seeds())
    write(folder / "seeds" / ("seed-" + std::to_string(number++)), seed);
  std::string words;
  for (const std::string& word : target().words())
    if (!word.empty()) words += "\"" + escaped(word) + "\"\n";
  write(folder / "words.dict", words);
}

}  // namespace vaste::fuzz
