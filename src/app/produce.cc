#include "app/produce.h"

#include <fmt/format.h>

#include <chrono>

#include "app/exit_code.h"
#include "app/lines.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "kafka/admin.h"
#include "kafka/transaction.h"

namespace vaste::app {
namespace {

constexpr Millis kPatience{10000};
constexpr Millis kFlushPatience{35000};  // a little more than a record is tried for
constexpr double kTurn = 0.2;            // seconds
constexpr std::uint64_t kResetEvery = 256;

std::int64_t now_ms() {
  return to_ms(std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()));
}

// One file into one topic.
class Feed {
 public:
  Feed(const ProduceOptions& options, const config::Config& config, Lines lines,
       kafka::PlainProducer& producer)
      : options_(options),
        lines_(std::move(lines)),
        producer_(producer),
        topic_(producer.topic(options.topic)),
        decoder_({.record_bytes = static_cast<std::size_t>(config.engine.max_record_bytes),
                  .max_skew = config.engine.max_skew}) {}

  int run() {
    Status status = send_all();
    if (auto flushed = producer_.flush(kFlushPatience); !flushed && status) status = flushed;
    const std::uint64_t failed = producer_.failed();
    const std::uint64_t delivered = progress_.done() - std::min(failed, progress_.done());
    say(summary(delivered, progress_.seconds(), progress_.bad()));
    if (!status) return give_up(status.error());
    if (failed > 0) {
      return give_up({Code::kUnavailable,
                      fmt::format("{} records were not delivered to {}", failed, options_.topic)});
    }
    if (interrupted()) return kExitInterrupted;
    return progress_.bad() > 0 ? kExitBadData : 0;
  }

 private:
  Status send_all() {
    while (true) {
      auto line = lines_.next();
      if (!line && line.error().code != Code::kTooLarge) return tl::unexpected(line.error());
      if (!line) {
        complain(line.error());
      } else if (!*line) {
        return {};
      } else if (!(*line)->empty()) {
        if (auto sent = send(**line); !sent) return sent;
      }
      // The rest would most likely fail as well; the summary says how many did.
      if (producer_.failed() > 0) return {};
    }
  }

  Status send(std::string_view line) {
    if (++since_reset_ >= kResetEvery) {
      decoder_.reset();
      since_reset_ = 0;
    }
    auto out = outgoing(line, options_, decoder_, now_ms());
    if (!out) {
      complain(out.error());
      return {};
    }
    keep_pace();
    if (interrupted()) return {};
    auto sent = producer_.produce(
        {.topic = topic_, .key = out->key, .value = out->value, .timestamp_ms = out->timestamp_ms});
    if (sent) {
      progress_.add();
    } else if (sent.error().code == Code::kTooLarge) {
      complain(sent.error());
    } else {
      return sent;
    }
    return {};
  }

  void keep_pace() {
    if (options_.rate <= 0) return;
    const double due = static_cast<double>(progress_.done()) / options_.rate;
    while (!interrupted() && progress_.seconds() < due) {
      sleep_seconds(std::min(due - progress_.seconds(), kTurn));
    }
  }

  void complain(const Error& error) {
    progress_.add_bad();
    say(fmt::format("{}:{}: error: {}", lines_.name(), lines_.number(), error.detail));
  }

  const ProduceOptions& options_;
  Lines lines_;
  kafka::PlainProducer& producer_;
  kafka::TopicHandle topic_;
  ingest::Decoder decoder_;
  Progress progress_{"sending", "records"};
  std::uint64_t since_reset_ = 0;
};

// A producer only finds out after half a minute; and a mistyped topic must not be made by asking.
Status look_up(const config::Config& config, const kafka::ClientConfig& client,
               const std::string& topic) {
  auto admin = kafka::Admin::create(client);
  if (!admin) return tl::unexpected(admin.error());
  auto facts = (*admin)->describe(topic, kPatience);
  if (!facts) return tl::unexpected(facts.error());
  if (*facts) return {};
  std::vector<std::string> known;
  for (const config::Source& source : config.sources) known.push_back(source.topic);
  return failure(Code::kNotFound,
                 fmt::format("topic {} does not exist.{}", topic, did_you_mean(topic, known)));
}

}  // namespace

int produce(const ProduceOptions& options) {
  catch_signals();
  auto config = connect(options.connection);
  if (!config) return give_up(config.error());
  auto lines = Lines::open(options.file);
  if (!lines) return give_up(lines.error());
  const kafka::ClientConfig client = client_config(*config, "produce");
  if (auto found = look_up(*config, client, options.topic); !found) return give_up(found.error());
  auto producer = kafka::PlainProducer::create(client);
  if (!producer) return give_up(producer.error());
  return Feed(options, *config, std::move(*lines), **producer).run();
}

}  // namespace vaste::app
