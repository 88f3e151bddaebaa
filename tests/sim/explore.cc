#include "sim/explore.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <sstream>

#include "base/check.h"
#include "base/hash.h"
#include "store/codec.h"
#include "store/conversations.h"
#include "store/keys.h"
#include "store/memory_store.h"

namespace vaste::sim {

namespace {

constexpr std::size_t kWarm = 1 << 20;
constexpr Number kFire = 0;            // the letter that says: what is due fires
constexpr std::size_t kLongest = 500;  // way to an end

std::unique_ptr<store::Store> filled(const Local& local) {
  auto store = store::make_memory_store();
  store::Batch batch;
  for (const auto& [key, value] : local.records) batch.put(key, value);
  for (const store::Timer& timer : local.timers) batch.add_timer(timer);
  VASTE_CHECK(store->apply(batch).has_value());
  return store;
}

void read_back(store::Store& store, Local& local) {
  local.records.clear();
  local.timers.clear();
  const auto scanned = store.scan({}, [&](std::string_view key, std::string_view value) {
    local.records.emplace(key, value);
    return true;
  });
  VASTE_CHECK(scanned.has_value());
  const auto due = store.due(kEndOfTime, std::size_t{1} << 30);
  VASTE_CHECK(due.has_value());
  local.timers.insert(due->begin(), due->end());
}

std::map<std::string, std::string> replicated(const std::map<std::string, std::string>& all) {
  std::map<std::string, std::string> out = all;
  std::erase_if(out, [](const auto& record) { return !is_replicated(record.first); });
  return out;
}

std::string text_of(const Local& local) {
  std::string out = std::to_string(local.partition) + ' ' + std::to_string(to_ms(local.gate));
  const auto add = [&](std::string_view part) {
    out += std::to_string(part.size()) + ':';
    out += part;
  };
  for (const auto& [key, value] : local.records) {
    add(key);
    add(value);
  }
  for (const store::Timer& timer : local.timers) {
    add(std::to_string(to_ms(timer.at)));
    add(timer.conversation.bytes());
  }
  return out;
}

std::string readable(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '\n' || (code >= ' ' && code < 127)) {
      out += byte;
    } else {
      out += "\\x";
      out += kDigits[code >> 4];
      out += kDigits[code & 15];
    }
  }
  return out;
}

// What is another one in `is`; empty: nothing.
std::string difference(const Output& output, const Local& local, const Output& plain_output,
                       const Local& plain, bool of_database) {
  std::string out;
  if (output.text() != plain_output.text())
    out += "says\n" + readable(output.text()) + "instead of\n" + readable(plain_output.text());
  for (const auto* one : {&local, &plain}) {
    const auto& other = (one == &local ? plain : local).records;
    for (const auto& [key, value] : one->records) {
      const auto found = other.find(key);
      if ((found != other.end() && found->second == value) || (!of_database && !is_replicated(key)))
        continue;
      out += (one == &local ? "stores " : "instead of ") + readable(key) + " = " + readable(value) +
             '\n';
    }
  }
  if (of_database && local.timers != plain.timers) out += "has other timers\n";
  return out;
}

Counts spread(std::uint32_t bits) {
  Counts out = 0;
  for (std::size_t event = 0; bits >> event != 0; ++event)
    if ((bits >> event & 1) != 0) out += one_of(event);
  return out;
}

// In the order of core::Message's bodies; an event by whether it is evidence, and asks an
// identifier.
enum Kind : std::uint32_t {
  kMessage,
  kClaim,
  kMerge,
  kHandover,
  kForget,
  kIntroduce,
  kLink,
  kJoin,
  kPart,
  kAdopt,
  kWelcome,
  kRepoint,
  kEvidence,
  kEvidenceHeard,
  kNamed,
  kKeyed,
  kTime,  // no message: something is due
};
constexpr std::array kNames{"event",       "Claim",   "Merge",         "Handover",      "Forget",
                            "Introduce",   "Link",    "JoinCustomers", "PartCustomers", "Adopt",
                            "Welcome",     "Repoint", "evidence",      "evidence",      "Named",
                            "keyed event", "time"};

constexpr std::uint32_t bits(std::initializer_list<Kind> kinds) {
  std::uint32_t out = 0;
  for (const Kind kind : kinds) out |= 1U << kind;
  return out;
}

// What is sent only where events have keys.
constexpr std::uint32_t kOfKeys = bits({kClaim, kNamed, kKeyed, kForget});

