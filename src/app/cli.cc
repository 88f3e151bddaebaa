#include "app/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "app/command_tree.h"
#include "app/completion.h"
#include "app/exit_code.h"
#include "app/manual.h"
#include "app/terminal.h"

namespace vaste::app {
namespace {

constexpr const char* kAbout =
    "vaste: stitches what customers write and say on every channel into conversations,\n"
    "and tells in time when an answer is late. Reads and writes Apache Kafka.\n";
constexpr const char* kExits =
    "\nExit codes: 0 done, 1 stories failed, 64 wrong words, 65 bad data, 66 missing input, 69 "
    "Kafka away,\n"
    "70 internal, 77 no right, 78 configuration or topics to be mended, 130 interrupted.\n";

// The words of the line, the options they fill and what is to be called in the end.
class Line {
 public:
  Line(const Commands& commands, const std::string& version, std::ostream& out)
      : app_(kAbout, "vaste"), commands_(commands) {
    app_.require_subcommand(1);
    app_.footer(kExits);
    app_.get_formatter()->column_width(34);
    add_run();
    add_demo();
    add_check();
    add_config();
    add_test();
    add_topics();
    add_policy();
    add_explain();
    add_identity();
    add_conversation();
    add_produce();
    add_tap();
    add_asyncapi();
    add_metrics();
    add_texts(version, out);
    auto* about = app_.add_subcommand("version", "Print the version");
    about->callback([this, &version, &out] {
      call_ = [&version, &out] {
        out << "vaste " << version << '\n';
        return 0;
      };
    });
  }

  CLI::App& app() { return app_; }
  int call() { return call_ ? call_() : 0; }

 private:
  // Callbacks run while the words are still being read; the command waits until all were good.
  template <class Options>
  void calls(CLI::App* command, const std::function<int(const Options&)>& what,
             const Options& options) {
    command->callback(
        [this, &what, &options] { call_ = [&what, &options] { return what(options); }; });
  }

  void connection(CLI::App* command, Connection& connection) {
    auto* group = command->add_option_group("Kafka", "Where to find it");
    group->add_option("-c,--config", connection.config_file, "Configuration, for security as well")
        ->option_text("FILE");
    group->add_option("-b,--bootstrap", connection.bootstrap, "Brokers, without security")
        ->option_text("HOST:PORT,...");
    group->require_option(1);
  }

  void add_run() {
    auto* command = app_.add_subcommand("run", "Process events until Ctrl-C or SIGTERM");
    command->add_option("-c,--config", run_.config_file, "Configuration")
        ->option_text("FILE")
        ->required();
    command
        ->add_option("--roles", run_.roles,
                     "engine, notifier or both; default: engine, and notifier if there is `notify`")
        ->option_text("ROLE,...");
    calls(command, commands_.run, run_);
  }

  void add_demo() {
    auto* command =
        app_.add_subcommand("demo", "A made-up service desk to look at; needs nothing else");
    command->add_option("--seconds", demo_.seconds, "End after this; 0: at Ctrl-C")
        ->option_text("N")
        ->check(CLI::Range(0, 86400));
    command->add_option("--speed", demo_.speed, "Simulated seconds a second (60)")
        ->option_text("X")
        ->check(CLI::Range(0.01, 100000.0));
    command->add_option("--seed", demo_.seed, "The same seed, the same day (1)")->option_text("N");
    command->add_option("--port", demo_.port, "Of the listener; 0: any free one (9464)")
        ->option_text("PORT")
        ->check(CLI::Range(0, 65535));
    command->add_flag("--plain", demo_.plain, "No colours and no moving lines");
    calls(command, commands_.demo, demo_);
  }

  void add_check() {
    auto* command =
        app_.add_subcommand("check", "Say what is wrong with configurations and policies");
    command->add_option("FILE", check_.files, "What to read")->required();
    command->add_flag("--warnings-as-errors", check_.warnings_as_errors,
                      "Refuse what is only doubtful, too");
    calls(command, commands_.check, check_);
  }

