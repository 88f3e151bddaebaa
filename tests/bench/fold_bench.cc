// What one more event in order costs a conversation that has so many moments already: the fold
// alone, the step of the core, and the step with the bytes of the enriched event, the summary and
// the state record, which hold what the conversation holds.
//
//   build/release/tests/bench/fold_bench
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "clocks/fold.h"
#include "clocks/timeline.h"
#include "config/config.h"
#include "core/state.h"
#include "core/step.h"
#include "emit/encode.h"
#include "stitch/stitch.h"
#include "store/conversations.h"

namespace {

using namespace vaste;

constexpr char kPolicy[] = R"(
policy: bench
calendars:
  office: {zone: Europe/Helsinki, week: {mon-fri: "08:00-12:00, 13:00-20:00"}}
rules:
  - name: all
    calendar: office
    targets: {first_response: {target: 1h, at_risk: 75%}, next_response: 2h, resolution: 3d}
)";

constexpr Millis kGap{300'000};  // five minutes from one message to the next

std::shared_ptr<const clocks::Timeline> timeline() {
  std::vector<config::Finding> findings;
  auto parsed = config::parse_policy(kPolicy, "bench", findings);
  if (!parsed) std::abort();
  return std::make_shared<const clocks::Timeline>(std::move(*parsed),
                                                  std::vector<clocks::DatedPolicy>());
}

// Question, answer, question, ...: half of the moments begin a wait that the next one ends.
Incoming event(std::int64_t number) {
  Incoming out;
  out.moment.at = instant(1'795'392'000'000) + number * kGap;
  out.moment.kind = number % 2 == 0 ? MomentKind::kCustomerMessage : MomentKind::kAgentMessage;
  out.moment.channel = Channel::kChat;
  out.moment.id = hash64(std::to_string(number));
  out.moment.sequence = number;
  out.moment.author = 7;
  out.identifiers = {"email:ann@example.org"};
  out.keys = {{"chat:s", false, true}};
  out.opens = out.from_customer = number % 2 == 0;
  return out;
}

void fold_alone(benchmark::State& state) {
  const auto versions = timeline();
  const clocks::CompiledPolicy& policy = (*versions)[0];
  FoldState grown;
  const std::int64_t before = state.range(0);
  for (std::int64_t i = 0; i < before; ++i) clocks::apply(grown, event(i).moment, {}, policy);
  // A hundred more, so that the copy of the state, which is not measured, is made seldom.
  constexpr std::int64_t kMore = 100;
  std::vector<Moment> more;
  for (std::int64_t i = 0; i < kMore; ++i) more.push_back(event(before + i).moment);
  for (auto _ : state) {
    state.PauseTiming();
    FoldState fold = grown;
    state.ResumeTiming();
    for (const Moment& moment : more) clocks::apply(fold, moment, {}, policy);
    benchmark::DoNotOptimize(fold);
  }
  state.SetItemsProcessed(state.iterations() * kMore);
}
BENCHMARK(fold_alone)->RangeMultiplier(10)->Range(10, 10000);

class Nothing : public core::Loader {
 public:
  Result<std::optional<Conversation>> conversation(const Id&) override {
    return std::optional<Conversation>();
  }
  Result<std::optional<Customer>> customer(const Id&) override { return std::optional<Customer>(); }
  Result<std::optional<Pointer>> identifier(const std::string&) override {
    return std::optional<Pointer>();
  }
  Result<std::optional<Id>> thread(const std::string&) override { return std::optional<Id>(); }
  Result<std::optional<Linked>> linked(const std::string&) override {
    return std::optional<Linked>();
  }
  Result<std::optional<Component>> component(const Id&) override {
    return std::optional<Component>();
  }
  Result<std::optional<Answer>> answer(const std::string&) override {
    return std::optional<Answer>();
  }
  Result<std::optional<KpiWindow>> window(const WindowId&) override {
    return std::optional<KpiWindow>();
  }
  Result<std::optional<KpiShelf>> shelf(const WindowId&) override {
    return std::optional<KpiShelf>();
  }
  Result<std::optional<TrendState>> trend(const std::string&) override {
    return std::optional<TrendState>();
  }
  Result<std::optional<Waiting>> waiting(const Id&) override { return std::optional<Waiting>(); }
};

// One partition that holds one conversation.
struct Partition {
  std::shared_ptr<const clocks::Timeline> versions = timeline();
  Nothing nothing;
  core::State state{nothing};
  core::Core core;
  emit::Encoder encoder;
  std::size_t written = 0;

  explicit Partition(std::size_t moments)
      : core(state, versions, 0, 1, core::Limits{.moments = moments}) {}

  void take(std::int64_t number, bool encode) {
    const Incoming incoming = event(number);
    core::Message message;
    message.origin = {"bench", 0, number, to_ms(incoming.moment.at)};
    message.to = stitch::route(incoming);
    message.body = core::Routed{{}, &incoming, false, {}};
    core.set_gate(incoming.moment.at);
    core::Effects effects;
    core.on_message(message, effects);
    for (core::Message& sent : effects.sends) {
      core::Effects more;
      core.on_message(sent, more);
    }
    if (encode) {
      for (const core::Enriched& out : effects.enriched) written += encoder.enriched(out).size();
      for (auto* node : state.conversations().changes()) {
        const auto put = [this](const std::string&, const std::string* value) -> Status {
          written += value == nullptr ? 0 : value->size();
          return {};
        };
        if (!store::save_conversation(*node->second.value, put)) std::abort();
        written += encoder.conversation(*node->second.value, (*versions)[0]).size();
      }
    }
    state.saved(std::size_t{1} << 30);
  }
};

// `moments`: engine.moments_per_conversation, which forgets the older half beyond it.
void step(benchmark::State& state, std::size_t moments, bool encode) {
  constexpr std::int64_t kMore = 100;
  const std::int64_t before = state.range(0);
  Partition* partition = nullptr;
  for (auto _ : state) {
    state.PauseTiming();
    delete partition;
    partition = new Partition(moments);
    for (std::int64_t i = 0; i < before; ++i) partition->take(i, false);
    partition->written = 0;
    state.ResumeTiming();
    for (std::int64_t i = 0; i < kMore; ++i) partition->take(before + i, encode);
  }
  state.counters["bytes"] = static_cast<double>(partition->written) / kMore;
  delete partition;
  state.SetItemsProcessed(state.iterations() * kMore);
}

void core_step(benchmark::State& state) {
  step(state, 1'000'000, false);
}
BENCHMARK(core_step)->RangeMultiplier(10)->Range(10, 10000)->Iterations(20);

void core_step_with_encoding(benchmark::State& state) {
  step(state, 1'000'000, true);
}
BENCHMARK(core_step_with_encoding)->RangeMultiplier(10)->Range(10, 10000)->Iterations(20);

// As it runs by default.
void core_step_forgetting(benchmark::State& state) {
  step(state, core::Limits{}.moments, true);
}
BENCHMARK(core_step_forgetting)->RangeMultiplier(10)->Range(10, 10000)->Iterations(20);

}  // namespace
