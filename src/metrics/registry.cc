#include "metrics/registry.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <map>
#include <mutex>
#include <unordered_map>
#include <variant>

#include "base/check.h"
#include "base/log.h"
#include "metrics/goals.h"
#include "metrics/process.h"
#include "model/kpi.h"

namespace vaste::metrics {
namespace {

using Handle = std::variant<prometheus::Counter*, prometheus::Gauge*, prometheus::Histogram*>;
using Family =
    std::variant<prometheus::Family<prometheus::Counter>*, prometheus::Family<prometheus::Gauge>*,
                 prometheus::Family<prometheus::Histogram>*>;
using Values = std::vector<std::string_view>;
constexpr std::size_t kMetrics = std::size(kCatalog);

// vaste_sla_decided_total and the like know live and written channels; waits are those of live
// ones.
constexpr Channel kAllChannels[] = {Channel::kChat, Channel::kEmail, Channel::kPhone,
                                    Channel::kSocial, Channel::kNone};
constexpr Channel kLiveChannels[] = {Channel::kChat, Channel::kPhone};

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> out;
  while (true) {
    const auto end = list.find('|');
    out.emplace_back(list.substr(0, end));
    if (end == std::string_view::npos) return out;
    list.remove_prefix(end + 1);
  }
}

template <class List>
std::vector<std::string> names_of(const List& list) {
  std::vector<std::string> out;
  for (const Channel channel : list) out.emplace_back(name(channel));
  return out;
}

// What the labels of one metric may say. A label "*" has no list.
struct Domain {
  std::array<std::vector<std::string>, kMostLabels> values;
  std::size_t on_demand = 0;  // series made so far that no list foresaw
};

}  // namespace

void Counter::add(double amount) const {
  if (to_) to_->Increment(amount);
}
double Counter::value() const {
  return to_ ? to_->Value() : 0;
}

void Gauge::set(double value) const {
  if (to_) to_->Set(value);
}
void Gauge::add(double amount) const {
  if (to_) to_->Increment(amount);
}
double Gauge::value() const {
  return to_ ? to_->Value() : 0;
}

void Histogram::observe(double value) const {
  if (to_) to_->Observe(value);
}

struct Registry::Impl {
  Options options;
  prometheus::Registry registry;
  std::array<Family, kMetrics> families;
  std::array<Domain, kMetrics> domains;

  std::mutex mutex;                              // of all below
  std::unordered_map<std::string, Handle> made;  // by metric and label values
  std::string key;                               // scratch
  std::vector<std::function<void()>> refreshers;
  std::mutex scraping;  // one scrape at a time; refreshers may resolve handles, so not `mutex`

  explicit Impl(Options given);
  std::vector<std::string> list_of(const Label& label) const;
  void make_family(const Row& row);
  void make_zeros(const Row& row, Values& values);
  bool foreseen(const Row& row, const Values& values) const;
  bool known(const Row& row, std::size_t label, std::string_view value) const;
  void overflow(const Row& row);
  Handle handle(Metric metric, Values values);
  Handle make(const Row& row, const Values& values);
  Handle find_or_make(const Row& row, const Values& values, bool configured);
  static void follow(prometheus::Counter* counter, double total) {
    counter->Increment(std::max(0.0, total - counter->Value()));
  }
  void refresh_process();
  std::vector<prometheus::MetricFamily> collect();

  std::map<prometheus::Gauge*, std::map<std::string, double>> owned;  // by owner

  // What `owner` knows is said, and of what all say the first by `before`.
  template <class Before>
  void pick(Metric metric, std::initializer_list<std::string_view> values, const std::string& owner,
            double value, Before before) {
    prometheus::Gauge* const to = typed<prometheus::Gauge>(metric, values);
    const std::lock_guard lock(mutex);
    auto& owners = owned[to];
    if (value == 0) {
      owners.erase(owner);
    } else {
      owners[owner] = value;
    }
    double first = 0;
    for (const auto& [who, its] : owners)
      if (first == 0 || before(its, first)) first = its;
    to->Set(first);
  }

  template <class T>
  T* typed(Metric metric, std::initializer_list<std::string_view> values) {
    T* const* out = nullptr;
    const Handle found = handle(metric, values);
    out = std::get_if<T*>(&found);
    VASTE_CHECK(out != nullptr);  // a counter is asked for as a counter
    return *out;
  }
};

Registry::Impl::Impl(Options given) : options(std::move(given)) {
  for (const Row& row : kCatalog) make_family(row);
  // The overflow counter's series come from the metrics that can overflow.
  const Row& overflows = row(Metric::kMetricsOverflowTotal);
  const std::lock_guard lock(mutex);
  for (const Row& row : kCatalog) {
    Values none;
    make_zeros(row, none);
    if (std::ranges::any_of(
            row.labels, [](const Label& label) { return label.values && label.values[0] == '@'; }))
      find_or_make(overflows, {row.name}, true);
  }
}

