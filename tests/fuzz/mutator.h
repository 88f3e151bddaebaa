// Mutations of seeds, the same ones for the same seed: a poor man's libFuzzer, without coverage.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "fuzz/target.h"

namespace vaste::fuzz {

class Mutator {
 public:
  Mutator(std::vector<std::string> seeds, std::vector<std::string> words, std::uint64_t seed)
      : seeds_(std::move(seeds)), words_(std::move(words)), random_(seed) {
    VASTE_CHECK(!seeds_.empty());
  }

  std::string next() {
    std::string out = pick(seeds_);
    for (std::size_t changes = 1 + below(5); changes > 0; --changes) change(out);
    out.resize(std::min(out.size(), kMostBytes));
    return out;
  }

 private:
  // Not std::uniform_int_distribution: each library's gives other numbers.
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }
  char byte() {
    static constexpr std::array<unsigned char, 8> kTelling = {0,    1,    0x7f, 0x80,
                                                              0xff, 0xc2, '{',  ' '};
    return static_cast<char>(below(2) == 0 ? random_() & 0xff : kTelling[below(kTelling.size())]);
  }

  void change(std::string& out) {
    const std::size_t at = below(out.size() + 1);
    const std::size_t length = 1 + below(below(4) == 0 ? 64 : 4);
    switch (below(8)) {
      case 0:
        if (at < out.size()) out[at] = static_cast<char>(out[at] ^ (1 << below(8)));
        break;
      case 1:
        if (at < out.size()) out[at] = byte();
        break;
      case 2:
        out.insert(at, length, byte());
        break;
      case 3:
        out.erase(at, length);
        break;
      case 4:
        out.resize(at);
        break;
      case 5:  // a part of itself, elsewhere
        out.insert(below(out.size() + 1), out.substr(at, length * 8));
        break;
      case 6: {  // the end of another one
        const std::string& other = pick(seeds_);
        out = out.substr(0, at) + other.substr(below(other.size() + 1));
        break;
      }
      default:
        if (!words_.empty()) {
          const std::string& word = pick(words_);
          if (below(2) == 0)
            out.insert(at, word);
          else
            out.replace(at, word.size(), word);
        }
    }
  }

  std::vector<std::string> seeds_, words_;
  std::mt19937_64 random_;
};

}  // namespace vaste::fuzz
