// An event as its bytes have it: what the core needs of one, without making a message of it. The
// accessors are those of the generated classes, so what follows from an event (kinds.cc, route.cc)
// is written once for both. Private to ingest/.
//
// Only for bytes that decode() gave; they outlive the view.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/wire.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest {

// Fields of one message below number `kEnd`, each of which comes once; what is above is nothing to
// us.
template <int kEnd>
class Fields {
 public:
  // False where only the parser knows what is meant: a text or message that comes twice, a group,
  // broken bytes. Texts for which `takes` answers true are its own, and may repeat.
  template <class Takes>
  bool read(std::string_view bytes, Takes&& takes) {
    wire::Reader in(bytes);
    while (in.next()) {
      if (in.field() >= kEnd) continue;
      const auto field = static_cast<std::size_t>(in.field());
      if (in.is_number()) numbers_[field] = in.number();
      if (in.is_fixed64()) reals_[field] = in.fixed64();
      if (!in.is_bytes() || takes(in.field(), in.bytes())) continue;
      if (has(in.field())) return false;
      present_ |= 1U << field;
      texts_[field] = in.bytes();
    }
    return in.ok();
  }
  bool read(std::string_view bytes) {
    return read(bytes, [](int, std::string_view) { return false; });
  }

  bool has(int field) const { return (present_ >> field & 1) != 0; }
  std::string_view text(int field) const { return texts_[static_cast<std::size_t>(field)]; }
  std::int64_t number(int field) const {
    return static_cast<std::int64_t>(numbers_[static_cast<std::size_t>(field)]);
  }
  double real(int field) const {
    return std::bit_cast<double>(reals_[static_cast<std::size_t>(field)]);
  }
  bool flag(int field) const { return number(field) != 0; }
  template <class Enum>
  Enum one_of(int field) const {
    return static_cast<Enum>(static_cast<std::int32_t>(number(field)));
  }

 private:
  static_assert(kEnd <= 32);
  std::uint32_t present_ = 0;
  std::array<std::string_view, kEnd> texts_{};
  std::array<std::uint64_t, kEnd> numbers_{};
  std::array<std::uint64_t, kEnd> reals_{};
};

class TimeView : public Fields<3> {
 public:
  std::int64_t seconds() const { return number(google::protobuf::Timestamp::kSecondsFieldNumber); }
  std::int32_t nanos() const {
    return static_cast<std::int32_t>(number(google::protobuf::Timestamp::kNanosFieldNumber));
  }
};

class KeyView : public Fields<4> {
 public:
  v1::ThreadKeyKind kind() const {
    return one_of<v1::ThreadKeyKind>(v1::ThreadKey::kKindFieldNumber);
  }
  std::string_view value() const { return text(v1::ThreadKey::kValueFieldNumber); }
  std::string_view scope() const { return text(v1::ThreadKey::kScopeFieldNumber); }
};

class AttributesView : public Fields<10> {
 public:
  std::string_view brand() const { return text(v1::Attributes::kBrandFieldNumber); }
  std::string_view queue() const { return text(v1::Attributes::kQueueFieldNumber); }
  std::string_view team() const { return text(v1::Attributes::kTeamFieldNumber); }
  std::string_view agent() const { return text(v1::Attributes::kAgentFieldNumber); }
  std::string_view priority() const { return text(v1::Attributes::kPriorityFieldNumber); }
  std::string_view segment() const { return text(v1::Attributes::kSegmentFieldNumber); }
  std::string_view market() const { return text(v1::Attributes::kMarketFieldNumber); }
  std::string_view language() const { return text(v1::Attributes::kLanguageFieldNumber); }
  std::string_view topic() const { return text(v1::Attributes::kTopicFieldNumber); }
};

// Of any body: its fields, and those of them that are times.
class BodyView : public Fields<11> {
 public:
  bool read(v1::Event::BodyCase body, std::string_view bytes);
  const TimeView& time(int field) const { return times_[field == later_ ? 1 : 0]; }

 private:
  bool read_time(int field, TimeView& time) { return !has(field) || time.read(text(field)); }

  int later_ = 0;  // the second of the fields that are times; 0: there is but one, or none
  std::array<TimeView, 2> times_;
};

struct MessageView {
  const BodyView& of;
  v1::Direction direction() const {
    return of.one_of<v1::Direction>(v1::Message::kDirectionFieldNumber);
  }
  v1::AuthorKind author() const {
    return of.one_of<v1::AuthorKind>(v1::Message::kAuthorFieldNumber);
  }
  v1::Visibility visibility() const {
    return of.one_of<v1::Visibility>(v1::Message::kVisibilityFieldNumber);
  }
  v1::Automation automation() const {
    return of.one_of<v1::Automation>(v1::Message::kAutomationFieldNumber);
  }
  v1::Surface surface() const { return of.one_of<v1::Surface>(v1::Message::kSurfaceFieldNumber); }
  bool addressed_to_us() const { return of.flag(v1::Message::kAddressedToUsFieldNumber); }
  bool has_next_update_due() const { return of.has(v1::Message::kNextUpdateDueFieldNumber); }
  const TimeView& next_update_due() const {
    return of.time(v1::Message::kNextUpdateDueFieldNumber);
  }
  v1::Sentiment sentiment() const {
    return of.one_of<v1::Sentiment>(v1::Message::kSentimentFieldNumber);
  }
};

