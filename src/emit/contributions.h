// What a conversation contributes to KPIs, as bytes of its summary. Private to emit/.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/wire.h"
#include "clocks/kpis.h"
#include "model/conversation.h"

namespace vaste::emit {

// Reuses its buffers; one for each encoder.
class ContributionWriter {
 public:
  // Of its clocks and contacts those that the summary lists: contacts from this one on.
  void put(wire::Writer& out, const Conversation& conversation, std::size_t first_contact);

 private:
  std::size_t place_of(const clocks::Dimensions& dimensions);

  clocks::Contributions all_;
  std::vector<clocks::Dimensions> dimensions_;  // distinct ones
};

// encode.cc
void put(wire::Writer& out, int field, Instant at);
void put(wire::Writer& out, int field, const Attributes& in, std::string_view queue);

}  // namespace vaste::emit
