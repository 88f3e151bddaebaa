// What the operating system says of this process and of the state's disk, read when asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace vaste::metrics {

struct Process {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double allocated_bytes = 0;  // 0: jemalloc is not linked
  double open_fds = 0;
  double max_fds = 0;
  double start_seconds = 0;  // since 1970
};
// From /proc, and jemalloc. What cannot be read is 0.
Process read_process();

struct Disk {
  double free_bytes = 0;  // for us: without what is kept for root
  double size_bytes = 0;
};
// nullopt: no such directory (yet).
std::optional<Disk> read_disk(const std::string& directory);

}  // namespace vaste::metrics
