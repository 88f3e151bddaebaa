// A record of vaste.core: unpacked, packed again, and served as the engine does.
#include <set>
#include <tuple>

#include "core/step.h"
#include "emit/encode.h"
#include "fuzz/events.h"
#include "fuzz/target.h"
#include "store/codec.h"
#include "support/fleet.h"
#include "unit/clocks/story.h"

namespace vaste::fuzz {
namespace {

std::shared_ptr<const clocks::CompiledPolicy> policy() {
  using namespace clocks::story;
  static const auto made = std::make_shared<const clocks::CompiledPolicy>([] {
    Policy rules = clocks::story::policy({everything(
        {target(kFirst, 60min, 1, 0.75), target(kNext, 30min), target(kResolution, 8h, 1)})});
    rules.hash = 1;
    for (auto& row : rules.stitch.window) row.fill(24h);
    return rules;
  }());
  return made;
}

bool same_body(const emit::Envelope& a, const emit::Envelope& b) {
  const auto& x = a.message.body;
  const auto& y = b.message.body;
  if (x.index() != y.index()) return false;
  if (const auto* routed = std::get_if<core::Routed>(&x)) {
    const auto& other = std::get<core::Routed>(y);
    return routed->event == other.event && routed->unresolved == other.unresolved &&
           routed->evidence == other.evidence;
  }
  if (const auto* claim = std::get_if<core::Claim>(&x))
    return claim->conversation == std::get<core::Claim>(y).conversation;
  if (const auto* merge = std::get_if<core::Merge>(&x))
    return merge->winner == std::get<core::Merge>(y).winner;
  if (const auto* forget = std::get_if<core::Forget>(&x)) {
    const auto& other = std::get<core::Forget>(y);
    return forget->conversation == other.conversation && forget->instead == other.instead &&
           forget->key == other.key;
  }
  return std::get<core::Handover>(x).loser == std::get<core::Handover>(y).loser;
}

void check_packs_again(const std::vector<emit::Envelope>& envelopes) {
  std::string packed;
  for (emit::Envelope one : envelopes) {
    Incoming incoming;
    incoming.identifiers = one.identifiers;
    incoming.from_us = one.from_us;
    if (auto* routed = std::get_if<core::Routed>(&one.message.body); routed && one.recognised)
      routed->incoming = &incoming;
    emit::pack(one.message, one.clamped_time_ms, one.contents, packed);
  }
  if (envelopes.empty()) return;
  const auto again = emit::unpack(packed);
  VASTE_CHECK(again && again->size() == envelopes.size());
  for (std::size_t i = 0; i < envelopes.size(); ++i) {
    const emit::Envelope& a = envelopes[i];
    const emit::Envelope& b = (*again)[i];
    VASTE_CHECK(a.message.origin.topic == b.message.origin.topic);
    VASTE_CHECK(a.message.origin.partition == b.message.origin.partition);
    VASTE_CHECK(a.message.origin.offset == b.message.origin.offset);
    VASTE_CHECK(a.message.origin.record_ms == b.message.origin.record_ms);
    VASTE_CHECK(a.message.hops == b.message.hops);
    VASTE_CHECK(a.message.to == b.message.to);
    VASTE_CHECK(a.clamped_time_ms == b.clamped_time_ms);
    VASTE_CHECK(a.contents == b.contents);
    if (std::holds_alternative<core::Routed>(a.message.body)) {
      VASTE_CHECK(a.recognised == b.recognised);
      VASTE_CHECK(!a.recognised || a.identifiers == b.identifiers);
      VASTE_CHECK(!a.recognised || a.from_us == b.from_us);
    }
    VASTE_CHECK(same_body(a, b));
  }
}

// As CoreTask::on_record. One partition, so that everything it leads to is served here too.
void serve(std::vector<emit::Envelope>& envelopes, ingest::Decoder& decoder) {
  test::NoStore store;
  core::State state(store);
  core::Core core(state, policy(), 0, 1);
  core::Effects effects;
  for (emit::Envelope& envelope : envelopes) {
    Incoming incoming;
    if (auto* routed = std::get_if<core::Routed>(&envelope.message.body)) {
      const v1::Event* event = decoder.parse(routed->event);
      if (event == nullptr) return;
      if (envelope.recognised) {
        VASTE_CHECK(ingest::extract(decoder, routed->event, envelope.clamped_time_ms,
                                    envelope.identifiers, envelope.from_us, incoming));
        VASTE_CHECK(
            same_incoming(incoming, ingest::extract(*event, envelope.clamped_time_ms,
                                                    envelope.identifiers, envelope.from_us)));
      } else {
        incoming = ingest::extract(*event, envelope.clamped_time_ms);
      }
      routed->incoming = &incoming;
    } else if (auto* handover = std::get_if<core::Handover>(&envelope.message.body)) {
      auto contents = store::decode_conversation(handover->loser, envelope.contents);
      if (!contents) return;
      handover->contents = std::make_shared<const Conversation>(std::move(*contents));
    }
    effects.clear();
    core.on_message(envelope.message, effects);
    VASTE_CHECK(!state.error());
    VASTE_CHECK(effects.sends.empty());
  }
  static emit::Encoder encoder;
  for (const auto* node : state.conversations().changes())
    if (node->second.exists)
      VASTE_CHECK(!encoder.conversation(*node->second.value, *policy()).empty());
}

void run(std::string_view input) {
  static ingest::Decoder decoder(ingest::Limits{});
  auto envelopes = emit::unpack(input);
  if (!envelopes) {
    const Code code = envelopes.error().code;
    VASTE_CHECK(code == Code::kCorrupt || code == Code::kNewerFormat);
    return;
  }
  for (const emit::Envelope& one : *envelopes) check_actor(one.message.to);
  check_packs_again(*envelopes);
  serve(*envelopes, decoder);
  decoder.reset();
}

// A Routed of each event and what it leads to on two partitions; two merges with what is handed
// over.
std::vector<std::string> seeds() {
  std::vector<std::string> out;
  test::NoStore store;
  core::State state(store);
  core::Core core(state, policy(), 0, 2);
  std::int64_t offset = 0;
  std::string all;
  for (const v1::Event& event : events()) {
    const std::string bytes = event.SerializeAsString();
    const Incoming incoming = ingest::extract(event, 0);
    core::Message message;
    message.origin = {.topic = "support.email", .offset = offset++, .record_ms = kNow};
    message.to = stitch::route(incoming);
    message.body = core::Routed{bytes, &incoming, false, {}};
    core::Effects effects;
    core.on_message(message, effects);
    std::string packed;
    emit::pack(message, offset % 2 == 0 ? kNow : 0, {}, packed);
    out.push_back(packed);
    for (const core::Message& sent : effects.sends) emit::pack(sent, 0, {}, packed);
    out.push_back(packed);
    emit::pack(message, 0, {}, all);
  }
  out.push_back(all);
  const Id small = Id::make(instant(kNow), 1, 4);
  const Id large = Id::make(instant(kNow + 1), 2, 8);
  std::string contents;
  store::encode_conversation(Filler(3).usual_conversation(), contents);
  std::string packed = out.front();
  core::Message message;
  message.to = stitch::conversation_actor(large);
  message.body = core::Merge{small};
  emit::pack(message, 0, {}, packed);
  message.to = stitch::conversation_actor(small);
  message.body = core::Handover{large, small, nullptr};
  emit::pack(message, 0, contents, packed);
  message.to = stitch::thread_actor("mail::1@example.org");
  message.body = core::Claim{small};
  emit::pack(message, 0, {}, packed);
  message.body = core::Forget{small, large, "mail::1@example.org"};
  emit::pack(message, 0, {}, packed);
  out.push_back(packed);
  return out;
}

std::vector<std::string> words() {
  return {std::string("\x08\x01", 2),
          "\x12\x10",
          "\x0a\x10",
          "\x32\x11v",
          "\x32\x05p",
          "\x32\x05t",
          "\x52\x04",
          "\x5a\x12",
          "\x62\x12",
          "\x6a\x12",
          "\x72\x12",
          "email:ann@example.org",
          "mail::1@example.org",
          "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"};
}

}  // namespace

const FuzzTarget& target() {
  static const FuzzTarget made{run, seeds, words, 10000};
  return made;
}

}  // namespace vaste::fuzz
