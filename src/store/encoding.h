// What encoding has in common: the parts of a record that are in more than one. Private to store/;
// decoding.h is the way back.
#pragma once

#include "base/wire.h"
#include "model/conversation.h"

namespace vaste::store::encoding {

void write(wire::Writer& out, const Attributes& attributes);  // codec.cc
void write(wire::Writer& out, const Moment& moment);

}  // namespace vaste::store::encoding
