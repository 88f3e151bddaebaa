// The core alone: packed records in, effects out, state in memory. Events per second and core =
// items_per_second.
//
//   build/release/tests/bench/core_bench
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "emit/encode.h"
#include "engine/core_task.h"
#include "engine/step_times.h"
#include "ingest/decode.h"
#include "ingest/identity.h"
#include "ingest/route.h"
#include "loadgen/flat.h"
#include "stitch/stitch.h"
#include "store/memory_store.h"

namespace {

using namespace vaste;

constexpr char kPolicy[] = R"(
policy: bench
calendars:
  office: {zone: Europe/Helsinki, week: {mon-fri: "08:00-12:00, 13:00-20:00"}}
rules:
  - name: all
    when: {channel: [chat, email, phone, social]}
    calendar: office
    targets: {first_response: {target: 1h, at_risk: 75%}, next_response: 2h, resolution: 3d}
)";

std::shared_ptr<const clocks::CompiledPolicy> policy() {
  std::vector<config::Finding> findings;
  auto parsed = config::parse_policy(kPolicy, "bench", findings);
  if (!parsed) std::abort();
  return std::make_shared<const clocks::CompiledPolicy>(std::move(*parsed));
}

// Serialized events of the flat load, as a source topic holds them.
std::vector<std::string> events(std::uint64_t count) {
  loadgen::FlatShape shape;
  shape.customers = 20000;
  shape.start = instant(1795392000000);  // 2026-11-23
  loadgen::Flat flat(shape);
  std::vector<std::string> out;
  out.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(flat.next().SerializeAsString());
  return out;
}

void ingest_only(benchmark::State& state) {
  const auto input = events(100000);
  ingest::Decoder decoder({});
  std::string packed;
  std::int64_t done = 0;
  for (auto _ : state) {
    packed.clear();
    for (const std::string& bytes : input) {
      auto decoded =
          decoder.decode(bytes, false, ingest::Format::kProtobuf, 4102444000000, 4102444000000);
      if (!decoded) state.SkipWithError(decoded.error().detail.c_str());
      const Incoming incoming = ingest::extract(*decoded->event, 0);
      emit::pack({{"support.chat", 0, done, 0},
                  0,
                  stitch::route(incoming),
                  core::Routed{decoded->bytes, &incoming, false, {}}},
                 0, {}, packed);
      decoder.reset();
      if (packed.size() > (500 << 10)) packed.clear();
      ++done;
    }
  }
  state.SetItemsProcessed(done);
}
BENCHMARK(ingest_only)->Unit(benchmark::kMillisecond);

struct Person {
  const char* label;
  v1::IdentifierType type;
  const char* front;
  const char* back;
};
constexpr std::array kPeople{
    Person{"customer ids", v1::IDENTIFIER_TYPE_CUSTOMER_ID, "C-", ""},
    Person{"mail addresses", v1::IDENTIFIER_TYPE_EMAIL, "Ann.B", "@Example.org"},
    Person{"E.164", v1::IDENTIFIER_TYPE_PHONE, "+35840", ""},
    Person{"national numbers", v1::IDENTIFIER_TYPE_PHONE, "040 ", ""},
    Person{"national numbers, six events each", v1::IDENTIFIER_TYPE_PHONE, "040 ", ""},
};

// The same events by people of one kind. 20,000 of them in no order, so that nothing which is
// remembered helps, but for the last: a call brings half a dozen events.
void ingest_people(benchmark::State& state) {
  const auto kind = static_cast<std::size_t>(state.range(0));
  const Person& person = kPeople.at(kind);
  state.SetLabel(person.label);
  auto input = events(100000);
  std::uint64_t number = 0;
  for (std::string& bytes : input) {
    v1::Event event;
    if (!event.ParseFromString(bytes)) std::abort();
    const std::uint64_t who = (kind == 4 ? number / 6 : number) * 7919 % 20000;
    ++number;
    event.mutable_person(0)->set_type(person.type);
    event.mutable_person(0)->set_value(person.front + std::to_string(1'000'000 + who) +
                                       person.back);
    bytes = event.SerializeAsString();
  }
  ingest::Decoder decoder({});
  const ingest::Identity identity{IdentityRules{}};
  std::int64_t done = 0;
  for (auto _ : state) {
    for (const std::string& bytes : input) {
      auto decoded =
          decoder.decode(bytes, false, ingest::Format::kProtobuf, 4102444000000, 4102444000000);
      if (!decoded) state.SkipWithError(decoded.error().detail.c_str());
      Incoming incoming = ingest::extract(*decoded->event, 0, identity.habits("FI"));
      identity.judge(incoming);
      benchmark::DoNotOptimize(incoming);
      decoder.reset();
      ++done;
    }
  }
  state.SetItemsProcessed(done);
}
BENCHMARK(ingest_people)->DenseRange(0, kPeople.size() - 1)->Unit(benchmark::kMillisecond);

