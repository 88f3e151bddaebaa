// One partition of `vaste.core` as the engine has it, without Kafka: what goes out of a transaction
// is bytes, what comes in is the bytes of a packed record.
//
// Threads: one at a time. A failure of the task's own is a bug, so it ends the program.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core_task.h"
#include "store/store.h"

namespace vaste::sim {

// An input event was answered.
struct Answer {
  std::int64_t offset = 0;
  std::int32_t source = 0;  // the partition that has the offset
  core::EventOutcome outcome = core::EventOutcome::kNone;
  Id conversation;
  std::uint32_t hops = 0;
  bool operator==(const Answer&) const = default;
};

struct Said {
  std::string id;  // of the alert
  PublishedAlert alert;
  Id conversation;
  bool provisional = false;
  Instant at;  // when its transaction was closed, where that is known
};

// What one transaction sends out. It counts when it is committed.
struct Output {
  std::map<std::int32_t, std::string> sent;  // by partition of `vaste.core`: the packed record
  std::vector<store::Batch::Change> changelog;
  std::vector<Answer> answers;
  std::vector<Said> alerts;
  std::vector<core::Contributed> contributed;
  std::vector<core::IdentityOut> identity;
  std::vector<std::string> dead;
  // Of each envelope in `sent`: how far its source had been read before, see core::Origin.
  std::vector<std::int64_t> read_after_ms;

  // All of it but what is for the changelog, to compare by.
  std::string text() const;
};

class Task {
 public:
  // `store` outlives it.
  Task(std::int32_t partition, std::int32_t partitions, store::Store& store,
       std::shared_ptr<const clocks::Timeline> timeline, core::Limits limits = {});

  void serve(std::string_view record, Output& out);
  // As after a crash: deadlines counted up to there before, and what is due is looked at later.
  void set_gate(Instant gate);
  // Everything up to `gate` has been read: what is due fires.
  void look(Instant gate, Output& out);
  struct Looked {
    bool fired = false;
    bool more = false;  // perhaps
  };
  // At most `max` of it, once a transaction.
  Looked look(const engine::Gate& gate, std::size_t max, Output& out);
  // What the transaction changed, for the changelog; after it only commit() or abort().
  void collect(Output& out);
  void commit(std::size_t cache_bytes);
  void abort();

  std::int32_t partition() const { return task_->partition(); }
  engine::CoreTask& engine() { return *task_; }
  engine::Figures& figures() { return task_->figures(); }

 private:
  void take(core::Effects& effects, Output& out);

  std::int32_t partitions_;
  std::unique_ptr<engine::CoreTask> task_;
};

// A part of the changelog into a store, as a worker that takes a partition over does.
void restore(std::span<const store::Batch::Change> changelog, const Policy& policy,
             store::Store& store);

// False: of the local database alone, in no changelog.
bool is_replicated(std::string_view key);

}  // namespace vaste::sim
