// What conversations came to in the end, as text, so that a difference can be read.
#pragma once

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "model/incoming.h"
#include "support/fleet.h"

namespace vaste::test {

inline std::string at(Instant instant) {
  return is_set(instant) ? std::to_string(to_ms(instant)) : std::string("-");
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
