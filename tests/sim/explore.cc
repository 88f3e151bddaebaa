#include "sim/explore.h"

#include <algorithm>
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
constexpr Number kFire = 0;  // the letter that says: what is due fires
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

Counts spread(std::uint32_t bits) {
  Counts out = 0;
  for (std::size_t event = 0; bits >> event != 0; ++event)
    if ((bits >> event & 1) != 0) out += one_of(event);
  return out;
}

const char* name_of(const core::Message& message) {
  static constexpr const char* kNames[] = {"Routed",        "Claim",         "Merge", "Handover",
                                           "Forget",        "Introduce",     "Link",  "JoinCustomers",
                                           "PartCustomers", "Adopt",         "Welcome", "Repoint"};
  return kNames[message.body.index()];
}

}  // namespace

Explorer::Explorer(std::int32_t partitions, std::size_t senders,
                   std::shared_ptr<const clocks::Timeline> timeline)
    : partitions_(static_cast<std::size_t>(partitions)),
      senders_(senders),
      timeline_(std::move(timeline)) {
  letters_.emplace_back();  // kFire
}

void Explorer::expect(const Input& input, bool has_moment) {
  const std::size_t event = moments_.size();
  VASTE_CHECK(event < 16);
  moments_.push_back(input.moment);
  all_ += one_of(event);
  if (has_moment) with_moment_ += one_of(event);
}

State Explorer::beginning() {
  State state(partitions_ + channels() + 1, 0);
  for (std::size_t i = 0; i < partitions_; ++i) {
    Local local;
    local.partition = static_cast<std::int32_t>(i);
    state[i] = number_of(std::move(local));
  }
  return state;
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
  const Number before = std::accumulate(lengths, lengths + static_cast<std::ptrdiff_t>(channel), 0U);
  return static_cast<Number>(partitions_ + channels()) + before;
}

void Explorer::append(State& state, std::size_t channel, Number letter) const {
  Number& length = state[partitions_ + channel];
  state.insert(state.begin() + static_cast<std::ptrdiff_t>(first_letter(state, channel) + length),
               letter);
  ++state[partitions_ + channel];
}

std::vector<Explorer::Move> Explorer::moves(const State& state) const {
  std::vector<Move> out;
  for (std::size_t receiver = 0; receiver < partitions_; ++receiver) {
    if (locals_[state[receiver]].is_due) out.push_back({receiver, 0, true});
    for (std::size_t sender = 0; sender < partitions_ + senders_; ++sender)
      if (const std::size_t at = channel(receiver, sender); state[partitions_ + at] > 0)
        out.push_back({receiver, at, false});
  }
  return out;
}

