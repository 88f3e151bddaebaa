// `vaste identity link|split|forget-edge` and `vaste conversation merge|move|split`: a command into
// `vaste.commands`, and its answer.
#pragma once

#include <string>
#include <vector>

#include "app/connection.h"
#include "base/result.h"
#include "vaste/v1/command.pb.h"
#include "vaste/v1/identity.pb.h"

namespace vaste::app {

enum class Ordering { kLink, kSplit, kForget, kMerge, kMove, kDivide };

struct OrderOptions {
  Connection connection;
  Ordering what = Ordering::kLink;
  std::string id;  // empty: a fresh one
  std::string operator_name;
  std::string reason;
  bool dry_run = false;
  bool json = false;
  int timeout_seconds = 30;
  std::string first, second;   // of people: as in stories, e.g. email:ann@example.org
  std::string source, method;  // forget-edge
  std::vector<std::string> conversations;
  std::string to;                         // move: an identifier, or a customer's id
  std::vector<std::string> keys, events;  // split: KIND[@SCOPE]:VALUE, SOURCE/ID
  std::string since;                      // split: RFC 3339
};

int give_order(const OrderOptions& options);

// What the options say; `now_ms` is when. Errors: kUsage.
Result<v1::Command> command_of(const OrderOptions& options, std::int64_t now_ms);
// For people: how it was answered, and a line a change.
std::string answer_text(const v1::CommandResult& result);
// 0, or of a refusal the exit code.
int exit_of(const v1::CommandResult& result);

}  // namespace vaste::app
