#include "app/command_tree.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace vaste::app {
namespace {

bool is_group(const CLI::App& app) {
  return app.get_name().empty();
}

// Options of a few words carry them as "json|text|" in the place of a type.
std::vector<std::string> choices(const std::string& type) {
  std::vector<std::string> out;
  if (type.find('|') == std::string::npos) return out;
  std::istringstream in(type);
  for (std::string word; std::getline(in, word, '|');) out.push_back(word);
  return out;
}

OptionText option_text(const CLI::Option& option) {
  OptionText out{.help = option.get_description(), .required = option.get_required()};
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  out.repeats = option.get_expected_max() > 1;
  if (out.names.empty()) {
    out.value = option.get_name(true, false);
    out.choices = choices(option.get_type_name());
  } else if (option.get_type_size() != 0 && option.get_expected_max() != 0) {
    out.value = option.get_option_text().empty() ? "VALUE" : option.get_option_text();
    out.choices = choices(option.get_type_name());
  }
  return out;
}

void add_options(const CLI::App& from, CommandText& to) {
  for (const CLI::Option* one : from.get_options()) to.options.push_back(option_text(*one));
  for (const CLI::App* group : from.get_subcommands(nullptr)) {
    if (is_group(*group)) add_options(*group, to);
  }
}

void add(const CLI::App& command, const std::string& path, std::vector<CommandText>& out) {
  const std::size_t at = out.size();
  out.push_back({.path = path, .help = command.get_description()});
  add_options(command, out[at]);
  for (const CLI::App* below : command.get_subcommands(nullptr)) {
    if (is_group(*below) || below->get_group().empty()) continue;
    out[at].below.push_back(below->get_name());
    add(*below, path.empty() ? below->get_name() : path + " " + below->get_name(), out);
  }
}

}  // namespace

std::vector<CommandText> command_tree(const CLI::App& vaste) {
  std::vector<CommandText> out;
  add(vaste, "", out);
  return out;
}

bool is_file(const OptionText& option) {
  return option.value == "FILE" || option.value == "PATH";
}

bool is_directory(const OptionText& option) {
  return option.value == "DIR";
}

}  // namespace vaste::app