State Explorer::after(const State& state, const Move& move) {
  State out = state;
  Number letter = kFire;
  if (!move.fires) {
    const auto at = static_cast<std::ptrdiff_t>(first_letter(state, move.channel));
    letter = out[static_cast<std::size_t>(at)];
    out.erase(out.begin() + at);
    --out[partitions_ + move.channel];
  }
  const Step& done = step(state[move.receiver], letter);
  out[move.receiver] = done.to;
  for (const auto& [to, sent] : done.sends)
    append(out, channel(static_cast<std::size_t>(to), move.receiver), sent);
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
  for (std::size_t i = 0; i < partitions_; ++i) add(locals_[state[i]]);
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

std::vector<State> Explorer::explore(const std::vector<State>& beginnings) {
  std::vector<State> ends;
  std::vector<Frame> frames;
  const auto enter = [&](State state) {
    const Key key = key_of(state);
    if (!seen_.insert(key).second) {
      if (std::any_of(frames.begin(), frames.end(), [&](const Frame& f) { return f.key == key; }))
        throw Fault("messages go in a circle");
      return;
    }
    if (seen_.size() > most_states) throw Fault("more states than the test has time for");
    check(state);
    auto next = moves(state);
    if (next.empty()) return ends.push_back(std::move(state));
    frames.push_back({std::move(state), key, std::move(next), 0});
    if (frames.size() > kLongest) throw Fault("it does not come to an end");
  };
  try {
    for (const State& beginning : beginnings) {
      enter(beginning);
      while (!frames.empty()) {
        Frame& frame = frames.back();
        if (frame.next == frame.moves.size()) {
          frames.pop_back();
          continue;
        }
        ++frame.next;
        enter(after(frame.state, frame.moves[frame.next - 1]));
      }
    }
  } catch (const Fault& fault) {
    throw Fault(std::string(fault.what()) + "\n" + way(frames));
  }
  return ends;
}

std::string Explorer::way(const std::vector<Frame>& frames) const {
  std::ostringstream out;
  for (const Frame& frame : frames) {
    if (frame.next == 0) continue;
    const Move& move = frame.moves[frame.next - 1];
    out << "  partition " << move.receiver;
    if (move.fires) {
      out << " fires\n";
      continue;
    }
    out << " from " << move.channel % (partitions_ + senders_) << ':';
    const Letter& letter = letters_[frame.state[first_letter(frame.state, move.channel)]];
    if (letter.record.empty()) {
      out << " the gate\n";
      continue;
    }
    const auto envelopes = emit::unpack(letter.record);
    for (const emit::Envelope& envelope : *envelopes)
      out << ' ' << name_of(envelope.message) << " of event " << envelope.message.origin.offset;
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
}

Explorer::Outcome Explorer::run(const Local& local, const Letter& letter) const {
  const auto store = filled(local);
  Task task(local.partition, static_cast<std::int32_t>(partitions_), *store, timeline_);
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
  Task task(local.partition, static_cast<std::int32_t>(partitions_), *store, timeline_);
  if (is_set(local.gate)) task.set_gate(local.gate);
  Output dropped, again;
  serve(task, letter, local, dropped);
  task.abort();
  serve(task, letter, local, again);
  task.commit(kWarm);
  Local after = plain.local;
  read_back(*store, after);
  if (again.text() != plain.output.text() || text_of(after) != text_of(plain.local))
    throw Fault("after an abort it comes to something else:\n" + again.text() + "instead of\n" +
                plain.output.text());
}

void Explorer::is_same_when_warm(const Local& local, const Letter& letter,
                                 const Outcome& plain) const {
  const Local& before = locals_[local.from];
  if (&before == &local) return;
  const auto store = filled(before);
  Task task(local.partition, static_cast<std::int32_t>(partitions_), *store, timeline_);
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
  if (dropped.text() != plain.output.text() || again.text() != plain.output.text() ||
      text_of(after) != text_of(plain.local))
    throw Fault("from a warm cache it comes to something else:\n" + dropped.text() + "or\n" +
                again.text() + "instead of\n" + plain.output.text());
}

// Timers that are no conversation's any more, and the index of breaches, are of the database alone.
void Explorer::is_same_when_restored(const Local& local, const Letter& letter,
                                     const Outcome& plain) const {
  const auto store = store::make_memory_store();
  std::vector<store::Batch::Change> changelog;
  for (const auto& [key, value] : replicated(local.records)) changelog.push_back({key, value});
  restore(changelog, (*timeline_)[0].policy(), *store);
  Task task(local.partition, static_cast<std::int32_t>(partitions_), *store, timeline_);
  if (is_set(local.gate)) task.set_gate(local.gate);
  Output out;
  serve(task, letter, local, out);
  task.commit(0);
  Local after = plain.local;
  read_back(*store, after);
  if (out.text() != plain.output.text() ||
      replicated(after.records) != replicated(plain.local.records))
    throw Fault("restored from the changelog it comes to something else:\n" + out.text() +
                "instead of\n" + plain.output.text());
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
    out.sends.emplace_back(to, number_of(Letter{std::move(record), kNever, 0, 0, {}}));
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
  if (local.records.empty()) local.from = place->second;
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
  local.is_due = is_set(local.gate) && !local.timers.empty() &&
                 local.timers.begin()->at <= local.gate;
}

void Explorer::look_at(Letter& letter) {
  if (letter.record.empty()) return;
  const auto envelopes = emit::unpack(letter.record);
  VASTE_CHECK(envelopes.has_value());
  for (const emit::Envelope& envelope : *envelopes) {
    const core::Message& message = envelope.message;
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
