// Commands that print what the program knows of itself.
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/command_line.h"
#include "app/command_tree.h"
#include "app/completion.h"
#include "app/manual.h"

namespace vaste::app {

namespace {

struct VersionOptions {
  bool json = false;
};

}  // namespace

void add_asyncapi(Declaring& to) {
  auto options = std::make_shared<AsyncapiOptions>();
  auto* command = to.vaste.add_subcommand(
      "asyncapi", "Print the contract of the topics (AsyncAPI 3), for readers");
  config_option(command, options->config_file, "Configuration: its topics and brokers");
  format_option(command, options->json, "yaml");
  calls(to, command, to.commands.asyncapi, options);
}

void add_metrics(Declaring& to) {
  auto options = std::make_shared<MetricsOptions>();
  auto* command = to.vaste.add_subcommand("metrics", "Every metric of /metrics and what it means");
  format_option(command, options->json, "markdown");
  calls(to, command, to.commands.metrics, options);
}

void add_completion(Declaring& to) {
  auto shell = std::make_shared<Shell>(Shell::kBash);
  auto* command = to.vaste.add_subcommand(
      "completion", "Print what a shell completes by: source <(vaste completion bash)");
  words(command, "SHELL", *shell, "bash, zsh, fish",
        {{"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}})
      ->required();
  command->callback([&to, shell] {
    to.call = [&to, shell] {
      to.out << completion(command_tree(to.vaste), *shell);
      return 0;
    };
  });
}

void add_man(Declaring& to) {
  auto* command = to.vaste.add_subcommand("man", "Print the manual page: vaste man | man -l -");
  command->callback([&to] {
    to.call = [&to] {
      to.out << manual(command_tree(to.vaste), to.version, to.vaste.get_description());
      return 0;
    };
  });
}

void add_version(Declaring& to) {
  auto options = std::make_shared<VersionOptions>();
  auto* command = to.vaste.add_subcommand("version", "Print the version");
  format_option(command, options->json);
  command->callback([&to, options] {
    to.call = [&to, options] {
      if (options->json) {
        to.out << nlohmann::json{{"name", "vaste"}, {"version", to.version}}.dump() << '\n';
      } else {
        to.out << "vaste " << to.version << '\n';
      }
      return 0;
    };
  });
}

}  // namespace vaste::app
