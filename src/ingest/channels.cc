#include "ingest/channels.h"

namespace vaste::ingest {
namespace {

constexpr ChannelRow kRows[] = {
    {v1::CHANNEL_CHAT, Channel::kChat, "chat", true, "support.chat"},
    {v1::CHANNEL_EMAIL, Channel::kEmail, "email", false, "support.email"},
    {v1::CHANNEL_PHONE, Channel::kPhone, "phone", true, "support.phone"},
    {v1::CHANNEL_SOCIAL, Channel::kSocial, "social", false, "support.social"},
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