  void add_config() {
    auto* command = app_.add_subcommand("config", "What configurations and policies may say");
    command->require_subcommand(1);
    auto* show = command->add_subcommand("show", "What one comes to, defaults included");
    show->add_option("-c,--config", show_config_.config_file, "Configuration")
        ->option_text("FILE")
        ->required();
    show->add_flag("--origin", show_config_.origin, "Each setting and where it comes from");
    words(show, "--format", show_config_.json, "text (default), json: as --origin, as JSON",
          {{"text", false}, {"json", true}});
    calls(show, commands_.show_config, show_config_);
    auto* schema = command->add_subcommand("schema", "Print a JSON Schema, for editors");
    words(schema, "--of", schema_.of_config, "policy (default), config",
          {{"policy", false}, {"config", true}});
    calls(schema, commands_.schema, schema_);
  }

  void add_test() {
    auto* command = app_.add_subcommand("test", "Tell stories to a policy: does it keep them?");
    command->add_option("PATH", test_.paths, "Stories, or directories with *.story files below")
        ->required();
    command->add_option("--filter", test_.filter, "Only stories with this in their path")
        ->option_text("TEXT");
    command->add_option("--shuffles", test_.shuffles, "Other orders of arrival to try on each (20)")
        ->option_text("N")
        ->check(CLI::Range(0, 10000));
    words(command, "--format", test_.json, "text (default), json: an object a story and one of all",
          {{"text", false}, {"json", true}});
    calls(command, commands_.test, test_);
  }

  void add_topics() {
    auto* command = app_.add_subcommand("topics", "Make vaste's topics, or look at them");
    command->require_subcommand(1);
    auto* create = command->add_subcommand("create", "Make the topics that are missing");
    auto* verify = command->add_subcommand("verify", "Say what is wrong and what mends it");
    for (auto* one : {create, verify}) {
      one->add_option("-c,--config", topics_.config_file, "Configuration")
          ->option_text("FILE")
          ->required();
    }
    create
        ->add_option("--sources", topics_.source_partitions,
                     "Make missing source topics too, with so many partitions")
        ->option_text("PARTITIONS")
        ->check(CLI::Range(1, 10000));
    calls(create, commands_.create_topics, topics_);
    calls(verify, commands_.verify_topics, topics_);
  }

  void add_policy() {
    auto* command = app_.add_subcommand("policy", "Change the policy while vaste runs");
    command->require_subcommand(1);
    auto* apply = command->add_subcommand(
        "apply", "Check a policy and let every engine change to it at one instant");
    auto* history = command->add_subcommand("history", "The versions; * marks what governs now");
    auto* show = command->add_subcommand("show", "A version's file; without a name what runs now");
    auto* diff = command->add_subcommand("diff", "What differs between versions, or files");
    for (auto* one : {apply, history, show, diff})
      one->add_option("-c,--config", policy_.config_file, "Configuration")
          ->option_text("FILE")
          ->required();
    apply->add_option("FILE", policy_.file, "The policy")->required();
    apply
        ->add_option("--effective-from", policy_.effective_from,
                     "Event time it begins at: 2026-12-01T00:00:00+02:00, now, +10m; "
                     "without it in 10 s, when every engine has it")
        ->option_text("TIME");
    apply->add_flag("--dry-run", policy_.dry_run, "Say what would change, publish nothing");
    words(history, "--format", policy_.json, "text (default), json",
          {{"text", false}, {"json", true}});
    show->add_option("VERSION", policy_.first, "A version's name, or a file");
    diff->add_option("ONE", policy_.first, "A version's name, or a file")->required();
    diff->add_option("OTHER", policy_.second, "Likewise; without it ONE against what runs now");
    calls(apply, commands_.apply_policy, policy_);
    calls(history, commands_.policy_history, policy_);
    calls(show, commands_.show_policy, policy_);
    calls(diff, commands_.diff_policies, policy_);
  }

