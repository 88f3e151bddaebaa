#include "metrics/goals.h"

#include <algorithm>

#include "model/wall_clock.h"

namespace vaste::metrics {

namespace {

// Midnight at which the last holiday begins; 0: it knows none.
double last_holiday(const CalendarSpec& calendar) {
  std::int64_t last_ms = 0;
  if (!calendar.holidays.empty())
    last_ms = to_ms(WallClock(calendar.transitions).to_instant(calendar.holidays.back() * kDayMs));
  for (const Span& shut : calendar.shut) last_ms = std::max(last_ms, to_ms(shut.from));
  double last = static_cast<double>(last_ms) / 1000;
  for (const CalendarSpec& edition : calendar.editions)
    last = std::max(last, last_holiday(edition));
  return last;
}

}  // namespace

void tell_goals(Registry& registry, const Policy& policy) {
  for (const Queue& queue : policy.queues) {
    if (queue.wait_goal.count() > 0)
      registry.gauge(Metric::kQueueWaitGoalSeconds, {queue.name})
          .set(static_cast<double>(queue.wait_goal.count()) / 1000);
    for (const KpiFacts& kpi : kpi_facts())
      if (const double share = goal(policy, queue, kpi.kpi); share > 0)
        registry.gauge(Metric::kKpiGoalRatio, {queue.name, kpi.name}).set(share);
    for (const SlaSpec& sla : policy.slas)
      if (const double share = objective(queue, sla); share > 0)
        registry.gauge(Metric::kSlaBudgetRatio, {queue.name, sla.name}).set(1 - share);
  }
  for (const CalendarSpec& calendar : policy.calendars)
    if (const double last = last_holiday(calendar); last > 0)
      registry.gauge(Metric::kCalendarLastHolidayTimestampSeconds, {calendar.name}).set(last);
}

}  // namespace vaste::metrics
