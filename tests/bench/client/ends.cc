// Where the topics end, again and again: how the driver sees progress without reading any record.
#include <thread>

#include "command.h"
#include "kafka/watermarks.h"

namespace vaste::bench {
namespace {

constexpr Millis kPatience{10000};

// False: nobody reads any more.
bool tell(const std::vector<kafka::TopicPartition>& at, const std::vector<std::int64_t>& offsets) {
  std::map<std::string, std::int64_t> sums;
  for (std::size_t i = 0; i < at.size(); ++i) sums[at[i].topic] += offsets[i];
  std::string line = fmt::format(R"({{"ms":{})", to_ms(wall_clock()));
  for (const auto& [topic, sum] : sums) line += fmt::format(R"(,"{}":{})", topic, sum);
  line += "}\n";
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
         std::fflush(stdout) == 0;
}

}  // namespace

Status ends(int argc, char** argv) {
  auto flags = Flags::parse(argc, argv, 2, {"--bootstrap", "--topics", "--every-ms"});
  if (!flags) return tl::unexpected(flags.error());
  auto bootstrap = flags->text("--bootstrap");
  if (!bootstrap) return tl::unexpected(bootstrap.error());
  auto topics = flags->list("--topics");
  if (!topics) return tl::unexpected(topics.error());
  auto every = flags->number("--every-ms", 100);
  if (!every) return tl::unexpected(every.error());

  const kafka::ClientConfig client = client_of(*bootstrap, "ends");
  auto partitions = partitions_of(client, *topics);
  if (!partitions) return tl::unexpected(partitions.error());
  auto watermarks = kafka::Watermarks::create(client);
  if (!watermarks) return tl::unexpected(watermarks.error());
  auto next = std::chrono::steady_clock::now();
  while (true) {
    auto offsets = (*watermarks)->ends(*partitions, true, kPatience);
    if (!offsets) return tl::unexpected(offsets.error());
    if (!tell(*partitions, *offsets)) return {};
    next += Millis(static_cast<std::int64_t>(*every));
    std::this_thread::sleep_until(next);
  }
}

}  // namespace vaste::bench