  void add_explain() {
    auto* command =
        app_.add_subcommand("explain", "Why each clock of a conversation says what it says");
    command->add_option("CONVERSATION", explain_.conversation,
                        "Its id; with --events: default all");
    auto* config = command->add_option("-c,--config", explain_.config_file,
                                       "Configuration: from the state of a running vaste");
    config->option_text("FILE");
    auto* events = command->add_option("--events", explain_.events_file,
                                       "From these events (canonical JSON lines), without Kafka");
    events->option_text("FILE");
    auto* state = command->add_option("--state", explain_.state_directory,
                                      "From the state directory of a vaste that was stopped");
    state->option_text("DIR")->excludes(events);
    command->add_option("--policy", explain_.policy_file, "Instead of the configuration's")
        ->option_text("FILE");
    command->add_option("--at", explain_.at, "What still runs is counted up to then; default now")
        ->option_text("TIME");
    words(command, "--format", explain_.json, "text (default), json",
          {{"text", false}, {"json", true}});
    command->callback([this] {
      const bool named = !explain_.events_file.empty() || !explain_.state_directory.empty();
      if (!named && explain_.config_file.empty())
        throw CLI::ValidationError("explain: give --config, --state or --events");
      if (explain_.events_file.empty() && explain_.conversation.empty())
        throw CLI::ValidationError("explain: say which CONVERSATION; only --events has a default");
      if (explain_.config_file.empty() && explain_.policy_file.empty())
        throw CLI::ValidationError("explain: give --policy, or --config which names one");
      call_ = [this] { return commands_.explain(explain_); };
    });
  }

  // What every command of an operator says.
  CLI::App* order(CLI::App* parent, const char* name, const char* help, Ordering what) {
    auto* command = parent->add_subcommand(name, help);
    connection(command, order_.connection);
    command->add_option("--operator", order_.operator_name, "Who orders it, for the audit")
        ->option_text("NAME")
        ->required();
    command->add_option("--reason", order_.reason, "Why, for the audit")
        ->option_text("TEXT")
        ->required();
    command
        ->add_option("--id", order_.id, "Given twice it changes nothing twice; default a new one")
        ->option_text("ID");
    command->add_flag("--dry-run", order_.dry_run, "Say what would change, change nothing");
    command->add_option("--timeout", order_.timeout_seconds, "Wait so long for the answer (30)")
        ->option_text("SECONDS")
        ->check(CLI::Range(1, 3600));
    words(command, "--format", order_.json, "text (default), json: the record of vaste.identity",
          {{"text", false}, {"json", true}});
    command->callback([this, what] {
      order_.what = what;
      call_ = [this] { return commands_.order(order_); };
    });
    return command;
  }

  void add_identity() {
    auto* command =
        app_.add_subcommand("identity", "Who is one customer, and what an operator says");
    command->require_subcommand(1);
    auto* show = command->add_subcommand("show", "Who an identifier is, by what evidence");
    show->add_option("IDENTIFIER", show_identity_.identifier, "e.g. email:ann@example.org")
        ->required();
    auto* config = show->add_option("-c,--config", show_identity_.config_file,
                                    "Configuration: from the state of a running vaste");
    config->option_text("FILE");
    show->add_option("--state", show_identity_.state_directory,
                     "From the state directory of a vaste that was stopped")
        ->option_text("DIR")
        ->excludes(config);
    words(show, "--format", show_identity_.json, "text (default), json",
          {{"text", false}, {"json", true}});
    show->callback([this] {
      if (show_identity_.config_file.empty() && show_identity_.state_directory.empty())
        throw CLI::ValidationError("identity show: give --config or --state");
      call_ = [this] { return commands_.show_identity(show_identity_); };
    });
    auto* link = order(command, "link", "These two are one person", Ordering::kLink);
    auto* split = order(command, "split", "These two are not one person", Ordering::kSplit);
    auto* forget = order(command, "forget-edge", "What is known of these two was a mistake",
                         Ordering::kForget);
    for (auto* one : {link, split, forget}) {
      one->add_option("FIRST", order_.first, "e.g. email:ann@example.org")->required();
      one->add_option("SECOND", order_.second, "e.g. phone:+358401234567")->required();
    }
    forget->add_option("--source", order_.source, "Of this source alone")->option_text("NAME");
    forget->add_option("--method", order_.method, "... and method")->option_text("NAME");
  }

