// The naive processor: one partition, one thread, everything in order, and who is who is known
// before anything else. What the cluster comes to has to be the same.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/input.h"
#include "sim/task.h"
#include "sim/truth.h"

namespace vaste::sim {

// A conversation by what was said in it (numbers of events), its fold and alerts that stand, as
// text; and what was contributed to KPIs in all and not taken back.
struct Account {
  std::map<std::set<std::size_t>, std::string> conversations;
  std::multiset<std::string> contributed;
  bool operator==(const Account&) const = default;
};

Account account_of(const std::vector<Happening>& said,
                   const std::vector<const Records*>& partitions,
                   const std::vector<core::Contributed>& contributed);

// `people`: identifiers that are one person's, each person's in a list.
Account naive_account(const std::vector<Happening>& said,
                      const std::vector<std::vector<std::string>>& people, const Ending& ending);

// Whom the linker's records say to be one, of those that are in more than one.
std::vector<std::vector<std::string>> people_of(const std::vector<const Records*>& partitions);

// What differs, a line each; empty: nothing.
std::string difference(const Account& is, const Account& should_be);

}  // namespace vaste::sim
