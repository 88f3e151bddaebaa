// The core on many partitions in memory and in simulated time: what the engine does with Kafka,
// without Kafka.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/step.h"
#include "model/incoming.h"
#include "story/partition.h"
#include "story/story.h"

namespace vaste::story {

// Threads: one at a time. The same arguments and calls, the same answers.
class Fleet {
 public:
  // `seed`: in what order the partitions get their turns.
  Fleet(std::shared_ptr<const clocks::Timeline> timeline, std::int32_t partitions,
        std::uint64_t seed, core::Limits limits = {});

  // One policy for all time.
  Fleet(std::shared_ptr<const clocks::CompiledPolicy> policy, std::int32_t partitions,
        std::uint64_t seed, core::Limits limits = {})
      : Fleet(std::make_shared<const clocks::Timeline>(std::move(policy)), partitions, seed,
              limits) {}

  // As ingest does: to the actor of the event, in the queue of its partition. Gives its offset.
  std::int64_t send(const Incoming& incoming);

  // The same of a command. Conversations are named by their ids.
  std::int64_t send(Command command);

  // Until all queues are empty: each partition in its own order, partitions in any.
  void run();

  // Everything up to `gate` has been read, as time goes: fires what is due, one instant after the
  // other, and tells quiet conversations of versions that take over. Time does not go back.
  void advance(Instant gate);

  const std::vector<core::AlertOut>& alerts() const { return alerts_; }
  const std::vector<core::Enriched>& enriched() const { return enriched_; }
  const std::vector<core::Dead>& dead() const { return dead_; }
  const std::vector<core::IdentityOut>& identity() const { return identity_; }
  const std::vector<core::AnswerOut>& answers() const { return answers_; }
  // Events that should have waited, but too many did.
  std::uint64_t held_too_many() const { return too_many_; }
  // What the event of this offset brought about.
  const std::vector<IdentityTold>& identity_news(std::int64_t offset) const;
  // What was contributed to KPIs and not taken back.
  const std::vector<core::Contributed>& contributions() const { return contributions_; }

  // State records whose key begins with this (see store/keys.h), redirects and pointers too.
  std::size_t records(std::string_view prefix = {}) const;

  // Conversations that are not merged into another, by id.
  std::map<Id, std::shared_ptr<const Conversation>> conversations() const;

  // The newest status of each alert, by alert id.
  std::map<std::string, core::AlertOut> standing() const;

  // Where the event of this offset ended up, merges and divisions followed; nullptr: nowhere.
  std::shared_ptr<const Conversation> conversation_of(std::int64_t offset) const;
  // Joins followed; nullopt: never seen.
  std::optional<Id> customer(const std::string& identifier) const;
  // The customer's newest conversation; nullptr: none.
  std::shared_ptr<const Conversation> newest_of(const Id& customer) const;

 private:
  Partition& home(std::uint32_t key_group) const;
  std::shared_ptr<const Conversation> follow(Id id) const;
  Id current(Id customer) const;  // joins followed
  void push(core::Message message);
  void take(core::Effects& effects);
  // The first instant after the last gate at which another version takes over.
  Instant next_border() const;

  std::shared_ptr<const clocks::Timeline> timeline_;
  Instant gate_;
  std::int32_t partitions_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<Partition>> parts_;
  std::vector<std::deque<core::Message>> queues_;
  std::vector<std::unique_ptr<Incoming>> incoming_;  // alive as long as messages about them
  std::vector<std::shared_ptr<const Parked>> kept_;  // likewise
  std::int64_t next_offset_ = 0;
  std::map<std::int64_t, std::uint64_t> moments_;  // of events, by offset
  std::vector<core::AlertOut> alerts_;
  std::vector<core::Enriched> enriched_;
  std::vector<core::Dead> dead_;
  std::vector<core::IdentityOut> identity_;
  std::vector<core::AnswerOut> answers_;
  std::uint64_t too_many_ = 0;
  std::map<std::int64_t, std::vector<IdentityTold>> news_;  // by the offset of what brought it
  std::vector<core::Contributed> contributions_;
};

}  // namespace vaste::story
