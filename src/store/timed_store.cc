#include "store/timed_store.h"

#include <utility>

namespace vaste::store {

namespace {

class Call {
 public:
  Call(Stopwatch& stopwatch, Op op) : stopwatch_(stopwatch), op_(op) { stopwatch_.began(op_); }
  ~Call() { stopwatch_.ended(op_); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  Stopwatch& stopwatch_;
  Op op_;
};

class TimedStore final : public Store {
 public:
  TimedStore(std::unique_ptr<Store> store, Stopwatch& stopwatch)
      : store_(std::move(store)), stopwatch_(stopwatch) {}

  Result<std::optional<std::string>> get(std::string_view key) override {
    const Call call(stopwatch_, Op::kGet);
    return store_->get(key);
  }
  Result<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    const Call call(stopwatch_, Op::kGet);
    return store_->get_many(keys);
  }
  Status apply(const Batch& batch) override {
    const Call call(stopwatch_, Op::kWrite);
    return store_->apply(batch);
  }
  Result<std::vector<Timer>> due(Instant until, std::size_t max) override {
    const Call call(stopwatch_, Op::kScan);
    return store_->due(until, max);
  }
  Result<Instant> timer_cursor() override { return store_->timer_cursor(); }
  Result<Positions> positions() override { return store_->positions(); }
  using Store::scan;
  Status scan(std::string_view prefix, std::string_view from, const Visit& visit) override {
    const Call call(stopwatch_, Op::kScan);
    return store_->scan(prefix, from, visit);
  }
  Status checkpoint(const std::string& path) override { return store_->checkpoint(path); }
  Stats stats() override { return store_->stats(); }

 private:
  std::unique_ptr<Store> store_;
  Stopwatch& stopwatch_;
};

}  // namespace

std::unique_ptr<Store> timed(std::unique_ptr<Store> store, Stopwatch& stopwatch) {
  return std::make_unique<TimedStore>(std::move(store), stopwatch);
}

}  // namespace vaste::store