// What a partition may send when it has served one; Links to the linker, all else to others.
constexpr std::array<std::uint32_t, kNames.size()> kFollows{
    bits({kMessage, kMerge}),                                    // kMessage
    bits({kMerge, kKeyed}),                                      // kClaim
    bits({kMerge, kHandover}),                                   // kMerge
    bits({kMerge, kHandover, kAdopt, kClaim, kNamed, kForget}),  // kHandover
    0,                                                           // kForget
    bits({kLink}),                                               // kIntroduce
    bits({kJoin, kPart, kRepoint}),                              // kLink
    bits({kAdopt, kWelcome}),                                    // kJoin
    bits({kPart, kAdopt, kWelcome, kForget}),                    // kPart
    bits({kAdopt, kMerge, kForget}),                             // kAdopt
    bits({kRepoint}),                                            // kWelcome
    0,                                                           // kRepoint
    bits({kIntroduce, kEvidenceHeard}),                          // kEvidence
    bits({kEvidenceHeard}),                                      // kEvidenceHeard
    bits({kNamed, kAdopt}),                                      // kNamed
    bits({kKeyed, kClaim, kNamed, kMerge}),                      // kKeyed
    bits({kRepoint}),                                            // kTime, where words are forgotten
};

std::uint32_t follow(std::uint32_t kinds, bool keys) {
  std::uint32_t out = 0;
  for (std::size_t kind = 0; kind < kFollows.size(); ++kind)
    if ((kinds >> kind & 1) != 0) out |= kFollows.at(kind);
  return keys ? out : out & ~kOfKeys;
}

// ... and everything that follows inside one partition.
std::uint32_t follow_all(std::uint32_t kinds, bool keys) {
  std::uint32_t out = follow(kinds, keys);
  for (std::uint32_t before = 0; before != out;) {
    before = out;
    out |= follow(out, keys);
  }
  return out;
}

std::uint32_t kind_of(const emit::Envelope& envelope) {
  const core::Message& message = envelope.message;
  const auto* routed = std::get_if<core::Routed>(&message.body);
  if (std::holds_alternative<core::Named>(message.body)) return kNamed;
  if (routed == nullptr) return static_cast<std::uint32_t>(message.body.index());
  v1::Event event;
  VASTE_CHECK(event.ParseFromArray(routed->event.data(), static_cast<int>(routed->event.size())));
  if (!event.has_identity()) return event.thread_keys_size() > 0 ? kKeyed : kMessage;
  return message.to.kind == stitch::ActorKind::kIdentifier ? kEvidence : kEvidenceHeard;
}

}  // namespace

Explorer::Explorer(std::int32_t partitions, std::size_t senders,
                   std::shared_ptr<const clocks::Timeline> timeline, core::Limits limits)
    : partitions_(static_cast<std::size_t>(partitions)),
      senders_(senders),
      timeline_(std::move(timeline)),
      limits_(limits),
      linker_(static_cast<std::size_t>(
          stitch::partition_of(stitch::key_group(stitch::linker_actor()), partitions))) {
  VASTE_CHECK(channels() + partitions_ <= 64);
  // Sums of KPIs come to the same in any order and are on nobody's way: with them there would be
  // more orders than can be walked through. The simulation has them.
  limits_.windows = false;
  letters_.emplace_back();  // kFire
}

void Explorer::expect(const Input& input, bool has_moment) {
  const std::size_t event = moments_.size();
  VASTE_CHECK(event < 16);
  moments_.push_back(input.moment);
  keys_ = keys_ || input.has_key;
  all_ += one_of(event);
  if (has_moment) with_moment_ += one_of(event);
}

Point Explorer::beginning() {
  State state(partitions_ + channels() + 1, 0);
  // A partition counts once what it holds, and writes that down when it first holds anything: here
  // all have begun to.
  const core::Tally tally((*timeline_)[0].policy());
  const std::size_t unnamed = tally.queues() - 1;
  for (std::size_t i = 0; i < partitions_; ++i) {
    Local local;
    local.partition = static_cast<std::int32_t>(i);
    local.records[store::tally_key(tally.queue(unnamed))] =
        store::encode_tally(tally.stored(unnamed));
    local.from = static_cast<Number>(locals_.size());
    state[i] = number_of(std::move(local));
  }
  return {std::move(state), {}};
}