std::vector<std::string> Registry::Impl::list_of(const Label& label) const {
  const std::string_view values = label.values;
  std::vector<std::string> out;
  if (values == "*") return out;
  if (values.ends_with("|*")) return split(values.substr(0, values.size() - 2));
  if (values == "@channel") return names_of(kAllChannels);
  if (values == "@live") return names_of(kLiveChannels);
  if (values == "@topic") return options.topics;
  if (values == "@sink") return options.sinks;
  if (values == "@queue") {
    for (const Queue& queue : options.policy.queues) out.push_back(queue.name);
    out.resize(std::min(out.size(), kMostQueues));
  } else if (values == "@sla") {
    for (const SlaSpec& sla : options.policy.slas) out.push_back(sla.name);
    out.resize(std::min(out.size(), kMostSlas));
  } else {
    return split(values);
  }
  out.emplace_back(kOther);
  return out;
}

void Registry::Impl::make_family(const Row& row) {
  const auto index = static_cast<std::size_t>(row.metric);
  for (std::size_t i = 0; i < row.label_count(); ++i)
    domains[index].values[i] = list_of(row.labels[i]);
  const auto register_as = [&](auto builder) {
    return &builder.Name(row.name).Help(row.help).Register(registry);
  };
  switch (row.type) {
    case Type::kCounter:
      families[index] = register_as(prometheus::BuildCounter());
      break;
    case Type::kGauge:
      families[index] = register_as(prometheus::BuildGauge());
      break;
    case Type::kHistogram:
      families[index] = register_as(prometheus::BuildHistogram());
      break;
  }
}

// All combinations of the labels behind `values`, which has the first ones.
void Registry::Impl::make_zeros(const Row& row, Values& values) {
  const std::size_t next = values.size();
  if (next == row.label_count()) {
    if (foreseen(row, values)) find_or_make(row, values, true);
    return;
  }
  for (const std::string& value : domains[static_cast<std::size_t>(row.metric)].values[next]) {
    values.push_back(value);
    make_zeros(row, values);
    values.pop_back();
  }
}

// False for what never happens, as a channel that the queue is not for: it would be 0 for ever.
bool Registry::Impl::foreseen(const Row& row, const Values& values) const {
  const auto value_of = [&](std::string_view label) {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (row.labels[i].name == label) return values[i];
    return std::string_view();
  };
  const std::string_view channel = value_of("channel");
  const std::string_view queue = value_of("queue");
  if (const std::string_view from = value_of("from"); !from.empty() && from == value_of("to"))
    return false;
  if (value_of("survey") == name(SurveyKind::kEnps) && queue != kOther) return false;
  if (channel.empty() || queue.empty() || queue == kOther) return true;
  const auto& queues = options.policy.queues;
  const auto found = std::ranges::find(queues, queue, &Queue::name);
  if (found == queues.end() || found->channels.empty()) return channel != name(Channel::kNone);
  return std::ranges::any_of(found->channels, [&](Channel its) { return channel == name(its); });
}

bool Registry::Impl::known(const Row& row, std::size_t label, std::string_view value) const {
  if (std::string_view(row.labels[label].values).ends_with('*')) return true;
  // A call queue that gets mail is odd but true.
  if (std::string_view(row.labels[label].values) == "@live")
    return std::ranges::any_of(kAllChannels, [&](Channel its) { return value == name(its); });
  const auto& values = domains[static_cast<std::size_t>(row.metric)].values[label];
  return std::ranges::find(values, value) != values.end();
}

void Registry::Impl::overflow(const Row& row) {
  const Handle found = find_or_make(metrics::row(Metric::kMetricsOverflowTotal), {row.name}, true);
  std::get<prometheus::Counter*>(found)->Increment();
}

Handle Registry::Impl::handle(Metric metric, Values values) {
  const Row& row = metrics::row(metric);
  VASTE_CHECK(values.size() == row.label_count());
  const std::lock_guard lock(mutex);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty() && known(row, i, values[i])) continue;
    if (!values[i].empty()) overflow(row);
    values[i] = std::string_view(row.labels[i].name) == "channel" ? name(Channel::kNone) : kOther;
  }
  return find_or_make(row, values, false);
}

Handle Registry::Impl::find_or_make(const Row& row, const Values& values, bool configured) {
  const auto write_key = [&](const Values& parts) {
    key.assign(1, static_cast<char>(row.metric));
    for (const std::string_view part : parts) key.append(part).push_back('\0');
  };
  write_key(values);
  if (const auto found = made.find(key); found != made.end()) return found->second;

  Domain& domain = domains[static_cast<std::size_t>(row.metric)];
  if (!configured && domain.on_demand == kMostOnDemand) {
    overflow(row);
    const Values others(values.size(), kOther);
    write_key(others);
    const auto found = made.find(key);
    return found != made.end() ? found->second : made.emplace(key, make(row, others)).first->second;
  }
  if (!configured) ++domain.on_demand;
  return made.emplace(key, make(row, values)).first->second;
}

