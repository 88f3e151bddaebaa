// Partitions that are read to where they ended when they were asked, and how far that is. Pure.
#pragma once

#include <cstdint>
#include <map>

namespace vaste::app {

// Threads: like a map.
class Reach {
 public:
  void add(std::int32_t partition, std::int64_t end) { left_[partition].end = end; }

  // Whether a record at this offset was there already.
  bool wants(std::int32_t partition, std::int64_t offset) const {
    const auto found = left_.find(partition);
    return found != left_.end() && !found->second.reached && offset < found->second.end;
  }

  // Everything before `next` is read. The first that is heard of a partition is where it begins.
  void began(std::int32_t partition, std::int64_t at) {
    const auto found = left_.find(partition);
    if (found != left_.end() && found->second.begin < 0)
      found->second.begin = found->second.next = at;
  }
  void reached(std::int32_t partition, std::int64_t next) {
    began(partition, next);
    const auto found = left_.find(partition);
    if (found == left_.end()) return;
    Way& way = found->second;
    if (next > way.next) way.next = next;
    way.reached = way.reached || next >= way.end;
  }

  bool done() const { return count(&Way::is_reached) == static_cast<std::int64_t>(left_.size()); }
  std::uint64_t passed() const { return static_cast<std::uint64_t>(count(&Way::passed)); }
  std::uint64_t whole() const { return static_cast<std::uint64_t>(count(&Way::whole)); }

 private:
  struct Way {
    std::int64_t end = 0;
    std::int64_t begin = -1;  // not known yet
    std::int64_t next = 0;
    bool reached = false;

    std::int64_t is_reached() const { return reached ? 1 : 0; }
    std::int64_t passed() const { return next < end ? next - (begin < 0 ? 0 : begin) : whole(); }
    std::int64_t whole() const { return begin < 0 ? end : begin < end ? end - begin : 0; }
  };
  std::int64_t count(std::int64_t (Way::*what)() const) const {
    std::int64_t sum = 0;
    for (const auto& [partition, way] : left_) sum += (way.*what)();
    return sum;
  }

  std::map<std::int32_t, Way> left_;
};

}  // namespace vaste::app
