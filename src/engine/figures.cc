#include "engine/figures.h"

#include <algorithm>
#include <utility>

#include "store/codec.h"
#include "store/conversations.h"
#include "store/keys.h"

namespace vaste::engine {

namespace {
// Entries of what is over or due later, looked at in one call: the rest comes with the next. Each
// that is due later is written anew, and a worker must not stand still for them.
constexpr int kMostLooks = 32;
}  // namespace

Figures::Figures(const Policy& names, store::Store& store)
    : store_(store), tally_(names), census_(tally_.queues()), fronts_(tally_.queues()) {}

Result<bool> Figures::load(std::size_t max) {
  if (!counting_) {
    bool complete = false;
    Status read;
    tally_.clear();
    obsolete_.clear();
    const auto scanned =
        store_.scan(store::kTallies, [&](std::string_view key, std::string_view value) {
          const std::string_view queue = key.substr(store::kTallies.size());
          auto stored = store::decode_tally(value);
          if (!stored) {
            read = tl::unexpected(stored.error());
            return false;
          }
          obsolete_.emplace_back(key);
          if (stored->names != tally_.names()) return true;
          // The record without a queue is there whenever anything was counted.
          complete = complete || queue.empty();
          tally_.restore(queue, *stored);
          return true;
        });
    if (!scanned) return tl::unexpected(scanned.error());
    if (!read) return tl::unexpected(read.error());
    if (complete) {
      obsolete_.clear();
      return true;
    }
    counting_ = true;
    counted_to_.clear();
    tally_.clear();
  }
  bool done = false;
  if (auto counted = recount(max, done); !counted) return tl::unexpected(counted.error());
  return done;
}

Status Figures::recount(std::size_t max, bool& done) {
  store::Batch batch;
  Status read;
  std::size_t seen = 0;
  done = true;
  const auto scanned = store_.scan(
      store::kConversations, counted_to_, [&](std::string_view key, std::string_view value) {
        if (key == counted_to_) return true;
        if (seen++ == max) {
          done = false;
          return false;
        }
        auto conversation = store::complete_conversation(
            Id::from_bytes(key.substr(store::kConversations.size())), value,
            [&](const std::string& block) { return store_.get(block); });
        if (!conversation) {
          read = tl::unexpected(conversation.error());
          return false;
        }
        tally_.add(tally_.share(*conversation));
        restored(*conversation, batch);
        counted_to_ = key;
        return true;
      });
  if (!scanned) return tl::unexpected(scanned.error());
  if (!read) return read;
  if (auto applied = store_.apply(batch); !applied) return applied;
  if (!done) return {};
  counting_ = false;
  tally_.saved();  // What was counted is there, whatever becomes of a transaction.
  unwritten_ = true;
  return {};
}

std::string Figures::key_of(const Conversation& conversation) const {
  return store::breach_key(tally_.queue(tally_.queue_of(conversation)),
                           {conversation.next_breach, conversation.id});
}

Result<bool> Figures::count_census(std::size_t max) {
  if (census_complete_) return true;
  std::size_t seen = 0;
  bool done = true;
  Status read;
  const auto scanned = store_.scan(
      store::kConversations, census_to_, [&](std::string_view key, std::string_view value) {
        if (key == census_to_) return true;
        if (seen++ == max) {
          done = false;
          return false;
        }
        const auto conversation = store::complete_conversation(
            Id::from_bytes(key.substr(store::kConversations.size())), value,
            [&](const std::string& block) { return store_.get(block); });
        if (!conversation) {
          read = tl::unexpected(conversation.error());
          return false;
        }
        census_.add(census_of(*conversation, tally_.queue_of(*conversation)));
        census_to_ = key;
        return true;
      });
  if (!scanned) return tl::unexpected(scanned.error());
  if (!read) return tl::unexpected(read.error());
  census_complete_ = done;
  return done;
}

CensusEntry Figures::census_of(const Conversation& conversation, std::size_t queue) {
  CensusEntry out;
  out.moments = static_cast<std::uint32_t>(conversation.moments.size());
  const FoldState& fold = conversation.fold;
  const bool waits = is_set(fold.waiting_since) && !is_over(fold.state) &&
                     fold.state != ConversationState::kWaitingCustomer && !conversation.moved &&
                     conversation.merged_into.empty();
  if (!waits) return out;
  out.waits_since = fold.waiting_since;
  out.channel = fold.waiting_contact < fold.contacts.size()
                    ? fold.contacts[fold.waiting_contact].channel
                    : fold.last_channel;
  out.queue = static_cast<std::uint16_t>(queue);
  return out;
}

// One that the count has not come to yet is counted when it does, as it is then.
void Figures::follow_census(Conversation& conversation, const CensusEntry& after) {
  const CensusEntry before = std::exchange(conversation.census, after);
  if (before == after) return;
  if (census_complete_ || store::conversation_key(conversation.id) <= census_to_)
    recounted_.emplace_back(before, after);
}

void Figures::read(Conversation& conversation) const {
  conversation.tallied = tally_.share(conversation);
  conversation.tallied_queue = static_cast<std::uint16_t>(tally_.queue_of(conversation));
  conversation.census = census_of(conversation, conversation.tallied_queue);
}

void Figures::restored(const Conversation& conversation, store::Batch& batch) const {
  if (is_set(conversation.next_breach)) batch.put(key_of(conversation), {});
}

void Figures::write(Conversation& conversation, bool erased, const clocks::CompiledPolicy& version,
                    store::Batch& batch) {
  const Instant before = conversation.next_breach;
  const Instant after = erased ? kNever : core::next_breach(conversation, version);
  core::Share share = erased ? core::Share{} : tally_.share(conversation);
  if (share != conversation.tallied) {
    tally_.take_away(conversation.tallied);
    tally_.add(share);
    conversation.tallied = std::move(share);
  }
  const std::size_t queue = tally_.queue_of(conversation);
  follow_census(conversation, erased ? CensusEntry{} : census_of(conversation, queue));
  // A breach that moves away, as with every answer, leaves its entry behind: to write it each time
  // costs a fifth of all there is to do. It moves when it is looked at.
  const bool stays =
      queue == conversation.tallied_queue &&
      (before == after || (is_set(before) && is_set(after) && before < after &&
                           std::ranges::find(behind_, conversation.id) == behind_.end()));
  if (stays) {
    if (before != after) moves_.push_back({queue, key_of(conversation), before, false});
    return;
  }
  const auto move = [&](std::size_t in, Instant at, bool added) {
    if (!is_set(at)) return;
    std::string key = store::breach_key(tally_.queue(in), {at, conversation.id});
    moves_.push_back({in, key, at, added});
    if (added) {
      batch.put(std::move(key), {});
    } else {
      batch.erase(std::move(key));
    }
  };
  move(conversation.tallied_queue, before, false);
  move(queue, after, true);
  conversation.next_breach = after;
  conversation.tallied_queue = static_cast<std::uint16_t>(queue);
}

Status Figures::collect(const std::function<Status(std::string, const std::string*)>& put) {
  if (tally_.changed_queues().empty() && !(unwritten_ && !counted_to_.empty())) return {};
  for (const std::string& key : obsolete_)
    if (auto written = put(key, nullptr); !written) return written;
  const auto write_queue = [&](std::size_t queue) -> Status {
    const QueueTally stored = tally_.stored(queue);
    const std::string& name = tally_.queue(queue);
    // The record without a queue says that there is a tally.
    if (stored.counts.empty() && !name.empty())
      return unwritten_ ? Status() : put(store::tally_key(name), nullptr);
    const std::string bytes = store::encode_tally(stored);
    return put(store::tally_key(name), &bytes);
  };
  if (!unwritten_) {
    for (const std::size_t queue : tally_.changed_queues())
      if (auto written = write_queue(queue); !written) return written;
    return {};
  }
  for (std::size_t queue = 0; queue < tally_.queues(); ++queue)
    if (auto written = write_queue(queue); !written) return written;
  writing_all_ = true;
  return {};
}

void Figures::saved() {
  tally_.saved();
  for (const auto& [before, after] : recounted_) {
    census_.take_away(before);
    census_.add(after);
  }
  recounted_.clear();
  if (writing_all_) {
    unwritten_ = writing_all_ = false;
    obsolete_.clear();
  }
  for (Move& move : moves_) {
    Front& front = fronts_[move.queue];
    if (move.added) {
      const bool first = front.known != Front::Known::kNo && front.key > move.key;
      if (front.known == Front::Known::kNone || first)
        front = {Front::Known::kYes, std::move(move.key), move.at};
      else if (front.known == Front::Known::kNo)
        front.key = std::min(front.key, move.key);
    } else if (front.known == Front::Known::kYes && front.key == move.key) {
      front.known = Front::Known::kNo;  // The next one is after it.
    }
  }
  moves_.clear();
  behind_.clear();
}

void Figures::forget() {
  tally_.forget();
  recounted_.clear();
  moves_.clear();
  behind_.clear();
  writing_all_ = false;
  // What was looked at in between may have been what never was.
  fronts_.assign(fronts_.size(), {});
}

Result<std::vector<Instant>> Figures::next_breaches(core::State& state,
                                                    const clocks::Timeline& timeline,
                                                    store::Batch& batch) {
  std::vector<Instant> out(fronts_.size(), kNever);
  for (std::size_t queue = 0; queue < fronts_.size(); ++queue) {
    Front& front = fronts_[queue];
    if (tally_.running(queue) <= 0) continue;
    if (front.known == Front::Known::kNo) {
      if (auto found = find(queue, state, timeline, batch); !found)
        return tl::unexpected(found.error());
      out[queue] = front.at;
    }
    if (front.known == Front::Known::kYes) out[queue] = front.at;
  }
  return out;
}

Status Figures::find(std::size_t queue, core::State& state, const clocks::Timeline& timeline,
                     store::Batch& batch) {
  Front& front = fronts_[queue];
  int looked = 0;
  bool moved = false;      // what is behind stays in front until it is written
  bool complete = true;    // there is no more
  Instant least = kNever;  // of what is behind
  std::string begins = front.key;
  front.known = Front::Known::kNone;
  front.at = kNever;
  const auto scanned = store_.scan(
      store::breaches_of(tally_.queue(queue)), front.key,
      [&](std::string_view key, std::string_view) {
        const auto breach = store::breach_of(key);
        const Conversation* conversation =
            breach ? state.conversation(breach->conversation) : nullptr;
        if (!moved) begins = key;
        const bool its_own = conversation != nullptr && conversation->next_breach == breach->at &&
                             conversation->tallied_queue == queue;
        const Instant due =
            its_own ? core::next_breach(*conversation, clocks::version_of(*conversation, timeline))
                    : kNever;
        if (is_set(due) && due == breach->at) {
          front.known = Front::Known::kYes;
          front.at = is_set(least) ? std::min(least, due) : due;
          complete = false;
          return false;
        }
        if (its_own) {
          state.changed(*conversation);  // written anew, and its entry with it
          behind_.push_back(conversation->id);
          moved = true;
          if (is_set(due)) least = is_set(least) ? std::min(least, due) : due;
        } else {
          batch.erase(std::string(key));
        }
        complete = ++looked < kMostLooks && !state.error();
        return complete;
      });
  if (!scanned) return tl::unexpected(scanned.error());
  if (state.error()) return tl::unexpected(*state.error());
  front.key = std::move(begins);
  if (complete && !is_set(front.at)) front.at = least;
  if (moved || (!complete && front.known != Front::Known::kYes)) front.known = Front::Known::kNo;
  return {};
}

}  // namespace vaste::engine
