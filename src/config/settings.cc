#include "config/settings.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "config/notify.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kGiB = 1 << 30;

bool is_id(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

std::string id_problem(const std::string& text) {
  if (!text.empty() && text.size() <= 100 && is_id(text)) return {};
  return "expected 1 to 100 letters, digits, `.`, `_` or `-`";
}

std::string path_problem(const std::string& text) {
  return !text.empty() && prints(text) ? "" : "expected a path";
}

std::string path_or_none_problem(const std::string& text) {
  return text.empty() ? "" : path_problem(text);
}

bool is_server(std::string_view server) {
  if (const auto scheme = server.find("://"); scheme != std::string_view::npos) {
    server.remove_prefix(scheme + 3);
  }
  const auto bracket = server.rfind(']');
  const auto colon = server.rfind(':');
  std::string_view host = server;
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    host = server.substr(0, colon);
    const auto port = parse_integer(server.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) return false;
  }
  return !host.empty() && host.find_first_of(" ,\t") == std::string_view::npos && prints(host);
}

std::string servers_problem(const std::string& text) {
  std::string_view left = text;
  while (true) {
    const auto comma = left.find(',');
    if (!is_server(left.substr(0, comma))) {
      return "expected host:port, several with commas and without blanks between them";
    }
    if (comma == std::string_view::npos) return {};
    left.remove_prefix(comma + 1);
  }
}

std::string listen_problem(const std::string& text) {
  in_addr v4{};
  in6_addr v6{};
  if (text == "localhost" || text == "::1") return {};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    if ((ntohl(v4.s_addr) >> 24) == 127) return {};
  } else if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) {
    return "expected an address of this machine";
  }
  return "a non-loopback listener needs authentication, which this version does not have: put a "
         "reverse proxy in front of it and listen here";
}

// Metrics and probes name no person: any address will do.
std::string monitor_problem(const std::string& text) {
  in_addr v4{};
  in6_addr v6{};
  if (text == "none" || inet_pton(AF_INET, text.c_str(), &v4) == 1 ||
      inet_pton(AF_INET6, text.c_str(), &v6) == 1)
    return {};
  return "expected an address of this machine, 0.0.0.0 for all of them, or `none`";
}

template <auto Section, auto Member>
auto& field(auto& config) {
  if constexpr (std::is_same_v<decltype(Section), std::nullptr_t>) {
    return config.*Member;
  } else {
    return config.*Section.*Member;
  }
}

// Milliseconds are a duration, 64 bits are bytes, everything shorter is a count.
template <auto Section, auto Member>
Setting number(std::string_view section, std::string_view key, std::int64_t least,
               std::int64_t most, std::string_view help) {
  using Field = std::remove_reference_t<decltype(field<Section, Member>(std::declval<Config&>()))>;
  Setting row{.section = section, .key = key, .help = help, .least = least, .most = most};
  if constexpr (std::is_same_v<Field, Millis>) {
    row.kind = Kind::kDuration;
    row.number = [](const Config& config) { return field<Section, Member>(config).count(); };
    row.set_number = [](Config& config, std::int64_t value) {
      field<Section, Member>(config) = Millis(value);
    };
  } else {
    row.kind = std::is_same_v<Field, std::int64_t> ? Kind::kSize : Kind::kCount;
    row.number = [](const Config& config) -> std::int64_t {
      return field<Section, Member>(config);
    };
    row.set_number = [](Config& config, std::int64_t value) {
      field<Section, Member>(config) = static_cast<Field>(value);
    };
  }
  return row;
}

template <auto Section, auto Member>
Setting word(std::string_view section, std::string_view key,
             std::string (*problem)(const std::string&), std::string_view example,
             std::string_view help, std::vector<std::string> choices = {}) {
  Setting row{.section = section, .key = key, .kind = Kind::kText, .help = help};
  row.word = [](const Config& config) -> const std::string& {
    return field<Section, Member>(config);
  };
  row.set_word = [](Config& config, const std::string& value) {
    field<Section, Member>(config) = value;
  };
  row.problem = problem;
  row.choices = std::move(choices);
  row.example = example;
  if (problem == id_problem) row.pattern = "^[A-Za-z0-9._-]{1,100}$";
  if (problem == topic_problem) row.pattern = kTopicPattern;
  if (problem == path_problem) row.pattern = ".";
  return row;
}

template <auto Member>
Setting top(std::string_view key, std::string (*problem)(const std::string&),
            std::string_view example, std::string_view help) {
  return word<nullptr, Member>("", key, problem, example, help);
}

template <auto Member>
Setting topic(std::string_view key, std::string_view help) {
  return word<&Config::topics, Member>("topics", key, topic_problem, "vaste.alerts", help);
}

template <auto Member>
Setting engine(std::string_view key, std::int64_t least, std::int64_t most, std::string_view help) {
  return number<&Config::engine, Member>("engine", key, least, most, help);
}

