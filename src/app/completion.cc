#include "app/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace vaste::app {
namespace {

std::vector<std::string> option_names(const CommandText& command) {
  std::vector<std::string> out;
  for (const OptionText& option : command.options)
    out.insert(out.end(), option.names.begin(), option.names.end());
  return out;
}

std::string paths(const std::vector<CommandText>& tree) {
  std::string out;
  for (const CommandText& command : tree) {
    if (!command.path.empty()) out += fmt::format("{}'{}'", out.empty() ? "" : "|", command.path);
  }
  return out;
}

bool places_are_files(const CommandText& command) {
  return std::any_of(command.options.begin(), command.options.end(),
                     [](const OptionText& one) { return one.names.empty() && is_file(one); });
}

// Words that may stand at a place of it.
std::vector<std::string> place_words(const CommandText& command) {
  std::vector<std::string> out;
  for (const OptionText& option : command.options)
    if (option.names.empty()) out.insert(out.end(), option.choices.begin(), option.choices.end());
  return out;
}

// The words of a case: "'tap:--format'|'tap:-f'".
std::string at_option(const CommandText& command, const OptionText& option) {
  std::string out;
  for (const std::string& name : option.names)
    out += fmt::format("{}'{}:{}'", out.empty() ? "" : "|", command.path, name);
  return out;
}

// bash takes `=` for a word of its own, so --format=json arrives as three.
std::string bash(const std::vector<CommandText>& tree) {
  std::string out = fmt::format(R"(# bash completion of vaste, made by `vaste completion bash`
_vaste() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}" at='' i
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' && $COMP_CWORD -gt 1 ]]; then
    prev="${{COMP_WORDS[COMP_CWORD-2]}}"
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${{at:+$at }}${{COMP_WORDS[i]}}" in
      {}) at="${{at:+$at }}${{COMP_WORDS[i]}}" ;;
    esac
  done
  COMPREPLY=()
  case "$at:$prev" in
)",
                                paths(tree));
  for (const CommandText& command : tree) {
    for (const OptionText& option : command.options) {
      if (option.names.empty() || option.value.empty()) continue;
      std::string answer = ":";
      if (!option.choices.empty())
        answer = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))",
                             fmt::join(option.choices, " "));
      if (is_file(option))
        answer = "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")";
      if (is_directory(option))
        answer = "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")";
      out += fmt::format("    {}) {}; return ;;\n", at_option(command, option), answer);
    }
  }
  out += "  esac\n  case \"$at\" in\n";
  for (const CommandText& command : tree) {
    out += fmt::format("    '{}')\n", command.path);
    if (places_are_files(command))
      out +=
          "      [[ $cur == -* ]] || { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f "
          "-- \"$cur\"); return; }\n";
    // Options are offered to whoever begins one; where nothing else can stand, at once.
    auto all = option_names(command);
    const auto words = place_words(command);
    all.insert(all.begin(), words.begin(), words.end());
    const std::string names = fmt::format("{}", fmt::join(all, " "));
    if (command.below.empty()) {
      out += fmt::format("      COMPREPLY=($(compgen -W '{}' -- \"$cur\")) ;;\n", names);
    } else {
      out += fmt::format(
          "      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n"
          "      else COMPREPLY=($(compgen -W '{}' -- \"$cur\")); fi ;;\n",
          names, fmt::join(command.below, " "));
    }
  }
  return out + "  esac\n}\ncomplete -F _vaste vaste\n";
}

// In single quotes, of a shell or of fish.
std::string quoted(std::string_view text, std::string_view quote) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += quote;
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string help_of(const std::vector<CommandText>& tree, const std::string& path) {
  const auto found = std::find_if(tree.begin(), tree.end(),
                                  [&](const CommandText& one) { return one.path == path; });
  return found == tree.end() ? std::string() : found->help;
}

std::string below_path(const CommandText& command, const std::string& name) {
  return command.path.empty() ? name : command.path + " " + name;
}

