#include "base/log.h"

#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>

namespace vaste::log {
namespace {

constexpr std::size_t kTextBytes = 2048;
constexpr std::string_view kCut = "...";

std::array<std::atomic<std::uint64_t>, 4> counts{};

struct Sink {
  std::shared_ptr<spdlog::logger> logger;
  Level least = Level::kInfo;
  bool json = true;
};

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::shared_ptr<const Sink> make_sink(Level least, bool json) {
  auto sink = std::make_shared<Sink>();
  sink->least = least;
  sink->json = json || isatty(STDERR_FILENO) == 0;
  spdlog::sink_ptr out;
  if (sink->json) {
    out = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    out = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(spdlog::color_mode::always);
  }
  sink->logger = std::make_shared<spdlog::logger>("vaste", std::move(out));
  sink->logger->set_level(spdlog::level::debug);
  sink->logger->set_pattern(sink->json
                                ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","text":"%v"})"
                                : "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v",
                            spdlog::pattern_time_type::utc);
  // A log that cannot be written (stderr closed, disk full) must not stop the program.
  sink->logger->set_error_handler([](const std::string&) {});
  return sink;
}

std::mutex mutex;                     // guards `current`
std::shared_ptr<const Sink> current;  // NOLINT: lives as long as the program

std::shared_ptr<const Sink> sink() {
  const std::lock_guard lock(mutex);
  if (current == nullptr) current = make_sink(Level::kInfo, false);
  return current;
}

// Length of the UTF-8 character at the beginning of `text`; 0 = not one.
std::size_t character(std::string_view text, std::uint32_t& point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  std::size_t length = 0;
  if (lead < 0x80) {
    length = 1;
  } else if (lead >= 0xc2 && lead < 0xe0) {
    length = 2;
  } else if (lead >= 0xe0 && lead < 0xf0) {
    length = 3;
  } else if (lead >= 0xf0 && lead < 0xf5) {
    length = 4;
  }
  if (length == 0 || length > text.size()) return 0;
  point = length == 1 ? lead : lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
    point = point << 6 | (byte(i) & 0x3fU);
  }
  if (length == 3 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) return 0;
  if (length == 4 && (point < 0x10000 || point > 0x10ffff)) return 0;
  return length;
}

// What could forge a line or turn its direction (CWE-117).
bool is_dangerous(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x61c || point == 0xfeff ||
         (point >= 0x200e && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069);
}

std::string escaped(std::string_view text, bool json) {
  std::string out;
  std::size_t room_for_mark = 0;  // the last end of a piece that leaves room for "..."
  while (!text.empty()) {
    std::uint32_t point = 0;
    const std::size_t length = character(text, point);
    std::string piece;
    if (length == 0) {  // not UTF-8: shown, but as no character
      piece = fmt::format("{}\\x{:02x}", json ? "\\" : "", static_cast<unsigned char>(text[0]));
    } else if (is_dangerous(point)) {
      piece = point == '\n' ? "\\n" : fmt::format("\\u{:04x}", point);
    } else if (json && (point == '"' || point == '\\')) {
      piece = {'\\', static_cast<char>(point)};
    } else {
      piece = text.substr(0, length);
    }
    if (out.size() + piece.size() > kTextBytes) {
      out.resize(room_for_mark);
      return out.append(kCut);
    }
    out += piece;
    if (out.size() + kCut.size() <= kTextBytes) room_for_mark = out.size();
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace

void start(Level least, bool json) {
  auto fresh = make_sink(least, json);
  const std::lock_guard lock(mutex);
  current = std::move(fresh);
}

void write(Level level, std::string_view text) {
  const auto to = sink();
  if (level < to->least) return;
  counts.at(static_cast<std::size_t>(level)).fetch_add(1, std::memory_order_relaxed);
  to->logger->log(spdlog_level(level), spdlog::string_view_t(escaped(text, to->json)));
}

std::uint64_t count(Level level) {
  return counts.at(static_cast<std::size_t>(level)).load(std::memory_order_relaxed);
}

}  // namespace vaste::log