// clang-format off
std::vector<Setting> outside_settings() {
  return {
    top<&Config::application>("application", id_problem, "vaste",
      "group id and prefix of transactional ids"),
    top<&Config::instance>("instance", id_problem, "vaste-1",
      "static member of the group; default: the host's name"),
    top<&Config::state_directory>("state_directory", path_problem, "/var/lib/vaste",
      "where RocksDB keeps its files"),
    top<&Config::policy_file>("policy", path_problem, "policies/web-shop.yaml",
      "the rules, relative to this file"),

    word<&Config::kafka, &Kafka::bootstrap_servers>("kafka", "bootstrap_servers",
      servers_problem, "kafka1:9092,kafka2:9092", "brokers to begin with"),
    word<&Config::kafka, &Kafka::group_protocol>("kafka", "group_protocol", nullptr, "classic",
      "consumer: KIP-848, Kafka 4 and newer", {"classic", "consumer"}),
    word<&Config::kafka, &Kafka::membership>("kafka", "membership", nullptr, "static",
      "static: a restart within session_timeout moves nothing; dynamic: who leaves gives back at once",
      {"static", "dynamic"}),
    number<&Config::kafka, &Kafka::session_timeout>("kafka", "session_timeout",
      kSecond, 10 * kMinute, "a member that is silent so long loses its partitions"),
    number<&Config::kafka, &Kafka::transaction_timeout>("kafka", "transaction_timeout",
      kSecond, 15 * kMinute, "the broker aborts an open transaction after this"),
    number<&Config::kafka, &Kafka::commit_patience>("kafka", "commit_patience", 100, 5 * kMinute,
      "a step of a commit that takes longer is of unknown outcome"),
    word<&Config::kafka, &Kafka::compression>("kafka", "compression", nullptr, "none",
      "of all that is written; lz4: fewer bytes to send and keep, a fifth more work for each event",
      {"none", "lz4", "zstd", "snappy", "gzip"}),

    topic<&Topics::core>("core", "internal: everything addressed to an actor"),
    topic<&Topics::changelog>("changelog", "internal: the state of each core partition"),
    topic<&Topics::progress>("progress", "internal: how far each source partition has been read"),
    topic<&Topics::enriched>("enriched", "each event with customer, conversation and clocks"),
    topic<&Topics::conversations>("conversations", "newest summary of each conversation"),
    topic<&Topics::alerts>("alerts", "at_risk, breached, recovered, retracted"),
    topic<&Topics::kpis>("kpis", "KPIs by quarter hour and day, for each group of equal dimensions"),
    topic<&Topics::dead_letters>("dead_letters", "input that was rejected, with the reason"),
    topic<&Topics::identity>("identity", "who is who: customers joined and parted, claims refused"),
    topic<&Topics::commands>("commands", "what operators order about customers and conversations"),
    topic<&Topics::policies>("policies", "versions of the policy, as `vaste policy apply` makes them"),
    number<&Config::topics, &Topics::core_partitions>("topics", "core_partitions", 1, 1024,
      "for `topics create`; fixed once made"),
    number<&Config::topics, &Topics::replication>("topics", "replication", 0, 9,
      "0: 3, or the number of brokers if there are fewer"),
  };
}

