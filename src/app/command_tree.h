// The command line as plain values, read off the parser: what completions and the manual are made
// of, so that they cannot say anything else than the program does.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace vaste::app {

struct OptionText {
  std::vector<std::string> names;  // "-c", "--config"; none: it has a place instead of a name
  std::string value;               // "FILE"; empty: it takes none
  std::string help;
  std::vector<std::string> choices;  // words it takes, or that are likely
  bool required = false;
  bool repeats = false;
};

struct CommandText {
  std::string path;  // "topics create"; empty: vaste itself
  std::string help;
  std::vector<OptionText> options;  // with and without names, as declared
  std::vector<std::string> below;   // names of its commands: "create", "verify"
};

// vaste first, then every command before its own; hidden ones and groups of options left out.
std::vector<CommandText> command_tree(const CLI::App& vaste);

// Whether a value is a path, and of what.
bool is_file(const OptionText& option);
bool is_directory(const OptionText& option);

}  // namespace vaste::app