void Explorer::send(State& state, std::size_t sender, std::int32_t to, std::string record) {
  Letter letter;
  letter.record = std::move(record);
  append(state, channel(static_cast<std::size_t>(to), partitions_ + sender),
         number_of(std::move(letter)));
}

void Explorer::tell(State& state, std::size_t sender, std::int32_t to, Instant gate) {
  Letter letter;
  letter.gate = gate;
  append(state, channel(static_cast<std::size_t>(to), partitions_ + sender),
         number_of(std::move(letter)));
}

Explorer::Key Explorer::key_of(const State& state) {
  const std::string_view bytes(reinterpret_cast<const char*>(state.data()),
                               state.size() * sizeof(Number));
  return {hash64(bytes, 1), hash64(bytes, 2)};
}

Number Explorer::first_letter(const State& state, std::size_t channel) const {
  const auto lengths = state.begin() + static_cast<std::ptrdiff_t>(partitions_);
  const Number before =
      std::accumulate(lengths, lengths + static_cast<std::ptrdiff_t>(channel), 0U);
  return static_cast<Number>(partitions_ + channels()) + before;
}

void Explorer::append(State& state, std::size_t channel, Number letter) const {
  Number& length = state[partitions_ + channel];
  const std::size_t behind = std::size_t{first_letter(state, channel)} + length;
  state.insert(state.begin() + static_cast<std::ptrdiff_t>(behind), letter);
  ++state[partitions_ + channel];
}

Explorer::Moves Explorer::moves_of(std::size_t partition) const {
  const std::size_t senders = partitions_ + senders_;
  const Moves channels_of = ((Moves{1} << senders) - 1) << (partition * senders);
  return channels_of | Moves{1} << (channels() + partition);
}

std::size_t Explorer::receiver_of(std::size_t move) const {
  return move < channels() ? move / (partitions_ + senders_) : move - channels();
}

Explorer::Moves Explorer::moves(const State& state) const {
  Moves out = 0;
  for (std::size_t at = 0; at < channels(); ++at)
    if (state[partitions_ + at] > 0) out |= Moves{1} << at;
  for (std::size_t partition = 0; partition < partitions_; ++partition)
    if (locals_[state[partition]].is_due) out |= Moves{1} << (channels() + partition);
  return out;
}

// Only the linker sends anything when time passes: that somebody is forgotten.
std::uint32_t Explorer::forgets(const Letter& letter, const Local& local) const {
  const bool is_linker = static_cast<std::size_t>(local.partition) == linker_;
  return letter.record.empty() && is_linker && limits_.retain_words > Millis(0) ? bits({kTime}) : 0;
}

// Can nobody send it anything by a channel that is empty, before it moves itself?
bool Explorer::is_closed(const State& state, std::size_t partition) const {
  std::array<std::uint32_t, 8> kinds{};
  std::size_t next = partitions_ + channels();
  for (std::size_t at = 0; at < channels(); ++at)
    for (Number n = state[partitions_ + at]; n > 0; --n) {
      const Letter& letter = letters_[state[next++]];
      const std::size_t to = receiver_of(at);
      kinds.at(to) |= letter.kinds | forgets(letter, locals_[state[to]]);
    }
  for (std::size_t at = 0; at < partitions_; ++at)
    if (locals_[state[at]].is_due) kinds.at(at) |= forgets(letters_[kFire], locals_[state[at]]);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t sender = 0; sender < partitions_; ++sender) {
      if (sender == partition) continue;
      const std::uint32_t sends = follow_all(kinds.at(sender), keys_);
      for (std::size_t to = 0; to < partitions_; ++to) {
        const std::uint32_t link = bits({kLink});
        const std::uint32_t sent = to == linker_ ? sends & link : sends & ~link;
        if (to == partition) {
          if (sent != 0 && state[partitions_ + channel(to, sender)] == 0) return false;
          continue;
        }
        if ((sent & ~kinds.at(to)) == 0) continue;
        kinds.at(to) |= sent;
        changed = true;
      }
    }
  }
  return true;
}

Explorer::Moves Explorer::persistent(const State& state, Moves enabled) const {
  Moves best = enabled;
  for (std::size_t partition = 0; partition < partitions_; ++partition) {
    const Moves own = enabled & moves_of(partition);
    if (own != 0 && std::popcount(own) < std::popcount(best) && is_closed(state, partition))
      best = own;
  }
  return best;
}

