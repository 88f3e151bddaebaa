#include "metrics/process.h"

#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

// jemalloc(3), where it is linked.
extern "C" int mallctl(const char* name, void* old, std::size_t* old_size, void* fresh,
                       std::size_t fresh_size) __attribute__((weak));

namespace vaste::metrics {
namespace {

// What is resident and not allocated is free space between what is.
double allocated_bytes() {
  if (mallctl == nullptr) return 0;
  std::uint64_t epoch = 1;  // Counts anew.
  std::size_t size = sizeof(epoch);
  if (mallctl("epoch", &epoch, &size, &epoch, size) != 0) return 0;
  std::size_t allocated = 0;
  size = sizeof(allocated);
  if (mallctl("stats.allocated", &allocated, &size, nullptr, 0) != 0) return 0;
  return static_cast<double>(allocated);
}

// Of /proc/stat: when the machine started, in seconds since 1970.
double boot_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

// Of /proc/self/stat: when the process started, in clock ticks since the machine did.
double start_ticks() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const auto name_end = line.rfind(')');  // the name may hold anything
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  double ticks = 0;
  fields >> ticks;
  return ticks;
}

double resident_pages() {
  std::ifstream file("/proc/self/statm");
  double size = 0;
  double resident = 0;
  file >> size >> resident;
  return resident;
}

double count_fds() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error))
    ++count;
  return count > 0 ? count - 1 : 0;  // not the one that read them
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Process read_process() {
  // A process does not change when it started.
  static const double start =
      boot_seconds() + start_ticks() / static_cast<double>(sysconf(_SC_CLK_TCK));
  Process out;
  out.start_seconds = start;
  out.resident_bytes = resident_pages() * static_cast<double>(sysconf(_SC_PAGESIZE));
  out.allocated_bytes = allocated_bytes();
  out.open_fds = count_fds();
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0)
    out.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) out.max_fds = static_cast<double>(limit.rlim_cur);
  return out;
}

std::optional<Disk> read_disk(const std::string& directory) {
  struct statvfs disk {};
  if (directory.empty() || statvfs(directory.c_str(), &disk) != 0) return std::nullopt;
  const auto block = static_cast<double>(disk.f_frsize);
  return Disk{static_cast<double>(disk.f_bavail) * block,
              static_cast<double>(disk.f_blocks) * block};
}

}  // namespace vaste::metrics