// `_describe` wants "name:what it is".
std::string zsh(const std::vector<CommandText>& tree) {
  std::string out = fmt::format(R"(#compdef vaste
# zsh completion of vaste, made by `vaste completion zsh`
_vaste() {{
  local at='' i prev="${{words[CURRENT-1]}}"
  local -a offered
  for ((i = 2; i < CURRENT; i++)); do
    case "${{at:+$at }}${{words[i]}}" in
      {}) at="${{at:+$at }}${{words[i]}}" ;;
    esac
  done
  if [[ $PREFIX == --*=* ]]; then
    prev="${{PREFIX%%=*}}"
    compset -P '*='
  fi
  case "$at:$prev" in
)",
                                paths(tree));
  for (const CommandText& command : tree) {
    for (const OptionText& option : command.options) {
      if (option.names.empty() || option.value.empty()) continue;
      std::string answer = fmt::format("_message {}", quoted(option.value, R"('\'')"));
      if (!option.choices.empty())
        answer = fmt::format("compadd -- {}", fmt::join(option.choices, " "));
      if (is_file(option)) answer = "_files";
      if (is_directory(option)) answer = "_files -/";
      out += fmt::format("    {}) {}; return ;;\n", at_option(command, option), answer);
    }
  }
  out += "  esac\n  case \"$at\" in\n";
  for (const CommandText& command : tree) {
    out += fmt::format("    '{}')\n      offered=(", command.path);
    for (const std::string& name : command.below)
      out += fmt::format("\n        {}",
                         quoted(name + ":" + help_of(tree, below_path(command, name)), R"('\'')"));
    for (const OptionText& option : command.options) {
      for (const std::string& name : option.names.empty() ? option.choices : option.names)
        out += fmt::format("\n        {}", quoted(name + ":" + option.help, R"('\'')"));
    }
    out += ")\n";
    if (places_are_files(command)) out += "      [[ $PREFIX == -* ]] || { _files; return }\n";
    out += "      ;;\n";
  }
  return out + "  esac\n  _describe 'vaste' offered\n}\n_vaste \"$@\"\n";
}

std::string fish(const std::vector<CommandText>& tree) {
  std::string out =
      "# fish completion of vaste, made by `vaste completion fish`\nfunction __vaste_at\n"
      "  set -l at\n  for word in (commandline -opc)[2..-1]\n"
      "    if contains -- (string join ' ' -- $at $word)";
  for (const CommandText& command : tree) {
    if (!command.path.empty()) out += fmt::format(" '{}'", command.path);
  }
  out +=
      "\n      set -a at $word\n    end\n  end\n  test \"$at\" = \"$argv\"\nend\n"
      "complete -c vaste -f\n";
  for (const CommandText& command : tree) {
    const std::string at = fmt::format("complete -c vaste -n \"__vaste_at {}\"", command.path);
    for (const std::string& name : command.below)
      out += fmt::format("{} -a {} -d {}\n", at, name,
                         quoted(help_of(tree, below_path(command, name)), "\\'"));
    if (places_are_files(command)) out += at + " -F\n";
    for (const OptionText& option : command.options) {
      if (option.names.empty()) {
        if (!option.choices.empty())
          out += fmt::format("{} -a '{}'\n", at, fmt::join(option.choices, " "));
        continue;
      }
      out += at;
      for (const std::string& name : option.names) {
        const bool is_long = name.starts_with("--");
        out += fmt::format(" -{} {}", is_long ? "l" : "s", name.substr(is_long ? 2 : 1));
      }
      if (!option.choices.empty()) {
        out += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
      } else if (is_file(option)) {
        out += " -r -F";
      } else if (is_directory(option)) {
        out += " -x -a '(__fish_complete_directories)'";
      } else if (!option.value.empty()) {
        out += " -x";
      }
      out += fmt::format(" -d {}\n", quoted(option.help, "\\'"));
    }
  }
  return out;
}

}  // namespace

std::string completion(const std::vector<CommandText>& tree, Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return bash(tree);
    case Shell::kZsh:
      return zsh(tree);
    case Shell::kFish:
      return fish(tree);
  }
  return {};
}

}  // namespace vaste::app