State Explorer::after(const State& state, std::size_t move) {
  State out = state;
  const std::size_t receiver = receiver_of(move);
  Number letter = kFire;
  if (move < channels()) {
    const auto at = static_cast<std::ptrdiff_t>(first_letter(state, move));
    letter = out[static_cast<std::size_t>(at)];
    out.erase(out.begin() + at);
    --out[partitions_ + move];
  }
  const Step& done = step(state[receiver], letter);
  out[receiver] = done.to;
  for (const auto& [to, sent] : done.sends)
    append(out, channel(static_cast<std::size_t>(to), receiver), sent);
  if ((out.back() & done.answered) != 0) throw Fault("an event was answered twice");
  out.back() |= done.answered;
  return out;
}

// Nothing lost, nothing twice: each event is on its way or was answered, and what was answered is
// in one conversation; each conversation is in one place.
void Explorer::check(const State& state) const {
  Counts events = 0, moments = 0;
  std::vector<Number> lives;
  const auto add = [&](const auto& place) {
    moments += place.moments;
    lives.insert(lives.end(), place.lives.begin(), place.lives.end());
  };
  for (std::size_t i = 0; i < partitions_; ++i) {
    add(locals_[state[i]]);
    events += locals_[state[i]].waiting;
  }
  for (std::size_t i = partitions_ + channels(); i + 1 < state.size(); ++i) {
    const Letter& letter = letters_[state[i]];
    add(letter);
    events += letter.events;
  }
  const Counts answered = spread(state.back());
  if (events + answered != all_) throw Fault("an event is lost, or twice on its way");
  if (moments != (answered & with_moment_ * 15)) throw Fault("a moment is lost, or there twice");
  std::sort(lives.begin(), lives.end());
  if (std::adjacent_find(lives.begin(), lives.end()) != lives.end())
    throw Fault("a conversation lives in two places");
}

std::vector<Point> Explorer::explore(const std::vector<Point>& beginnings) {
  std::vector<Point> ends;
  std::vector<Frame> frames;
  std::string before;
  const auto enter = [&](State state, Moves sleep) {
    const Key key = key_of(state);
    const auto [known, fresh] = seen_.try_emplace(key, sleep);
    const Moves enabled = persistent(state, moves(state));
    Moves left = enabled & ~sleep;
    if (!fresh) {
      if (std::ranges::any_of(frames, [&](const Frame& f) { return f.key == key; }))
        throw Fault("messages go in a circle");
      left &= known->second;  // What slept before is awake now.
      known->second &= sleep;
      if (left == 0) return;
    } else {
      if (seen_.size() > most_states) throw Fault("more states than the test has time for");
      check(state);
      if (enabled == 0) {
        ends.push_back({std::move(state), before + way(frames)});
        return;
      }
    }
    frames.push_back({std::move(state), key, sleep, left, 0});
    if (frames.size() > kLongest) throw Fault("it does not come to an end");
  };
  try {
    for (const Point& beginning : beginnings) {
      before = beginning.way;
      enter(beginning.state, 0);
      while (!frames.empty()) {
        Frame& frame = frames.back();
        if (frame.left == 0) {
          frames.pop_back();
          continue;
        }
        const auto move = static_cast<std::size_t>(std::countr_zero(frame.left));
        const Moves others = ~moves_of(receiver_of(move));
        const Moves sleep = (frame.sleep | frame.tried) & others;
        frame.left &= frame.left - 1;
        frame.tried |= Moves{1} << move;
        enter(after(frame.state, move), sleep);
      }
    }
  } catch (const Fault& fault) {
    throw Fault(std::string(fault.what()) + "\n" + before + way(frames));
  }
  return ends;
}

std::string Explorer::way(const std::vector<Frame>& frames) const {
  std::ostringstream out;
  for (const Frame& frame : frames) {
    if (frame.tried == 0) continue;
    const auto move = static_cast<std::size_t>(63 - std::countl_zero(frame.tried));
    out << "  partition " << receiver_of(move);
    if (move >= channels()) {
      out << " fires\n";
      continue;
    }
    out << " from " << move % (partitions_ + senders_) << ':';
    const Letter& letter = letters_[frame.state[first_letter(frame.state, move)]];
    if (letter.record.empty()) {
      out << " the gate\n";
      continue;
    }
    const auto envelopes = emit::unpack(letter.record);
    for (const emit::Envelope& envelope : *envelopes)
      out << ' ' << kNames.at(kind_of(envelope)) << " of " << envelope.message.origin.offset;
    out << '\n';
  }
  return out.str();
}

