// Hashes of the elements of a growing list, for finding out that something is not in it without
// looking through it. A short list has none: to look through it costs less.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vaste {

class Prints {
 public:
  static constexpr std::size_t kWorth = 32;

  // Of all elements of `list`; `hashes_of(element, add)` adds the one or two hashes that each is
  // looked for by. Elements that were there at the last call are not looked at again: after
  // anything but appending to it say clear() before.
  template <class List, class HashesOf>
  void follow(const List& list, HashesOf&& hashes_of) {
    if (list.size() < seen_) clear();
    if (list.size() < kWorth) return;
    if (list.size() * 2 > slots_.size()) {
      std::size_t room = 4 * kWorth;
      while (room < list.size() * 4) room *= 2;
      slots_.assign(room, 0);
      seen_ = 0;
    }
    for (; seen_ < list.size(); ++seen_)
      hashes_of(list[seen_], [this](std::uint64_t hash) { add(hash); });
  }

  // False: none of the first seen() elements has this hash.
  bool may_have(std::uint64_t hash) const {
    if (slots_.empty()) return true;
    for (std::size_t at = place(hash); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1))
      if (slots_[at] == print(hash)) return true;
    return false;
  }
  std::size_t seen() const { return slots_.empty() ? 0 : seen_; }

  void clear() {
    slots_.clear();
    seen_ = 0;
  }

  std::size_t bytes() const { return slots_.capacity() * sizeof(std::uint32_t); }

 private:
  static std::uint32_t print(std::uint64_t hash) { return static_cast<std::uint32_t>(hash) | 1U; }
  std::size_t place(std::uint64_t hash) const { return (hash >> 32) & (slots_.size() - 1); }

  void add(std::uint64_t hash) {
    std::size_t at = place(hash);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = print(hash);
  }

  std::vector<std::uint32_t> slots_;  // a power of two; 0: free
  std::size_t seen_ = 0;
};

}  // namespace vaste
