// A store that keeps what was applied in memory for a while, so that what changes again and again,
// as an open conversation does with each event, is written once for many changes.
//
// What it keeps is committed, and in the changelog: after a crash it comes again from there, as the
// positions underneath say. Underneath is always, whole, what this was at some batch before.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "store/store.h"

namespace vaste::store {

// Shared out evenly among the stores that have it. Threads: any.
struct WriteBehind {
  std::uint64_t bytes = 0;
  std::atomic<std::uint32_t> stores{0};
  std::atomic<std::uint32_t> made{0};
};

// Nothing stays for longer than this, by the clock of who commits: a crash costs so much of the
// changelog at most, and what was erased is not told there for ever.
inline constexpr Millis kLongestBehind{5000};

// `store` gets the rest when this goes; should that fail, it is said in the log, and comes from the
// changelog again. Errors of apply(): those of `store`, for what was applied before; of the batch
// itself nothing is applied then. Threads: one at a time.
Result<std::unique_ptr<Store>> write_behind(std::unique_ptr<Store> store,
                                            std::shared_ptr<WriteBehind> budget);

}  // namespace vaste::store
