#include "app/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <vector>

#include "app/connection.h"
#include "app/exit_code.h"
#include "app/json_text.h"
#include "app/progress.h"
#include "app/tap_text.h"
#include "app/terminal.h"
#include "config/config.h"
#include "engine/progress.h"
#include "engine/snapshots.h"
#include "kafka/admin.h"
#include "kafka/consumer.h"
#include "snapshot/folder.h"
#include "snapshot/requests.h"
#include "store/codec.h"
#include "store/rocks_store.h"

namespace vaste::app {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr Millis kPatience{15000};
constexpr double kAskEvery = 0.2;
constexpr double kKiB = 1 << 10;

struct Place {
  config::Config config;
  std::string folder;  // of snapshots
};

Result<Place> open(const SnapshotOptions& options) {
  catch_signals();
  auto config = connect({.config_file = options.config_file, .bootstrap = {}});
  if (!config) return tl::unexpected(std::move(config.error()));
  std::string folder = config->snapshots.directory;
  if (folder.empty())
    return failure(Code::kConfig,
                   options.config_file + " has no `snapshots.directory`: there are no snapshots");
  return Place{std::move(*config), std::move(folder)};
}

int finish(const std::string& out) {
  write_out(out);
  return output_lost() ? kExitInternal : 0;
}

std::string state_of(const config::Config& config, std::int32_t partition) {
  return (fs::path(config.state_directory) / snapshot::partition_name(partition)).string();
}

// The partitions that have a database in the state directory.
Result<std::set<std::int32_t>> held(const config::Config& config) {
  std::set<std::int32_t> out;
  std::error_code error;
  for (fs::directory_iterator at(config.state_directory, error), end; !error && at != end;
       at.increment(error)) {
    const auto partition = snapshot::partition_of(at->path().filename().string());
    if (partition && store::is_rocks_directory(at->path().string())) out.insert(*partition);
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return failure(Code::kPermission, config.state_directory + ": " + error.message());
  if (out.empty())
    return failure(Code::kNotFound, config.state_directory + ": there is no state in it");
  return out;
}

// Bytes that are read, as a bar; ends the work at Ctrl-C.
class Reading {
 public:
  Reading(const std::string& work, std::uint64_t total) : total_(total), bar_(work, "MiB") {
    tell();
  }
  snapshot::OnBytes counts() {
    return [this](std::uint64_t bytes) {
      done_ += bytes;
      tell();
      return !interrupted();
    };
  }

 private:
  void tell() { bar_.stands_at(done_ >> 20U, (total_ >> 20U) + (total_ > 0 ? 1 : 0)); }

  std::uint64_t total_;
  std::uint64_t done_ = 0;
  Progress bar_;
};

int stopped_or(const Error& error) {
  return interrupted() ? kExitInterrupted : give_up(error);
}

std::vector<std::uint32_t> known_formats() {
  return {store::kFormats.begin(), store::kFormats.end()};
}

int tell_created(const SnapshotOptions& options, const Place& place, const std::string& id,
                 const snapshot::Answer& answer) {
  int status = 0;
  if (options.json) {
    auto failed = ordered_json::array();
    for (const auto& [partition, why] : answer.failed)
      failed.push_back({{"partition", partition}, {"why", why}});
    status = finish(json_text({{"id", id}, {"taken", answer.taken}, {"failed", failed}}));
  } else {
    std::string names;
    for (const std::int32_t partition : answer.taken)
      names += ' ' + snapshot::partition_name(partition);
    if (!names.empty()) status = finish(id + names + '\n');
    for (const auto& [partition, why] : answer.failed)
      say("vaste: error: " + snapshot::partition_name(partition) + ": " + why);
  }
  if (status != 0) return status;
  if (!answer.failed.empty()) return kExitInternal;
  if (answer.taken.empty())
    return give_up({Code::kUnavailable, "no partition was ready for a snapshot in " + place.folder +
                                            "; see /readyz, and try again"});
  return 0;
}

// Of the process that has the databases open.
int ask_for_one(const SnapshotOptions& options, const Place& place, const std::string& id) {
  const std::string& instance = place.config.instance;
  std::error_code error;
  fs::create_directories(place.folder, error);
  if (auto asked = snapshot::ask(place.folder, id, instance); !asked) return give_up(asked.error());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(options.wait_seconds);
  const Progress waiting("waiting for the vaste that runs");
  while (!interrupted() && std::chrono::steady_clock::now() < until) {
    auto answered = snapshot::answered(place.folder, id, instance);
    if (!answered) return give_up(answered.error());
    if (*answered) {
      snapshot::forget(place.folder, id, instance);
      return tell_created(options, place, id, **answered);
    }
    sleep_seconds(kAskEvery);
  }
  snapshot::forget(place.folder, id, instance);
  return stopped_or({Code::kUnavailable,
                     fmt::format("the vaste that has {} open did not answer in {} s: has it the "
                                 "same `snapshots.directory` and `instance` ({}), and what is in "
                                 "its log?",
                                 place.config.state_directory, options.wait_seconds, instance)});
}

// Of one database that nobody has open.
Status take_one(const Place& place, snapshot::Manifest about,
                store::RocksEnvironment& environment) {
  const std::string directory = state_of(place.config, about.partition);
  const std::string checkpoint = directory + ".checkpoint";
  std::error_code error;
  fs::remove_all(checkpoint, error);
  {
    auto store = store::open_rocks(environment, directory);
    if (!store) return tl::unexpected(std::move(store.error()));
    auto positions = (*store)->positions();
    if (!positions) return tl::unexpected(std::move(positions.error()));
    about.positions = *positions;
    if (auto made = (*store)->checkpoint(checkpoint); !made) return made;
  }
  Reading reading("reading " + snapshot::partition_name(about.partition), 0);
  auto sealed = snapshot::seal(place.folder, checkpoint, about, reading.counts());
  fs::remove_all(checkpoint, error);  // Only what could not be moved is still there.
  if (!sealed) return tl::unexpected(std::move(sealed.error()));
  return snapshot::trim(place.folder, about.partition, place.config.snapshots.keep);
}

int take_all(const SnapshotOptions& options, const Place& place, const std::string& id,
             const std::set<std::int32_t>& partitions) {
  const kafka::ClientConfig client = client_config(place.config, "snapshot");
  auto reader = kafka::PartitionReader::create(client, {place.config.topics.core});
  if (!reader) return give_up(reader.error());
  auto all = (*reader)->partitions(place.config.topics.core, kPatience);
  if (!all) return give_up(all.error());
  store::RocksEnvironment environment({.block_cache_bytes = 8 << 20, .databases = 1});
  snapshot::Answer answer;
  for (const std::int32_t partition : partitions) {
    snapshot::Manifest about;
    about.id = id;
    about.taken = engine::wall_clock();
    about.state_format = known_formats();
    about.application = place.config.application;
    about.partition = partition;
    about.partitions = *all;
    if (auto taken = take_one(place, std::move(about), environment); !taken) {
      if (interrupted()) return kExitInterrupted;
      answer.failed.emplace_back(partition, taken.error().detail);
    } else {
      answer.taken.push_back(partition);
    }
  }
  return tell_created(options, place, id, answer);
}

std::string age_text(Millis age) {
  constexpr std::int64_t kTwoDays = 2880;
  const std::int64_t minutes = age.count() / 60000;
  if (minutes < 60) return fmt::format("{} min", minutes);
  if (minutes < kTwoDays) return fmt::format("{:.1f} h", static_cast<double>(minutes) / 60);
  return fmt::format("{:.1f} d", static_cast<double>(minutes) / 1440);
}

std::string bytes_text(std::uint64_t bytes) {
  const double kib = static_cast<double>(bytes) / kKiB;
  return kib < kKiB ? fmt::format("{:.1f} KiB", kib) : fmt::format("{:.1f} MiB", kib / kKiB);
}

std::string row_text(const snapshot::Found& one, const std::string& state, Millis age) {
  std::string row = fmt::format("{}  {:<9}", one.id, snapshot::partition_name(one.partition));
  if (one.manifest)
    row += fmt::format(" of {:<4} {:>8} old {:>12}  changelog {:<12}", one.manifest->partitions,
                       age_text(age), bytes_text(one.manifest->bytes()),
                       one.manifest->positions.changelog);
  return row + "  " + printable(state) + '\n';
}

ordered_json row_json(const snapshot::Found& one, const std::string& problem, bool verified,
                      Millis age) {
  ordered_json row = {{"id", one.id}, {"partition", one.partition}};
  if (one.manifest) {
    row["partitions"] = one.manifest->partitions;
    row["application"] = one.manifest->application;
    row["taken"] = time_text(to_ms(one.manifest->taken));
    row["ageSeconds"] = age.count() / 1000;
    row["stateFormat"] = one.manifest->state_format;
    row["files"] = one.manifest->files.size();
    row["bytes"] = one.manifest->bytes();
    row["inputOffset"] = one.manifest->positions.input;
    row["changelogOffset"] = one.manifest->positions.changelog;
  }
  row["verified"] = verified;
  if (!problem.empty()) row["problem"] = problem;
  return row;
}

// Those of `id`, or the newest of each partition.
std::vector<snapshot::Found> chosen(std::vector<snapshot::Found> all, const std::string& id) {
  std::set<std::int32_t> seen;
  std::erase_if(all, [&](const snapshot::Found& one) {
    return id.empty() ? !seen.insert(one.partition).second : one.id != id;
  });
  return all;
}

// Nothing is touched unless all may be put back.
Status may_restore(const Place& place, const std::vector<snapshot::Found>& all, bool force) {
  auto admin = kafka::Admin::create(client_config(place.config, "snapshot"));
  if (!admin) return tl::unexpected(std::move(admin.error()));
  auto core = (*admin)->describe(place.config.topics.core, kPatience);
  if (!core) return tl::unexpected(std::move(core.error()));
  if (!*core)
    return failure(Code::kConfig, "topic " + place.config.topics.core + " does not exist");
  auto kept = engine::tombstones_kept(**admin, place.config.topics.changelog);
  if (!kept) return tl::unexpected(std::move(kept.error()));
  const snapshot::Needs needs{place.config.application, (*core)->partitions, known_formats(),
                              engine::wall_clock(), *kept};
  for (const snapshot::Found& one : all) {
    if (!one.manifest) return tl::unexpected(one.manifest.error());
    if (auto fits = snapshot::fits(*one.manifest, needs); !fits)
      return failure(fits.error().code, one.path + ": " + fits.error().detail);
    const std::string state = state_of(place.config, one.partition);
    if (auto closed = store::check_closed(state); !closed) return closed;
    std::error_code error;
    if (!force && fs::exists(state, error))
      return failure(Code::kUsage, state + " is there already; --force moves it aside");
  }
  return {};
}

Status put_back(const Place& place, const std::vector<snapshot::Found>& all) {
  const auto copy_of = [&](const snapshot::Found& one) {
    return state_of(place.config, one.partition) + ".restoring";
  };
  std::uint64_t bytes = 0;
  for (const snapshot::Found& one : all) bytes += one.manifest->bytes();
  {
    Reading reading("restoring", bytes);
    for (const snapshot::Found& one : all) {
      auto copied = snapshot::copy_out(one, copy_of(one), reading.counts());
      if (copied) continue;
      std::error_code ignored;  // What was wrong first is what counts.
      for (const snapshot::Found& other : all) fs::remove_all(copy_of(other), ignored);
      return copied;
    }
  }
  for (const snapshot::Found& one : all) {
    const std::string state = state_of(place.config, one.partition);
    if (auto moved = store::quarantine(state); !moved) return moved;
    if (auto put = snapshot::put_in_place(copy_of(one), state); !put) return put;
  }
  return {};
}

}  // namespace

int create_snapshot(const SnapshotOptions& options) {
  auto place = open(options);
  if (!place) return give_up(place.error());
  auto partitions = held(place->config);
  if (!partitions) return give_up(partitions.error());
  const std::string id = snapshot::id_of(engine::wall_clock());
  const bool runs = std::ranges::any_of(*partitions, [&](std::int32_t partition) {
    auto closed = store::check_closed(state_of(place->config, partition));
    return !closed && closed.error().code == Code::kUnavailable;
  });
  return runs ? ask_for_one(options, *place, id) : take_all(options, *place, id, *partitions);
}

int list_snapshots(const SnapshotOptions& options) {
  auto place = open(options);
  if (!place) return give_up(place.error());
  auto all = snapshot::list(place->folder);
  if (!all) return give_up(all.error());
  const Instant now = engine::wall_clock();
  std::uint64_t bytes = 0;
  for (const snapshot::Found& one : *all)
    if (one.manifest) bytes += one.manifest->bytes();
  std::string out;
  auto rows = ordered_json::array();
  bool damaged = false;
  Reading reading("verifying", options.verify ? bytes : 0);
  for (const snapshot::Found& one : *all) {
    Status is = one.manifest ? Status() : Status(tl::unexpected(one.manifest.error()));
    if (is && options.verify) is = snapshot::verify(one, reading.counts());
    if (interrupted()) return kExitInterrupted;
    const bool verified = is && options.verify;
    damaged = damaged || !is;
    const Millis age = one.manifest ? now - one.manifest->taken : Millis(0);
    const std::string problem = is ? "" : is.error().detail;
    if (options.json)
      rows.push_back(row_json(one, problem, verified, age));
    else
      out +=
          row_text(one, is ? (verified ? "verified" : "not verified") : "damaged: " + problem, age);
  }
  if (all->empty() && !options.json) say("vaste: there is no snapshot in " + place->folder);
  const int status = finish(options.json ? json_text(rows) : out);
  return status == 0 && damaged ? kExitInternal : status;
}

int restore_snapshot(const SnapshotOptions& options) {
  auto place = open(options);
  if (!place) return give_up(place.error());
  auto all = snapshot::list(place->folder);
  if (!all) return give_up(all.error());
  const auto wanted = chosen(std::move(*all), options.id);
  if (wanted.empty())
    return give_up({Code::kNotFound, options.id.empty()
                                         ? "there is no snapshot in " + place->folder
                                         : "there is no snapshot " + options.id + " in " +
                                               place->folder + "; see `vaste snapshot list`"});
  if (auto may = may_restore(*place, wanted, options.force); !may) return stopped_or(may.error());
  if (auto put = put_back(*place, wanted); !put) return stopped_or(put.error());
  std::string out;
  auto rows = ordered_json::array();
  for (const snapshot::Found& one : wanted) {
    rows.push_back(row_json(one, "", true, engine::wall_clock() - one.manifest->taken));
    out += fmt::format("{} from {}; the changelog follows from offset {} on\n",
                       state_of(place->config, one.partition), one.id,
                       one.manifest->positions.changelog);
  }
  return finish(options.json ? json_text(rows) : out);
}

}  // namespace vaste::app
