// Steady live load with questions that nobody answers, and how late their alerts can be read.
//
// Two threads: this one feeds, in ticks of a few milliseconds; the other reads vaste.alerts,
// committed records only, as any consumer would. Latency is the moment a record is in our hands
// less its due instant and the millisecond that due instants are rounded to.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <set>
#include <thread>

#include "command.h"
#include "kafka/consumer.h"
#include "kafka/transaction.h"
#include "loadgen/flat.h"
#include "vaste/v1/alert.pb.h"

namespace vaste::bench {
namespace {

constexpr Millis kTick{5};
// A request of librdkafka carries one partition's records, one of a Java client everybody's: with
// this the brokers get as many as from a Java producer with its default of 5 ms.
constexpr const char* kLinger = "50";
constexpr Millis kFlushPatience{35000};
constexpr Millis kLead{3000};    // of load before the first question
constexpr Millis kTail{1000};    // of load after the last one is due
constexpr Millis kGrace{20000};  // for alerts that are still missing when the load is over
constexpr std::int64_t kResolutionMs = 1;
constexpr const char* kAlerts = "vaste.alerts";
constexpr const char* kQuestionQueue = "unanswered";  // the driver's policy has a rule for it

double milliseconds_now() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& at) {
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct Plan {
  std::string bootstrap;
  std::vector<std::string> sources;
  double rate = 0;
  Millis length{0};
  loadgen::FlatShape shape;  // of each source; its seed is the source's number, from shape.seed on
  std::uint64_t questions = 0;
  Millis target{0};  // of a question: only for the time that is kept free for the last one
};

Result<Plan> read_plan(int argc, char** argv) {
  auto flags = Flags::parse(
      argc, argv, 2,
      {"--bootstrap", "--sources", "--rate", "--seconds", "--seed", "--customers", "--events",
       "--first", "--text-bytes", "--spread", "--questions", "--target-ms"});
  if (!flags) return tl::unexpected(flags.error());
  Plan plan;
  auto bootstrap = flags->text("--bootstrap");
  if (!bootstrap) return tl::unexpected(bootstrap.error());
  plan.bootstrap = *bootstrap;
  auto sources = flags->list("--sources");
  if (!sources) return tl::unexpected(sources.error());
  plan.sources = *sources;
  Status wrong;
  const auto number = [&](std::string_view name, double otherwise) {
    auto value = flags->number(name, otherwise);
    if (!value) wrong = tl::unexpected(value.error());
    return value.value_or(0);
  };
  const auto whole = [&](std::string_view name, double otherwise) {
    return static_cast<std::uint64_t>(number(name, otherwise));
  };
  plan.rate = number("--rate", 1000);
  plan.length = Millis(whole("--seconds", 10) * 1000);
  plan.shape.seed = whole("--seed", 1);
  plan.shape.customers = whole("--customers", 1000);
  plan.shape.events = whole("--events", 10);
  plan.shape.first = whole("--first", 0);
  plan.shape.text_bytes = whole("--text-bytes", 0);
  plan.shape.spread = whole("--spread", 0) != 0;
  plan.questions = whole("--questions", 0);
  plan.target = Millis(whole("--target-ms", 2000));
  if (!wrong) return tl::unexpected(wrong.error());
  if (plan.sources.empty() || plan.rate <= 0 || plan.shape.customers == 0 || plan.shape.events == 0)
    return failure(Code::kUsage, "sources, rate, customers and events must not be nothing");
  if (plan.questions > 0 && plan.length <= kLead + kTail + plan.target)
    return failure(Code::kUsage, "too short for questions: lead, target and tail need more");
  return plan;
}

struct Late {
  double readable = 0;  // after the due instant
  double decided = 0;
  double due = 0;  // since 1970
};

// Reads until `expected` alerts are there, or it is told to end.
class AlertReader {
 public:
  Status open(const kafka::ClientConfig& base) {
    kafka::ClientConfig client = base;
    client.properties.emplace_back("fetch.wait.max.ms", "10");
    auto partitions = partitions_of(client, {kAlerts});
    if (!partitions) return tl::unexpected(partitions.error());
    auto reader = kafka::PartitionReader::create(client, {kAlerts});
    if (!reader) return tl::unexpected(reader.error());
    reader_ = std::move(*reader);
    std::vector<kafka::Position> from;
    for (const kafka::TopicPartition& at : *partitions) from.push_back({at, -2});
    return reader_->assign(from);
  }

  void run() {
    while (!ending_) {
      auto polled = reader_->poll(100, Millis(20));
      const double now = milliseconds_now();
      if (!polled) {
        failed_ = tl::unexpected(polled.error());
        break;
      }
      for (const kafka::Record& record : polled->records) take(record, now);
    }
    over_ = true;
  }

  void end() { ending_ = true; }
  bool over() const { return over_; }
  std::size_t count() const { return count_; }
  // After the thread has ended.
  const Status& failed() const { return failed_; }
  std::vector<Late>& late() { return late_; }
  std::uint64_t strange() const { return strange_; }

 private:
  void take(const kafka::Record& record, double now) {
    v1::Alert alert;
    if (!alert.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())) ||
        alert.level() != v1::ALERT_LEVEL_BREACHED || alert.status() != v1::ALERT_STATUS_RAISED ||
        alert.attributes().queue() != kQuestionQueue || !seen_.insert(alert.id()).second) {
      ++strange_;
      return;
    }
    const auto ms = [](const google::protobuf::Timestamp& at) {
      return static_cast<double>(at.seconds()) * 1000 + at.nanos() / 1e6;
    };
    const double due = ms(alert.due()) + kResolutionMs;
    late_.push_back({now - due, ms(alert.decided()) - due, due});
    ++count_;
  }

