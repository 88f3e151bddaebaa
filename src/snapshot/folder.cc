#include "snapshot/folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "snapshot/files.h"

namespace vaste::snapshot {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "core-";
constexpr const char* kManifest = "manifest.json";

std::string manifest_of(const std::string& path) {
  return (fs::path(path) / kManifest).string();
}

// Names in a folder, in order; none where there is no folder.
Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    out.push_back(at->path().filename().string());
  if (error && error != std::errc::no_such_file_or_directory)
    return system_failure(error, "list " + folder);
  std::sort(out.begin(), out.end());
  return out;
}

// nullopt: it has no manifest.
Result<std::optional<Found>> look(const std::string& folder, const std::string& id,
                                  std::int32_t partition) {
  const std::string path = path_of(folder, id, partition);
  auto text = read_whole(manifest_of(path));
  if (!text) return tl::unexpected(std::move(text.error()));
  if (!*text) return std::nullopt;
  Found found{id, partition, path, parse_manifest(**text)};
  if (found.manifest && (found.manifest->id != id || found.manifest->partition != partition))
    found.manifest = failure(Code::kCorrupt, "manifest.json: it is of another snapshot");
  if (!found.manifest) found.manifest.error().detail = path + "/" + found.manifest.error().detail;
  return std::optional(std::move(found));
}

Status remove(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return system_failure(error, "remove " + path);
  return {};
}

Status make_folders(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return system_failure(error, "make " + path);
  return {};
}

// By renaming it, or else by copying.
Status move_folder(const std::string& from, const std::string& to, const OnBytes& on_bytes) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return {};
  if (error != std::errc::cross_device_link) return system_failure(error, "move " + from);
  if (auto made = make_folders(to); !made) return made;
  auto names = names_in(from);
  if (!names) return tl::unexpected(std::move(names.error()));
  for (const std::string& name : *names) {
    auto copied =
        sum((fs::path(from) / name).string(), (fs::path(to) / name).string(), false, on_bytes);
    if (!copied) return tl::unexpected(std::move(copied.error()));
  }
  return remove(from);
}

Status check(const Found& found, const std::string& copy, const OnBytes& on_bytes) {
  if (!found.manifest) return tl::unexpected(found.manifest.error());
  for (const File& file : found.manifest->files) {
    const std::string path = (fs::path(found.path) / file.name).string();
    const std::string to = copy.empty() ? copy : (fs::path(copy) / file.name).string();
    auto is = sum(path, to, !copy.empty(), on_bytes);
    if (!is && is.error().code == Code::kNotFound)
      return failure(Code::kCorrupt, path + ": it is not there");
    if (!is) return tl::unexpected(std::move(is.error()));
    if (is->bytes != file.bytes)
      return failure(Code::kCorrupt,
                     fmt::format("{}: {} bytes instead of {}", path, is->bytes, file.bytes));
    if (is->sha256 != file.sha256)
      return failure(Code::kCorrupt, path + ": its hash is not that of the manifest");
  }
  return {};
}

bool is_newer(const std::vector<std::uint32_t>& format, const std::vector<std::uint32_t>& known) {
  if (format.size() > known.size()) return true;
  for (std::size_t i = 0; i < format.size(); ++i)
    if (format[i] > known[i]) return true;
  return false;
}

std::string hours_text(Millis span) {
  return fmt::format("{:.1f} h", static_cast<double>(span.count()) / 3'600'000);
}

}  // namespace

std::string partition_name(std::int32_t partition) {
  return std::string(kPrefix) + std::to_string(partition);
}

std::optional<std::int32_t> partition_of(const std::string& name) {
  if (!name.starts_with(kPrefix)) return {};
  std::int32_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [last, error] = std::from_chars(name.data() + kPrefix.size(), end, number);
  if (error != std::errc() || last != end || number < 0) return {};
  return number;
}

std::string path_of(const std::string& folder, const std::string& id, std::int32_t partition) {
  return (fs::path(folder) / id / partition_name(partition)).string();
}

Result<std::vector<Found>> list(const std::string& folder) {
  auto ids = names_in(folder);
  if (!ids) return tl::unexpected(std::move(ids.error()));
  std::vector<Found> out;
  for (auto id = ids->rbegin(); id != ids->rend(); ++id) {
    if (!is_id(*id)) continue;
    auto names = names_in((fs::path(folder) / *id).string());
    if (!names) return tl::unexpected(std::move(names.error()));
    const std::size_t first = out.size();
    for (const std::string& name : *names) {
      const auto partition = partition_of(name);
      if (!partition) continue;
      auto found = look(folder, *id, *partition);
      if (!found) return tl::unexpected(std::move(found.error()));
      if (*found) out.push_back(std::move(**found));
    }
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
              [](const Found& a, const Found& b) { return a.partition < b.partition; });
  }
  return out;
}