  void add_conversation() {
    auto* command =
        app_.add_subcommand("conversation", "What an operator says about conversations");
    command->require_subcommand(1);
    auto* merge =
        order(command, "merge", "They are one matter; all of one customer", Ordering::kMerge);
    merge->add_option("CONVERSATION", order_.conversations, "Their ids")
        ->required()
        ->expected(2, 32);
    auto* move = order(command, "move", "It is another customer's matter", Ordering::kMove);
    auto* split = order(command, "split", "What is named is another matter", Ordering::kDivide);
    for (auto* one : {move, split})
      one->add_option("CONVERSATION", order_.conversations, "Its id")->required()->expected(1);
    move->add_option("--to", order_.to, "An identifier, or a customer's id")
        ->option_text("WHO")
        ->required();
    split->add_option("--key", order_.keys, "Everything by this thread key, now and later")
        ->option_text("KIND[@SCOPE]:VALUE");
    split->add_option("--event", order_.events, "This event, and what answers it")
        ->option_text("SOURCE/ID");
    split->add_option("--since", order_.since, "Everything from then on")->option_text("TIME");
  }

  void add_produce() {
    auto* command =
        app_.add_subcommand("produce", "Events as lines of canonical JSON into a topic");
    connection(command, produce_.connection);
    command->add_option("--topic", produce_.topic, "Where to")->option_text("TOPIC")->required();
    command->add_option("FILE", produce_.file, "What to read; - or nothing: standard input");
    words(command, "--format", produce_.wire, "What to send: protobuf (default), json",
          {{"protobuf", Wire::kProtobuf}, {"json", Wire::kJson}});
    words(command, "--key", produce_.key,
          "Key: person (default; strongest identifier), thread (first thread key), none",
          {{"person", KeyBy::kPerson}, {"thread", KeyBy::kThread}, {"none", KeyBy::kNone}});
    words(command, "--timestamp", produce_.stamp, "Time of the records: event (default), now",
          {{"event", Stamp::kEvent}, {"now", Stamp::kNow}});
    command
        ->add_option_function<std::string>(
            "--rate",
            [this](const std::string& text) {
              auto rate = parse_rate(text);
              if (!rate) throw CLI::ValidationError(rate.error().detail);
              produce_.rate = *rate;
            },
            "At most so many a second, e.g. 100/s")
        ->option_text("N/s");
    command->add_flag("--raw", produce_.raw,
                      "Send lines as they are: no checks, no key, the time is now");
    calls(command, commands_.produce, produce_);
  }

  void add_tap() {
    auto* command = app_.add_subcommand("tap", "Show what goes over a topic");
    connection(command, tap_.connection);
    command
        ->add_option("TOPIC", tap_.topic,
                     "enriched, conversations, alerts, dead-letters, progress, or a topic's name")
        ->required();
    words(command, "--format", tap_.json, "text (default): a line a record, json: the same as JSON",
          {{"text", false}, {"json", true}});
    auto* from = words(command, "--from", tap_.from_beginning,
                       "beginning, end (default; with --until-end it is beginning)",
                       {{"beginning", true}, {"end", false}});
    command->add_option("--max", tap_.max, "End after so many records")
        ->option_text("N")
        ->check(CLI::PositiveNumber);
    command->add_flag("--until-end", tap_.until_end, "End where the topic ends now");
    command->callback([this, from] {
      if (tap_.until_end && from->count() == 0) tap_.from_beginning = true;
      call_ = [this] { return commands_.tap(tap_); };
    });
  }

