// The benches' own Kafka client: what Python would be too slow for, or would take too much CPU for.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "kafka/client.h"

namespace vaste::bench {

// `--name value` pairs; each command says which names it knows.
class Flags {
 public:
  static Result<Flags> parse(int argc, char** argv, int first,
                             const std::vector<std::string_view>& known);

  Result<std::string> text(std::string_view name) const;
  Result<std::vector<std::string>> list(std::string_view name) const;  // comma between the words
  // Not given: `otherwise`. Errors: kUsage.
  Result<double> number(std::string_view name, double otherwise) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

kafka::ClientConfig client_of(std::string bootstrap, std::string_view role);
Instant wall_clock();
// Every partition of the topics, in order.
Result<std::vector<kafka::TopicPartition>> partitions_of(const kafka::ClientConfig& client,
                                                         const std::vector<std::string>& topics);

Status ends(int argc, char** argv);
Status check(int argc, char** argv);
Status live(int argc, char** argv);

}  // namespace vaste::bench