Result<Manifest> seal(const std::string& folder, const std::string& checkpoint, Manifest about,
                      const OnBytes& on_bytes) {
  const std::string path = path_of(folder, about.id, about.partition);
  const fs::path whole = fs::path(path).parent_path();
  if (auto made = make_folders(whole.string()); !made)
    return tl::unexpected(std::move(made.error()));
  std::error_code error;  // State is for nobody else, wherever it lies.
  fs::permissions(whole, fs::perms::owner_all, error);
  if (error) return system_failure(error, "close " + whole.string() + " to others");
  if (auto moved = move_folder(checkpoint, path, on_bytes); !moved)
    return tl::unexpected(std::move(moved.error()));
  auto names = names_in(path);
  if (!names) return tl::unexpected(std::move(names.error()));
  about.files.clear();
  for (const std::string& name : *names) {
    // RocksDB synced its tables, but not its log files: with a hole they would look whole.
    auto is = sum((fs::path(path) / name).string(), {}, true, on_bytes);
    if (!is) return tl::unexpected(std::move(is.error()));
    about.files.push_back({name, is->bytes, std::move(is->sha256)});
  }
  for (const fs::path& at : {fs::path(path), whole, fs::path(folder)})
    if (auto synced = sync_folder(at.string()); !synced)
      return tl::unexpected(std::move(synced.error()));
  if (auto written = write_whole(manifest_of(path), to_json(about)); !written)
    return tl::unexpected(std::move(written.error()));
  return about;
}

Status trim(const std::string& folder, std::int32_t partition, int keep) {
  auto ids = names_in(folder);
  if (!ids) return tl::unexpected(std::move(ids.error()));
  int complete = 0;
  for (auto id = ids->rbegin(); id != ids->rend(); ++id) {
    if (!is_id(*id)) continue;
    const std::string path = path_of(folder, *id, partition);
    std::error_code error;
    if (!fs::exists(path, error)) continue;
    const bool whole = fs::exists(manifest_of(path), error);
    if (whole && complete < keep) {
      ++complete;
      continue;
    }
    if (!whole && complete == 0) continue;  // Somebody may be at it.
    // The manifest first, so that what is half removed is no snapshot.
    fs::remove(manifest_of(path), error);
    if (error) return system_failure(error, "remove " + manifest_of(path));
    if (auto removed = remove(path); !removed) return removed;
    fs::remove(fs::path(path).parent_path(), error);  // when this was the last in it
  }
  return {};
}

Status fits(const Manifest& manifest, const Needs& needs) {
  if (manifest.application != needs.application)
    return failure(Code::kConfig, "it is of the application `" + manifest.application +
                                      "`, this is `" + needs.application + "`");
  if (manifest.partitions != needs.partitions)
    return failure(Code::kConfig, fmt::format("it is one of {} core partitions, there are {}",
                                              manifest.partitions, needs.partitions));
  if (is_newer(manifest.state_format, needs.state_format))
    return failure(
        Code::kNewerFormat,
        fmt::format("its state is of format {}, this version of vaste knows {}",
                    fmt::join(manifest.state_format, "."), fmt::join(needs.state_format, ".")));
  if (!needs.tombstones)
    return failure(Code::kPermission,
                   "nobody can say for how long the changelog keeps tombstones "
                   "(delete.retention.ms; ACL: DescribeConfigs), so it may be too old");
  const Millis age = needs.now - manifest.taken;
  if (age >= *needs.tombstones)
    return failure(Code::kTooLarge, fmt::format("it is {} old, and the changelog keeps tombstones "
                                                "for {} (delete.retention.ms): some may be gone",
                                                hours_text(age), hours_text(*needs.tombstones)));
  return {};
}

Status verify(const Found& found, const OnBytes& on_bytes) {
  return check(found, {}, on_bytes);
}

Status copy_out(const Found& found, const std::string& to, const OnBytes& on_bytes) {
  if (auto removed = remove(to); !removed) return removed;
  if (auto made = make_folders(to); !made) return made;
  Status copied = check(found, to, on_bytes);
  if (copied) copied = sync_folder(to);
  if (!copied) {
    std::error_code ignored;  // What was wrong first is what counts.
    fs::remove_all(to, ignored);
  }
  return copied;
}

Status put_in_place(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return system_failure(error, "move " + from + " to " + to);
  const fs::path parent = fs::path(to).parent_path();
  return sync_folder(parent.empty() ? "." : parent.string());
}

}  // namespace vaste::snapshot
