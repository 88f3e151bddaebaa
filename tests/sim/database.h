// A partition's database as a process has it: what is kept in memory before it is written goes with
// the process, the rest stays.
#pragma once

#include <memory>

#include "base/check.h"
#include "store/memory_store.h"
#include "store/write_behind.h"
#include "unit/engine/borrowed.h"

namespace vaste::sim {

class Database {
 public:
  Database() { start(); }
  Database(const Database&) = delete;  // What it opened points into it.
  Database& operator=(const Database&) = delete;

  store::Store& operator*() const { return *process_; }
  store::Store* operator->() const { return process_.get(); }

  // Whoever had it open is dead.
  void lose_memory() {
    alive_ = false;  // What goes now, goes nowhere.
    start();
  }

 private:
  // Small, so that something is written now and then.
  static constexpr std::uint64_t kBehindBytes = 1 << 14;

  class Disk final : public engine::Borrowed {
   public:
    Disk(store::Store& store, const bool& alive) : Borrowed(store), alive_(alive) {}
    Status apply(const store::Batch& batch) override {
      return alive_ ? Borrowed::apply(batch) : Status();
    }

   private:
    const bool& alive_;
  };

  void start() {
    process_.reset();
    alive_ = true;
    auto behind = std::make_shared<store::WriteBehind>();
    behind->bytes = kBehindBytes;
    auto made = store::write_behind(std::make_unique<Disk>(*disk_, alive_), std::move(behind));
    VASTE_CHECK(made.has_value());
    process_ = std::move(*made);
  }

  bool alive_ = true;
  std::unique_ptr<store::Store> disk_ = store::make_memory_store();
  std::unique_ptr<store::Store> process_;
};

}  // namespace vaste::sim