std::vector<Setting> inside_settings() {
  return {
    engine<&Engine::workers>("workers", 1, 64,
      "threads, each with a consumer and a producer of its own"),
    engine<&Engine::commit_interval>("commit_interval", 5, 10 * kSecond,
      "a transaction closes at the latest after this; four times this, while more waits than a poll takes"),
    engine<&Engine::transaction_bytes>("transaction_size", 64 * kKiB, 256 * kMiB,
      "... or at this size of outputs"),
    engine<&Engine::poll_records>("poll_records", 1, 100000, "records read in one round"),
    engine<&Engine::progress_interval>("progress_interval", 50, kSecond,
      "how often progress is published; a quarter as often, while more waits than a poll takes"),
    engine<&Engine::max_wait>("max_wait", kSecond, kHour,
      "a silent source partition without an owner holds deadlines so long"),
    engine<&Engine::outage_grace>("outage_grace", 0, 10 * kMinute,
      "after brokers were away, producers get so long to catch up"),
    engine<&Engine::max_skew>("max_skew", kSecond, 24 * kHour,
      "events further ahead of broker time are clamped"),
    engine<&Engine::max_record_bytes>("max_record_size", kKiB, 16 * kMiB,
      "larger input becomes a dead letter"),
    engine<&Engine::packed_bytes>("packed_size", 16 * kKiB, 16 * kMiB,
      "internal records are packed up to this size"),
    engine<&Engine::timers_per_round>("timers_per_round", 1, 100000,
      "deadlines looked at in one round"),
    engine<&Engine::cache_bytes>("cache_size", kMiB, 64 * kGiB,
      "decoded conversations, of all workers together"),
    engine<&Engine::block_cache_bytes>("block_cache_size", kMiB, 64 * kGiB,
      "RocksDB's block cache"),
    engine<&Engine::write_buffer_bytes>("write_buffer_size", kMiB, 16 * kGiB,
      "RocksDB's write buffers"),
    engine<&Engine::behind_bytes>("write_behind_size", 0, 16 * kGiB,
      "what is committed and kept in memory before RocksDB gets it: what changes again is written once; 0: nothing"),
    engine<&Engine::kpi_groups>("kpi_groups", 1, 1000000,
      "groups of equal dimensions in a window of KPIs and core partition; of more, one a channel"),
    engine<&Engine::moments_per_conversation>("moments_per_conversation", 16, 10000,
      "older ones go into the fold and are forgotten"),
    engine<&Engine::thread_wait>("thread_wait", 0, kHour,
      "an event with only a thread key that nobody knows waits so long for who knows it; 0: not at all"),
    engine<&Engine::waiting_events>("waiting_events", 1, 1000000,
      "so many wait in a partition of core; more do not wait"),
    engine<&Engine::waiting_bytes>("waiting_size", kKiB, kGiB,
      "... or so many bytes of them"),
    engine<&Engine::shutdown_patience>("shutdown_patience", 100, 5 * kMinute,
      "how long a stop may take to commit"),
    engine<&Engine::purge_interval>("purge_interval", 0, 24 * kHour,
      "how often what was read of the core topic is deleted (ACL: Delete); 0: its retention does it"),

    number<&Config::retention, &Retention::open>("retention", "open", 0, 3660 * kDay,
      "a conversation that was never resolved is forgotten so long after its last activity; 0: never"),
    number<&Config::retention, &Retention::resolved>("retention", "resolved", 0, 3660 * kDay,
      "the same of one that was resolved; at least the policy's reopen window; 0: never"),
    number<&Config::retention, &Retention::kpi_quarter_hours>("retention", "kpi_quarter_hours", 0,
      3660 * kDay, "KPIs of a quarter hour, after its end or its last change; 0: for ever"),
    number<&Config::retention, &Retention::kpi_days>("retention", "kpi_days", 0, 3660 * kDay,
      "the same of a day"),

    word<&Config::snapshots, &Snapshots::directory>("snapshots", "directory", path_or_none_problem,
      "/var/backups/vaste", "where copies of the state are put; empty: nowhere"),
    number<&Config::snapshots, &Snapshots::every>("snapshots", "every", 0, 30 * kDay,
      "how often one is taken of each partition; 0: only by `vaste snapshot create`"),
    number<&Config::snapshots, &Snapshots::keep>("snapshots", "keep", 1, 100,
      "so many of each partition stay"),

    word<&Config::notify, &Notify::link>("notify", "link", link_problem,
      "https://board.example.org/conversations/",
      "where a conversation is looked at; its id is put behind"),
    number<&Config::notify, &Notify::journal_bytes>("notify", "journal_size", 64 * kKiB, kGiB,
      "what each webhook has not taken yet; beyond it the oldest is lost"),
    number<&Config::notify, &Notify::give_up_after>("notify", "give_up_after", kMinute, 30 * kDay,
      "an alert that is older is not delivered any more"),

    word<&Config::http, &Http::listen>("http", "listen", listen_problem, "127.0.0.1",
      "a loopback address"),
    number<&Config::http, &Http::port>("http", "port", 0, 65535,
      "0: any free one, printed at start"),
    word<&Config::http, &Http::monitor_listen>("http", "monitor_listen", monitor_problem, "0.0.0.0",
      "any address, for /metrics and the probes alone; none: only on the listener above"),
    number<&Config::http, &Http::monitor_port>("http", "monitor_port", 0, 65535,
      "of monitor_listen"),

    word<&Config::log, &Log::level>("log", "level", nullptr, "info",
      "the least that is written", {"debug", "info", "warning", "error"}),
    word<&Config::log, &Log::format>("log", "format", nullptr, "auto",
      "auto: text on a terminal, JSON lines otherwise", {"auto", "json"}),
  };
}
// clang-format on

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> table = [] {
    std::vector<Setting> rows = outside_settings();
    const std::vector<Setting> more = inside_settings();
    rows.insert(rows.end(), more.begin(), more.end());
    return rows;
  }();
  return table;
}

std::string path(const Setting& setting) {
  return setting.section.empty() ? std::string(setting.key)
                                 : fmt::format("{}.{}", setting.section, setting.key);
}

std::string value_text(const Setting& setting, const Config& config) {
  switch (setting.kind) {
    case Kind::kCount:
      return std::to_string(setting.number(config));
    case Kind::kDuration:
      return duration_text(Millis(setting.number(config)));
    case Kind::kSize:
      return size_text(setting.number(config));
    case Kind::kText:
      return setting.word(config);
  }
  return {};
}

std::string bounds_text(const Setting& setting) {
  switch (setting.kind) {
    case Kind::kCount:
      return fmt::format("{} to {}", setting.least, setting.most);
    case Kind::kDuration:
      return fmt::format("{} to {}", duration_text(Millis(setting.least)),
                         duration_text(Millis(setting.most)));
    case Kind::kSize:
      return fmt::format("{} to {}", size_text(setting.least), size_text(setting.most));
    case Kind::kText:
      return join(setting.choices, ", ");
  }
  return {};
}

std::string topic_problem(const std::string& name) {
  if (!name.empty() && name.size() <= 249 && name != "." && name != ".." && is_id(name)) return {};
  return "expected a Kafka topic: 1 to 249 letters, digits, `.`, `_` or `-`";
}

}  // namespace vaste::config
