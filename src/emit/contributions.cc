#include "emit/contributions.h"

#include <algorithm>

#include "vaste/v1/conversation.pb.h"

namespace vaste::emit {

namespace {

template <class Number>
std::uint64_t wide(Number value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace

// A conversation has few of them, each for many contributions.
std::size_t ContributionWriter::place_of(const clocks::Dimensions& dimensions) {
  const auto known =
      std::find_if(dimensions_.begin(), dimensions_.end(), [&](const clocks::Dimensions& one) {
        return &one.attributes == &dimensions.attributes && one.queue == dimensions.queue;
      });
  const auto place = static_cast<std::size_t>(known - dimensions_.begin());
  if (known == dimensions_.end()) dimensions_.push_back(dimensions);
  return place;
}

void ContributionWriter::put(wire::Writer& out, const Conversation& conversation,
                             std::size_t first_contact) {
  using Wire = v1::Contribution;
  const FoldState& fold = conversation.fold;
  all_.clear();
  dimensions_.clear();
  // Of what the summary lists.
  for (std::size_t i = fold.settled; i < fold.clocks.size(); ++i)
    clocks::contribute_clock(conversation, i, all_);
  for (std::size_t i = first_contact; i < fold.contacts.size(); ++i)
    clocks::contribute_contact(conversation, i, all_);
  clocks::contribute_conversation(conversation, all_);
  for (const clocks::Contribution& one : all_) {
    auto dimensions = clocks::dimensions_of(fold, one);
    if (dimensions.queue.empty()) dimensions.queue = dimensions.attributes.queue;
    const std::size_t place = place_of(dimensions);
    out.message(v1::Conversation::kContributionsFieldNumber, [&] {
      out.number(Wire::kFactFieldNumber, wide(one.fact));
      out.number(Wire::kOutcomeFieldNumber, wide(one.outcome));
      out.bytes(Wire::kNameFieldNumber, clocks::name_of(fold, one));
      out.number(Wire::kNumberFieldNumber, one.number);
      emit::put(out, Wire::kAtFieldNumber, one.at);
      out.signed_number(Wire::kValueFieldNumber, one.value);
      out.signed_number(Wire::kWallMsFieldNumber, one.wall);
      out.signed_number(Wire::kTargetMsFieldNumber, one.target);
      out.number(Wire::kChannelFieldNumber, wide(one.channel));
      out.number(Wire::kFromChannelFieldNumber, wide(one.from));
      out.number(Wire::kAttributesFieldNumber, place);
    });
  }
  for (const clocks::Dimensions& one : dimensions_)
    emit::put(out, v1::Conversation::kKpiAttributesFieldNumber, one.attributes, one.queue);
}

}  // namespace vaste::emit
