#include "sim/truth.h"

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "base/check.h"
#include "clocks/fold.h"
#include "stitch/component.h"
#include "store/codec.h"
#include "store/conversations.h"
#include "store/keys.h"

namespace vaste::sim {

namespace {

using What = Happening::What;

struct Place {
  std::int32_t partition = 0;
  Conversation conversation;
};

std::string text_of(const std::vector<PublishedAlert>& alerts) {
  std::vector<std::string> lines;
  for (const PublishedAlert& one : alerts)
    if (one.status != AlertStatus::kRetracted)
      lines.push_back(one.sla + '#' + std::to_string(one.cycle) + ' ' + name(one.level) + ' ' +
                      std::to_string(static_cast<int>(one.status)) + " due " +
                      std::to_string(to_ms(one.due)) + "; ");
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

class Truth {
 public:
  Truth(const std::vector<Happening>& said, const std::vector<const Records*>& partitions,
        const Ending& ending)
      : said_(said), partitions_(partitions), ending_(ending) {}

  std::string wrong() {
    read();
    pointers();
    words();
    homes();
    messages();
    for (const Place& place : places_) found(place);
    return wrong_.str();
  }

 private:
  std::int32_t home_of(std::uint32_t group) const {
    return stitch::partition_of(group, static_cast<std::int32_t>(partitions_.size()));
  }
  const std::string* record(std::int32_t partition, const std::string& key) const {
    const Records& records = *partitions_[static_cast<std::size_t>(partition)];
    const auto found = records.find(key);
    return found == records.end() ? nullptr : &found->second;
  }
  template <class Value, class Decode>
  std::optional<Value> load(std::int32_t partition, const std::string& key, Decode&& decode) const {
    const std::string* bytes = record(partition, key);
    if (bytes == nullptr) return std::nullopt;
    auto value = decode(*bytes);
    VASTE_CHECK(value.has_value());
    return std::move(*value);
  }
  std::optional<Customer> customer(const Id& id) const {
    return load<Customer>(home_of(id.key_group()), store::customer_key(id), store::decode_customer);
  }

  void read() {
    for (std::size_t i = 0; i < partitions_.size(); ++i)
      for (const auto& [key, value] : *partitions_[i])
        if (key.starts_with(store::kWaiting)) waiting(value);
    for (std::size_t i = 0; i < partitions_.size(); ++i)
      for (Conversation& one : conversations_in(*partitions_[i]))
        places_.push_back({static_cast<std::int32_t>(i), std::move(one)});
    for (const Place& place : places_)
      if (lives(place.conversation)) live_.push_back(&place);
    for (std::size_t number = 0; number < said_.size(); ++number)
      numbers_[moment_of(number)] = number;
  }

  // What is to be forgotten has a record of the same kind.
  void waiting(const std::string& value) {
    const auto waiting = store::decode_waiting(value);
    VASTE_CHECK(waiting.has_value());
    if (!waiting->events.empty()) wrong_ << "somebody still waits\n";
  }

  static bool lives(const Conversation& conversation) {
    return !conversation.moved && conversation.merged_into.empty();
  }

  // An identifier's customer as its actor has it is the one that the linker has.
  void pointers() {
    const auto linker = home_of(stitch::key_group(stitch::linker_actor()));
    std::set<std::string> all;
    for (const Happening& one : said_) all.insert(one.who.begin(), one.who.end());
    for (const std::string& who : all) {
      const auto home = home_of(stitch::key_group(stitch::identifier_actor(who)));
      const auto pointer =
          load<Pointer>(home, store::identifier_key(who), store::decode_identifier);
      const auto linked = load<Linked>(linker, store::linked_key(who), [&](const auto& bytes) {
        return store::decode_linked(who, bytes);
      });
      if (pointer) owners_[who] = pointer->customer;
      if (!linked || linked->customer.empty()) {
        if (pointer && !pointer->own) wrong_ << who << " points to a customer of nobody's word\n";
        if (pointer && !linked && pointer->epoch != 0)
          wrong_ << who << " was not told that the linker has forgotten it\n";
        continue;
      }
      const Id decided = linked->customer;
      const auto component = load<Component>(
          linker, store::component_key(decided),
          [&](const auto& bytes) { return store::decode_component(decided, bytes); });
      const auto place = component ? stitch::find_member(*component, who) : std::nullopt;
      if (!place)
        wrong_ << who << " is in no component of the linker's\n";
      else if (pointer && pointer->customer == decided &&
               (pointer->own || pointer->until != component->members[*place].until))
        wrong_ << who << " has not heard how long the linker's word holds\n";
      if (!pointer || pointer->customer != decided)
        wrong_ << who << " points to " << (pointer ? pointer->customer.text() : "nobody")
               << ", the linker says " << decided.text() << '\n';
      if (const auto theirs = customer(decided); theirs && !theirs->merged_into.empty())
        wrong_ << "the customer of " << who << " is a redirect\n";
    }
  }

  // Where nobody was parted all whom a word joins are one, for as long as it holds. What was never
  // heard of the linker has no word about, and would agree with.
  void words() {
    const Millis lasts = ending_.timeline->at(ending_.gate).policy().identity.evidence_lasts;
    const auto is = [](What what) {
      return [what](const Happening& one) { return one.what == what; };
    };
    if (std::ranges::any_of(said_, is(What::kNotSame))) return;
    for (const Happening& one : said_)
      if (one.what == What::kSame && one.at + lasts >= ending_.gate &&
          owners_[one.who[0]] != owners_[one.who[1]])
        wrong_ << one.who[0] << " and " << one.who[1] << " were said to be one, and are not\n";
  }

  // One owner: a conversation lives once, with its customer, and is in that one's list.
  void homes() {
    std::set<Id> ids;
    for (const Place* place : live_) {
      const Conversation& conversation = place->conversation;
      const std::string name = "conversation " + conversation.id.text();
      if (!ids.insert(conversation.id).second) wrong_ << name << " lives twice\n";
      if (home_of(conversation.customer.key_group()) != place->partition)
        wrong_ << name << " does not live where its customer does\n";
      const auto theirs = customer(conversation.customer);
      if (!theirs ||
          std::ranges::find(theirs->conversations, conversation.id) == theirs->conversations.end())
        wrong_ << name << " is not in the list of its customer\n";
      alerts(conversation, name);
    }
    for (const Place& place : places_)
      if (!lives(place.conversation) && !text_of(place.conversation.alerts).empty())
        wrong_ << "conversation " << place.conversation.id.text()
               << " is no more, and has alerts that stand\n";
  }

  void alerts(const Conversation& conversation, const std::string& name) {
    Conversation anew = conversation;
    anew.fold = {};
    clocks::refold(anew, *ending_.timeline);
    std::vector<PublishedAlert> expected;
    clocks::compare_alerts(anew.fold, expected, ending_.gate, ending_.gate,
                           clocks::version_of(anew, *ending_.timeline), {kNever, kEndOfTime});
    if (text_of(expected) != text_of(conversation.alerts))
      wrong_ << name << " has the alerts " << text_of(conversation.alerts)
             << "where its moments say " << text_of(expected) << '\n';
  }

  // Whose it is: it says so, or somebody else in its ticket has.
  bool is_known(const Happening& said) const {
    return !said.who.empty() || std::ranges::any_of(said_, [&](const Happening& other) {
      return other.key == said.key && !other.who.empty();
    });
  }

  void messages() {
    std::map<std::size_t, const Conversation*> where;
    for (const Place* place : live_)
      for (const Moment& moment : place->conversation.moments) {
        const auto number = numbers_.find(moment.id);
        if (number == numbers_.end()) {
          wrong_ << "a moment that nobody said\n";
          continue;
        }
        const auto [first, fresh] = where.emplace(number->second, &place->conversation);
        if (!fresh) wrong_ << "event " << number->second << " is there twice\n";
        const Happening& said = said_[number->second];
        const std::string& whose = said.whose();
        if (is_known(said) && owners_[whose] != place->conversation.customer)
          wrong_ << "event " << number->second << " of " << whose << " is with customer "
                 << place->conversation.customer.text() << '\n';
      }
    for (std::size_t number = 0; number < said_.size(); ++number)
      if (said_[number].what <= What::kResolved && !where.contains(number))
        wrong_ << "event " << number << " is in no conversation\n";
    groups(where);
  }

  // Of one customer: what lies within the window of what was before is in one conversation with it.
  // And nothing else is, unless somebody was parted: what was one through another's messages stays
  // one.
  void groups(const std::map<std::size_t, const Conversation*>& where) {
    if (ending_.window == Millis(0)) return;
    std::map<Id, std::vector<std::size_t>> messages;
    for (std::size_t number = 0; number < said_.size(); ++number)
      if (said_[number].what == What::kMessage && where.contains(number))
        messages[owners_[said_[number].whose()]].push_back(number);
    const bool parted =
        std::ranges::any_of(said_, [](const Happening& one) { return one.what == What::kNotSame; });
    for (auto& [owner, theirs] : messages) {
      std::ranges::sort(theirs, {}, [&](std::size_t number) { return said_[number].at; });
      for (std::size_t i = 1; i < theirs.size(); ++i) {
        const std::size_t one = theirs[i - 1], other = theirs[i];
        const bool near = said_[other].at - said_[one].at <= ending_.window;
        const bool together = where.at(one) == where.at(other);
        if (near && !together)
          wrong_ << "events " << one << " and " << other << " are not in one conversation\n";
        if (!near && together && !parted)
          wrong_ << "events " << one << " and " << other << " are in one conversation\n";
      }
    }
  }

  // From wherever it ever was it is found: signposts and redirects end where it lives.
  void found(const Place& from) {
    const Place* at = &from;
    for (std::size_t hops = 0; hops <= places_.size() + 1; ++hops) {
      const Conversation& here = at->conversation;
      if (lives(here)) return;
      const Id id = here.moved ? here.id : here.merged_into;
      // A redirect leads to where the other was born, as a message along it goes.
      const std::uint32_t group = here.moved ? here.customer.key_group() : id.key_group();
      const auto next = std::ranges::find_if(places_, [&](const Place& place) {
        return place.conversation.id == id && place.partition == home_of(group);
      });
      if (next == places_.end()) break;
      at = &*next;
    }
    wrong_ << "conversation " << from.conversation.id.text() << " is not found from partition "
           << from.partition << '\n';
  }

  const std::vector<Happening>& said_;
  const std::vector<const Records*>& partitions_;
  const Ending& ending_;
  std::vector<Place> places_;
  std::vector<const Place*> live_;
  std::map<std::uint64_t, std::size_t> numbers_;  // by the moment's id
  std::map<std::string, Id> owners_;
  std::ostringstream wrong_;
};

}  // namespace

std::vector<Conversation> conversations_in(const Records& records) {
  std::vector<Conversation> out;
  for (const auto& [key, value] : records) {
    if (!key.starts_with(store::kConversations)) continue;
    auto read = store::complete_conversation(
        Id::from_bytes(key.substr(1)), value,
        [&](const std::string& block) -> Result<std::optional<std::string>> {
          const auto found = records.find(block);
          return found == records.end() ? std::nullopt : std::optional(found->second);
        });
    VASTE_CHECK(read.has_value());
    out.push_back(std::move(*read));
  }
  return out;
}

std::string what_is_wrong(const std::vector<Happening>& said,
                          const std::vector<const Records*>& partitions, const Ending& ending) {
  return Truth(said, partitions, ending).wrong();
}

}  // namespace vaste::sim
