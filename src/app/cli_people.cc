// Commands about conversations and whose they are.
#include "app/command_line.h"

namespace vaste::app {

namespace {

using Order = std::shared_ptr<OrderOptions>;

// What every command of an operator says.
CLI::App* add_order(Declaring& to, CLI::App* parent, const char* name, const char* help,
                    Ordering what, const Order& options) {
  auto* command = parent->add_subcommand(name, help);
  connection(command, options->connection);
  command->add_option("--operator", options->operator_name, "Who orders it, for the audit")
      ->option_text("NAME")
      ->required();
  command->add_option("--reason", options->reason, "Why, for the audit")
      ->option_text("TEXT")
      ->required();
  command
      ->add_option("--id", options->id, "Given twice it changes nothing twice; default a new one")
      ->option_text("ID");
  command->add_flag("--dry-run", options->dry_run, "Say what would change, change nothing");
  command->add_option("--timeout", options->timeout_seconds, "Wait so long for the answer (30)")
      ->option_text("SECONDS")
      ->check(CLI::Range(1, 3600));
  format_option(command, options->json, "text", ": the record of vaste.identity");
  command->callback([&to, options, what] {
    options->what = what;
    to.call = [&to, options] { return to.commands.order(*options); };
  });
  return command;
}

void add_show_identity(Declaring& to, CLI::App* parent) {
  auto options = std::make_shared<ShowIdentityOptions>();
  auto* show = parent->add_subcommand("show", "Who an identifier is, by what evidence");
  show->add_option("IDENTIFIER", options->identifier, "e.g. email:ann@example.org")->required();
  auto* config =
      config_option(show, options->config_file, "Configuration: from the state of a running vaste");
  show->add_option("--state", options->state_directory,
                   "From the state directory of a vaste that was stopped")
      ->option_text("DIR")
      ->excludes(config);
  format_option(show, options->json);
  show->callback([&to, options] {
    if (options->config_file.empty() && options->state_directory.empty())
      throw CLI::ValidationError("identity show: give --config or --state");
    to.call = [&to, options] { return to.commands.show_identity(*options); };
  });
}

}  // namespace

void add_explain(Declaring& to) {
  auto options = std::make_shared<ExplainOptions>();
  auto* command =
      to.vaste.add_subcommand("explain", "Why each clock of a conversation says what it says");
  command->add_option("CONVERSATION", options->conversation, "Its id; with --events: default all");
  config_option(command, options->config_file, "Configuration: from the state of a running vaste");
  auto* events = command->add_option("--events", options->events_file,
                                     "From these events (canonical JSON lines), without Kafka");
  events->option_text("FILE");
  auto* state = command->add_option("--state", options->state_directory,
                                    "From the state directory of a vaste that was stopped");
  state->option_text("DIR")->excludes(events);
  command->add_option("--policy", options->policy_file, "Instead of the configuration's")
      ->option_text("FILE");
  command->add_option("--at", options->at, "What still runs is counted up to then; default now")
      ->option_text("TIME");
  format_option(command, options->json);
  command->callback([&to, options] {
    const bool named = !options->events_file.empty() || !options->state_directory.empty();
    if (!named && options->config_file.empty())
      throw CLI::ValidationError("explain: give --config, --state or --events");
    if (options->events_file.empty() && options->conversation.empty())
      throw CLI::ValidationError("explain: say which CONVERSATION; only --events has a default");
    if (options->config_file.empty() && options->policy_file.empty())
      throw CLI::ValidationError("explain: give --policy, or --config which names one");
    to.call = [&to, options] { return to.commands.explain(*options); };
  });
}

void add_identity(Declaring& to) {
  auto* command =
      to.vaste.add_subcommand("identity", "Who is one customer, and what an operator says");
  command->require_subcommand(1);
  add_show_identity(to, command);
  auto options = std::make_shared<OrderOptions>();
  auto* link = add_order(to, command, "link", "These two are one person", Ordering::kLink, options);
  auto* split =
      add_order(to, command, "split", "These two are not one person", Ordering::kSplit, options);
  auto* forget = add_order(to, command, "forget-edge", "What is known of these two was a mistake",
                           Ordering::kForget, options);
  for (auto* one : {link, split, forget}) {
    one->add_option("FIRST", options->first, "e.g. email:ann@example.org")->required();
    one->add_option("SECOND", options->second, "e.g. phone:+358401234567")->required();
  }
  forget->add_option("--source", options->source, "Of this source alone")->option_text("NAME");
  forget->add_option("--method", options->method, "... and method")->option_text("NAME");
}

void add_conversation(Declaring& to) {
  auto options = std::make_shared<OrderOptions>();
  auto* command =
      to.vaste.add_subcommand("conversation", "What an operator says about conversations");
  command->require_subcommand(1);
  auto* merge = add_order(to, command, "merge", "They are one matter; all of one customer",
                          Ordering::kMerge, options);
  merge->add_option("CONVERSATION", options->conversations, "Their ids")
      ->required()
      ->expected(2, 32);
  auto* move =
      add_order(to, command, "move", "It is another customer's matter", Ordering::kMove, options);
  auto* split = add_order(to, command, "split", "What is named is another matter",
                          Ordering::kDivide, options);
  for (auto* one : {move, split})
    one->add_option("CONVERSATION", options->conversations, "Its id")->required()->expected(1);
  move->add_option("--to", options->to, "An identifier, or a customer's id")
      ->option_text("WHO")
      ->required();
  split->add_option("--key", options->keys, "Everything by this thread key, now and later")
      ->option_text("KIND[@SCOPE]:VALUE");
  split->add_option("--event", options->events, "This event, and what answers it")
      ->option_text("SOURCE/ID");
  split->add_option("--since", options->since, "Everything from then on")->option_text("TIME");
}

}  // namespace vaste::app
