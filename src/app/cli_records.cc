// Commands that write or read records of topics.
#include "app/command_line.h"

namespace vaste::app {

void add_produce(Declaring& to) {
  auto options = std::make_shared<ProduceOptions>();
  auto* command =
      to.vaste.add_subcommand("produce", "Events as lines of canonical JSON into a topic");
  connection(command, options->connection);
  command->add_option("--topic", options->topic, "Where to")->option_text("TOPIC")->required();
  command->add_option("FILE", options->file, "What to read; - or nothing: standard input");
  words(command, "--format", options->wire, "What to send: protobuf (default), json",
        {{"protobuf", Wire::kProtobuf}, {"json", Wire::kJson}});
  words(command, "--key", options->key,
        "Key: person (default; strongest identifier), thread (first thread key), none",
        {{"person", KeyBy::kPerson}, {"thread", KeyBy::kThread}, {"none", KeyBy::kNone}});
  words(command, "--timestamp", options->stamp, "Time of the records: event (default), now",
        {{"event", Stamp::kEvent}, {"now", Stamp::kNow}});
  command
      ->add_option_function<std::string>(
          "--rate",
          [options](const std::string& text) {
            auto rate = parse_rate(text);
            if (!rate) throw CLI::ValidationError(rate.error().detail);
            options->rate = *rate;
          },
          "At most so many a second, e.g. 100/s")
      ->option_text("N/s");
  command->add_flag("--raw", options->raw,
                    "Send lines as they are: no checks, no key, the time is now");
  calls(to, command, to.commands.produce, options);
}

namespace {

// Each may be given several times, or with commas; every option that is given must fit.
void add_filter(CLI::App* command, FilterOptions& filter) {
  auto* group = command->add_option_group("Filters", "Which records; with commas any of several");
  const auto add = [group](const char* name, std::vector<std::string>& to, const char* value,
                           const char* help) {
    return group->add_option(name, to, help)
        ->option_text(value)
        ->delimiter(',')
        ->allow_extra_args(false);
  };
  add("--conversation", filter.conversations, "ID", "Of these conversations; the last digits do");
  add("--customer", filter.customers, "ID", "Of these customers; the last digits do");
  offers(add("--channel", filter.channels, "CHANNEL", "chat, email, phone, social"),
         {"chat", "email", "phone", "social"});
  add("--queue", filter.queues, "QUEUE", "As the record has it, not what the conversation had");
  add("--brand", filter.brands, "BRAND", "Likewise");
  add("--type", filter.types, "TYPE",
      "What happened: of events message, signal, ...; of alerts raised, recovered, retracted; of "
      "conversations their state; of dead letters the reason; of identity merged, split, ...");
  offers(add("--level", filter.levels, "LEVEL", "Of alerts: at_risk, breached"),
         {"at_risk", "breached"});
  add("--sla", filter.slas, "SLA", "Of alerts: the target's name");
  group
      ->add_option("--since", filter.since,
                   "By the record's own time: 2026-12-01T00:00:00+02:00, now, -10m; reads from "
                   "the beginning")
      ->option_text("TIME");
  group->add_option("--until", filter.until, "Up to then, and ends when that is read")
      ->option_text("TIME");
}

}  // namespace

void add_tap(Declaring& to) {
  auto options = std::make_shared<TapOptions>();
  auto* command = to.vaste.add_subcommand("tap", "Show what goes over a topic");
  connection(command, options->connection);
  const auto outputs = output_names();
  auto* topic = command->add_option("TOPIC", options->topic,
                                    fmt::format("{}, or a topic's name", fmt::join(outputs, ", ")));
  offers(topic->required()->option_text("REQUIRED"), outputs);
  format_option(command, options->json, "text", ": a line a record, too");
  words(command, "--from", options->from_beginning,
        "beginning, end (default, unless another option names an end or --since)",
        {{"beginning", true}, {"end", false}});
  command->add_option("--max", options->max, "End after so many records")
      ->option_text("N")
      ->check(CLI::PositiveNumber);
  command->add_flag("--until-end", options->until_end, "End where the topic ends now");
  command->add_flag("--count", options->count, "How many there are until the end, nothing else");
  add_filter(command, options->filter);
  calls(to, command, to.commands.tap, options);
}

}  // namespace vaste::app
