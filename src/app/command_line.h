// How a command is declared: its options, and what is called when all words were good. Private to
// the command line, cli*.cc.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/cli.h"
#include "app/terminal.h"

namespace vaste::app {

// What declaring takes. Callbacks of the parser run while words are still being read, so they only
// say what to call in the end.
struct Declaring {
  CLI::App& vaste;
  const Commands& commands;
  const std::string& version;
  std::ostream& out;
  std::function<int()>& call;
};

// The table's rows; each declares one command of `vaste`, with those below it.
void add_run(Declaring& to);  // cli_service.cc, down to snapshot
void add_demo(Declaring& to);
void add_top(Declaring& to);
void add_check(Declaring& to);
void add_config(Declaring& to);
void add_test(Declaring& to);
void add_topics(Declaring& to);
void add_policy(Declaring& to);
void add_snapshot(Declaring& to);
void add_explain(Declaring& to);  // cli_people.cc, with the next two
void add_identity(Declaring& to);
void add_conversation(Declaring& to);
void add_produce(Declaring& to);  // cli_records.cc, with tap
void add_tap(Declaring& to);
void add_asyncapi(Declaring& to);  // cli_texts.cc, with the rest
void add_metrics(Declaring& to);
void add_completion(Declaring& to);
void add_man(Declaring& to);
void add_version(Declaring& to);

// `options` live as long as the command that they belong to.
template <class Options>
void calls(Declaring& to, CLI::App* command, const std::function<int(const Options&)>& what,
           std::shared_ptr<Options> options) {
  command->callback(
      [&to, &what, options] { to.call = [&what, options] { return what(*options); }; });
}

inline CLI::Option* config_option(CLI::App* command, std::string& file,
                                  const std::string& help = "Configuration") {
  return command->add_option("-c,--config", file, help)->option_text("FILE");
}

// Either of the two ways to find Kafka.
inline void connection(CLI::App* command, Connection& connection) {
  auto* group = command->add_option_group("Kafka", "Where to find it");
  config_option(group, connection.config_file, "Configuration, for security as well");
  group->add_option("-b,--bootstrap", connection.bootstrap, "Brokers, without security")
      ->option_text("HOST:PORT,...");
  group->require_option(1);
}

// Words that a shell may offer for it; command_tree reads them off its type, each with its bar.
inline CLI::Option* offers(CLI::Option* option, const std::vector<std::string>& likely) {
  return option->type_name(fmt::format("{}|", fmt::join(likely, "|")));
}

// An option, or a place, that takes one of a few words.
template <class Value>
CLI::Option* words(CLI::App* command, const std::string& name, Value& value,
                   const std::string& help,
                   const std::vector<std::pair<std::string, Value>>& choices) {
  std::vector<std::string> texts;
  texts.reserve(choices.size());
  for (const auto& choice : choices) texts.push_back(choice.first);
  auto* option = command->add_option_function<std::string>(
      name,
      [&value, name, texts, choices](const std::string& text) {
        for (const auto& [word, meaning] : choices) {
          if (word != text) continue;
          value = meaning;
          return;
        }
        throw CLI::ValidationError(fmt::format("{} {}: write {}.{}", name, text,
                                               fmt::join(texts, ", "), did_you_mean(text, texts)));
      },
      help);
  return offers(option->option_text("WORD"), texts);
}

// The one spelling of it, on everything that prints what it knows.
inline CLI::Option* format_option(CLI::App* command, bool& json, const std::string& other = "text",
                                  const std::string& about_json = "") {
  return words(command, "--format", json, other + " (default), json" + about_json,
               {{other, false}, {"json", true}});
}

}  // namespace vaste::app
