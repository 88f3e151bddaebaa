#include "store/keys.h"

#include <algorithm>

#include "store/layout.h"

namespace vaste::store {

namespace {

// The kinds of state keys, seen by the changelog too.
constexpr char kIdentifier = 'p';
constexpr char kThread = 't';
constexpr char kCustomer = 'c';
constexpr char kConversation = 'v';
constexpr char kLinked = 'l';
constexpr char kComponent = 'g';
constexpr char kBlock = 'k';
constexpr char kTally = 'n';
constexpr char kBreach = 'b';
constexpr char kSweep = 'w';
constexpr char kCommand = 'o';
constexpr char kWindow = 'q';
constexpr char kShelf = 'h';
constexpr char kTrend = 'y';
constexpr char kWaits = 'u';

// The parts of a database.
constexpr char kState = 's';
constexpr char kTimer = 't';
constexpr char kMeta = 'm';

constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kIdBytes = 16;
// Flipped, so that times before 1970 sort before those after.
constexpr std::uint64_t kSign = 1ULL << 63;

std::string with_prefix(char prefix, std::string_view rest) {
  std::string out;
  out.reserve(1 + rest.size());
  out.push_back(prefix);
  out.append(rest);
  return out;
}

void append_number(std::uint64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kNumberBytes; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::uint64_t sortable(std::int64_t value) {
  return static_cast<std::uint64_t>(value) ^ kSign;
}
std::int64_t from_sortable(std::uint64_t value) {
  return static_cast<std::int64_t>(value ^ kSign);
}

}  // namespace

std::string identifier_key(std::string_view identifier) {
  return with_prefix(kIdentifier, identifier);
}
std::string thread_key(std::string_view key) {
  return with_prefix(kThread, key);
}
std::string sweep_key() {
  return with_prefix(kSweep, {});
}
std::string customer_key(const Id& customer) {
  return with_prefix(kCustomer, customer.bytes());
}
std::string conversation_key(const Id& conversation) {
  return with_prefix(kConversation, conversation.bytes());
}

std::string command_key(std::string_view id) {
  return with_prefix(kCommand, id);
}
std::string linked_key(std::string_view identifier) {
  return with_prefix(kLinked, identifier);
}
std::string component_key(const Id& customer) {
  return with_prefix(kComponent, customer.bytes());
}

std::string blocks_of(const Id& conversation) {
  return with_prefix(kBlock, conversation.bytes());
}

std::string block_key(const Id& conversation, char list, std::uint32_t number) {
  std::string out = blocks_of(conversation);
  out.reserve(out.size() + 1 + sizeof(number));
  out.push_back(list);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
  return out;
}

std::string waiting_key(const Id& id) {
  return with_prefix(kWaits, id.bytes());
}

std::string tally_key(std::string_view queue) {
  return with_prefix(kTally, queue);
}

std::string windows_of(const WindowId& shelf) {
  std::string out(1, kWindow);
  out.push_back(static_cast<char>(shelf.size));
  append_number(sortable(to_ms(shelf.start)), out);
  return out;
}

std::string window_key(const WindowId& id) {
  return windows_of(id) + id.group;
}

std::string trend_key(std::string_view group) {
  return with_prefix(kTrend, group);
}

std::string shelf_key(const WindowId& shelf) {
  std::string out = windows_of(shelf);
  out.front() = kShelf;
  return out;
}

std::optional<WindowId> window_of(std::string_view key) {
  if (key.size() < 2 + kNumberBytes || (key[0] != kWindow && key[0] != kShelf)) return {};
  WindowId out;
  out.size = static_cast<WindowSize>(key[1]);
  if (std::ranges::find(kWindowSizes, out.size) == kWindowSizes.end()) return {};
  out.start = vaste::instant(from_sortable(read_number(key.substr(2))));
  out.group = key.substr(2 + kNumberBytes);
  return out;
}

std::string breaches_of(std::string_view queue) {
  std::string out = with_prefix(kBreach, queue);
  out.push_back('\0');
  return out;
}

std::string breach_key(std::string_view queue, const Timer& breach) {
  std::string out = breaches_of(queue);
  out.reserve(out.size() + kNumberBytes + kIdBytes);
  append_number(sortable(to_ms(breach.at)), out);
  append_number(breach.conversation.high, out);
  append_number(breach.conversation.low, out);
  return out;
}

std::optional<Timer> breach_of(std::string_view key) {
  if (key.size() < 2 + kNumberBytes + kIdBytes || key[0] != kBreach) return {};
  key.remove_prefix(key.size() - kNumberBytes - kIdBytes);
  return Timer{vaste::instant(from_sortable(read_number(key))),
               Id::from_bytes(key.substr(kNumberBytes))};
}

namespace layout {

void state_key(std::string_view key, std::string& out) {
  out.push_back(kState);
  out.append(key);
}

void timer_key(const Timer& timer, std::string& out) {
  out.push_back(kTimer);
  append_number(sortable(to_ms(timer.at)), out);
  append_number(timer.conversation.high, out);
  append_number(timer.conversation.low, out);
}

std::string_view state_of(std::string_view database_key) {
  return database_key.substr(1);
}

std::optional<Timer> timer_of(std::string_view database_key) {
  if (database_key.size() != 1 + kNumberBytes + kIdBytes || database_key[0] != kTimer) return {};
  const std::int64_t at = from_sortable(read_number(database_key.substr(1)));
  return Timer{vaste::instant(at), Id::from_bytes(database_key.substr(1 + kNumberBytes))};
}

std::string meta_key(std::string_view name) {
  return with_prefix(kMeta, name);
}

std::string first_timer_at(Instant at) {
  std::string out(1, kTimer);
  append_number(sortable(to_ms(at)), out);
  return out;
}

std::string after_timers_until(Instant until) {
  return after_prefix(first_timer_at(until));
}

std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

std::string number(std::uint64_t value) {
  std::string out;
  append_number(value, out);
  return out;
}

std::optional<std::uint64_t> number_of(std::string_view bytes) {
  if (bytes.size() != kNumberBytes) return {};
  return read_number(bytes);
}

std::string positions(const Positions& positions) {
  std::string out;
  append_number(sortable(positions.input), out);
  append_number(sortable(positions.changelog), out);
  return out;
}

std::optional<Positions> positions_of(std::string_view bytes) {
  if (bytes.size() != 2 * kNumberBytes) return {};
  return Positions{from_sortable(read_number(bytes)),
                   from_sortable(read_number(bytes.substr(kNumberBytes)))};
}

std::string instant(Instant at) {
  return number(sortable(to_ms(at)));
}

std::optional<Instant> instant_of(std::string_view bytes) {
  const auto value = number_of(bytes);
  if (!value) return {};
  return vaste::instant(from_sortable(*value));
}

}  // namespace layout

}  // namespace vaste::store
