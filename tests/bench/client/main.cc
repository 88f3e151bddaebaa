// bench_client: see kHelp.
#include <csignal>
#include <cstring>

#include "command.h"
#include "kafka/consumer.h"

namespace vaste::bench {
namespace {

constexpr Millis kPatience{30000};

constexpr std::string_view kHelp =
    R"(What tests/bench/end_to_end asks of Kafka. Each command prints JSON on standard output.

  bench_client ends --bootstrap B --topics T,.. --every-ms N
      a line every N ms until nobody reads any more: the last stable offsets of each topic, summed
  bench_client check --bootstrap B --sources T,..
      what came out for what went in: each source record exactly one enriched event?
  bench_client live --bootstrap B --sources T,.. --rate R --seconds S [...]
      R events a second, and questions that nobody answers; how late their alerts can be read
)";

}  // namespace

Result<Flags> Flags::parse(int argc, char** argv, int first,
                           const std::vector<std::string_view>& known) {
  Flags flags;
  for (int i = first; i < argc; i += 2) {
    const std::string_view name = argv[i];
    bool is_known = false;
    for (const std::string_view one : known) is_known = is_known || name == one;
    if (!is_known || i + 1 == argc)
      return failure(Code::kUsage, fmt::format("{} is not understood", name));
    flags.values_[std::string(name)] = argv[i + 1];
  }
  return flags;
}

Result<std::string> Flags::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return failure(Code::kUsage, fmt::format("{} is missing", name));
  return found->second;
}

Result<std::vector<std::string>> Flags::list(std::string_view name) const {
  auto all = text(name);
  if (!all) return tl::unexpected(all.error());
  std::vector<std::string> out;
  std::string_view left = *all;
  while (!left.empty()) {
    const auto comma = left.find(',');
    out.emplace_back(left.substr(0, comma));
    left = comma == std::string_view::npos ? std::string_view() : left.substr(comma + 1);
  }
  return out;
}

Result<double> Flags::number(std::string_view name, double otherwise) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return otherwise;
  const std::string& given = found->second;
  double value = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (error != std::errc() || end != given.data() + given.size() || !(value >= 0))
    return failure(Code::kUsage, fmt::format("{} {} is no number", name, given));
  return value;
}

kafka::ClientConfig client_of(std::string bootstrap, std::string_view role) {
  kafka::ClientConfig client;
  client.bootstrap_servers = std::move(bootstrap);
  client.client_id = fmt::format("bench-{}", role);
  client.log = [](int level, std::string_view facility, std::string_view text) {
    if (level <= 4) fmt::print(stderr, "bench_client: kafka: {}: {}\n", facility, text);
  };
  return client;
}

Instant wall_clock() {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

Result<std::vector<kafka::TopicPartition>> partitions_of(const kafka::ClientConfig& client,
                                                         const std::vector<std::string>& topics) {
  auto reader = kafka::PartitionReader::create(client, topics);
  if (!reader) return tl::unexpected(reader.error());
  std::vector<kafka::TopicPartition> out;
  for (const std::string& topic : topics) {
    auto count = (*reader)->partitions(topic, kPatience);
    if (!count) return tl::unexpected(count.error());
    for (std::int32_t i = 0; i < *count; ++i) out.push_back({topic, i});
  }
  return out;
}

}  // namespace vaste::bench

int main(int argc, char** argv) {
  using namespace vaste;
  std::signal(SIGPIPE, SIG_IGN);
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "--help" || command == "-h") {
    std::fwrite(bench::kHelp.data(), 1, bench::kHelp.size(), stdout);
    return 0;
  }
  Status done = failure(Code::kUsage, "which command? see --help");
  if (command == "ends") done = bench::ends(argc, argv);
  if (command == "check") done = bench::check(argc, argv);
  if (command == "live") done = bench::live(argc, argv);
  if (done) return 0;
  fmt::print(stderr, "bench_client: {}\n", done.error().detail);
  return done.error().code == Code::kUsage ? 64 : 1;
}
