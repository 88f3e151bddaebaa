// Windows of KPIs: what a transaction contributed goes out once, and what is kept no longer goes.
#include <optional>
#include <vector>

#include "engine/core_task.h"
#include "store/keys.h"

namespace vaste::engine {

Status CoreTask::close(core::Effects& effects) {
  core_.tell(sums_, effects);
  sums_.clear();
  if (state_.error()) return tl::unexpected(*state_.error());
  return {};
}

Result<bool> CoreTask::forget_windows(std::size_t max, core::Effects& effects) {
  if (!is_set(core_.gate()) || forgot_) return false;
  const Instant now = window_of(WindowSize::kQuarterHour, core_.gate());
  if (now <= forgotten_to_) return false;
  std::vector<WindowId> shelves;  // few: a window each
  const auto looked = store_->scan(store::kShelves, [&](std::string_view key, std::string_view) {
    const auto shelf = store::window_of(key);
    if (shelf && core_.may_forget(*shelf)) shelves.push_back(*shelf);
    return !state_.error();
  });
  if (!looked) return tl::unexpected(looked.error());
  std::vector<WindowId> over;
  for (const WindowId& shelf : shelves) {
    const auto scanned =
        store_->scan(store::windows_of(shelf), [&](std::string_view key, std::string_view) {
          if (const auto window = store::window_of(key)) over.push_back(*window);
          return over.size() < max;
        });
    if (!scanned) return tl::unexpected(scanned.error());
    if (over.size() >= max) break;
  }
  for (const WindowId& window : over) core_.forget_window(window);
  std::vector<std::string> trends;
  const auto told = store_->scan(store::kTrends, [&](std::string_view key, std::string_view) {
    trends.emplace_back(key.substr(store::kTrends.size()));
    return true;
  });
  if (!told) return tl::unexpected(told.error());
  for (const std::string& trend : trends) core_.look_at_trend(trend, effects);
  if (state_.error()) return tl::unexpected(*state_.error());
  if (over.size() < max) forgotten_to_ = now;
  forgot_ = !state_.windows().changes().empty() || !state_.shelves().changes().empty() ||
            !state_.trends().changes().empty();
  return forgot_;
}

}  // namespace vaste::engine