struct SignalView {
  const BodyView& of;
  v1::SignalKind kind() const { return of.one_of<v1::SignalKind>(v1::Signal::kKindFieldNumber); }
  v1::Direction direction() const {
    return of.one_of<v1::Direction>(v1::Signal::kDirectionFieldNumber);
  }
  std::int64_t announced_hold_seconds() const {
    return of.number(v1::Signal::kAnnouncedHoldSecondsFieldNumber);
  }
  bool has_callback_from() const { return of.has(v1::Signal::kCallbackFromFieldNumber); }
  const TimeView& callback_from() const { return of.time(v1::Signal::kCallbackFromFieldNumber); }
};

struct LifecycleView {
  const BodyView& of;
  v1::LifecycleKind kind() const {
    return of.one_of<v1::LifecycleKind>(v1::Lifecycle::kKindFieldNumber);
  }
};

struct AssignmentView {
  const BodyView& of;
  bool unassigned() const { return of.flag(v1::Assignment::kUnassignedFieldNumber); }
};

struct IdentityEvidenceView {
  const BodyView& of;
  v1::IdentityEvidence::Action action() const {
    return of.one_of<v1::IdentityEvidence::Action>(v1::IdentityEvidence::kActionFieldNumber);
  }
  std::string_view method() const { return of.text(v1::IdentityEvidence::kMethodFieldNumber); }
};

struct CommitmentView {
  const BodyView& of;
  v1::Commitment::Action action() const {
    return of.one_of<v1::Commitment::Action>(v1::Commitment::kActionFieldNumber);
  }
  std::string_view reference() const { return of.text(v1::Commitment::kReferenceFieldNumber); }
  bool has_due() const { return of.has(v1::Commitment::kDueFieldNumber); }
  const TimeView& due() const { return of.time(v1::Commitment::kDueFieldNumber); }
  bool has_next_update_due() const { return of.has(v1::Commitment::kNextUpdateDueFieldNumber); }
  const TimeView& next_update_due() const {
    return of.time(v1::Commitment::kNextUpdateDueFieldNumber);
  }
};

struct SurveyView {
  const BodyView& of;
  v1::Survey::Kind kind() const {
    return of.one_of<v1::Survey::Kind>(v1::Survey::kKindFieldNumber);
  }
  bool answered() const { return of.flag(v1::Survey::kAnsweredFieldNumber); }
  double score() const { return of.real(v1::Survey::kScoreFieldNumber); }
  double score_max() const { return of.real(v1::Survey::kScoreMaxFieldNumber); }
};

struct RevisionView {
  const BodyView& of;
  v1::Revision::Kind kind() const {
    return of.one_of<v1::Revision::Kind>(v1::Revision::kKindFieldNumber);
  }
  std::string_view target_id() const { return of.text(v1::Revision::kTargetIdFieldNumber); }
};

class EventView {
 public:
  // False where only the parser knows what is meant, see Fields.
  bool read(std::string_view bytes);

  std::string_view id() const { return fields_.text(v1::Event::kIdFieldNumber); }
  std::string_view source() const { return fields_.text(v1::Event::kSourceFieldNumber); }
  const TimeView& time() const { return time_; }
  v1::Channel channel() const {
    return fields_.one_of<v1::Channel>(v1::Event::kChannelFieldNumber);
  }
  const std::vector<KeyView>& thread_keys() const { return keys_; }
  const AttributesView& attributes() const { return attributes_; }
  std::int64_t sequence() const { return fields_.number(v1::Event::kSequenceFieldNumber); }

  v1::Event::BodyCase body_case() const { return case_; }
  bool has_message() const { return case_ == v1::Event::kMessage; }
  MessageView message() const { return {body_}; }
  bool has_signal() const { return case_ == v1::Event::kSignal; }
  SignalView signal() const { return {body_}; }
  bool has_lifecycle() const { return case_ == v1::Event::kLifecycle; }
  LifecycleView lifecycle() const { return {body_}; }
  bool has_assignment() const { return case_ == v1::Event::kAssignment; }
  AssignmentView assignment() const { return {body_}; }
  bool has_identity() const { return case_ == v1::Event::kIdentity; }
  IdentityEvidenceView identity() const { return {body_}; }
  bool has_commitment() const { return case_ == v1::Event::kCommitment; }
  CommitmentView commitment() const { return {body_}; }
  bool has_survey() const { return case_ == v1::Event::kSurvey; }
  SurveyView survey() const { return {body_}; }
  bool has_revision() const { return case_ == v1::Event::kRevision; }
  RevisionView revision() const { return {body_}; }

 private:
  Fields<v1::Event::kRevisionFieldNumber + 1> fields_;
  TimeView time_;
  AttributesView attributes_;
  BodyView body_;
  v1::Event::BodyCase case_ = v1::Event::BODY_NOT_SET;
  std::vector<KeyView> keys_;
};

}  // namespace vaste::ingest
