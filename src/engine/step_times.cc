#include "engine/step_times.h"

#include <initializer_list>
#include <utility>

namespace vaste::engine {

using core::Step;
using metrics::Metric;

namespace {

constexpr std::array<const char*, core::kSteps> kStepNames{"decode", "stitch", "clocks", "store",
                                                           "emit"};
constexpr std::array<const char*, store::kOps> kOpNames{"get", "write", "scan"};

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

StepTimes::StepTimes(metrics::Registry& registry) {
  for (std::size_t i = 0; i < steps_.size(); ++i)
    steps_[i] = registry.histogram(Metric::kStepSeconds, {kStepNames[i]});
  for (std::size_t i = 0; i < ops_.size(); ++i)
    ops_[i] = registry.histogram(Metric::kStoreSeconds, {kOpNames[i]});
}

bool StepTimes::start(Step step) {
  timing_ = true;
  first_ = step_ = step;
  spent_ = {};
  entered_ = Clock::now();
  return true;
}

void StepTimes::enter(Step step) {
  if (!timing_) return;
  const Clock::time_point now = Clock::now();
  spent_[static_cast<std::size_t>(step_)] += now - entered_;
  entered_ = now;
  step_ = step;
}

// Steps that an event did not need took no time: the mean is that of all events.
void StepTimes::stop() {
  enter(step_);
  timing_ = false;
  const auto tell = [&](std::initializer_list<Step> steps) {
    for (const Step step : steps)
      steps_[static_cast<std::size_t>(step)].observe(
          seconds(spent_[static_cast<std::size_t>(step)]));
  };
  if (first_ == Step::kDecode)
    tell({Step::kDecode});
  else
    tell({Step::kStitch, Step::kClocks, Step::kStore, Step::kEmit});
}

void StepTimes::began(store::Op op) {
  if (calls_++ > 0) return;
  call_timed_ = op == store::Op::kWrite || reads_++ % kReads == 0;
  if (call_timed_) called_ = Clock::now();
  if (!timing_) return;
  around_ = step_;
  enter(Step::kStore);
}

void StepTimes::ended(store::Op op) {
  if (--calls_ > 0) return;
  if (std::exchange(call_timed_, false))
    ops_[static_cast<std::size_t>(op)].observe(seconds(Clock::now() - called_));
  if (timing_) enter(around_);
}

}  // namespace vaste::engine
