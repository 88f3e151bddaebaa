// The headers of our outputs: CloudEvents 1.0 in binary mode, and the W3C trace context of the
// input that led to them.
//
// A CloudEvents belongs to one worker: it reuses its buffers. What it returns dies with the next
// call, and with what was given.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/header.h"
#include "base/time.h"
#include "core/step.h"
#include "emit/outputs.h"

namespace vaste::emit {

class CloudEvents {
 public:
  // All instances of an application are one source: what they say does not hang on who said it.
  explicit CloudEvents(std::string_view application);

  std::span<const Header> enriched(const core::Enriched& out);
  // `trace`: of the newest event in it.
  std::span<const Header> conversation(const Conversation& conversation, std::string_view trace);
  // For the null value of a conversation that is no more.
  std::span<const Header> forgotten(const Id& conversation, Instant now);
  std::span<const Header> alert(const core::AlertOut& out);
  std::span<const Header> trend(const core::TrendOut& out);
  std::span<const Header> identity(const core::IdentityOut& out);
  std::span<const Header> answer(const core::AnswerOut& out);
  std::span<const Header> window(const WindowId& window, std::uint64_t revision);
  std::span<const Header> forgotten(const WindowId& window, Instant now);  // its null value
  std::span<const Header> dead_letter(const core::Origin& origin, Instant now);

 private:
  std::span<const Header> headers(Output output, Instant at, std::string_view trace);

  std::string source_;
  std::string id_;
  std::string subject_;
  std::array<char, 24> time_{};
  std::array<Header, 8> headers_;
};

}  // namespace vaste::emit