void Explorer::serve(Task& task, const Letter& letter, const Local& local, Output& out) const {
  if (letter.record.empty())
    task.look(is_set(letter.gate) ? letter.gate : local.gate, out);
  else
    task.serve(letter.record, out);
  task.collect(out);
  if (!plant.sends) return;
  for (auto sent = out.sent.begin(); sent != out.sent.end();) {
    v1::Packed packed;
    VASTE_CHECK(packed.ParseFromString(sent->second));
    plant.sends(packed);
    sent->second = packed.SerializeAsString();
    sent = packed.envelopes_size() == 0 ? out.sent.erase(sent) : std::next(sent);
  }
}

Explorer::Outcome Explorer::run(const Local& local, const Letter& letter) const {
  const auto store = filled(local);
  Task task(local.partition, static_cast<std::int32_t>(partitions_), *store, timeline_, limits_);
  if (is_set(local.gate)) task.set_gate(local.gate);
  Outcome out;
  serve(task, letter, local, out.output);
  task.commit(0);
  out.local.partition = local.partition;
  out.local.gate = std::max(local.gate, letter.gate);
  read_back(*store, out.local);
  return out;
}

void Explorer::is_same_after_abort(const Local& local, const Letter& letter,
                                   const Outcome& plain) const {
  const auto store = filled(local);
  Task task(local.partition, static_cast<std::int32_t>(partitions_), *store, timeline_, limits_);
  if (is_set(local.gate)) task.set_gate(local.gate);
  Output dropped, again;
  serve(task, letter, local, dropped);
  if (!plant.abort_forgets_nothing) task.abort();
  serve(task, letter, local, again);
  task.commit(kWarm);
  Local after = plain.local;
  read_back(*store, after);
  const std::string other = difference(again, after, plain.output, plain.local, true);
  if (!other.empty()) throw Fault("after an abort it " + other);
}

void Explorer::is_same_when_warm(const Local& local, const Letter& letter,
                                 const Outcome& plain) const {
  const Local& before = locals_[local.from];
  if (&before == &local) return;
  const auto store = filled(before);
  Task task(local.partition, static_cast<std::int32_t>(partitions_), *store, timeline_, limits_);
  if (is_set(before.gate)) task.set_gate(before.gate);
  Output first, dropped, again;
  serve(task, letters_[local.by], before, first);
  task.commit(kWarm);
  serve(task, letter, local, dropped);
  task.abort();
  serve(task, letter, local, again);
  task.commit(kWarm);
  Local after = plain.local;
  read_back(*store, after);
  for (const Output* out : {&dropped, &again})
    if (const std::string other = difference(*out, after, plain.output, plain.local, true);
        !other.empty())
      throw Fault("from a warm cache it " + other);
}

// Timers that are no conversation's any more, and the index of breaches, are of the database alone.
void Explorer::is_same_when_restored(const Local& local, const Letter& letter,
                                     const Outcome& plain) const {
  const auto store = store::make_memory_store();
  std::vector<store::Batch::Change> changelog;
  for (const auto& [key, value] : replicated(local.records))
    if (key.front() != plant.not_replicated) changelog.push_back({key, value});
  restore(changelog, (*timeline_)[0].policy(), *store);
  Task task(local.partition, static_cast<std::int32_t>(partitions_), *store, timeline_, limits_);
  if (is_set(local.gate)) task.set_gate(local.gate);
  Output out;
  serve(task, letter, local, out);
  task.commit(0);
  Local after = plain.local;
  read_back(*store, after);
  const std::string other = difference(out, after, plain.output, plain.local, false);
  if (!other.empty()) throw Fault("restored from the changelog it " + other);
}

