#include "story/verbs.h"

#include <array>

namespace vaste::story {

namespace {

void note(v1::Event& event) {
  fill_message(event, v1::AUTHOR_KIND_AGENT);
  event.mutable_message()->set_visibility(v1::VISIBILITY_INTERNAL);
}
void machine(v1::Event& event) {
  fill_message(event, v1::AUTHOR_KIND_CUSTOMER);
  event.mutable_message()->set_automation(v1::AUTOMATION_AUTO_REPLY);
}
template <v1::AuthorKind kAuthor>
void said_by(v1::Event& event) {
  fill_message(event, kAuthor);
}
template <v1::SignalKind kKind>
void signal(v1::Event& event) {
  event.mutable_signal()->set_kind(kKind);
  event.mutable_signal()->set_direction(v1::DIRECTION_INBOUND);
}
template <v1::LifecycleKind kKind>
void lifecycle(v1::Event& event) {
  event.mutable_lifecycle()->set_kind(kKind);
}
template <v1::Revision::Kind kKind>
void revision(v1::Event& event) {
  event.mutable_revision()->set_kind(kKind);
}
template <v1::Commitment::Action kAction>
void commitment(v1::Event& event) {
  event.mutable_commitment()->set_action(kAction);
}
template <bool kAnswered>
void survey(v1::Event& event) {
  event.mutable_survey()->set_kind(v1::Survey::KIND_CSAT);
  event.mutable_survey()->set_answered(kAnswered);
}
template <bool kUnassigned>
void assignment(v1::Event& event) {
  event.mutable_assignment()->set_unassigned(kUnassigned);
}
template <bool kAddressed>
void public_post(v1::Event& event) {
  fill_message(event, v1::AUTHOR_KIND_CUSTOMER);
  event.mutable_message()->set_surface(v1::SURFACE_PUBLIC);
  event.mutable_message()->set_addressed_to_us(kAddressed);
}

// clang-format off
constexpr std::array kVerbs{
    Verb{"says",            said_by<v1::AUTHOR_KIND_CUSTOMER>},
    Verb{"writes",          said_by<v1::AUTHOR_KIND_CUSTOMER>},
    Verb{"agent",           said_by<v1::AUTHOR_KIND_AGENT>},
    Verb{"bot",             said_by<v1::AUTHOR_KIND_BOT>},
    Verb{"posts",           said_by<v1::AUTHOR_KIND_MEMBER>},
    Verb{"note",            note},
    Verb{"machine",         machine},
    Verb{"calls",           signal<v1::SIGNAL_KIND_STARTED>},
    Verb{"queued",          signal<v1::SIGNAL_KIND_QUEUED>},
    Verb{"rings",           signal<v1::SIGNAL_KIND_RINGING>},
    Verb{"no-answer",       signal<v1::SIGNAL_KIND_RING_NO_ANSWER>},
    Verb{"connected",       signal<v1::SIGNAL_KIND_CONNECTED>},
    Verb{"answered",        signal<v1::SIGNAL_KIND_CONNECTED>},
    Verb{"held",            signal<v1::SIGNAL_KIND_HELD>},
    Verb{"resumed",         signal<v1::SIGNAL_KIND_RESUMED>},
    Verb{"transferred",     signal<v1::SIGNAL_KIND_TRANSFERRED>},
    Verb{"callback",        signal<v1::SIGNAL_KIND_CALLBACK_REQUESTED>},
    Verb{"voicemail",       signal<v1::SIGNAL_KIND_VOICEMAIL>},
    Verb{"abandons",        signal<v1::SIGNAL_KIND_ABANDONED>},
    Verb{"gives-up",        signal<v1::SIGNAL_KIND_ABANDONED>},
    Verb{"flows-out",       signal<v1::SIGNAL_KIND_FLOWED_OUT>},
    Verb{"ends",            signal<v1::SIGNAL_KIND_ENDED>},
    Verb{"hangs-up",        signal<v1::SIGNAL_KIND_ENDED>},
    Verb{"wrapped-up",      signal<v1::SIGNAL_KIND_WRAP_UP_ENDED>},
    Verb{"opened",          lifecycle<v1::LIFECYCLE_KIND_OPENED>},
    Verb{"pending",         lifecycle<v1::LIFECYCLE_KIND_PENDING>},
    Verb{"on-hold",         lifecycle<v1::LIFECYCLE_KIND_ON_HOLD>},
    Verb{"active",          lifecycle<v1::LIFECYCLE_KIND_ACTIVE>},
    Verb{"resolved",        lifecycle<v1::LIFECYCLE_KIND_RESOLVED>},
    Verb{"closed",          lifecycle<v1::LIFECYCLE_KIND_CLOSED>},
    Verb{"reopened",        lifecycle<v1::LIFECYCLE_KIND_REOPENED>},
    Verb{"spam",            lifecycle<v1::LIFECYCLE_KIND_SPAM>},
    Verb{"no-reply-needed", lifecycle<v1::LIFECYCLE_KIND_NO_REPLY_NEEDED>},
    Verb{"handed-off",      lifecycle<v1::LIFECYCLE_KIND_HANDED_OFF>},
    Verb{"changes",         lifecycle<v1::LIFECYCLE_KIND_ATTRIBUTES_CHANGED>},
    Verb{"away",            lifecycle<v1::LIFECYCLE_KIND_AGENT_AWAY>},
    Verb{"back",            lifecycle<v1::LIFECYCLE_KIND_AGENT_BACK>},
    Verb{"edited",          revision<v1::Revision::KIND_EDITED>},
    Verb{"deleted",         revision<v1::Revision::KIND_DELETED>},
    Verb{"bounced",         revision<v1::Revision::KIND_BOUNCED>},
    Verb{"mentions",        public_post<true>},
    Verb{"comments",        public_post<false>},
    Verb{"assigned",        assignment<false>},
    Verb{"unassigned",      assignment<true>},
    Verb{"promises",        commitment<v1::Commitment::ACTION_MADE>},
    Verb{"keeps",           commitment<v1::Commitment::ACTION_DONE>},
    Verb{"withdraws",       commitment<v1::Commitment::ACTION_WITHDRAWN>},
    Verb{"surveyed",        survey<false>},
    Verb{"rates",           survey<true>},
};
// clang-format on

}  // namespace

std::span<const Verb> verbs() {
  return kVerbs;
}

void fill_message(v1::Event& event, v1::AuthorKind author) {
  event.mutable_message()->set_author(author);
  const bool ours = author == v1::AUTHOR_KIND_AGENT || author == v1::AUTHOR_KIND_BOT;
  event.mutable_message()->set_direction(ours ? v1::DIRECTION_OUTBOUND : v1::DIRECTION_INBOUND);
}

}  // namespace vaste::story
