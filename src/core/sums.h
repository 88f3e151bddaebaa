// What a transaction contributes to KPIs, added up by quarter hour and group: one message for each
// goes to the group's own actor, however many contributions there were.
//
// Pure. Threads: one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "model/kpi_window.h"

namespace vaste::core {

struct Contributed;

class Sums {
 public:
  void add(std::span<const Contributed> contributed);
  // Of quarter hours; some may have come to nothing, and have no sums.
  const std::vector<KpiWindow>& windows() const { return windows_; }
  bool empty() const { return windows_.empty(); }
  void clear();

 private:
  KpiWindow& window(const Contributed& one);

  std::vector<KpiWindow> windows_;
  std::unordered_multimap<std::uint64_t, std::size_t> places_;  // by a hash of start and group
};

}  // namespace vaste::core
