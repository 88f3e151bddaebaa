// What conversations came to in the end, as text, so that a difference can be read.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "clocks/kpis.h"
#include "model/incoming.h"
#include "support/fleet.h"

namespace vaste::test {

inline std::string at(Instant instant) {
  return is_set(instant) ? std::to_string(to_ms(instant)) : std::string("-");
}

inline std::string text_of(Fact fact, Outcome outcome, std::string_view name, std::uint32_t number,
                           Instant when, std::int64_t value, std::int64_t wall, std::int64_t target,
                           Channel channel, Channel from, const Attributes& attributes,
                           std::string_view queue) {
  std::ostringstream out;
  out << "  " << vaste::name(fact) << ' ' << name << '#' << number << ' ' << vaste::name(outcome)
      << " at " << at(when) << " value " << value << '/' << wall << '/' << target << " channel "
      << static_cast<int>(channel) << '<' << static_cast<int>(from) << " queue "
      << (queue.empty() ? std::string_view(attributes.queue) : queue);
  for_each_attribute([&](const char* field, std::string Attributes::*member) {
    if (member != &Attributes::queue && !(attributes.*member).empty())
      out << ' ' << field << ' ' << attributes.*member;
  });
  out << '\n';
  return out.str();
}

// The same counted without any of it, from what the summary of the conversation says; empty: it
// comes to the same.
inline std::string counted_otherwise(const Conversation& conversation,
                                     const clocks::Contributions& all) {
  const FoldState& fold = conversation.fold;
  std::map<Fact, std::int64_t> expected, got, values;
  for (const clocks::Contribution& one : all) {
    ++got[one.fact];
    values[one.fact] += one.value;
  }
  expected[Fact::kContact] = static_cast<std::int64_t>(fold.contacts.size());
  Millis talked{0}, held{0};
  for (const Contact& contact : fold.contacts) {
    const bool live = contact.channel == Channel::kPhone || contact.channel == Channel::kChat;
    const bool ours = (contact.flags & kContactOutbound) != 0;
    if (live && !ours && (is_set(contact.answered) || is_set(contact.abandoned)))
      ++expected[Fact::kWait];
    if (!is_set(contact.answered) || !is_set(contact.ended)) continue;
    ++expected[Fact::kTalk];
    ++expected[Fact::kHold];
    talked += contact.talk;
    held += contact.hold;
  }
  std::set<std::pair<std::string, std::uint32_t>> decided;
  for (const PublishedAlert& alert : conversation.alerts)
    if (alert.level == AlertLevel::kBreached && alert.status != AlertStatus::kRetracted)
      decided.emplace(alert.sla, alert.cycle);
  for (const ClockRun& run : fold.clocks) {
    if (run.state == ClockState::kMet || run.state == ClockState::kVoid)
      decided.emplace(run.sla, run.cycle);
    if (run.state == ClockState::kMet || run.state == ClockState::kBreached)
      ++expected[Fact::kSlaSpent];
  }
  expected[Fact::kSla] = static_cast<std::int64_t>(decided.size());
  expected[Fact::kReopen] = fold.reopened;
  expected[Fact::kResolution] = fold.reopened + (is_set(fold.resolved) ? 1 : 0);
  std::ostringstream out;
  for (const auto& [fact, count] : expected)
    if (got[fact] != count)
      out << "  " << got[fact] << ' ' << vaste::name(fact) << " where " << count << " are\n";
  if (values[Fact::kTalk] != talked.count() || values[Fact::kHold] != held.count())
    out << "  another handling time\n";
  return out.str();
}

// The sum of what was contributed, one line each; and whether it is what the conversations
// contribute in the end.
inline std::string contributions_of(const Fleet& fleet) {
  std::vector<std::string> published, said;
  std::string otherwise;
  for (const core::Contributed& one : fleet.contributed())
    published.push_back(text_of(one.fact, one.outcome, one.name, one.number, one.at, one.value,
                                one.wall, one.target, one.channel, one.from, one.attributes, {}));
  for (const auto& [id, conversation] : fleet.conversations()) {
    clocks::Contributions all;
    clocks::contribute(*conversation, all);
    otherwise += counted_otherwise(*conversation, all);
    for (const clocks::Contribution& one : all) {
      const auto [attributes, queue] = clocks::dimensions_of(conversation->fold, one);
      said.push_back(text_of(one.fact, one.outcome, clocks::name_of(conversation->fold, one),
                             one.number, one.at, one.value, one.wall, one.target, one.channel,
                             one.from, attributes, queue));
    }
  }
  std::sort(published.begin(), published.end());
  std::sort(said.begin(), said.end());
  std::string out;
  for (const std::string& one : published) out += one;
  if (!otherwise.empty()) out += "  but there are\n" + otherwise;
  if (published != said) {
    out += "  but the conversations say\n";
    for (const std::string& one : said) out += one;
  }
  return out;
}

inline std::string outcome_of(const Fleet& fleet) {
  std::ostringstream out;
  for (const auto& [id, conversation] : fleet.conversations()) {
    const FoldState& fold = conversation->fold;
    out << "conversation state " << static_cast<int>(fold.state) << " waiting since "
        << at(fold.waiting_since) << " resolved " << at(fold.resolved) << " reopened "
        << fold.reopened << " messages " << fold.customer_messages << '/' << fold.agent_messages
        << " contacts " << fold.contacts.size() << " queue " << fold.attributes.queue << '\n';
    for (const ClockRun& run : fold.clocks) {
      out << "  " << run.sla << '#' << run.cycle << " state " << static_cast<int>(run.state) << ' '
          << at(run.started) << ".." << at(run.stopped) << " target " << run.target.count()
          << " elapsed " << run.elapsed.count() << " rule " << run.rule;
      for (const Stretch& stretch : run.running)
        out << " [" << at(stretch.from) << ',' << at(stretch.to) << ')';
      out << '\n';
    }
  }
  std::vector<std::string> standing;
  for (const auto& [id, alert] : fleet.standing())
    if (alert.alert.status != AlertStatus::kRetracted)
      standing.push_back("  alert " + alert.alert.sla + '#' + std::to_string(alert.alert.cycle) +
                         " level " + std::to_string(static_cast<int>(alert.alert.level)) +
                         " status " + std::to_string(static_cast<int>(alert.alert.status)) +
                         " due " + at(alert.alert.due) + '\n');
  std::sort(standing.begin(), standing.end());
  for (const std::string& one : standing) out << one;
  out << contributions_of(fleet);
  return out.str();
}

inline std::string text_of(const std::vector<Incoming>& events) {
  std::ostringstream out;
  for (const Incoming& event : events)
    out << "  " << event.moment.id << " at " << at(event.moment.at) << " kind "
        << static_cast<int>(event.moment.kind) << " of " << event.moment.target << " queue "
        << event.attributes.queue << " priority " << event.attributes.priority << '\n';
  return out.str();
}

}  // namespace vaste::test
