// What kind of moment an event is, and what follows from the kind alone. Private to ingest/ but for
// moment_kind().
#pragma once

#include "ingest/event_view.h"
#include "model/moment.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest {

// kNone: a body or kind that this version does not know.
MomentKind moment_kind(const v1::Event& event);
MomentKind moment_kind(const EventView& event);

bool opens(MomentKind kind);                         // may begin a conversation
bool from_customer(MomentKind kind, bool outbound);  // the customer did it
bool ours(MomentKind kind, bool outbound);           // nobody on the customer's side wrote it

}  // namespace vaste::ingest
