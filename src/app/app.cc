#include "app/app.h"

#include <filesystem>
#include <thread>
#include <utility>
#include <vector>

#include "app/topics.h"
#include "base/log.h"
#include "clocks/fold.h"
#include "engine/group_watch.h"
#include "engine/policy_board.h"
#include "engine/progress.h"
#include "engine/purge.h"
#include "engine/snapshots.h"
#include "engine/worker.h"
#include "kafka/admin.h"
#include "metrics/registry.h"
#include "notify/notifier.h"
#include "serve/health.h"
#include "serve/http.h"
#include "store/rocks_store.h"

#ifndef VASTE_VERSION
#define VASTE_VERSION "0.1.0"
#endif

namespace vaste::app {

namespace {

constexpr Millis kPatience{10000};

metrics::Options metrics_options(const config::Config& config, const Policy& policy, Roles roles) {
  metrics::Options options;
  options.policy = policy;
  options.topics = config::input_topics(config);
  options.topics.push_back(config.topics.core);
  if (roles.notifier) options.sinks = notify::sink_names(config.notify);
  options.version = VASTE_VERSION;
  options.config_hash = config.hash ^ policy.hash;
  options.state_directory = config.state_directory;
  return options;
}

store::RocksEnvironment::Options store_options(const config::Config& config, int databases) {
  store::RocksEnvironment::Options options;
  options.block_cache_bytes = static_cast<std::uint64_t>(config.engine.block_cache_bytes);
  options.write_buffer_bytes = static_cast<std::uint64_t>(config.engine.write_buffer_bytes);
  options.behind_bytes = static_cast<std::uint64_t>(config.engine.behind_bytes);
  options.databases = databases;
  return options;
}

}  // namespace

struct App::Impl {
  Impl(config::Config c, Policy p, kafka::ClientConfig k, Roles r)
      : config(std::move(c)),
        roles(r),
        client(std::move(k)),
        registry(metrics_options(config, p, roles)),
        watchdog([](std::string_view words) { log::error(words); }) {
    client.count_error = [this](std::string_view code) {
      registry.counter(metrics::Metric::kKafkaErrorsTotal, {code}).add();
    };
    policies =
        std::make_unique<engine::PolicyBoard>(config, client, std::move(p), registry, health);
    registry.on_scrape([this] { tell_open_queues(); });
  }

  Status find_partitions();
  Status serve();
  Result<std::unique_ptr<serve::HttpServer>> listen(const std::string& address, std::uint16_t port,
                                                    serve::HttpServer::Routes routes);
  serve::HttpServer::Routes monitoring();
  Status start_engine();
  Status start_notifier();
  void tell_open_queues();
  void tell_databases();

