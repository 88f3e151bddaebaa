// One partition of `vaste.core` in memory: the core, its state and its timers, saved to a store
// after every step and read back from it, as the engine does with RocksDB.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/state.h"
#include "core/step.h"
#include "persist/records.h"
#include "store/store.h"

namespace vaste::story {

// Threads: one at a time.
class Partition {
 public:
  Partition(std::shared_ptr<const clocks::Timeline> timeline, std::int32_t index,
            std::int32_t partitions, core::Limits limits = {});

  void on_message(const core::Message& message, core::Effects& effects);
  // Deadlines count up to `gate`; fires the timers that are due, each once.
  void on_time(Instant gate, core::Effects& effects);
  // Another version took over by the gate: conversations that nothing happens in hear of it.
  void sweep(core::Effects& effects);
  std::optional<Instant> next_timer();

  // What is stored, undecoded caches aside.
  persist::Records& stored() { return records_; }

  // State records whose key begins with this; see store/keys.h.
  std::size_t records(std::string_view prefix);
  void each_conversation(const std::function<void(Conversation)>& visit);

 private:
  void commit(const core::Effects& effects);

  std::unique_ptr<store::Store> store_;
  persist::Records records_;
  core::State state_;
  core::Core core_;
};

}  // namespace vaste::story
