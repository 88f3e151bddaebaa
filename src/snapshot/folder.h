// The folder of snapshots: FOLDER/ID/core-PARTITION/ has a database's files and manifest.json.
//
// Threads: any number of processes may work in one folder, each on partitions of its own; what has
// no manifest (yet) is no snapshot, so nobody sees one that is half there.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "snapshot/manifest.h"

namespace vaste::snapshot {

// Hears of each piece that was read; false ends the work with kAborted.
using OnBytes = std::function<bool(std::uint64_t bytes)>;

struct Found {
  std::string id;
  std::int32_t partition = 0;
  std::string path;           // of its own folder
  Result<Manifest> manifest;  // kCorrupt, kNewerFormat: it is there, and of no use
};

// "core-3", as the state directory calls it, too.
std::string partition_name(std::int32_t partition);
std::optional<std::int32_t> partition_of(const std::string& name);

std::string path_of(const std::string& folder, const std::string& id, std::int32_t partition);

// All that have a manifest: the newest id first, of each the lowest partition first. No such folder
// is an empty one. Errors: kPermission, kInternal.
Result<std::vector<Found>> list(const std::string& folder);

// Makes a snapshot of `checkpoint`, the files of a database that nobody has open, and which goes
// away: moved where that is possible, copied to another file system. `about` has all but the files.
// Errors: kNoSpace, kPermission, kAborted; then it is no snapshot, and what there is goes away
// with the next trim().
Result<Manifest> seal(const std::string& folder, const std::string& checkpoint, Manifest about,
                      const OnBytes& on_bytes);

// Of this partition only the newest `keep` snapshots stay; what is older than the newest and was
// never completed goes as well.
Status trim(const std::string& folder, std::int32_t partition, int keep);

// Whom the state is for. Where tombstones are kept for a shorter time than the snapshot is old,
// some may be gone, and what they erased would come back.
struct Needs {
  std::string application;
  std::int32_t partitions = 0;
  std::vector<std::uint32_t> state_format;  // that are known here
  Instant now;
  std::optional<Millis> tombstones;  // how long the changelog keeps them; nullopt: nobody can say
};
// Errors: kConfig (another application, other partitions), kNewerFormat, kTooLarge (too old).
Status fits(const Manifest& manifest, const Needs& needs);

// Every file is as the manifest says. Errors: kCorrupt (names the file and what is wrong),
// kAborted.
Status verify(const Found& found, const OnBytes& on_bytes);
// The same, copying them to the new folder `to`, where they are on the disk afterwards; on an error
// it is gone again. More errors: kNoSpace, kPermission.
Status copy_out(const Found& found, const std::string& to, const OnBytes& on_bytes);
// Gives it its name, where nothing may be.
Status put_in_place(const std::string& from, const std::string& to);

}  // namespace vaste::snapshot
