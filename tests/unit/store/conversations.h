// Conversations with every field set, and a comparison of every field. The structured bindings name
// each field: one that is added to the model does not compile here until it is filled and compared,
// and then the codec's tests ask for it.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "model/conversation.h"

namespace vaste {

// All fields of a value, as a tuple of references.
template <class T>
requires std::same_as<std::remove_const_t<T>, Stretch>
auto fields(T& value) {
  auto& [from, to] = value;
  return std::tie(from, to);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, Attributes>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g, h, i] = value;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, Moment>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, ClockRun>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = value;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, FormerCalendar>
auto fields(T& value) {
  auto& [calendar, stretches] = value;
  return std::tie(calendar, stretches);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, Contact>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u] = value;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, PastAttributes>
auto fields(T& value) {
  auto& [a, b] = value;
  return std::tie(a, b);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, Ending>
auto fields(T& value) {
  auto& [a, b, c, d, e] = value;
  return std::tie(a, b, c, d, e);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, Transfer>
auto fields(T& value) {
  auto& [a, b, c, d] = value;
  return std::tie(a, b, c, d);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, ChannelSwitch>
auto fields(T& value) {
  auto& [a, b, c, d] = value;
  return std::tie(a, b, c, d);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, SurveyNote>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g] = value;
  return std::tie(a, b, c, d, e, f, g);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, Mention>
auto fields(T& value) {
  auto& [a, b, c] = value;
  return std::tie(a, b, c);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, Notes>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g] = value;
  return std::tie(a, b, c, d, e, f, g);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, FoldState>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g, h, is_new, i, contact_key, j, k, l, m, n, o, p, q, r, s, t, u, v, w,
         x, y, z, notes, kept_clocks, kept_contacts] = value;
  // Not stored, by their own words.
  static_cast<void>(std::tie(contact_key, kept_clocks, kept_contacts, is_new));
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z,
                  notes);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, PastExchanges>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g] = value;
  return std::tie(a, b, c, d, e, f, g);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, PublishedAlert>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g, h] = value;
  return std::tie(a, b, c, d, e, f, g, h);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, Division>
auto fields(T& value) {
  auto& [to, keys, moments, since] = value;
  return std::tie(to, keys, moments, since);
}
template <class T>
requires std::same_as<std::remove_const_t<T>, Conversation>
auto fields(T& value) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, moved, signposts, m, n, o, evidence, nobody,
         identifiers, p, q, r, s, t, u, v, w, stands, placed, apart, divisions, blocks,
         kept_moments, kept_keys, kept_alerts, kept_base, moment_prints, key_prints, tallied, queue,
         census] = value;
  static_cast<void>(blocks);  // Of its place in a store: see conversations_test.
  static_cast<void>(std::tie(kept_moments, kept_keys, kept_alerts, kept_base));
  static_cast<void>(std::tie(moment_prints, key_prints));
  static_cast<void>(std::tie(tallied, queue, census));  // Not stored, by their own words.
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, moved, signposts, m, n, o, evidence, nobody,
                  identifiers, p, q, r, s, t, u, v, w, stands, placed, apart, divisions);
}

template <class T>
concept Record = requires(T& value) {
  fields(value);
};

template <Record T>
bool same(const T& a, const T& b);
template <class T>
bool same(const T& a, const T& b) {
  return a == b;
}
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& x, const T& y) { return same(x, y); });
}
template <class T>
bool same(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return a && b ? same(*a, *b) : a == b;
}
template <Record T>
bool same(const T& a, const T& b) {
  return []<std::size_t... I>(const auto& x, const auto& y, std::index_sequence<I...>) {
    return (same(std::get<I>(x), std::get<I>(y)) && ...);
  }
  (fields(a), fields(b), std::make_index_sequence<std::tuple_size_v<decltype(fields(a))>>());
}

// Fills with values that are never the default ones. The same seed gives the same.
class Filler {
 public:
  explicit Filler(std::uint64_t seed) : random_(seed) {}