  void add_asyncapi() {
    auto* command = app_.add_subcommand(
        "asyncapi", "Print the contract of the topics (AsyncAPI 3), for readers");
    command
        ->add_option("-c,--config", asyncapi_.config_file, "Configuration: its topics and brokers")
        ->option_text("FILE");
    words(command, "--format", asyncapi_.json, "yaml (default), json",
          {{"yaml", false}, {"json", true}});
    calls(command, commands_.asyncapi, asyncapi_);
  }

  void add_metrics() {
    auto* command = app_.add_subcommand("metrics", "Every metric of /metrics and what it means");
    words(command, "--format", metrics_.json, "markdown (default), json",
          {{"markdown", false}, {"json", true}});
    calls(command, commands_.metrics, metrics_);
  }

  // For the build, which installs what they print; hidden from the help.
  void add_texts(const std::string& version, std::ostream& out) {
    auto* completions = app_.add_subcommand("completion", "What a shell offers")->group("");
    words(completions, "SHELL", shell_, "bash, zsh, fish",
          {{"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}})
        ->required();
    completions->callback([this, &out] {
      call_ = [this, &out] {
        out << completion(command_tree(app_), shell_);
        return 0;
      };
    });
    auto* page = app_.add_subcommand("man", "The manual page, in man(7)")->group("");
    page->callback([this, &version, &out] {
      call_ = [this, &version, &out] {
        out << manual(command_tree(app_), version, kAbout, kExits);
        return 0;
      };
    });
  }

  // An option that takes one of a few words.
  template <class Value>
  static CLI::Option* words(CLI::App* command, const std::string& name, Value& value,
                            const std::string& help, std::map<std::string, Value> choices) {
    std::vector<std::string> texts;
    texts.reserve(choices.size());
    for (const auto& [text, unused] : choices) texts.push_back(text);
    return command
        ->add_option_function<std::string>(
            name,
            [&value, name, texts, choices](const std::string& text) {
              const auto found = choices.find(text);
              if (found == choices.end()) {
                throw CLI::ValidationError(fmt::format("{} {}: write {}.{}", name, text,
                                                       fmt::join(texts, ", "),
                                                       did_you_mean(text, texts)));
              }
              value = found->second;
            },
            help)
        ->option_text("WORD")
        ->type_name(fmt::format("{}", fmt::join(texts, "|")));  // as command_tree reads them
  }

  CLI::App app_;
  const Commands& commands_;
  RunOptions run_;
  DemoOptions demo_;
  CheckOptions check_;
  SchemaOptions schema_;
  ShowConfigOptions show_config_;
  StoriesOptions test_;
  TopicsOptions topics_;
  PolicyOptions policy_;
  ExplainOptions explain_;
  ShowIdentityOptions show_identity_;
  OrderOptions order_;
  ProduceOptions produce_;
  TapOptions tap_;
  AsyncapiOptions asyncapi_;
  MetricsOptions metrics_;
  Shell shell_ = Shell::kBash;
  std::function<int()> call_;
};

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

}  // namespace

int dispatch(std::vector<std::string> words, const Commands& commands, const std::string& version,
             std::ostream& out, std::ostream& err) {
  if (!words.empty() && words[0] == "help") {  // `help topics create` is `topics create --help`
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  if (!words.empty() && words[0] == "--version") words[0] = "version";
  Line line(commands, version, out);
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());  // As CLI11 wants it.
    line.app().parse(std::move(reversed));
  } catch (const CLI::CallForHelp& help) {
    return line.app().exit(help, out, err);
  } catch (const CLI::ParseError& mistake) {
    const std::string better = explain(line.app(), words);
    std::size_t used = 0;
    std::string command = "vaste";
    deepest(line.app(), words, used);
    for (std::size_t i = 0; i < used; ++i) command += ' ' + words[i];
    err << "vaste: error: " << printable(better.empty() ? mistake.what() : better) << '\n'
        << "See `" << command << " --help`.\n";
    return kExitUsage;
  }
  return line.call();
}

}  // namespace vaste::app
