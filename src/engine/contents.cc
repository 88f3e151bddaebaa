#include "engine/contents.h"

#include "store/codec.h"
#include "store/conversations.h"

namespace vaste::engine {

void encode_contents(const core::Message& message, std::string& out) {
  out.clear();
  const Command* command = nullptr;
  if (const auto* handover = std::get_if<core::Handover>(&message.body))
    store::encode_conversation(*handover->contents, out);
  if (const auto* adopt = std::get_if<core::Adopt>(&message.body))
    store::encode_conversation(*adopt->contents, out);
  if (const auto* introduce = std::get_if<core::Introduce>(&message.body))
    command = introduce->command.get();
  if (const auto* link = std::get_if<core::Link>(&message.body)) command = link->command.get();
  if (const auto* order = std::get_if<core::Order>(&message.body)) command = order->command.get();
  if (command != nullptr) out = store::encode_command(*command);
  if (const auto* answered = std::get_if<core::Answered>(&message.body))
    out = store::encode_answer(*answered->answer);
  if (const auto* add_up = std::get_if<core::AddUp>(&message.body))
    out = store::encode_window(*add_up->contents);
}

}  // namespace vaste::engine
