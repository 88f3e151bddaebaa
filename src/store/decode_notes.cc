// What a fold wrote down for KPIs, bytes to values.
#include "store/decoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store::decoding {

using wire::Reader;

namespace {

void read(Reader in, PastAttributes& out, Checks& checks) {
  using Stored = v1::StoredPastAttributes;
  while (in.next()) {
    if (in.field() == Stored::kUntilMsFieldNumber)
      out.until = checks.at(in.signed_number(), "past.until_ms");
    if (in.field() == Stored::kAttributesFieldNumber)
      decoding::read(Reader(in.bytes()), out.attributes, checks);
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, Ending& out, Checks& checks) {
  using Stored = v1::StoredEnding;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kResolvedMsFieldNumber:
        out.resolved = checks.at(in.signed_number(), "ending.resolved_ms");
        break;
      case Stored::kReopenedMsFieldNumber:
        out.reopened = checks.at(in.signed_number(), "ending.reopened_ms");
        break;
      case Stored::kNextContactMsFieldNumber:
        out.next_contact = checks.at(in.signed_number(), "ending.next_contact_ms");
        break;
      case Stored::kRepeatUntilMsFieldNumber:
        out.repeat_until = checks.at(in.signed_number(), "ending.repeat_until_ms");
        break;
      case Stored::kChannelFieldNumber:
        out.channel = channel(in.number(), checks);
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, Transfer& out, Checks& checks) {
  using Stored = v1::StoredTransfer;
  out.contact = kNoTransferContact;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kAtMsFieldNumber:
        out.at = checks.at(in.signed_number(), "transfer.at_ms");
        break;
      case Stored::kArrivedMsFieldNumber:
        out.arrived = checks.at(in.signed_number(), "transfer.arrived_ms");
        break;
      case Stored::kContactFieldNumber:
        out.contact = checks.small<std::uint16_t>(in.number() - 1, "transfer.contact");
        break;
      case Stored::kChannelFieldNumber:
        out.channel = channel(in.number(), checks);
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, ChannelSwitch& out, Checks& checks) {
  using Stored = v1::StoredSwitch;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kAtMsFieldNumber:
        out.at = checks.at(in.signed_number(), "switch.at_ms");
        break;
      case Stored::kFromFieldNumber:
        out.from = channel(in.number(), checks);
        break;
      case Stored::kToFieldNumber:
        out.to = channel(in.number(), checks);
        break;
      case Stored::kUnansweredFieldNumber:
        out.unanswered = in.number() != 0;
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, SurveyNote& out, Checks& checks) {
  using Stored = v1::StoredSurvey;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kKindFieldNumber:
        out.survey = checks.choice(in.number(), SurveyKind::kEnps, "survey.kind");
        break;
      case Stored::kBandFieldNumber:
        out.band = checks.choice(in.number(), kLastOutcome, "survey.band");
        break;
      case Stored::kSentMsFieldNumber:
        out.sent = checks.at(in.signed_number(), "survey.sent_ms");
        break;
      case Stored::kAnsweredMsFieldNumber:
        out.answered = checks.at(in.signed_number(), "survey.answered_ms");
        break;
      case Stored::kScoreThousandthsFieldNumber:
        out.score = in.signed_number();
        break;
      case Stored::kChannelFieldNumber:
        out.channel = channel(in.number(), checks);
        break;
      case Stored::kRatedFieldNumber:
        decoding::read(Reader(in.bytes()), out.rated, checks);
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, Mention& out, Checks& checks) {
  using Stored = v1::StoredMention;
  while (in.next()) {
    if (in.field() == Stored::kAtMsFieldNumber)
      out.at = checks.at(in.signed_number(), "mention.at_ms");
    if (in.field() == Stored::kChannelFieldNumber) out.channel = channel(in.number(), checks);
    if (in.field() == Stored::kBandFieldNumber)
      out.band = checks.choice(in.number(), kLastOutcome, "mention.band");
  }
  if (!in.ok()) checks.fail(kMalformed);
}

template <class Note>
void read_one(Reader& in, std::vector<Note>& notes, const char* field, Checks& checks) {
  if (notes.size() >= kNotesKept) return checks.fail(field);
  read(Reader(in.bytes()), notes.emplace_back(), checks);
}

}  // namespace

void read_note(Reader& in, Notes& out, Checks& checks) {
  using Stored = v1::StoredFold;
  switch (in.field()) {
    case Stored::kPastAttributesFieldNumber:
      return read_one(in, out.past, "fold.past_attributes", checks);
    case Stored::kEndingsFieldNumber:
      return read_one(in, out.endings, "fold.endings", checks);
    case Stored::kTransfersFieldNumber:
      return read_one(in, out.transfers, "fold.transfers", checks);
    case Stored::kSwitchesFieldNumber:
      return read_one(in, out.switches, "fold.switches", checks);
    case Stored::kSurveysFieldNumber:
      return read_one(in, out.surveys, "fold.surveys", checks);
    case Stored::kMentionsFieldNumber:
      return read_one(in, out.mentions, "fold.mentions", checks);
    case Stored::kChannelFieldNumber:
      out.channel = channel(in.number(), checks);
      return;
    default:
      return;
  }
}

}  // namespace vaste::store::decoding
