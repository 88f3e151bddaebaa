// What state costs: a batch of 100 values of 600 bytes, a value that is there or not, a usual
// conversation to bytes and back.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include "base/check.h"
#include "store/codec.h"
#include "store/keys.h"
#include "store/memory_store.h"
#include "store/rocks_store.h"
#include "unit/store/conversations.h"

namespace vaste::store {
namespace {

constexpr int kKeysInBatch = 100;
constexpr std::size_t kValueBytes = 600;
constexpr int kKeys = 200'000;  // 120 MB: more than the cache

class Directory {
 public:
  Directory() {
    const char* base = std::getenv("TMPDIR");
    path_ = std::string(base == nullptr ? "/tmp" : base) + "/vaste-bench-XXXXXX";
    VASTE_CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  std::string path() const { return path_ + "/db"; }

 private:
  std::string path_;
};

std::unique_ptr<Store> open(RocksEnvironment& environment, const Directory& directory) {
  auto store = open_rocks(environment, directory.path());
  VASTE_CHECK(store.has_value());
  return std::move(*store);
}

std::string key(std::uint64_t number) {
  return conversation_key({number * 0x9e3779b97f4a7c15, 1});
}

// Half noise, half text, as a conversation is: lz4 halves it.
std::string value(std::mt19937_64& random) {
  std::string out(kValueBytes, 'a');
  for (std::size_t i = 0; i < kValueBytes / 2; ++i) out[i] = static_cast<char>(random());
  return out;
}

Batch batch(std::uint64_t first, int count, std::mt19937_64& random) {
  Batch out;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t number = first + static_cast<std::uint64_t>(i);
    out.put(key(number), value(random));
    if (i % 10 == 0) out.add_timer({instant(static_cast<std::int64_t>(number)), {number, 1}});
  }
  out.set_positions({static_cast<std::int64_t>(first), static_cast<std::int64_t>(first)});
  return out;
}

void apply(benchmark::State& state, Store& store) {
  std::mt19937_64 random(1);
  std::uint64_t next = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const Batch changes = batch(next % kKeys, kKeysInBatch, random);
    next += kKeysInBatch;
    state.ResumeTiming();
    VASTE_CHECK(store.apply(changes).has_value());
  }
  state.SetItemsProcessed(state.iterations() * kKeysInBatch);
}

void apply_rocks(benchmark::State& state) {
  const Directory directory;
  RocksEnvironment environment({});
  apply(state, *open(environment, directory));
}
BENCHMARK(apply_rocks)->UseRealTime()->Unit(benchmark::kMicrosecond);

void apply_memory(benchmark::State& state) {
  apply(state, *make_memory_store());
}
BENCHMARK(apply_memory)->UseRealTime()->Unit(benchmark::kMicrosecond);

// `among`: reads are spread over so many of the keys; few stay in the cache.
void get_rocks(benchmark::State& state, std::uint64_t among, bool there) {
  const Directory directory;
  RocksEnvironment environment({});
  std::mt19937_64 random(1);
  auto store = open(environment, directory);
  for (int first = 0; first < kKeys; first += 1000)
    VASTE_CHECK(store->apply(batch(static_cast<std::uint64_t>(first), 1000, random)).has_value());
  store.reset();
  store = open(environment, directory);
  for (auto _ : state) {
    const std::uint64_t number = random() % among + (there ? 0 : kKeys);
    const auto got = store->get(key(number));
    VASTE_CHECK(got.has_value() && got->has_value() == there);
    benchmark::DoNotOptimize(got);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(get_rocks, hit_hot, 10'000, true);
BENCHMARK_CAPTURE(get_rocks, hit_any, kKeys, true);
BENCHMARK_CAPTURE(get_rocks, miss, kKeys, false);

void get_many_rocks(benchmark::State& state) {
  const Directory directory;
  RocksEnvironment environment({});
  std::mt19937_64 random(1);
  auto store = open(environment, directory);
  for (int first = 0; first < kKeys; first += 1000)
    VASTE_CHECK(store->apply(batch(static_cast<std::uint64_t>(first), 1000, random)).has_value());
  std::vector<std::string> keys(kKeysInBatch);
  for (auto _ : state) {
    for (std::string& one : keys) one = key(random() % 10'000);
    const auto got = store->get_many(keys);
    VASTE_CHECK(got.has_value());
    benchmark::DoNotOptimize(got);
  }
  state.SetItemsProcessed(state.iterations() * kKeysInBatch);
}
BENCHMARK(get_many_rocks)->Unit(benchmark::kMicrosecond);

// 1000 timers a round are added, read and erased, as a busy partition does.
void timers_rocks(benchmark::State& state) {
  const Directory directory;
  RocksEnvironment environment({});
  auto store = open(environment, directory);
  std::int64_t now = 0;
  for (auto _ : state) {
    Batch added;
    for (std::uint64_t i = 0; i < 1000; ++i) added.add_timer({instant(now + 1), {i, 1}});
    VASTE_CHECK(store->apply(added).has_value());
    const auto due = store->due(instant(++now), 1000);
    VASTE_CHECK(due.has_value() && due->size() == 1000);
    Batch fired;
    for (const Timer& timer : *due) fired.erase_timer(timer);
    fired.set_timer_cursor(instant(now + 1));
    VASTE_CHECK(store->apply(fired).has_value());
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(timers_rocks)->UseRealTime()->Unit(benchmark::kMicrosecond);

void encode(benchmark::State& state) {
  const Conversation conversation = Filler(1).usual_conversation();
  std::string out;
  for (auto _ : state) {
    encode_conversation(conversation, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK(encode);

void decode(benchmark::State& state) {
  const Conversation conversation = Filler(1).usual_conversation();
  std::string bytes;
  encode_conversation(conversation, bytes);
  for (auto _ : state) {
    const auto out = decode_conversation(conversation.id, bytes);
    VASTE_CHECK(out.has_value());
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(decode);

void pointer(benchmark::State& state) {
  for (auto _ : state) {
    const auto out = decode_thread(encode_thread({1, 2}));
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(pointer);

}  // namespace
}  // namespace vaste::store
