// Files as snapshots need them: read once for the hash, on the disk before anybody counts on them.
// Private to the folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "base/result.h"
#include "snapshot/folder.h"

namespace vaste::snapshot {

tl::unexpected<Error> system_failure(const std::error_code& error, const std::string& what);

struct Sum {
  std::uint64_t bytes = 0;
  std::string sha256;
};
// Hash of `from`, which is also copied to `to` unless that is empty. `sync`: what was written, or
// else the file itself, is on the disk when this returns.
Result<Sum> sum(const std::string& from, const std::string& to, bool sync, const OnBytes& on_bytes);

Status sync_folder(const std::string& folder);
// Written under another name first, so that it is there as a whole or not at all.
Status write_whole(const std::string& file, std::string_view text);
// nullopt: there is none. Nothing we read so is larger than a few MiB.
Result<std::optional<std::string>> read_whole(const std::string& file);

}  // namespace vaste::snapshot
