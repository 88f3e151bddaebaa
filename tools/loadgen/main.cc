// loadgen: events of a made-up service desk, or plain load, on standard output. See --help.
#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "loadgen/flat.h"
#include "loadgen/generator.h"

namespace vaste::loadgen {
namespace {

constexpr std::string_view kHelp =
    R"(Writes events of a made-up service desk to standard output, for `vaste produce`.

  --seed N            the same seed, the same events (1)
  --hours H           so many hours of the desk (24)
  --from H            hour of the day to begin at (0)
  --load X            1 is about 2,000 contacts a day (1)
  --start-ms T        midnight at the desk, ms since 1970 (2026-11-02; 0 with --flat: now)
  --rate X            at most X events a second by the wall clock (0: as fast as possible)
  --format json|protobuf-delimited   JSON lines, or each event after its length as a varint (json)

  --flat              plain load instead: N customers, conversations of M messages, round robin
  --customers N       (1000)
  --events M          of one conversation (10)
  --count K           events in all (N x M)
  --interval-ms T     of event time between two events (1)
  --text-bytes B      a message's text has at least so many (18)
)";

struct Flags {
  std::uint64_t seed = 1;
  double hours = 24;
  double from = 0;
  double load = 1;
  double rate = 0;
  std::int64_t start_ms = 1793570400000;  // Monday 2026-11-02, midnight in Helsinki
  bool json = true;
  bool flat = false;
  std::uint64_t customers = 1000;
  std::uint64_t events = 10;
  std::uint64_t count = 0;
  std::int64_t interval_ms = 1;
  std::uint64_t text_bytes = 0;
};

template <class T>
bool read(std::string_view text, T& value, T least) {
  T given{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), given);
  if (error != std::errc() || end != text.data() + text.size() || !(given >= least)) return false;
  value = given;
  return true;
}

bool read_flag(std::string_view name, std::string_view value, Flags& flags) {
  if (name == "--seed") return read(value, flags.seed, std::uint64_t{0});
  if (name == "--hours") return read(value, flags.hours, 0.0);
  if (name == "--from") return read(value, flags.from, 0.0);
  if (name == "--load") return read(value, flags.load, 0.001);
  if (name == "--rate") return read(value, flags.rate, 0.0);
  if (name == "--start-ms") return read(value, flags.start_ms, std::int64_t{0});
  if (name == "--customers") return read(value, flags.customers, std::uint64_t{1});
  if (name == "--events") return read(value, flags.events, std::uint64_t{1});
  if (name == "--count") return read(value, flags.count, std::uint64_t{1});
  if (name == "--interval-ms") return read(value, flags.interval_ms, std::int64_t{0});
  if (name == "--text-bytes") {
    return read(value, flags.text_bytes, std::uint64_t{0}) && flags.text_bytes <= 100'000;
  }
  if (name != "--format") return false;
  flags.json = value == "json";
  return flags.json || value == "protobuf-delimited";
}

std::optional<Flags> parse(int argc, char** argv) {
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--flat") {
      flags.flat = true;
    } else if (i + 1 == argc || !read_flag(name, argv[i + 1], flags)) {
      fmt::print(stderr, "loadgen: {} {} is not understood; see loadgen --help\n", name,
                 i + 1 == argc ? "" : argv[i + 1]);
      return std::nullopt;
    } else {
      ++i;
    }
  }
  return flags;
}

// Writes in blocks, so that a pipe takes as much as it can; with a rate, event by event.
class Output {
 public:
  explicit Output(double rate) : rate_(rate), began_(std::chrono::steady_clock::now()) {}

  std::string& buffer() { return buffer_; }

  void append(const v1::Event& event, bool json) {
    if (json) {
      // Appends nothing by itself on failure; our own events have no reason to fail.
      line_.clear();
      (void)google::protobuf::util::MessageToJsonString(event, &line_);
      buffer_.append(line_).push_back('\n');
      return;
    }
    for (auto size = event.ByteSizeLong();; size >>= 7) {
      buffer_.push_back(static_cast<char>(size < 0x80 ? size : (size & 0x7f) | 0x80));
      if (size < 0x80) break;
    }
    event.AppendToString(&buffer_);
  }

  // After each event. False: nobody reads any more.
  bool one_more() {
    ++written_;
    if (rate_ <= 0) return buffer_.size() < kBlock || flush();
    if (!flush()) return false;
    const std::chrono::duration<double> due(static_cast<double>(written_) / rate_);
    std::this_thread::sleep_until(
        began_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(due));
    return true;
  }

  bool flush() {
    const bool done = std::fwrite(buffer_.data(), 1, buffer_.size(), stdout) == buffer_.size() &&
                      (rate_ <= 0 || std::fflush(stdout) == 0);
    buffer_.clear();
    return done;
  }

 private:
  static constexpr std::size_t kBlock = 256 << 10;
  double rate_;
  std::chrono::steady_clock::time_point began_;
  std::uint64_t written_ = 0;
  std::string buffer_;
  std::string line_;
};

bool write_flat(const Flags& flags, Output& output) {
  const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  Flat flat({.seed = flags.seed,
             .customers = flags.customers,
             .events = flags.events,
             .start = flags.start_ms == 0 ? now : instant(flags.start_ms),
             .interval = Millis(flags.interval_ms),
             .text_bytes = flags.text_bytes});
  const std::uint64_t count = flags.count != 0 ? flags.count : flags.customers * flags.events;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (flags.json)
      flat.append_json(output.buffer());
    else
      output.append(flat.next(), false);
    if (!output.one_more()) return false;
  }
  return output.flush();
}

bool write_day(const Flags& flags, Output& output) {
  const auto hours = [](double given) {
    return Millis(static_cast<std::int64_t>(given * 3'600'000));
  };
  Generator generator(flags.seed, instant(flags.start_ms), flags.load, hours(flags.from));
  const std::int64_t end_ms = to_ms(generator.start() + hours(flags.hours));
  while (const auto event = generator.next()) {
    if (event->time().seconds() * 1000 + event->time().nanos() / 1'000'000 >= end_ms) break;
    output.append(*event, flags.json);
    if (!output.one_more()) return false;
  }
  return output.flush();
}

}  // namespace
}  // namespace vaste::loadgen

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--help") == 0) {
    std::fwrite(vaste::loadgen::kHelp.data(), 1, vaste::loadgen::kHelp.size(), stdout);
    return 0;
  }
  const auto flags = vaste::loadgen::parse(argc, argv);
  if (!flags) return 64;
  vaste::loadgen::Output output(flags->rate);
  const bool done = flags->flat ? vaste::loadgen::write_flat(*flags, output)
                                : vaste::loadgen::write_day(*flags, output);
  return done && std::fflush(stdout) == 0 ? 0 : 1;
}