  std::unique_ptr<kafka::PartitionReader> reader_;
  std::atomic<bool> ending_{false};
  std::atomic<bool> over_{false};
  std::atomic<std::size_t> count_{0};
  Status failed_;
  std::set<std::string> seen_;
  std::vector<Late> late_;
  std::uint64_t strange_ = 0;
};

class Feeder {
 public:
  Feeder(const Plan& plan, kafka::PlainProducer& producer) : plan_(plan), producer_(producer) {
    for (const std::string& source : plan.sources) {
      loadgen::FlatShape shape = plan.shape;
      shape.seed += flats_.size();
      flats_.emplace_back(shape);
      topics_.push_back(producer.topic(source));
    }
  }

  Status run() {
    const auto began = std::chrono::steady_clock::now();
    for (auto tick = began; tick < began + plan_.length; tick += kTick) {
      std::this_thread::sleep_until(tick);
      const auto at = std::chrono::steady_clock::now() - began;
      late_ms_ = std::max(late_ms_,
                          std::chrono::duration<double, std::milli>(at - (tick - began)).count());
      if (producer_.failed() > 0) return failure(Code::kUnavailable, "events were not delivered");
      if (auto fed = feed_until(std::chrono::duration<double>(at).count()); !fed) return fed;
    }
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return producer_.flush(kFlushPatience);
  }

  std::uint64_t sent() const { return sent_; }
  std::uint64_t asked() const { return asked_; }
  double seconds() const { return seconds_; }
  double late_ms() const { return late_ms_; }

 private:
  Status feed_until(double seconds) {
    const auto owed = static_cast<std::uint64_t>(seconds * plan_.rate);
    for (; sent_ < owed; ++sent_) {
      const std::size_t source = sent_ % flats_.size();
      if (auto done = send(topics_[source], flats_[source].next(wall_clock())); !done) return done;
    }
    const double span =
        std::chrono::duration<double>(plan_.length - kLead - kTail - plan_.target).count();
    const double since = seconds - std::chrono::duration<double>(kLead).count();
    while (asked_ < plan_.questions &&
           since >= static_cast<double>(asked_) * span / static_cast<double>(plan_.questions)) {
      if (auto done = ask(); !done) return done;
      ++asked_;
    }
    return {};
  }

  Status ask() {
    const std::string name = fmt::format("question-{}", asked_);
    const std::int64_t now = to_ms(wall_clock());
    v1::Event event;
    event.set_id(name);
    event.set_source("bench");
    event.mutable_time()->set_seconds(now / 1000);
    event.mutable_time()->set_nanos(static_cast<std::int32_t>(now % 1000) * 1'000'000);
    event.set_channel(v1::CHANNEL_CHAT);
    v1::Identifier& person = *event.add_person();
    person.set_type(v1::IDENTIFIER_TYPE_CUSTOMER_ID);
    person.set_value(name);
    v1::ThreadKey& key = *event.add_thread_keys();
    key.set_kind(v1::THREAD_KEY_KIND_CHAT_SESSION);
    key.set_value(name);
    event.mutable_attributes()->set_queue(kQuestionQueue);
    event.mutable_message()->set_direction(v1::DIRECTION_INBOUND);
    event.mutable_message()->set_author(v1::AUTHOR_KIND_CUSTOMER);
    event.mutable_message()->set_text("Is anybody there?");
    return send(topics_[asked_ % topics_.size()], event);
  }

