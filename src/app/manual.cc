#include "app/manual.h"

#include <fmt/format.h>

#include <sstream>

namespace vaste::app {
namespace {

// A `-` is a hyphen to roff, which cannot be searched or copied; a line that begins with a dot or
// a quote is an order to it.
std::string roff(const std::string& text) {
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
  const std::string value =
      one.choices.empty() ? one.value : fmt::format("{}", fmt::join(one.choices, "|"));
  if (!value.empty()) head += fmt::format("{}\\fI{}\\fR", head.empty() ? "" : " ", roff(value));
  if (one.repeats && one.names.empty()) head += " ...";
  return fmt::format(".TP\n{}\n{}{}\n", head, roff(one.help), one.required ? " (required)" : "");
}

}  // namespace

std::string manual(const std::vector<CommandText>& tree, const std::string& version,
                   const std::string& about, const std::string& exits) {
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
  return out + ".SH \"EXIT STATUS\"\n" + paragraphs(exits);
}

}  // namespace vaste::app
