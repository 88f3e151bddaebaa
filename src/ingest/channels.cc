#include "ingest/channels.h"

namespace vaste::ingest {
namespace {

constexpr ChannelRow kRows[] = {
    {v1::CHANNEL_CHAT, Channel::kChat, true, "chat", "support.chat"},
    {v1::CHANNEL_EMAIL, Channel::kEmail, false, "email", "support.email"},
    {v1::CHANNEL_PHONE, Channel::kPhone, true, "phone", "support.phone"},
    {v1::CHANNEL_SOCIAL, Channel::kSocial, false, "social", "support.social"},
};

}  // namespace

std::span<const ChannelRow> channels() {
  return kRows;
}

const ChannelRow* channel_row(v1::Channel wire) {
  for (const ChannelRow& row : kRows)
    if (row.wire == wire) return &row;
  return nullptr;
}

}  // namespace vaste::ingest
