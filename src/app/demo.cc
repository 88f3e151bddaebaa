#include "app/demo.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "app/app.h"
#include "app/board.h"
#include "app/connection.h"
#include "app/demo_feed.h"
#include "app/exit_code.h"
#include "base/log.h"
#include "engine/progress.h"
#include "kafka/mock_cluster.h"

namespace vaste::app {

namespace {

volatile std::sig_atomic_t asked_to_stop = 0;
void on_signal(int) {
  asked_to_stop = 1;
}

constexpr int kPartitions = 4;
constexpr int kCorePartitions = 4;
constexpr Millis kFrame{250};

int give_up(const Error& error) {
  std::fprintf(stderr, "vaste demo: %s\n", error.detail.c_str());
  return exit_code(error.code);
}

config::Config demo_config(const DemoOptions& options, const std::string& servers,
                           const std::string& directory) {
  config::Config config;
  config.application = "vaste-demo";
  config.instance = "demo";
  config.state_directory = directory;
  config.kafka.bootstrap_servers = servers;
  for (const char* topic : {"support.chat", "support.email", "support.phone", "support.social"})
    config.sources.push_back({topic, config::Format::kAuto, Millis(0)});
  config.topics.core_partitions = kCorePartitions;
  config.topics.replication = 1;
  config.engine.workers = 2;
  config.engine.purge_interval = Millis(0);  // The mock brokers cannot.
  config.http.port = static_cast<std::uint16_t>(options.port);
  return config;
}

Status make_topics(kafka::MockCluster& cluster, const config::Config& config) {
  std::vector<std::pair<std::string, int>> topics{{config.topics.core, kCorePartitions},
                                                  {config.topics.changelog, kCorePartitions},
                                                  {config.topics.progress, 1},
                                                  {config.topics.policies, 1},
                                                  {config.topics.enriched, kPartitions},
                                                  {config.topics.conversations, kPartitions},
                                                  {config.topics.alerts, kPartitions},
                                                  {config.topics.dead_letters, 1},
                                                  {config.topics.identity, 1},
                                                  {config.topics.commands, 1},
                                                  {config.topics.kpis, 1}};
  for (const config::Source& source : config.sources)
    topics.emplace_back(source.topic, kPartitions);
  for (const auto& [topic, partitions] : topics)
    if (auto made = cluster.create_topic(topic, partitions); !made) return made;
  return {};
}

// A folder of our own for the state, gone again with the demo.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "vaste-demo-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;  // Nothing depends on it: it lies in the temporary folder.
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

int show(const DemoOptions& options, App& app, DemoFeed& feed, Outputs& outputs) {
  Wall wall;
  const Instant began = engine::wall_clock();
  const Instant ends =
      options.seconds > 0 ? began + std::chrono::seconds(options.seconds) : kEndOfTime;
  const std::string footer = "metrics: http://127.0.0.1:" + std::to_string(app.port()) +
                             "/metrics   the broker is a mock inside this process   Ctrl-C ends";
  std::printf("%s\n", footer.c_str());
  const Screen screen(options.plain);
  Instant next_frame = began;
  Instant now = began;
  while (asked_to_stop == 0 && now < ends && !app.failed()) {
    feed.step(now);
    // Brokers that are away come back: the wall shows what it has.
    static_cast<void>(outputs.read(wall, Millis(20)));
    now = engine::wall_clock();
    if (now < next_frame) continue;
    screen.draw(wall, now, footer);
    next_frame = now + kFrame;
  }
  screen.draw(wall, now, footer);
  std::printf("\n%llu events, %llu SLAs breached, %llu recovered\n",
              static_cast<unsigned long long>(feed.produced()),
              static_cast<unsigned long long>(wall.breaches()),
              static_cast<unsigned long long>(wall.recovered()));
  return 0;
}

}  // namespace

int demo(const DemoOptions& options) {
  const bool terminal = isatty(STDOUT_FILENO) != 0 && !options.plain;
  // On a terminal the wall has the screen; only what is wrong may disturb it.
  log::start(terminal ? log::Level::kError : log::Level::kWarning, false);
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);

  const Scratch scratch;
  if (scratch.path().empty())
    return give_up({Code::kUnavailable, "no temporary folder can be made; set TMPDIR to one"});
  auto cluster = kafka::MockCluster::create(1);
  if (!cluster) return give_up(cluster.error());
  const config::Config config =
      demo_config(options, (*cluster)->bootstrap_servers(), scratch.path());
  if (auto made = make_topics(**cluster, config); !made) return give_up(made.error());
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(demo_policy(options.speed), "the demo's policy", findings);
  if (!policy) return give_up(policy.error());

  kafka::ClientConfig client = client_config(config, "demo");
  client.mock_brokers = true;
  App app(config, std::move(*policy), client);
  app.trust_topics();
  if (auto started = app.start(); !started) return give_up(started.error());
  auto producer = kafka::PlainProducer::create(client);
  if (!producer) return give_up(producer.error());
  // Noon is when a desk is busy: the demo begins there.
  const Instant midnight{};
  DemoFeed feed(**producer, loadgen::Generator(options.seed, midnight, 1.0, std::chrono::hours(9)),
                options.speed, engine::wall_clock());
  Outputs outputs;
  if (auto started = outputs.start(client, config); !started) return give_up(started.error());
  const int code = show(options, app, feed, outputs);
  if (auto stopped = app.stop(); !stopped) return give_up(stopped.error());
  return code;
}

}  // namespace vaste::app
