#pragma once

#include "store/store.h"

namespace vaste::engine {

// A store that outlives the task on it.
class Borrowed : public store::Store {
 public:
  explicit Borrowed(store::Store& to) : to_(to) {}
  Result<std::optional<std::string>> get(std::string_view key) override { return to_.get(key); }
  Result<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    return to_.get_many(keys);
  }
  Status apply(const store::Batch& batch) override { return to_.apply(batch); }
  Result<std::vector<store::Timer>> due(Instant until, std::size_t max) override {
    return to_.due(until, max);
  }
  Result<Instant> timer_cursor() override { return to_.timer_cursor(); }
  Result<store::Positions> positions() override { return to_.positions(); }
  using Store::scan;
  Status scan(std::string_view prefix, std::string_view from, const Visit& visit) override {
    return to_.scan(prefix, from, visit);
  }
  Status checkpoint(const std::string& path) override { return to_.checkpoint(path); }
  store::Stats stats() override { return to_.stats(); }

 private:
  store::Store& to_;
};

}  // namespace vaste::engine
