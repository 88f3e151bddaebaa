#include "app/cli.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "app/terminal.h"

namespace vaste::app {
namespace {

constexpr const char* kAbout =
    "vaste: stitches what customers write and say on every channel into conversations,\n"
    "and tells in time when an answer is late. Reads and writes Apache Kafka.\n";

// In the order of the help.
constexpr std::array kCommands = {add_run,        add_demo,     add_check,        add_config,
                                  add_test,       add_topics,   add_policy,       add_snapshot,
                                  add_explain,    add_identity, add_conversation, add_produce,
                                  add_tap,        add_top,      add_asyncapi,     add_metrics,
                                  add_completion, add_man,      add_version};

// The command that the words lead to so far.
CLI::App* deepest(CLI::App& app, const std::vector<std::string>& words, std::size_t& used) {
  CLI::App* here = &app;
  for (used = 0; used < words.size(); ++used) {
    const auto all =
        here->get_subcommands([&](CLI::App* one) { return one->check_name(words[used]); });
    if (all.empty()) break;
    here = all.front();
  }
  return here;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::App* one : app.get_subcommands({})) {
    if (!one->get_name().empty() && !one->get_group().empty()) out.push_back(one->get_name());
  }
  return out;
}

std::vector<std::string> option_names(CLI::App& app) {
  std::vector<std::string> out;
  const auto add = [&out](CLI::App& from) {
    for (const CLI::Option* one : from.get_options()) {
      for (const std::string& name : one->get_lnames()) out.push_back("--" + name);
    }
  };
  add(app);
  for (CLI::App* group : app.get_subcommands({})) {
    if (group->get_name().empty()) add(*group);
  }
  return out;
}

// A mistake that can be explained better than the parser does; empty otherwise.
std::string explain(CLI::App& app, const std::vector<std::string>& words) {
  std::size_t used = 0;
  CLI::App& here = *deepest(app, words, used);
  if (const auto names = command_names(here); !names.empty()) {
    if (used == words.size()) {
      return fmt::format("a command is missing: {}.", fmt::join(names, ", "));
    }
    if (!words[used].starts_with('-')) {
      return fmt::format("there is no command `{}`.{}", words[used],
                         did_you_mean(words[used], names));
    }
  }
  const auto options = option_names(here);
  for (std::size_t i = used; i < words.size() && words[i] != "--"; ++i) {
    const std::string name = words[i].substr(0, words[i].find('='));
    if (!name.starts_with("--") || std::count(options.begin(), options.end(), name) > 0) continue;
    return fmt::format("there is no option `{}` here.{}", name, did_you_mean(name, options));
  }
  return {};
}

int refuse(CLI::App& vaste, const std::vector<std::string>& words, const std::string& why,
           std::ostream& err) {
  std::size_t used = 0;
  std::string command = "vaste";
  deepest(vaste, words, used);
  for (std::size_t i = 0; i < used; ++i) command += ' ' + words[i];
  err << "vaste: error: " << printable(why) << '\n' << "See `" << command << " --help`.\n";
  return kExitUsage;
}

}  // namespace

int dispatch(std::vector<std::string> words, const Commands& commands, const std::string& version,
             std::ostream& out, std::ostream& err) {
  if (!words.empty() && words[0] == "help") {  // `help topics create` is `topics create --help`
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  if (!words.empty() && words[0] == "--version") words[0] = "version";
  CLI::App vaste(kAbout, "vaste");
  vaste.require_subcommand(1);
  vaste.footer(exit_codes_text());
  vaste.get_formatter()->column_width(34);
  std::function<int()> call;
  Declaring declaring{vaste, commands, version, out, call};
  for (const auto& add : kCommands) add(declaring);
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());  // As CLI11 wants it.
    vaste.parse(std::move(reversed));
  } catch (const CLI::CallForHelp& help) {
    const std::string mistake = explain(vaste, words);
    return mistake.empty() ? vaste.exit(help, out, err) : refuse(vaste, words, mistake, err);
  } catch (const CLI::ParseError& mistake) {
    const std::string better = explain(vaste, words);
    return refuse(vaste, words, better.empty() ? mistake.what() : better, err);
  }
  return call ? call() : 0;
}

}  // namespace vaste::app