  config::Config config;
  Roles roles;
  kafka::ClientConfig client;
  metrics::Registry registry;
  kafka::Watchdog watchdog;
  serve::Health health;
  bool trusted = false;
  std::int32_t core_partitions = 0;
  engine::OutputPartitions outputs;
  std::vector<kafka::TopicPartition> sources;
  std::unique_ptr<store::RocksEnvironment> environment;
  std::unique_ptr<engine::ProgressBoard> progress;
  std::unique_ptr<engine::Purge> purge;
  std::unique_ptr<engine::GroupWatch> group;
  std::unique_ptr<engine::Snapshots> snapshots;
  std::unique_ptr<engine::PolicyBoard> policies;
  std::unique_ptr<engine::Shared> shared;
  std::vector<std::unique_ptr<engine::Worker>> workers;
  std::unique_ptr<notify::Notifier> notifier;
  std::unique_ptr<serve::HttpServer> http;
  std::unique_ptr<serve::HttpServer> monitor;  // the same pages, for everybody
};

App::App(config::Config config, Policy policy, kafka::ClientConfig client, Roles roles)
    : impl_(
          std::make_unique<Impl>(std::move(config), std::move(policy), std::move(client), roles)) {}

App::~App() {
  if (auto stopped = stop(); !stopped) log::error(stopped.error().detail);
}

void App::trust_topics() {
  impl_->trusted = true;
}

// What has to be there before anything is read: every topic, with the partitions that routing rests
// on.
Status App::Impl::find_partitions() {
  if (!trusted) {
    auto admin = kafka::Admin::create(client);
    if (!admin) return tl::unexpected(admin.error());
    auto problems = verify_topics(config, **admin);
    if (!problems) return tl::unexpected(problems.error());
    if (!problems->empty()) {
      std::string all = "the topics are not as vaste needs them:";
      for (const std::string& problem : *problems) all += "\n  " + problem;
      return failure(Code::kConfig, all);
    }
  }
  auto reader = kafka::PartitionReader::create(client, {config.topics.core});
  if (!reader) return tl::unexpected(reader.error());
  const auto count = [&](const std::string& topic) {
    return (*reader)->partitions(topic, kPatience);
  };
  for (const auto& [topic, into] : {std::pair(&config.topics.core, &core_partitions),
                                    {&config.topics.enriched, &outputs.enriched},
                                    {&config.topics.conversations, &outputs.conversations},
                                    {&config.topics.alerts, &outputs.alerts},
                                    {&config.topics.kpis, &outputs.kpis}}) {
    auto partitions = count(*topic);
    if (!partitions) return tl::unexpected(partitions.error());
    *into = *partitions;
  }
  for (const std::string& topic : config::input_topics(config)) {
    auto partitions = count(topic);
    if (!partitions) return tl::unexpected(partitions.error());
    for (std::int32_t i = 0; i < *partitions; ++i) sources.push_back({topic, i});
  }
  return {};
}

void App::Impl::tell_open_queues() {
  const Instant now = engine::wall_clock();
  const auto timeline = policies->timeline();
  const clocks::CompiledPolicy& version = timeline->at(now);
  for (const Queue& queue : version.policy().queues) {
    const bool open = version.calendar_at(queue.calendar).is_open(now);
    registry.gauge(metrics::Metric::kQueueOpen, {queue.name}).set(open ? 1 : 0);
  }
}

void App::Impl::tell_databases() {
  using metrics::Metric;
  const store::RocksEnvironment::Totals totals = environment->totals();
  const auto requests = [&](const char* outcome, std::uint64_t count) {
    registry.follow(Metric::kRocksdbBlockCacheRequestsTotal, {outcome}, static_cast<double>(count));
  };
  requests("hit", totals.cache_hits);
  requests("miss", totals.cache_misses);
  registry.follow(Metric::kRocksdbStallSecondsTotal, {}, totals.stall_seconds);
}

// Nobody's name is on these pages.
serve::HttpServer::Routes App::Impl::monitoring() {
  serve::HttpServer::Routes routes;
  routes["/metrics"] = [this] {
    registry.gauge(metrics::Metric::kReady).set(health.is_ready() ? 1 : 0);
    return serve::Response{200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape()};
  };
  routes["/readyz"] = [this] { return health.readyz(); };
  routes["/startupz"] = [this] { return health.startupz(); };
  routes["/livez"] = [this] { return health.livez(engine::wall_clock()); };
  return routes;
}

Result<std::unique_ptr<serve::HttpServer>> App::Impl::listen(const std::string& address,
                                                             std::uint16_t port,
                                                             serve::HttpServer::Routes routes) {
  using metrics::Metric;
  for (const auto& [route, page] : routes) {  // from 0, before anybody asks
    (void)registry.counter(Metric::kHttpRequestsTotal, {route, "200"});
    (void)registry.histogram(Metric::kHttpRequestSeconds, {route});
  }
  auto started = serve::HttpServer::start(
      address, port, std::move(routes),
      [this](const std::string& route, int code, std::chrono::nanoseconds took) {
        registry.counter(Metric::kHttpRequestsTotal, {route, std::to_string(code)}).add();
        registry.histogram(Metric::kHttpRequestSeconds, {route})
            .observe(std::chrono::duration<double>(took).count());
      });
  if (started)
    log::info("metrics and health on http://" + address + ':' + std::to_string((*started)->port()) +
              "/metrics");
  return started;
}

Status App::Impl::serve() {
  auto inside = listen(config.http.listen, config.http.port, monitoring());
  if (!inside) return tl::unexpected(inside.error());
  http = std::move(*inside);
  if (config.http.monitor_listen == "none") return {};
  auto outside = listen(config.http.monitor_listen, config.http.monitor_port, monitoring());
  if (!outside) return tl::unexpected(outside.error());
  monitor = std::move(*outside);
  return {};
}

Status App::Impl::start_engine() {
  environment = std::make_unique<store::RocksEnvironment>(store_options(config, core_partitions));
  registry.on_scrape([this] { tell_databases(); });
  progress =
      std::make_unique<engine::ProgressBoard>(config, client, sources, core_partitions, health);
  if (auto started = progress->start(); !started) return started;
  purge = std::make_unique<engine::Purge>(config, client);
  purge->start();
  std::vector<kafka::TopicPartition> shared_out = sources;
  for (std::int32_t i = 0; i < core_partitions; ++i) shared_out.push_back({config.topics.core, i});
  group = std::make_unique<engine::GroupWatch>(config, client, std::move(shared_out), *progress);
  group->start();
  snapshots = std::make_unique<engine::Snapshots>(config, client, registry, core_partitions);
  snapshots->start();
  shared = std::make_unique<engine::Shared>(
      engine::Shared{config, client, *policies, *progress, *purge, *group, *snapshots, *environment,
                     registry, health, watchdog, core_partitions, outputs});
  for (int i = 0; i < config.engine.workers; ++i) {
    workers.push_back(std::make_unique<engine::Worker>(*shared, i));
    workers.back()->start();
  }
  log::info(std::to_string(config.engine.workers) + " workers, " + std::to_string(sources.size()) +
            " source partitions, " + std::to_string(core_partitions) + " core partitions");
  return {};
}

Status App::Impl::start_notifier() {
  kafka::ClientConfig its = client;
  its.client_id = config.application + "-notifier";
  notifier = std::make_unique<notify::Notifier>(
      config, std::move(its), [this] { return policies->timeline(); }, registry, health);
  return notifier->start();
}

Status App::start() {
  Impl& app = *impl_;
  app.health.not_ready("start", "checking topics");
  if (auto served = app.serve(); !served) return served;
  if (auto found = app.find_partitions(); !found) return found;
  std::error_code made;
  std::filesystem::create_directories(app.config.state_directory, made);
  if (made)
    return failure(Code::kConfig, "state_directory " + app.config.state_directory + ": " +
                                      made.message() + "; make it or name another");
  if (auto started = app.policies->start(); !started) return started;
  const auto timeline = app.policies->timeline();
  const Policy& policy = timeline->at(engine::wall_clock()).policy();
  log::info("policy " + policy.id + ' ' + policy.version);
  if (app.roles.engine)
    if (auto started = app.start_engine(); !started) return started;
  if (app.roles.notifier)
    if (auto started = app.start_notifier(); !started) return started;
  app.health.ready("start");
  return {};
}

Status App::take(const config::Notify& notify) {
  Impl& app = *impl_;
  if (!app.notifier) return {};
  if (auto stopped = app.notifier->stop(); !stopped) log::error(stopped.error().detail);
  app.notifier.reset();
  const config::Notify before = std::exchange(app.config.notify, notify);
  auto begun = app.start_notifier();
  if (begun) return {};
  app.notifier.reset();
  app.config.notify = before;
  if (auto again = app.start_notifier(); !again) return again;
  return begun;
}

void App::told_of_reload(bool taken) {
  using metrics::Metric;
  impl_->registry.gauge(Metric::kConfigLastReloadSuccessful).set(taken ? 1 : 0);
  if (taken)
    impl_->registry.gauge(Metric::kConfigLastReloadSuccessTimestampSeconds)
        .set(static_cast<double>(to_ms(engine::wall_clock())) / 1000);
}

bool App::failed() const {
  for (const auto& worker : impl_->workers)
    if (worker->ended()) return true;
  return impl_->notifier && impl_->notifier->ended();
}

Status App::stop() {
  Impl& app = *impl_;
  for (auto& worker : app.workers) worker->stop();
  Status first;
  for (auto& worker : app.workers) {
    auto ended = worker->join();
    if (!ended && first) first = ended;
  }
  app.workers.clear();
  // Last, so that it tells of what the workers wrote in the end.
  if (app.notifier) {
    auto ended = app.notifier->stop();
    if (!ended && first) first = ended;
  }
  if (app.progress) app.progress->stop();
  if (app.purge) app.purge->stop();
  if (app.group) app.group->stop();
  if (app.snapshots) app.snapshots->stop();
  app.policies->stop();
  return first;
}

const serve::Health& App::health() const {
  return impl_->health;
}

std::uint16_t App::port() const {
  return impl_->http ? impl_->http->port() : std::uint16_t{0};
}

}  // namespace vaste::app
