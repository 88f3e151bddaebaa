#include "config/secrets.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::string_view kHowTo =
    "write it under `kafka.secrets` as `{file: PATH}` or `{env: NAME}`";

struct Owned {
  std::string_view property;
  std::string_view reason;
};

// What vaste sets itself, and why nobody else may.
constexpr std::array kOwned = std::to_array<Owned>({
    {"acks", "exactly once needs the acknowledgement of all in-sync replicas"},
    {"allow.auto.create.topics",
     "a topic made by accident has the wrong partitions: use `vaste topics create`"},
    {"auto.commit.interval.ms", "offsets are committed in the transaction of their outputs only"},
    {"auto.offset.reset", "a lost position must stop vaste, not skip or repeat events silently"},
    {"bootstrap.servers", "write `kafka.bootstrap_servers`"},
    {"check.crcs", "records are always checked"},
    {"client.id", "it is made of `application` and `instance`"},
    {"compression.codec", "write `kafka.compression`"},
    {"compression.type", "write `kafka.compression`"},
    {"delivery.timeout.ms",
     "it must end before the transaction: write `kafka.transaction_timeout`"},
    {"enable.auto.commit", "offsets are committed in the transaction of their outputs only"},
    {"enable.auto.offset.store", "offsets are committed in the transaction of their outputs only"},
    {"enable.gapless.guarantee", "a transaction aborts instead"},
    {"enable.idempotence", "exactly once needs it on"},
    {"enable.partition.eof", "the restore finds its end by it"},
    {"group.id", "write `application`"},
    {"group.instance.id", "write `instance`"},
    {"group.protocol", "write `kafka.group_protocol`"},
    {"isolation.level", "events of aborted transactions must stay unseen"},
    {"max.in.flight", "idempotence bounds it"},
    {"max.in.flight.requests.per.connection", "idempotence bounds it"},
    {"max.poll.interval.ms", "the loop keeps its own pace"},
    {"message.timeout.ms", "it must end before the transaction: write `kafka.transaction_timeout`"},
    {"metadata.broker.list", "write `kafka.bootstrap_servers`"},
    {"partition.assignment.strategy",
     "partitions that stay put must not stop: always cooperative-sticky"},
    {"partitioner", "who reads what is found by key must hash as we do"},
    {"request.required.acks", "exactly once needs the acknowledgement of all in-sync replicas"},
    {"session.timeout.ms", "write `kafka.session_timeout`"},
    {"transaction.timeout.ms", "write `kafka.transaction_timeout`"},
    {"transactional.id",
     "it is made of `application` and the worker: that is what fences a zombie"},
});

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool looks_secret(const std::string& property) {
  std::string lower = property;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  // Where something is, not the thing itself.
  if (ends_with(lower, ".location") || ends_with(lower, ".url") || ends_with(lower, ".file"))
    return false;
  constexpr std::array<std::string_view, 8> kMarks = {
      "password", "passphrase",         "secret",    "token", "key.pem",
      "jaas",     "oauthbearer.config", "credential"};
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return lower.find(mark) != std::string::npos; });
}

bool usable_name(const Map::Entry& entry, Report& report) {
  const auto* owned = std::find_if(kOwned.begin(), kOwned.end(),
                                   [&](const Owned& row) { return row.property == entry.key; });
  if (owned == kOwned.end()) return true;
  report.error(entry.place,
               fmt::format("`{}` belongs to vaste: {}", owned->property, owned->reason));
  return false;
}

