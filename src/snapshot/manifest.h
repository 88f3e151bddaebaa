// What a snapshot of one core partition is: written last, so a folder without it is none. It names
// nobody: positions, sizes and hashes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace vaste::snapshot {

struct File {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;
  bool operator==(const File&) const = default;
};

struct Manifest {
  std::string id;
  Instant taken;                            // not after what is in it
  std::vector<std::uint32_t> state_format;  // store::kFormats of who wrote the state
  std::string application;
  std::int32_t partition = 0;
  std::int32_t partitions = 0;  // of `vaste.core`; routing rests on it
  store::Positions positions;   // that the database itself holds
  std::vector<File> files;      // by name

  std::uint64_t bytes() const;
};

// With a hash of itself, so that no flipped digit goes unseen.
std::string to_json(const Manifest& manifest);
// Errors: kCorrupt, kNewerFormat (of the manifest's own form).
Result<Manifest> parse_manifest(std::string_view text);

// "20261128T214500.123Z": in the order of time, and good as a folder's name.
std::string id_of(Instant at);
bool is_id(std::string_view text);

}  // namespace vaste::snapshot