Handle Registry::Impl::make(const Row& row, const Values& values) {
  std::map<std::string, std::string> labels;
  for (std::size_t i = 0; i < values.size(); ++i) labels.emplace(row.labels[i].name, values[i]);
  return std::visit(
      [&](auto* family) -> Handle {
        using Made = std::remove_reference_t<decltype(*family)>;
        if constexpr (std::is_same_v<Made, prometheus::Family<prometheus::Histogram>>) {
          const auto bounds = buckets(row.scale);
          return &family->Add(labels, std::vector<double>(bounds.begin(), bounds.end()));
        } else {
          return &family->Add(labels);
        }
      },
      families[static_cast<std::size_t>(row.metric)]);
}

void Registry::Impl::refresh_process() {
  const Process process = read_process();
  const auto gauge = [&](Metric metric, double value) {
    typed<prometheus::Gauge>(metric, {})->Set(value);
  };
  follow(typed<prometheus::Counter>(Metric::kProcessCpuSecondsTotal, {}), process.cpu_seconds);
  gauge(Metric::kProcessResidentMemoryBytes, process.resident_bytes);
  gauge(Metric::kMemoryAllocatedBytes, process.allocated_bytes);
  gauge(Metric::kProcessOpenFds, process.open_fds);
  gauge(Metric::kProcessMaxFds, process.max_fds);
  gauge(Metric::kProcessStartTimeSeconds, process.start_seconds);
  if (const auto disk = read_disk(options.state_directory)) {
    gauge(Metric::kStateDiskFreeBytes, disk->free_bytes);
    gauge(Metric::kStateDiskSizeBytes, disk->size_bytes);
  }
  constexpr std::pair<const char*, log::Level> kLevels[] = {{"debug", log::Level::kDebug},
                                                            {"info", log::Level::kInfo},
                                                            {"warning", log::Level::kWarning},
                                                            {"error", log::Level::kError}};
  for (const auto& [text, level] : kLevels)
    follow(typed<prometheus::Counter>(Metric::kLogMessagesTotal, {text}),
           static_cast<double>(log::count(level)));
}

std::vector<prometheus::MetricFamily> Registry::Impl::collect() {
  const std::lock_guard one(scraping);
  std::vector<std::function<void()>> now;
  {
    const std::lock_guard lock(mutex);
    now = refreshers;
  }
  for (const auto& refresh : now) refresh();
  refresh_process();
  return registry.Collect();
}

Registry::Registry(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {
  const Options& given = impl_->options;
  char hash[17];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(given.config_hash));
  gauge(Metric::kBuildInfo, {given.version, given.revision}).set(1);
  gauge(Metric::kConfigInfo, {hash}).set(1);
  tell_goals(*this, given.policy);
}

Registry::~Registry() = default;

Counter Registry::counter(Metric metric, std::initializer_list<std::string_view> values) {
  return Counter(impl_->typed<prometheus::Counter>(metric, values));
}
Gauge Registry::gauge(Metric metric, std::initializer_list<std::string_view> values) {
  return Gauge(impl_->typed<prometheus::Gauge>(metric, values));
}
Histogram Registry::histogram(Metric metric, std::initializer_list<std::string_view> values) {
  return Histogram(impl_->typed<prometheus::Histogram>(metric, values));
}

void Registry::lowest(Metric metric, std::initializer_list<std::string_view> values,
                      const std::string& owner, double value) {
  impl_->pick(metric, values, owner, value, std::less<>());
}

void Registry::highest(Metric metric, std::initializer_list<std::string_view> values,
                       const std::string& owner, double value) {
  impl_->pick(metric, values, owner, value, std::greater<>());
}

void Registry::follow(Metric metric, std::initializer_list<std::string_view> values, double total) {
  impl_->follow(impl_->typed<prometheus::Counter>(metric, values), total);
}

void Registry::on_scrape(std::function<void()> refresh) {
  const std::lock_guard lock(impl_->mutex);
  impl_->refreshers.push_back(std::move(refresh));
}

std::string Registry::scrape() {
  return prometheus::TextSerializer().Serialize(impl_->collect());
}

std::size_t Registry::series() {
  std::size_t count = 0;
  for (const auto& family : impl_->collect())
    for (const auto& metric : family.metric)
      count += family.type == prometheus::MetricType::Histogram
                   ? metric.histogram.bucket.size() + 2  // _sum, _count
                   : 1;
  return count;
}

}  // namespace vaste::metrics