// The trailing newline of an editor is no part of a secret.
std::string stripped(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::optional<std::string> secret_of_file(const Value& value, Report& report,
                                          std::string_view example) {
  const auto name = read_text(value, report, example);
  if (!name) return std::nullopt;
  std::filesystem::path file(*name);
  if (file.is_relative()) file = std::filesystem::path(report.file()).parent_path() / file;
  struct stat facts {};
  if (::stat(file.c_str(), &facts) == 0 && (facts.st_mode & 077U) != 0) {
    report.error(value.place,
                 fmt::format("{}: others can read this file (mode {:04o}): chmod 600 it",
                             value.path, facts.st_mode & 07777U));
    return std::nullopt;
  }
  auto bytes = read_file(file.string());
  if (!bytes) {
    report.error(value.place, fmt::format("{}: {}", value.path, bytes.error().detail));
    return std::nullopt;
  }
  return stripped(std::move(*bytes));
}

std::optional<std::string> secret_of_env(const Value& value, Report& report,
                                         std::string_view example) {
  const auto name = read_text(value, report, example);
  if (!name) return std::nullopt;
  const char* found =
      std::getenv(name->c_str());  // NOLINT(concurrency-mt-unsafe): read at start, nobody sets
  if (found == nullptr) {
    report.error(value.place, value.path + ": the environment variable named here is not set");
    return std::nullopt;
  }
  return stripped(found);
}

void read_secret_property(const Map::Entry& entry, Kafka& kafka, Report& report) {
  if (!usable_name(entry, report)) return;
  auto secret = read_secret(entry.value, report, "/etc/vaste/kafka.password", "KAFKA_PASSWORD");
  if (!secret) return;
  kafka.properties.emplace_back(entry.key, std::move(*secret));
  kafka.secret_names.push_back(entry.key);
}

void read_property(const Map::Entry& entry, Kafka& kafka, Report& report) {
  if (!usable_name(entry, report)) return;
  if (looks_secret(entry.key)) {
    report.error(entry.place, fmt::format("{} is a secret and has no place in this file: {}",
                                          entry.value.path, kHowTo));
    return;
  }
  const auto text = read_text(entry.value, report, "SASL_SSL");
  if (text) kafka.properties.emplace_back(entry.key, *text);
}

}  // namespace

std::optional<std::string> read_secret(const Value& value, Report& report, std::string_view example,
                                       std::string_view variable) {
  // By hand, not by Map: whatever is written here wrongly may be the secret itself and is never
  // repeated.
  const YAML::Node& node = value.node;
  std::optional<std::string> secret;
  std::optional<Value> place;
  bool said = false;
  if (node.IsMap() && node.size() == 1) {
    const auto only = node.begin();
    const std::string key = only->first.IsScalar() ? only->first.Scalar() : std::string();
    const YAML::Mark mark = only->second.IsNull() ? only->first.Mark() : only->second.Mark();
    place.emplace(Value{only->second, {mark.line + 1, mark.column + 1}, value.path + "." + key});
    said = key == "file" || key == "env";
    if (key == "file") secret = secret_of_file(*place, report, example);
    if (key == "env") secret = secret_of_env(*place, report, variable);
  }
  if (!said) {
    report.error(value.place,
                 fmt::format("{}: expected where the secret is, never the secret itself: "
                             "`{{file: {}}}` or `{{env: {}}}`",
                             value.path, example, variable));
    return std::nullopt;
  }
  if (secret && secret->empty()) {
    report.error(place->place, place->path + ": the secret found there is empty");
    return std::nullopt;
  }
  return secret;
}

void read_properties(Map& section, Kafka& kafka, Report& report) {
  const Value* plain = section.get("properties");
  const Value* secret = section.get("secrets");
  if (plain != nullptr) {
    const Map map(*plain, report, "{security.protocol: SASL_SSL}");
    for (const Map::Entry& entry : map.entries()) read_property(entry, kafka, report);
  }
  if (secret == nullptr) return;
  const Map map(*secret, report, "{sasl.password: {env: KAFKA_PASSWORD}}");
  for (const Map::Entry& entry : map.entries()) {
    const bool twice = std::any_of(kafka.properties.begin(), kafka.properties.end(),
                                   [&](const auto& known) { return known.first == entry.key; });
    if (twice) {
      report.error(entry.place, fmt::format("{} is also under `kafka.properties`: keep one of them",
                                            entry.value.path));
      continue;
    }
    read_secret_property(entry, kafka, report);
  }
}

}  // namespace vaste::config
