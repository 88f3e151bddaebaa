// What conversations came to in the end, as text, so that a difference can be read.
#pragma once

#include <algorithm>
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

// The sum of what was contributed, one line each; and whether it is what the conversations
// contribute in the end.
inline std::string contributions_of(const Fleet& fleet) {
  std::vector<std::string> published, said;
  for (const core::Contributed& one : fleet.contributed())
    published.push_back(text_of(one.fact, one.outcome, one.name, one.number, one.at, one.value,
                                one.wall, one.target, one.channel, one.from, one.attributes, {}));
  for (const auto& [id, conversation] : fleet.conversations()) {
    clocks::Contributions all;
    clocks::contribute(*conversation, all);
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
