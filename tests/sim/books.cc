#include "sim/books.h"

#include <map>
#include <utility>

#include "base/check.h"
#include "store/codec.h"
#include "store/keys.h"
#include "support/kpi_sums.h"

namespace vaste::sim {

std::string wrong_sums(const std::vector<const Records*>& partitions,
                       const std::vector<core::Contributed>& contributed) {
  test::SimpleSums sums;
  for (const Records* records : partitions)
    for (const auto& [key, value] : *records) {
      const auto id = store::window_of(key);
      if (!id || id->group.empty() || core::is_trend(*id)) continue;
      const auto window = store::decode_window(id->start, value);
      VASTE_CHECK(window.has_value());
      test::add_simply(sums, *id, *window);
    }
  const test::SimpleSums is = test::without_zeros(std::move(sums));
  const test::SimpleSums should_be = test::simple_sums(contributed);
  std::string out;
  for (const auto& [what, number] : should_be)
    if (const auto found = is.find(what); found == is.end() || found->second != number)
      out += what + " is " + (found == is.end() ? "none" : std::to_string(found->second)) +
             " and not " + std::to_string(number) + '\n';
  for (const auto& [what, number] : is)
    if (!should_be.contains(what)) out += what + " is " + std::to_string(number) + ", not none\n";
  return out;
}

std::string wrong_revisions(const std::vector<Said>& alerts) {
  std::map<std::string, std::uint32_t> revisions;
  std::string out;
  for (const Said& one : alerts)
    if (const std::uint32_t before = std::exchange(revisions[one.id], one.alert.revision);
        one.alert.revision != before + 1)
      out += "alert " + one.id + " goes from revision " + std::to_string(before) + " to " +
             std::to_string(one.alert.revision) + '\n';
  return out;
}

}  // namespace vaste::sim
