#include "sim/naive.h"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "base/check.h"
#include "store/codec.h"
#include "store/conversations.h"
#include "store/keys.h"
#include "store/memory_store.h"

namespace vaste::sim {

namespace {

std::string at(Instant instant) {
  return is_set(instant) ? std::to_string(to_ms(instant)) : std::string("-");
}

std::string text_of(const Conversation& conversation) {
  const FoldState& fold = conversation.fold;
  std::ostringstream out;
  out << name(fold.state) << " since " << at(fold.opened) << " waiting since "
      << at(fold.waiting_since) << " resolved " << at(fold.resolved) << " reopened "
      << fold.reopened << " messages " << fold.customer_messages << '/' << fold.agent_messages;
  for (const ClockRun& run : fold.clocks)
    out << "; " << run.sla << '#' << run.cycle << ' ' << name(run.state) << ' ' << at(run.started)
        << ".." << at(run.stopped) << " elapsed " << run.elapsed.count();
  for (const PublishedAlert& alert : conversation.alerts)
    if (alert.status != AlertStatus::kRetracted)
      out << "; alert " << alert.sla << '#' << alert.cycle << ' ' << name(alert.level) << ' '
          << static_cast<int>(alert.status) << " due " << at(alert.due);
  return out.str();
}

// Which conversation it is of is another id in another world.
std::string text_of(const core::Contributed& one) {
  std::ostringstream out;
  out << name(one.fact) << ' ' << name(one.outcome) << ' ' << one.name << '#' << one.number
      << " at " << at(one.at) << " value " << one.value << '/' << one.wall << '/' << one.target;
  return out.str();
}

}  // namespace

Account account_of(const std::vector<Happening>& said,
                   const std::vector<const Records*>& partitions,
                   const std::vector<core::Contributed>& contributed) {
  std::map<std::uint64_t, std::size_t> numbers;
  for (std::size_t number = 0; number < said.size(); ++number) numbers[moment_of(number)] = number;
  Account out;
  for (const Records* records : partitions)
    for (const Conversation& one : conversations_in(*records)) {
      if (one.moved || !one.merged_into.empty()) continue;
      std::set<std::size_t> events;
      for (const Moment& moment : one.moments) events.insert(numbers.at(moment.id));
      out.conversations[events] = text_of(one);
    }
  std::multiset<std::string> taken_back;
  // Whether a contact is a repeated one is known when its conversation begins, by what was read
  // then (src/README.md, known limits): it may depend on the order.
  for (const core::Contributed& one : contributed)
    if (one.fact != Fact::kRepeatContact)
      (one.taken_back ? taken_back : out.contributed).insert(text_of(one));
  for (const std::string& one : taken_back) {
    const auto given = out.contributed.find(one);
    if (given == out.contributed.end())
      out.contributed.insert("taken back, and never given: " + one);
    else
      out.contributed.erase(given);
  }
  return out;
}

Account naive_account(const std::vector<Happening>& said,
                      const std::vector<std::vector<std::string>>& people, const Ending& ending) {
  const auto store = store::make_memory_store();
  Task task(0, 1, *store, ending.timeline);
  Output out;
  std::int64_t offset = 0;
  const auto serve = [&](const Happening& one, std::size_t number) {
    task.serve(input_of(one, number, offset++, 1).record, out);
  };
  std::size_t number = said.size();
  Instant first = kEndOfTime;
  for (const Happening& one : said) first = std::min(first, one.at);
  for (const auto& person : people)
    for (std::size_t i = 1; i < person.size(); ++i) {
      Happening same;
      same.what = Happening::What::kSame;
      same.at = first - Millis(1);
      same.who = {person[0], person[i]};
      same.method = "known";
      serve(same, number++);
    }
  std::vector<std::size_t> order(said.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t one) { return said[one].at; });
  for (const std::size_t one : order)
    if (said[one].what <= Happening::What::kResolved) serve(said[one], one);
  const auto commit = [&] {
    task.collect(out);
    task.commit(0);
  };
  commit();  // with the timers, which then are there to be looked at
  task.look(ending.gate, out);
  commit();
  Records records;
  for (const store::Batch::Change& change : out.changelog)
    if (change.value) records[change.key] = *change.value;
  return account_of(said, {&records}, out.contributed);
}

std::vector<std::vector<std::string>> people_of(const std::vector<const Records*>& partitions) {
  const std::string prefix = store::component_key(Id{}).substr(0, 1);
  std::vector<std::vector<std::string>> out;
  for (const Records* records : partitions)
    for (const auto& [key, value] : *records) {
      if (!key.starts_with(prefix)) continue;
      const auto component = store::decode_component(Id::from_bytes(key.substr(1)), value);
      VASTE_CHECK(component.has_value());
      if (component->members.size() < 2) continue;
      auto& person = out.emplace_back();
      for (const Member& member : component->members) person.push_back(member.identifier);
    }
  return out;
}

std::string difference(const Account& is, const Account& should_be) {
  std::ostringstream out;
  const auto tell = [&](const char* what, const Account& all, const Account& other) {
    for (const auto& [events, text] : all.conversations) {
      const auto found = other.conversations.find(events);
      if (found != other.conversations.end() && found->second == text) continue;
      out << what << " events";
      for (const std::size_t event : events) out << ' ' << event;
      out << ": " << text << '\n';
    }
    for (const std::string& one : all.contributed)
      if (all.contributed.count(one) != other.contributed.count(one))
        out << what << " contribution " << one << '\n';
  };
  if (is == should_be) return {};
  tell("is", is, should_be);
  tell("should be", should_be, is);
  return out.str();
}

}  // namespace vaste::sim
