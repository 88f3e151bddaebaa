// Stored records: what decodes, encodes again to the same, and can be worked with.
#include "emit/encode.h"
#include "fuzz/target.h"
#include "store/codec.h"
#include "store/layout.h"
#include "unit/clocks/story.h"
#include "unit/store/conversations.h"

namespace vaste::fuzz {
namespace {

const Id kId = Id::make(instant(1767258000000), 7, 4711);

std::shared_ptr<const clocks::CompiledPolicy> policy() {
  using namespace clocks::story;
  static const auto made = std::make_shared<const clocks::CompiledPolicy>(
      clocks::story::policy({everything({target(kFirst, 60min, 1, 0.75), target(kNext, 30min),
                                         target(kResolution, 8h, 2), target(kSpeed, 20s)})}));
  return made;
}

// What the core does with a conversation it has loaded.
void use(const Conversation& conversation) {
  static emit::Encoder encoder;
  VASTE_CHECK(!encoder.conversation(conversation, *policy()).empty());
  std::vector<PublishedAlert> alerts = conversation.alerts;
  const Instant gate = std::max(conversation.fired_until, conversation.fold.last_activity);
  clocks::compare_alerts(conversation.fold, alerts, gate, conversation.fired_until, *policy());
  clocks::next_deadline(conversation.fold, conversation.fired_until, *policy());
  const FoldState folded = clocks::refold(conversation, *policy());
  clocks::compare_alerts(folded, alerts, gate, gate, *policy());
  for (const MomentKind kind : {MomentKind::kCustomerMessage, MomentKind::kAgentMessage,
                                MomentKind::kPending, MomentKind::kResolved}) {
    FoldState next = conversation.fold;
    clocks::apply(next, clocks::story::moment(next.last_activity, kind, Channel::kEmail),
                  conversation.attribute_sets, *policy());
  }
}

void check_conversation(std::string_view input) {
  const auto read = store::decode_conversation(kId, input);
  if (!read) {
    const Code code = read.error().code;
    VASTE_CHECK(code == Code::kCorrupt || code == Code::kNewerFormat);
    VASTE_CHECK(!read.error().detail.empty());
    return;
  }
  std::string bytes;
  store::encode_conversation(*read, bytes);
  const auto again = store::decode_conversation(kId, bytes);
  VASTE_CHECK(again && same(*again, *read));
  std::string twice;
  store::encode_conversation(*again, twice);
  VASTE_CHECK(twice == bytes);
  use(*read);
}

void check_small_records(std::string_view input) {
  const auto survives = [](const auto& value, auto encode, auto decode) {
    if (!value) return;
    const auto again = decode(encode(*value));
    VASTE_CHECK(again && *again == *value);
  };
  survives(store::decode_thread(input), store::encode_thread, store::decode_thread);
  survives(store::decode_identifier(input), store::encode_identifier, store::decode_identifier);
  survives(store::decode_customer(input), store::encode_customer, store::decode_customer);
  survives(store::decode_linked("email:x", input), store::encode_linked,
           [](std::string_view bytes) { return store::decode_linked("email:x", bytes); });
  survives(store::decode_component(kId, input), store::encode_component,
           [](std::string_view bytes) { return store::decode_component(kId, bytes); });
}

void check_keys(std::string_view input) {
  if (const auto timer = store::layout::timer_of(input)) {
    std::string key;
    store::layout::timer_key(*timer, key);
    VASTE_CHECK(key == input);
  }
  if (const auto number = store::layout::number_of(input))
    VASTE_CHECK(store::layout::number(*number) == input);
  if (const auto positions = store::layout::positions_of(input))
    VASTE_CHECK(store::layout::positions(*positions) == input);
  if (const auto at = store::layout::instant_of(input))
    VASTE_CHECK(store::layout::instant(*at) == input);
}

void run(std::string_view input) {
  check_conversation(input);
  check_small_records(input);
  check_keys(input);
}

std::string encoded(const Conversation& conversation) {
  std::string out;
  store::encode_conversation(conversation, out);
  return out;
}

std::vector<std::string> seeds() {
  using namespace clocks::story;
  using enum MomentKind;
  std::vector<std::string> out;
  for (std::uint64_t seed = 1; seed <= 4; ++seed)
    out.push_back(encoded(Filler(seed).usual_conversation()));
  // A true one: waits, is answered, goes on, is paused.
  Conversation real = conversation(
      {with(moment(mon(9h), kCustomerMessage, Channel::kEmail, 1), 1),
       moment(mon(10h), kAgentMessage, Channel::kEmail, 1),
       moment(mon(11h), kCustomerMessage, Channel::kEmail, 1), moment(mon(12h), kPending),
       moment(mon(13h), kQueued, Channel::kPhone), moment(mon(14h), kConnected, Channel::kPhone)},
      {Attributes{.queue = "billing"}});
  real.keys = {"mail::1@example.org"};
  for (std::size_t moments = real.moments.size(); moments > 0; --moments) {
    real.moments.resize(moments);
    real.fold = clocks::refold(real, *policy());
    clocks::compare_alerts(real.fold, real.alerts, mon(16h), mon(8h), *policy());
    out.push_back(encoded(real));
  }
  const Id other = Id::make(mon(9h), 3, 99);
  out.push_back(store::encode_thread(kId));
  out.push_back(store::encode_identifier({kId, 7, false, mon(9h), true, {{1, mon(8h)}}}));
  out.push_back(store::encode_customer({{kId, other}, other, {{"email:a@b.c", kId}}}));
  out.push_back(store::encode_linked({.customer = kId,
                                      .own = other,
                                      .epoch = 3,
                                      .seen = {{"phone:+1", mon(9h)}},
                                      .never = {{"device:x", mon(9h), {5}}}}));
  out.push_back(store::encode_component(
      {.epoch = 4,
       .members = {{"email:a@b.c", IdentifierKind::kEmail, mon(8h), kEndOfTime},
                   {"phone:+1", IdentifierKind::kPhone, mon(8h), mon(9h)}},
       .edges = {{0, 1, "login", "crm", mon(8h), mon(9h), true}}}));
  std::string timer;
  store::layout::timer_key({mon(9h), kId}, timer);
  out.push_back(timer);
  out.push_back(store::layout::positions({42, 7}));
  out.push_back(store::layout::instant(mon(9h)));
  return out;
}

std::vector<std::string> words() {
  return {std::string("\x08\x01", 2),
          "\x08\x02",
          "\x7a",
          "\x92\x01",
          "\x6a\x0a",
          "\x62",
          "first",
          "next",
          "resolution",
          "speed",
          "nine_to_five",
          "24x7",
          "all",
          "\x20\x01",
          "\x20\x02",
          "\x10\x03",
          "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
          "\xff\xcf\xf1\xf9\xaf\x39"};
}

}  // namespace

const FuzzTarget& target() {
  static const FuzzTarget made{run, seeds, words, 15000};
  return made;
}

}  // namespace vaste::fuzz