// Packed records of about 500 events, as one transaction of one worker leaves them for one
// partition.
std::vector<std::string> packed_records(const std::vector<std::string>& input) {
  ingest::Decoder decoder({});
  std::vector<std::string> records(1);
  std::int64_t offset = 0;
  for (const std::string& bytes : input) {
    const v1::Event* event = decoder.parse(bytes);
    const Incoming incoming = ingest::extract(*event, 0);
    emit::pack({{"support.chat", 0, offset++, 0},
                0,
                stitch::route(incoming),
                core::Routed{bytes, &incoming, false, {}}},
               0, {}, records.back());
    if (offset % 500 == 0) records.emplace_back();
    decoder.reset();
  }
  if (records.back().empty()) records.pop_back();
  return records;
}

// A transaction at 100 ms and 30,000 events a second holds six packed records.
constexpr std::size_t kRecordsPerCommit = 6;

// Of one kind of output; told for each event.
struct Written {
  std::size_t records = 0;
  std::size_t bytes = 0;

  void add(std::size_t size) {
    ++records;
    bytes += size;
  }
};

// `cache_mib`: the budget of decoded conversations; 20,000 of them, of five moments on average,
// fill about 40 MiB. `encode`: with the bytes of every output and changelog record, else the
// decisions alone.
void serve(benchmark::State& state, bool encode) {
  const auto compiled = policy();
  const auto records = packed_records(events(200000));
  const auto cache = static_cast<std::size_t>(state.range(0)) << 20;
  std::int64_t done = 0;
  for (auto _ : state) {
    state.PauseTiming();
    ingest::Decoder decoder({});
    emit::Encoder encoder;
    engine::CoreTask task(0, 1, store::make_memory_store(),
                          std::make_shared<const clocks::Timeline>(compiled), {});
    Written enriched;
    Written changelog;
    Written summaries;
    Written windows;
    engine::StepTimes times;  // as a worker has them: a sample of events is timed
    task.tell_times(times);
    if (!task.figures().count_census(1))
      state.SkipWithError("count");  // of nothing: all is followed
    state.ResumeTiming();
    for (std::size_t i = 0; i < records.size(); ++i) {
      auto served = task.on_record(records[i], decoder, [&](core::Effects& effects) -> Status {
        for (const core::Enriched& out : effects.enriched) {
          if (encode) enriched.add(encoder.enriched(out).size());
          ++done;
        }
        return {};
      });
      if (!served) state.SkipWithError(served.error().detail.c_str());
      decoder.reset();
      if (!encode) {
        task.state().saved(cache);
        continue;
      }
      if (i % kRecordsPerCommit != kRecordsPerCommit - 1) continue;
      core::Effects told;
      if (!task.close(told)) state.SkipWithError("close");
      auto collected = task.collect(
          [&](std::string_view, const std::string* value) -> Status {
            changelog.add(value != nullptr ? value->size() : 0);
            return {};
          },
          [&](const Id&, const Conversation* conversation,
              const clocks::CompiledPolicy& version) -> Status {
            if (conversation != nullptr)
              summaries.add(encoder.conversation(*conversation, version).size());
            return {};
          },
          [&](const WindowId& id, const KpiWindow* window) -> Status {
            if (window != nullptr) windows.add(encoder.window(id, *window).size());
            return {};
          });
      if (!collected || !task.committed(cache, kNever)) state.SkipWithError("commit");
    }
    const auto events = static_cast<double>(records.empty() ? 1 : enriched.records);
    for (const auto& [name, one] :
         {std::pair("enriched", enriched), std::pair("changelog", changelog),
          std::pair("summaries", summaries), std::pair("windows", windows)}) {
      if (!encode) break;
      state.counters[std::string(name) + "_bytes"] = static_cast<double>(one.bytes) / events;
      state.counters[std::string(name) + "_records"] = static_cast<double>(one.records) / events;
    }
  }
  state.SetItemsProcessed(done);
}

// From the packed record to the effects: nothing leaves the cache.
void core_only(benchmark::State& state) {
  serve(state, false);
}
BENCHMARK(core_only)->Arg(4096)->Unit(benchmark::kMillisecond);

void core_with_encoding(benchmark::State& state) {
  serve(state, true);
}
BENCHMARK(core_with_encoding)->Arg(4096)->Arg(64)->Unit(benchmark::kMillisecond);

}  // namespace
