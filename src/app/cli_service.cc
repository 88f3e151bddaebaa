// Commands around a vaste that runs or is to run.
#include "app/command_line.h"

namespace vaste::app {

namespace {

// How long a picture is shown.
void seconds_option(CLI::App* command, int& seconds) {
  command->add_option("--seconds", seconds, "End after this; 0: at Ctrl-C")
      ->option_text("N")
      ->check(CLI::Range(0, 86400));
}

}  // namespace

void add_run(Declaring& to) {
  auto options = std::make_shared<RunOptions>();
  auto* command = to.vaste.add_subcommand("run", "Process events until Ctrl-C or SIGTERM");
  config_option(command, options->config_file)->required();
  auto* roles = command->add_option(
      "--roles", options->roles,
      "engine, notifier or both; default: engine, and notifier if there is `notify`");
  offers(roles->option_text("ROLE,..."), {"engine", "notifier"});
  calls(to, command, to.commands.run, options);
}

void add_demo(Declaring& to) {
  auto options = std::make_shared<DemoOptions>();
  auto* command =
      to.vaste.add_subcommand("demo", "A made-up service desk to look at; needs nothing else");
  seconds_option(command, options->seconds);
  command->add_option("--speed", options->speed, "Simulated seconds a second (60)")
      ->option_text("X")
      ->check(CLI::Range(0.01, 100000.0));
  command->add_option("--seed", options->seed, "The same seed, the same day (1)")->option_text("N");
  command->add_option("--port", options->port, "Of the listener; 0: any free one (9464)")
      ->option_text("PORT")
      ->check(CLI::Range(0, 65535));
  command->add_flag("--plain", options->plain, "No colours and no moving lines");
  calls(to, command, to.commands.demo, options);
}

void add_top(Declaring& to) {
  auto options = std::make_shared<TopOptions>();
  auto* command =
      to.vaste.add_subcommand("top", "The wall board: who waits where, on all instances");
  connection(command, options->connection);
  seconds_option(command, options->seconds);
  command->add_flag("--plain", options->plain, "No colours and no moving lines");
  calls(to, command, to.commands.top, options);
}

void add_check(Declaring& to) {
  auto options = std::make_shared<CheckOptions>();
  auto* command =
      to.vaste.add_subcommand("check", "Say what is wrong with configurations and policies");
  command->add_option("FILE", options->files, "What to read")->required();
  command->add_flag("--warnings-as-errors", options->warnings_as_errors,
                    "Refuse what is only doubtful, too");
  format_option(command, options->json, "text", ": an object a file");
  calls(to, command, to.commands.check, options);
}

void add_config(Declaring& to) {
  auto* command = to.vaste.add_subcommand("config", "What configurations and policies may say");
  command->require_subcommand(1);
  auto shown = std::make_shared<ShowConfigOptions>();
  auto* show = command->add_subcommand("show", "What one comes to, defaults included");
  config_option(show, shown->config_file)->required();
  show->add_flag("--origin", shown->origin, "Each setting and where it comes from");
  format_option(show, shown->json, "text", ": each setting with its origin");
  calls(to, show, to.commands.show_config, shown);
  auto printed = std::make_shared<SchemaOptions>();
  auto* schema = command->add_subcommand("schema", "Print a JSON Schema, for editors");
  words(schema, "--of", printed->of_config, "policy (default), config",
        {{"policy", false}, {"config", true}});
  words(schema, "--format", printed->json, "json: it is nothing else", {{"json", true}});
  calls(to, schema, to.commands.schema, printed);
}

void add_test(Declaring& to) {
  auto options = std::make_shared<StoriesOptions>();
  auto* command = to.vaste.add_subcommand("test", "Tell stories to a policy: does it keep them?");
  command->add_option("PATH", options->paths, "Stories, or directories with *.story files below")
      ->required();
  command->add_option("--filter", options->filter, "Only stories with this in their path")
      ->option_text("TEXT");
  command
      ->add_option("--shuffles", options->shuffles, "Other orders of arrival to try on each (20)")
      ->option_text("N")
      ->check(CLI::Range(0, 10000));
  format_option(command, options->json, "text", ": an object a story and one of all");
  calls(to, command, to.commands.test, options);
}

void add_topics(Declaring& to) {
  auto options = std::make_shared<TopicsOptions>();
  auto* command = to.vaste.add_subcommand("topics", "Make vaste's topics, or look at them");
  command->require_subcommand(1);
  auto* create = command->add_subcommand("create", "Make the topics that are missing");
  auto* verify = command->add_subcommand("verify", "Say what is wrong and what mends it");
  for (auto* one : {create, verify}) {
    config_option(one, options->config_file)->required();
    format_option(one, options->json);
  }
  create
      ->add_option("--sources", options->source_partitions,
                   "Make missing source topics too, with so many partitions")
      ->option_text("PARTITIONS")
      ->check(CLI::Range(1, 10000));
  calls(to, create, to.commands.create_topics, options);
  calls(to, verify, to.commands.verify_topics, options);
}

void add_policy(Declaring& to) {
  auto options = std::make_shared<PolicyOptions>();
  auto* command = to.vaste.add_subcommand("policy", "Change the policy while vaste runs");
  command->require_subcommand(1);
  auto* apply = command->add_subcommand(
      "apply", "Check a policy and let every engine change to it at one instant");
  auto* history = command->add_subcommand("history", "The versions; * marks what governs now");
  auto* show = command->add_subcommand("show", "A version's file; without a name what runs now");
  auto* diff = command->add_subcommand("diff", "What differs between versions, or files");
  for (auto* one : {apply, history, show, diff}) {
    config_option(one, options->config_file)->required();
    format_option(one, options->json);
  }
  apply->add_option("FILE", options->file, "The policy")->required();
  apply
      ->add_option("--effective-from", options->effective_from,
                   "Event time it begins at: 2026-12-01T00:00:00+02:00, now, +10m; "
                   "without it in 10 s, when every engine has it")
      ->option_text("TIME");
  apply->add_flag("--dry-run", options->dry_run, "Say what would change, publish nothing");
  show->add_option("VERSION", options->first, "A version's name, or a file");
  diff->add_option("ONE", options->first, "A version's name, or a file")->required();
  diff->add_option("OTHER", options->second, "Likewise; without it ONE against what runs now");
  calls(to, apply, to.commands.apply_policy, options);
  calls(to, history, to.commands.policy_history, options);
  calls(to, show, to.commands.show_policy, options);
  calls(to, diff, to.commands.diff_policies, options);
}

void add_snapshot(Declaring& to) {
  auto options = std::make_shared<SnapshotOptions>();
  auto* command =
      to.vaste.add_subcommand("snapshot", "Copies of the state, to begin with when it is lost");
  command->require_subcommand(1);
  auto* create = command->add_subcommand(
      "create", "Take one of each partition; a vaste that runs is asked to");
  auto* list = command->add_subcommand("list", "Which there are: age, size, changelog offset");
  auto* restore = command->add_subcommand(
      "restore", "Put state back, where vaste does not run; Kafka has what came after it");
  for (auto* one : {create, list, restore}) {
    config_option(one, options->config_file)->required();
    format_option(one, options->json);
  }
  create
      ->add_option("--wait", options->wait_seconds,
                   "How long a vaste that runs may take for it (120)")
      ->option_text("SECONDS")
      ->check(CLI::Range(1, 86400));
  list->add_flag("--verify", options->verify, "Read all of it and compare the hashes");
  restore->add_option("--id", options->id, "Which; without it the newest of each partition")
      ->option_text("ID");
  restore->add_flag("--force", options->force, "State that is there already is moved aside");
  calls(to, create, to.commands.create_snapshot, options);
  calls(to, list, to.commands.list_snapshots, options);
  calls(to, restore, to.commands.restore_snapshot, options);
}

}  // namespace vaste::app
