// Live contacts and threads inside a conversation: what a moment does to the contact it belongs to.
#pragma once

#include <cstdint>
#include <span>

#include "clocks/catalog.h"
#include "model/conversation.h"

namespace vaste::clocks {

inline constexpr std::uint16_t kNoContact = 0xffff;

// The contact that `moment` belongs to, if it belongs to one; contacts.size() when it is new.
std::size_t contact_index(const FoldState& state, const Moment& moment);

// Moves the contact of `moment` on (making it when it is new) and gives what that means to clocks.
// `index`: which contact, kNoContact for moments that belong to none.
std::uint32_t advance_contact(FoldState& state, const Moment& moment, std::uint16_t& index);

}  // namespace vaste::clocks
