// How a running process is asked for a snapshot, and answers: by files in the folder of snapshots,
// FOLDER/ID.INSTANCE.request and FOLDER/ID.INSTANCE.answer. Who may write there may ask.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace vaste::snapshot {

struct Answer {
  std::vector<std::int32_t> taken;
  std::vector<std::pair<std::int32_t, std::string>> failed;  // with the reason
};

// What is asked of one instance; `id` will be the snapshot's.
Status ask(const std::string& folder, const std::string& id, const std::string& instance);
Result<std::optional<Answer>> answered(const std::string& folder, const std::string& id,
                                       const std::string& instance);
// Question and answer go.
void forget(const std::string& folder, const std::string& id, const std::string& instance);

// The oldest question to this instance; empty: there is none.
Result<std::string> asked(const std::string& folder, const std::string& instance);
// The question goes when the answer is there.
Status answer(const std::string& folder, const std::string& id, const std::string& instance,
              const Answer& answer);

}  // namespace vaste::snapshot
