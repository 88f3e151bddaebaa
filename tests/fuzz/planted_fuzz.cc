// Has a fault: what replays and campaigns must find. Not a target of the campaign unless named.
#include "fuzz/target.h"

namespace vaste::fuzz {
namespace {

void run(std::string_view input) {
  VASTE_CHECK(!input.starts_with("ab") || input.size() < 3 || input[2] != 'c');
}
std::vector<std::string> seeds() {
  return {"a", "ab", "xxxx"};
}
std::vector<std::string> words() {
  return {"c", "d"};
}

}  // namespace

const FuzzTarget& target() {
  static const FuzzTarget made{run, seeds, words, 20000};
  return made;
}

}  // namespace vaste::fuzz