const Explorer::Step& Explorer::step(Number from, Number by) {
  const auto [place, made] = steps_.try_emplace(std::uint64_t{from} << 32 | by);
  if (!made) return place->second;
  const Local local = locals_[from];  // copies: more of both are made
  const Letter letter = letters_[by];
  Outcome done = run(local, letter);
  if (!done.output.dead.empty()) throw Fault("a dead letter: " + done.output.dead.front());
  is_same_after_abort(local, letter, done);
  is_same_when_warm(locals_[from], letter, done);
  is_same_when_restored(local, letter, done);
  Step out;
  for (auto& [to, record] : done.output.sent)
    out.sends.emplace_back(to, number_of(Letter{std::move(record), kNever, 0, 0, {}, 0}));
  std::uint32_t sent = 0;
  for (const auto& [to, number] : out.sends) {
    const std::uint32_t kinds = letters_[number].kinds;
    const bool to_linker = static_cast<std::size_t>(to) == linker_;
    if ((kinds & bits({kLink})) != 0 ? !to_linker : to_linker)
      throw Fault("the linker's partition is sent what it is not to be, or another is");
    sent |= kinds;
  }
  if ((sent & ~follow_all(letter.kinds | forgets(letter, local), keys_)) != 0)
    throw Fault("a message that the table does not know");
  for (const Answer& answer : done.output.answers) {
    const std::uint32_t bit = 1U << answer.offset;
    if ((out.answered & bit) != 0) throw Fault("an event was answered twice");
    out.answered |= bit;
  }
  done.local.from = from;
  done.local.by = by;
  out.to = number_of(std::move(done.local));
  return place->second = std::move(out);
}

Number Explorer::number_of(Local local) {
  const auto [place, made] =
      local_numbers_.try_emplace(text_of(local), static_cast<Number>(locals_.size()));
  if (!made) return place->second;
  look_at(local);
  locals_.push_back(std::move(local));
  return place->second;
}

Number Explorer::number_of(Letter letter) {
  const std::string text = std::to_string(to_ms(letter.gate)) + ' ' + letter.record;
  const auto [place, made] =
      letter_numbers_.try_emplace(text, static_cast<Number>(letters_.size()));
  if (!made) return place->second;
  look_at(letter);
  letters_.push_back(std::move(letter));
  return place->second;
}

Number Explorer::number_of(const Id& conversation) {
  return conversations_.try_emplace(conversation, static_cast<Number>(conversations_.size()))
      .first->second;
}

Counts Explorer::moments_of(const Conversation& conversation) const {
  Counts out = 0;
  for (const Moment& moment : conversation.moments) {
    const auto event = std::find(moments_.begin(), moments_.end(), moment.id);
    if (event == moments_.end()) throw Fault("a moment that no event said");
    out += one_of(static_cast<std::size_t>(event - moments_.begin()));
  }
  return out;
}

void Explorer::look_at(Local& local) {
  for (const auto& [key, value] : local.records) {
    if (key.starts_with(store::kWaiting)) {
      const auto waiting = store::decode_waiting(value);
      VASTE_CHECK(waiting.has_value());
      for (const auto& event : waiting->events)
        local.waiting += one_of(static_cast<std::size_t>(event->offset));
    }
    if (!key.starts_with(store::kConversations)) continue;
    const auto conversation = store::complete_conversation(
        Id::from_bytes(key.substr(1)), value,
        [&](const std::string& block) -> Result<std::optional<std::string>> {
          const auto found = local.records.find(block);
          if (found == local.records.end()) return std::nullopt;
          return found->second;
        });
    VASTE_CHECK(conversation.has_value());
    local.moments += moments_of(*conversation);
    if (!conversation->moved && conversation->merged_into.empty())
      local.lives.push_back(number_of(conversation->id));
  }
  local.is_due =
      is_set(local.gate) && !local.timers.empty() && local.timers.begin()->at <= local.gate;
}

void Explorer::look_at(Letter& letter) {
  if (letter.record.empty()) return;
  const auto envelopes = emit::unpack(letter.record);
  VASTE_CHECK(envelopes.has_value());
  for (const emit::Envelope& envelope : *envelopes) {
    const core::Message& message = envelope.message;
    letter.kinds |= 1U << kind_of(envelope);
    if (std::holds_alternative<core::Routed>(message.body))
      letter.events += one_of(static_cast<std::size_t>(message.origin.offset));
    const auto* handover = std::get_if<core::Handover>(&message.body);
    const auto* adopt = std::get_if<core::Adopt>(&message.body);
    if (handover == nullptr && adopt == nullptr) continue;
    const Id id = adopt != nullptr ? adopt->conversation : handover->loser;
    const auto contents = store::decode_conversation(id, envelope.contents);
    VASTE_CHECK(contents.has_value());
    letter.moments += moments_of(*contents);
    if (adopt != nullptr) letter.lives.push_back(number_of(id));
  }
}

}  // namespace vaste::sim
