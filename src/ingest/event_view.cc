#include "ingest/event_view.h"

namespace vaste::ingest {

bool BodyView::read(v1::Event::BodyCase body, std::string_view bytes) {
  if (!Fields::read(bytes)) return false;
  switch (body) {
    case v1::Event::kMessage:
      return read_time(v1::Message::kNextUpdateDueFieldNumber, times_[0]);
    case v1::Event::kSignal:
      return read_time(v1::Signal::kCallbackFromFieldNumber, times_[0]);
    case v1::Event::kCommitment:
      later_ = v1::Commitment::kNextUpdateDueFieldNumber;
      return read_time(v1::Commitment::kDueFieldNumber, times_[0]) && read_time(later_, times_[1]);
    default:
      return true;
  }
}

bool EventView::read(std::string_view bytes) {
  bool whole = true;
  const auto takes = [&](int field, std::string_view text) {
    if (field == v1::Event::kThreadKeysFieldNumber)
      whole = keys_.emplace_back().read(text) && whole;
    else if (field >= v1::Event::kMessageFieldNumber && case_ != v1::Event::BODY_NOT_SET)
      whole = false;
    else if (field >= v1::Event::kMessageFieldNumber)
      case_ = static_cast<v1::Event::BodyCase>(field);
    return field == v1::Event::kThreadKeysFieldNumber || field == v1::Event::kPersonFieldNumber ||
           field == v1::Event::kParticipantsFieldNumber;
  };
  return fields_.read(bytes, takes) && whole &&
         time_.read(fields_.text(v1::Event::kTimeFieldNumber)) &&
         attributes_.read(fields_.text(v1::Event::kAttributesFieldNumber)) &&
         body_.read(case_, fields_.text(case_));
}

}  // namespace vaste::ingest