  Status send(kafka::TopicHandle topic, const v1::Event& event) {
    bytes_.clear();
    event.AppendToString(&bytes_);
    return producer_.produce({.topic = topic, .key = event.person(0).value(), .value = bytes_});
  }

  const Plan& plan_;
  kafka::PlainProducer& producer_;
  std::vector<loadgen::Flat> flats_;
  std::vector<kafka::TopicHandle> topics_;
  std::string bytes_;
  std::uint64_t sent_ = 0;
  std::uint64_t asked_ = 0;
  double seconds_ = 0;
  double late_ms_ = 0;
};

// "p50":12.3,... of what `field` picks.
std::string quantiles(std::vector<Late> all, double Late::*field) {
  std::sort(all.begin(), all.end(),
            [field](const Late& a, const Late& b) { return a.*field < b.*field; });
  std::string out;
  for (const double share : {0.5, 0.9, 0.99, 1.0}) {
    // The smallest value that so large a share does not exceed.
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(all.size())));
    out += fmt::format(R"({}"{}":{:.1f})", out.empty() ? "" : ",",
                       share == 1.0 ? "max" : fmt::format("p{:.0f}", share * 100),
                       all[std::max<std::size_t>(rank, 1) - 1].*field);
  }
  return '{' + out + '}';
}

// The latest hundredth, by when they were due: [seconds since the first, decided, readable], so
// that one stall can be told from many.
std::string latest(std::vector<Late> all) {
  const double first = std::min_element(all.begin(), all.end(), [](const Late& a, const Late& b) {
                         return a.due < b.due;
                       })->due;
  const std::size_t few = std::min(all.size(), all.size() / 100 + 5);
  std::sort(all.begin(), all.end(),
            [](const Late& a, const Late& b) { return a.readable > b.readable; });
  all.resize(few);
  std::sort(all.begin(), all.end(), [](const Late& a, const Late& b) { return a.due < b.due; });
  std::string out;
  for (const Late& one : all)
    out += fmt::format("{}[{:.1f},{:.0f},{:.0f}]", out.empty() ? "" : ",", (one.due - first) / 1000,
                       one.decided, one.readable);
  return '[' + out + ']';
}

void tell(const Feeder& feeder, AlertReader& reader) {
  fmt::print(R"({{"sent":{},"asked":{},"seconds":{:.2f},"rate":{:.0f},"feeder_late_ms":{:.1f},)"
             R"("cpu_seconds":{:.2f},"alerts":{},"strange_alerts":{})",
             feeder.sent(), feeder.asked(), feeder.seconds(),
             static_cast<double>(feeder.sent()) / feeder.seconds(), feeder.late_ms(), cpu_seconds(),
             reader.late().size(), reader.strange());
  if (!reader.late().empty()) {
    fmt::print(R"(,"readable_ms":{},"decided_ms":{},"latest":{})",
               quantiles(reader.late(), &Late::readable), quantiles(reader.late(), &Late::decided),
               latest(reader.late()));
  }
  fmt::print("}}\n");
}

}  // namespace

Status live(int argc, char** argv) {
  auto plan = read_plan(argc, argv);
  if (!plan) return tl::unexpected(plan.error());
  const kafka::ClientConfig client = client_of(plan->bootstrap, "live");
  kafka::ClientConfig feeding = client;
  feeding.properties.emplace_back("linger.ms", kLinger);
  auto producer = kafka::PlainProducer::create(feeding);
  if (!producer) return tl::unexpected(producer.error());
  AlertReader reader;
  if (auto opened = reader.open(client_of(plan->bootstrap, "alerts")); !opened) return opened;
  std::thread reading([&reader] { reader.run(); });
  Feeder feeder(*plan, **producer);
  const Status fed = feeder.run();
  const auto until = std::chrono::steady_clock::now() + kGrace;
  while (fed && reader.count() < feeder.asked() && !reader.over() &&
         std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(Millis(20));
  reader.end();
  reading.join();
  if (!fed) return fed;
  if (!reader.failed()) return reader.failed();
  tell(feeder, reader);
  return {};
}

}  // namespace vaste::bench
