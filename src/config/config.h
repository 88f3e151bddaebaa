// Every setting with its default, unit and bounds; read once at start by load.cc. Only config/
// reads files and the environment. A new setting is a field here and a row in load.cc's table.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/policy.h"

namespace vaste::config {

enum class Format : std::uint8_t { kAuto, kProtobuf, kJson };  // kAuto: '{' begins JSON

struct Source {
  std::string topic;
  Format format = Format::kAuto;
  // Deadlines of conversations on its channels wait this much longer for its events (a mailbox
  // polled every five minutes).
  Millis lateness{0};
  std::vector<Channel> channels;  // whose events it brings; empty = any
  std::string default_region;     // of telephone numbers without a country ("FI"); empty = unknown
};

struct Topics {
  std::string core = "vaste.core";
  std::string changelog = "vaste.core.changelog";
  std::string progress = "vaste.progress";
  std::string enriched = "vaste.enriched";
  std::string conversations = "vaste.conversations";
  std::string alerts = "vaste.alerts";
  std::string kpis = "vaste.kpis";
  std::string dead_letters = "vaste.dead-letters";
  std::string policies = "vaste.policies";
  std::string identity = "vaste.identity";
  std::string commands = "vaste.commands";
  std::int32_t core_partitions = 12;  // for `topics create`; fixed once made
  std::int16_t replication = 0;       // 0: 3, or the number of brokers if there are fewer
};

struct Engine {
  int workers = 2;              // 1..64
  Millis commit_interval{100};  // 5 ms..10 s: a transaction closes then, see engine/pace.h
  std::int64_t transaction_bytes = 8 << 20;  // ... or at this size of outputs
  int poll_records = 2000;
  Millis progress_interval{100};  // 50 ms..1 s
  Millis max_wait{30000};      // a silent source partition without an owner holds deadlines so long
  Millis outage_grace{10000};  // after brokers were away, producers get so long to catch up
  Millis max_skew{60000};      // events further ahead of broker time are clamped
  std::int64_t max_record_bytes = 1 << 20;
  std::int64_t packed_bytes = 512 << 10;
  int timers_per_round = 1000;
  std::int64_t cache_bytes = 128 << 20;  // decoded conversations, of all workers together
  std::int64_t block_cache_bytes = 96 << 20;
  std::int64_t write_buffer_bytes = 48 << 20;
  std::int64_t behind_bytes = 48 << 20;  // committed, and not yet in RocksDB
  int kpi_groups = 1000;                 // of a window in a core partition; beyond it `_other`
  int moments_per_conversation = 512;    // older ones go into the fold and are forgotten
  // An event that has only a thread key, of a thread that nobody has heard of, waits so long for
  // somebody who has; so many in a partition, of so many bytes.
  Millis thread_wait{60000};
  int waiting_events = 10000;
  std::int64_t waiting_bytes = 16 << 20;
  Millis shutdown_patience{5000};
  Millis purge_interval{60000};  // how often what was read of vaste.core is deleted; 0: never
};

struct Kafka {
  std::string bootstrap_servers = "127.0.0.1:9092";
  std::vector<std::pair<std::string, std::string>> properties;  // from `properties` and `secrets`
  std::vector<std::string> secret_names;                        // which of them must never be shown
  std::string group_protocol = "classic";
  std::string membership = "static";  // dynamic: who leaves gives its partitions back at once
  Millis session_timeout{10000};
  Millis transaction_timeout{10000};
  Millis commit_patience{5000};
  std::string compression = "none";
};

struct Http {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 9464;  // 0: any free one, printed at start
  // A second listener for those who watch from outside; "none": there is none.
  std::string monitor_listen = "none";
  std::uint16_t monitor_port = 9465;
};

// How long a conversation is kept after its last activity; 0: for ever. What it led to goes with
// it.
struct Retention {
  Millis open{365LL * 24 * 3600 * 1000};     // never resolved
  Millis resolved{90LL * 24 * 3600 * 1000};  // resolved or merged; at least the reopen window
  // Of windows of KPIs, after their end or after they were changed last.
  Millis kpi_quarter_hours{35LL * 24 * 3600 * 1000};
  Millis kpi_days{800LL * 24 * 3600 * 1000};
};

// Copies of the state on the disk, so that who lost it need not read the whole changelog.
struct Snapshots {
  std::string directory;  // empty: there are none
  Millis every{0};        // 0: only when asked
  int keep = 2;           // of each partition
};

// Where something is asked over HTTP; only this machine is spoken to in the clear.
struct Url {
  bool tls = false;
  std::string host;  // a name, or an address without brackets
  std::uint16_t port = 0;
  std::string path;  // begins with '/'
};
std::string text(const Url& url);
// For people: the path of a webhook often holds what lets one in.
std::string without_path(const Url& url);
bool is_this_machine(std::string_view host);  // localhost, 127.x.x.x, ::1

// Addresses that begin with the same `bits`; IPv4 as ::ffff:a.b.c.d.
struct Network {
  std::array<std::uint8_t, 16> address{};
  int bits = 0;
  std::string text;  // as it was written
};

struct AlertmanagerSink {
  Url url;                  // without /api/v2/alerts
  Millis resend{60000};     // what still holds is said again; it ends by itself after three times
  int most_per_queue = 20;  // alerts of one queue told one by one; of more, how many there are
  bool hold_pages = true;   // breaches of hours' targets wait for the queue to open
};

struct WebhookSink {
  std::string name;  // label `sink` of the metrics, and the journal's file
  Url url;
  std::string secret;  // of the signature
};

// Who is told of alerts.
struct Notify {
  bool wanted = false;                                        // there is such a section
  std::string link = "http://127.0.0.1:9464/conversations/";  // a conversation's id stands behind
  std::int64_t journal_bytes = 16 << 20;     // of what a webhook has not taken yet, for each
  Millis give_up_after{24LL * 3600 * 1000};  // nobody acts on an older one
  bool plain_http = false;                   // also to other machines
  std::vector<std::string> hosts;            // who may be spoken to besides this machine
  std::vector<Network> networks;             // private ones that may be spoken to all the same
  std::optional<AlertmanagerSink> alertmanager;
  std::vector<WebhookSink> webhooks;
};

struct Log {
  std::string level = "info";   // debug, info, warning, error
  std::string format = "auto";  // auto: text on a terminal, JSON lines otherwise
};

struct Config {
  std::string application = "vaste";  // group id and prefix of transactional ids
  std::string instance;               // static member; default: the host's name
  std::string state_directory = "vaste-state";
  std::string policy_file;  // written relative to the configuration file, here ready to open
  Kafka kafka;
  std::vector<Source> sources;
  Topics topics;
  Engine engine;
  Retention retention;
  Snapshots snapshots;
  Notify notify;
  Http http;
  Log log;
  std::uint64_t hash = 0;  // of what was read, secrets left out
};

// A finding of `vaste check`: errors refuse the file, warnings do not.
struct Finding {
  std::string file;
  int line = 0;    // 1-based; 0 = the file as a whole
  int column = 0;  // 1-based
  bool error = true;
  std::string text;  // what is wrong and what to write instead
  // For programs: the kind of a calendar's mistake (no_open_time, invalid_time, empty_period,
  // overlap, unknown_zone, invalid_date, unknown_day); empty for all others.
  std::string_view kind = {};
};
std::string text(const Finding& finding);  // "file:line:col: error: ..."

// Reads a configuration. All findings are collected, not only the first; nullopt-like (kConfig, all
// texts joined) on errors.
Result<Config> load_config(const std::string& file, std::vector<Finding>& findings);
// Reads a policy, zones included (from the system's tz database).
Result<Policy> load_policy(const std::string& file, std::vector<Finding>& findings,
                           std::int32_t today = 0);
// The same from text; `file` names it in findings.
// `today`: days since 1970, to say which holidays are over; 0 = that does not matter.
Result<Policy> parse_policy(const std::string& text, const std::string& file,
                            std::vector<Finding>& findings, std::int32_t today = 0);
Result<Config> parse_config(const std::string& text, const std::string& file,
                            std::vector<Finding>& findings);

// What `vaste check` does with one file: decides by its keys whether it is a configuration or a
// policy.
std::vector<Finding> check_file(const std::string& file, std::int32_t today = 0);

// The configuration as YAML with defaults, secrets as "[hidden]".
std::string show(const Config& config);

// What the engine reads, in this order: the sources' topics, then `vaste.commands`.
std::vector<std::string> input_topics(const Config& config);

}  // namespace vaste::config
