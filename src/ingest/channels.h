// The channels, a row each. A new one is a value in event.proto, a row here and a scenario; a test
// compares the two.
#pragma once

#include <span>

#include "model/moment.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest {

struct ChannelRow {
  v1::Channel wire;
  Channel channel;
  bool live;          // somebody waits on the line: queue, answer, abandon; otherwise written
  const char* name;   // what configuration, metrics and outputs call it
  const char* topic;  // what its source topic is called unless the configuration says otherwise
};

std::span<const ChannelRow> channels();
// nullptr: unspecified, or from a version that knows more channels than this one.
const ChannelRow* channel_row(v1::Channel wire);

}  // namespace vaste::ingest
