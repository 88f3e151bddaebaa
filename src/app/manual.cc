#include "app/manual.h"

#include <fmt/format.h>

#include <array>
#include <sstream>

#include "app/exit_code.h"

namespace vaste::app {
namespace {

struct Entry {
  const char* head;
  const char* text;
};
constexpr std::array kExamples = {
    Entry{"vaste check vaste.yaml policies/*.yaml", "What is wrong, as file:line:column."},
    Entry{"vaste config show -c vaste.yaml --origin", "Every setting and where it comes from."},
    Entry{"vaste tap alerts -c vaste.yaml --level breached --queue mail --since -1h",
          "The breaches of one queue in the last hour, then those to come."},
    Entry{"vaste tap enriched -c vaste.yaml --until-end --format json | jq .value.outcome",
          "What became of each event, for other programs."},
    Entry{"vaste explain CONVERSATION -c vaste.yaml", "Why its clocks say what they say."},
    Entry{"source <(vaste completion bash)", "Completion in this shell; packages bring the file."},
};
constexpr std::array kFiles = {
    Entry{"/etc/vaste/vaste.yaml", "The configuration of the service."},
    Entry{"/etc/vaste/policies/", "Its policies; /usr/share/vaste/policies/ has more to copy."},
    Entry{"/etc/default/vaste", "Variables of the service, as secrets that are named by env."},
    Entry{"/var/lib/vaste/", "Its state: an index of what is in Kafka, made anew when lost."},
};
constexpr std::array kEnvironment = {
    Entry{"NAME", "Any that the configuration names under kafka.secrets or notify.webhooks."},
    Entry{"NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID",
          "Of the service manager; see sd_notify(3)."},
};

// A `-` is a hyphen to roff, which cannot be searched or copied; a line that begins with a dot or
// a quote is an order to it.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    if (c == '-') {
      out += "\\-";
    } else if (c == '\\') {
      out += "\\e";
    } else {
      out += c;
    }
  }
  return out;
}

std::string paragraphs(const std::string& text) {
  std::string out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) out += roff(line) + "\n";
  }
  return out;
}

std::string option(const OptionText& one) {
  std::string head;
  for (const std::string& name : one.names)
    head += fmt::format("{}\\fB{}\\fR", head.empty() ? "" : ", ", roff(name));
  const bool listed = !one.choices.empty() && !one.names.empty();
  const std::string value = listed ? fmt::format("{}", fmt::join(one.choices, "|")) : one.value;
  if (!value.empty()) head += fmt::format("{}\\fI{}\\fR", head.empty() ? "" : " ", roff(value));
  if (one.repeats && one.names.empty()) head += " ...";
  return fmt::format(".TP\n{}\n{}{}\n", head, roff(one.help), one.required ? " (required)" : "");
}

template <class Entries>
std::string section(const char* name, const Entries& entries) {
  std::string out = fmt::format(".SH {}\n", name);
  for (const Entry& one : entries)
    out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(one.head), roff(one.text));
  return out;
}

std::string exit_status() {
  std::string out = ".SH \"EXIT STATUS\"\nThe numbers of sysexits.h.\n";
  for (const ExitCode& one : kExitCodes)
    out += fmt::format(".TP\n\\fB{}\\fR\n{}{}.\n", one.number, roff(one.meaning),
                       one.name.empty() ? std::string() : fmt::format(" ({})", one.name));
  return out;
}

}  // namespace

std::string manual(const std::vector<CommandText>& tree, const std::string& version,
                   const std::string& about) {
  std::string out = fmt::format(
      ".TH VASTE 1 \"\" \"vaste {}\" \"User Commands\"\n.SH NAME\n"
      "vaste \\- SLA clocks on the conversations of a service organisation\n.SH SYNOPSIS\n"
      ".B vaste\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n{}.SH COMMANDS\n",
      version, paragraphs(about));
  for (const CommandText& command : tree) {
    if (command.path.empty()) continue;
    out += fmt::format(".SS \"vaste {}\"\n{}.\n", roff(command.path), roff(command.help));
    if (!command.below.empty())
      out += fmt::format(".PP\nCommands: {}.\n",
                         roff(fmt::format("{}", fmt::join(command.below, ", "))));
    for (const OptionText& one : command.options) out += option(one);
  }
  return out + section("EXAMPLES", kExamples) + section("FILES", kFiles) +
         section("ENVIRONMENT", kEnvironment) + exit_status();
}

}  // namespace vaste::app