  Conversation conversation() {
    Conversation out;
    fill(out);
    mend(out);
    return out;
  }
  // The size that most are: ten moments, three clocks, one contact, nothing forgotten.
  Conversation usual_conversation() {
    Conversation out = conversation();
    out.moments.resize(0);
    out.moments.resize(10);
    out.keys.resize(2, "mail::<20260307.4711@mail.example.org>");
    out.attribute_sets.resize(2, out.attribute_sets[0]);
    out.alerts.resize(1);
    out.base = nullptr;
    out.fold.clocks.resize(3, out.fold.clocks[0]);
    out.fold.contacts.resize(1);
    out.fold.notes = {};
    for (Moment& moment : out.moments) fill(moment);
    for (ClockRun& run : out.fold.clocks) run.running.resize(1);
    mend(out);
    return out;
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  static constexpr std::uint64_t last(Channel) { return 4; }
  static constexpr std::uint64_t last(MomentKind) { return 62; }
  static constexpr std::uint64_t last(ConversationState) { return 7; }
  static constexpr std::uint64_t last(JoinMethod) { return 5; }
  static constexpr std::uint64_t last(ClockState) { return 5; }
  static constexpr std::uint64_t last(ClockKind) {
    return static_cast<std::uint64_t>(kLastClockKind);
  }
  static constexpr std::uint64_t last(ContactPhase) { return 6; }
  static constexpr std::uint64_t last(AlertLevel) { return 4; }
  static constexpr std::uint64_t last(AlertStatus) { return 3; }
  static constexpr std::uint64_t last(SurveyKind) { return 4; }
  static constexpr std::uint64_t last(Outcome) { return static_cast<std::uint64_t>(kLastOutcome); }

  void fill(bool& value) { value = true; }
  template <std::integral Number>
  void fill(Number& value) {
    value = static_cast<Number>(random_());
    if (value == 0) value = 1;
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void fill(Enum& value) { value = static_cast<Enum>(1 + below(last(value))); }
  void fill(Instant& value) {
    value = instant(static_cast<std::int64_t>(1 + below(2'000'000'000'000)));
    if (below(8) == 0) value = instant(-to_ms(value));
  }
  void fill(Millis& value) { value = Millis(1 + below(1'000'000'000)); }
  void fill(Id& value) { value = {random_() | 1, random_()}; }
  void fill(std::string& value) { value.assign(1 + below(24), static_cast<char>('a' + below(26))); }
  template <class A, class B>
  void fill(std::pair<A, B>& value) {
    fill(value.first);
    fill(value.second);
  }
  template <class T>
  void fill(std::vector<T>& values) {
    values.resize(2 + below(5));  // Two at least, so that an index into them need not be 0.
    for (T& value : values) fill(value);
  }
  template <class T, std::size_t kSize>
  void fill(std::array<T, kSize>& values) {
    for (T& value : values) fill(value);
  }
  void fill(std::shared_ptr<const FoldState>& value) {
    FoldState state;
    fill(state);
    value = std::make_shared<const FoldState>(std::move(state));
  }
  template <Record T>
  void fill(T& value) {
    std::apply([this](auto&... field) { (this->fill(field), ...); }, fields(value));
  }

  // Indices must lead somewhere; each is an index + 1 but a clock's.
  std::uint16_t entry(std::size_t size) { return static_cast<std::uint16_t>(1 + below(size)); }
  void mend(FoldState& fold, std::size_t keys) {
    const auto last_contact = static_cast<std::uint16_t>(fold.contacts.size() - 1);
    fold.waiting_contact = last_contact;
    fold.settled = static_cast<std::uint32_t>(fold.clocks.size() - 1);
    for (ClockRun& run : fold.clocks) run.contact = last_contact;
    for (Contact& contact : fold.contacts) contact.key = entry(keys);
    for (Transfer& one : fold.notes.transfers) one.contact = last_contact;
  }
  void mend(Conversation& conversation) {
    for (Moment& moment : conversation.moments) {
      moment.attributes = entry(conversation.attribute_sets.size());
      moment.contact_key = entry(conversation.keys.size());
      moment.key = entry(conversation.keys.size());
      moment.refers = entry(conversation.keys.size());
      moment.via = entry(conversation.identifiers.size());
    }
    conversation.key_via.resize(std::min(conversation.key_via.size(), conversation.keys.size()));
    for (std::uint16_t& via : conversation.key_via) via = entry(conversation.identifiers.size());
    mend(conversation.fold, conversation.keys.size());
    std::ranges::sort(conversation.alerts, {}, [](const PublishedAlert& alert) {
      return std::tuple(alert.cycle, alert.sla, alert.level);
    });
    if (!conversation.base) return;
    FoldState base = *conversation.base;
    mend(base, conversation.keys.size());
    conversation.base = std::make_shared<const FoldState>(std::move(base));
  }

  std::mt19937_64 random_;
};

}  // namespace vaste
