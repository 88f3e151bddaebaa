#include "scenarios/story.h"

#include <array>
#include <cstdio>
#include <map>
#include <sstream>

#include "base/hash.h"

namespace vaste::test {

namespace {

constexpr Instant kMonday = instant(1795392000000);  // 2026-11-23T00:00:00Z
constexpr std::array kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

const std::map<std::string, MomentKind>& verbs() {
  static const std::map<std::string, MomentKind> kVerbs{
      {"says", MomentKind::kCustomerMessage},
      {"agent", MomentKind::kAgentMessage},
      {"bot", MomentKind::kBotMessage},
      {"note", MomentKind::kNote},
      {"machine", MomentKind::kMachineMessage},
      {"posts", MomentKind::kMemberMessage},
      {"calls", MomentKind::kStarted},
      {"queued", MomentKind::kQueued},
      {"rings", MomentKind::kRinging},
      {"no-answer", MomentKind::kRingNoAnswer},
      {"connected", MomentKind::kConnected},
      {"held", MomentKind::kHeld},
      {"resumed", MomentKind::kResumed},
      {"transferred", MomentKind::kTransferred},
      {"callback", MomentKind::kCallbackRequested},
      {"voicemail", MomentKind::kVoicemail},
      {"abandons", MomentKind::kAbandoned},
      {"flows-out", MomentKind::kFlowedOut},
      {"ends", MomentKind::kEnded},
      {"wrapped-up", MomentKind::kWrapUpEnded},
      {"opened", MomentKind::kOpened},
      {"pending", MomentKind::kPending},
      {"on-hold", MomentKind::kOnHold},
      {"active", MomentKind::kActive},
      {"resolved", MomentKind::kResolved},
      {"closed", MomentKind::kClosed},
      {"reopened", MomentKind::kReopened},
      {"spam", MomentKind::kSpam},
      {"no-reply-needed", MomentKind::kNoReplyNeeded},
      {"changes", MomentKind::kAttributesChanged},
      {"deleted", MomentKind::kDeleted},
      {"bounced", MomentKind::kBounced}};
  return kVerbs;
}

bool read_time(const std::string& day, const std::string& clock, Instant& at) {
  int number = -1;
  for (std::size_t i = 0; i < kDays.size(); ++i)
    if (day.rfind(kDays[i], 0) == 0) number = static_cast<int>(i);
  if (number < 0) return false;
  if (day.size() > 4 && day[3] == '+') number += 7 * std::stoi(day.substr(4));
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (std::sscanf(clock.c_str(), "%d:%d:%d", &hours, &minutes, &seconds) < 2) return false;
  at = kMonday + std::chrono::hours(24 * number + hours) + std::chrono::minutes(minutes) +
       std::chrono::seconds(seconds);
  return true;
}

Channel channel_of(const std::string& name) {
  for (const Channel channel : {Channel::kChat, Channel::kEmail, Channel::kPhone, Channel::kSocial})
    if (name == vaste::name(channel)) return channel;
  return Channel::kNone;
}

bool begins(MomentKind kind) {
  switch (kind) {
    case MomentKind::kCustomerMessage:
    case MomentKind::kAgentMessage:
    case MomentKind::kMemberMessage:
    case MomentKind::kStarted:
    case MomentKind::kQueued:
    case MomentKind::kConnected:
    case MomentKind::kVoicemail:
    case MomentKind::kOpened:
      return true;
    default:
      return false;
  }
}

bool from_customer(MomentKind kind) {
  return kind == MomentKind::kCustomerMessage || kind == MomentKind::kStarted ||
         kind == MomentKind::kQueued || kind == MomentKind::kVoicemail ||
         kind == MomentKind::kMemberMessage;
}

// key=, ref=, id=, of=, out and attributes.
bool read_option(const std::string& word, Incoming& event, Channel channel) {
  const auto equals = word.find('=');
  const std::string name = word.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
  if (name == "key") {
    event.keys.push_back(
        {"k:" + value, false, channel == Channel::kPhone || channel == Channel::kChat});
  } else if (name == "ref") {
    event.keys.push_back({"k:" + value, true, false});
  } else if (name == "id") {
    event.moment.id = hash64(value);
  } else if (name == "of") {
    event.moment.target = hash64(value);
  } else if (name == "out") {
    event.moment.flags |= kOutbound;
  } else {
    bool known = false;
    for_each_attribute([&](const char* attribute, std::string Attributes::*field) {
      if (name != attribute) return;
      event.attributes.*field = value;
      known = true;
    });
    return known;
  }
  return true;
}

std::string read_event(std::istringstream& words, int line, Incoming& event) {
  std::string day, clock, channel, person, verb, word;
  words >> day >> clock >> channel >> person >> verb;
  const auto known = verbs().find(verb);
  if (!read_time(day, clock, event.moment.at)) return "no time: write Mon 16:50";
  if (known == verbs().end()) return "unknown verb " + verb;
  event.moment.kind = known->second;
  event.moment.channel = channel_of(channel);
  if (event.moment.channel == Channel::kNone) return "unknown channel " + channel;
  event.moment.id = hash64("line " + std::to_string(line));
  if (person != "-") {
    event.identifiers.push_back("customer:" + person);
    event.moment.author = hash64(person);
  }
  event.opens = begins(event.moment.kind);
  event.from_customer = from_customer(event.moment.kind);
  while (words >> word) {
    if (word.front() == '"') break;  // what was said: for the reader
    if (!read_option(word, event, event.moment.channel)) return "unknown word " + word;
  }
  if (event.identifiers.empty() && event.keys.empty()) return "neither a person nor a key";
  return {};
}

}  // namespace

std::string story_time(Instant at) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at - kMonday).count();
  const auto day = seconds / 86400;
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(seconds / 3600 % 24),
                static_cast<int>(seconds / 60 % 60));
  std::string out = kDays[static_cast<std::size_t>(day % 7)];
  if (day >= 7) out += '+' + std::to_string(day / 7);
  out += std::string(" ") + text;
  if (seconds % 60 != 0) {
    std::snprintf(text, sizeof text, ":%02d", static_cast<int>(seconds % 60));
    out += text;
  }
  return out;
}

Story read_story(const std::string& text) {
  Story story;
  std::istringstream lines(text);
  std::string line;
  bool in_policy = true;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (in_policy) {
      if (line == "---") {
        in_policy = false;
      } else {
        story.policy += line + '\n';
      }
      continue;
    }
    std::istringstream words(line);
    std::string first;
    if (!(words >> first) || first.front() == '#') continue;
    std::string problem;
    if (first == "at") {
      problem = read_event(words, number, story.events.emplace_back());
    } else if (first == "expect") {
      std::string rest;
      std::getline(words >> std::ws, rest);
      if (rest.rfind("conversations ", 0) == 0) {
        story.conversations = std::stoi(rest.substr(14));
      } else {
        story.alerts.push_back({number, rest});
      }
    } else {
      problem = "a line begins with at, expect or #";
    }
    if (!problem.empty()) story.error += "line " + std::to_string(number) + ": " + problem + '\n';
  }
  return story;
}

}  // namespace vaste::test
