// What a conversation contributes to KPIs before something changes it: all of it, or what an event
// in its order and the passing of time can change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "clocks/kpis.h"
#include "model/conversation.h"

namespace vaste::core {

// A plain value. After the change, and before any other, difference() tells.
class Watch {
 public:
  enum class Reach : std::uint8_t {
    kAll,        // a new fold may come: whatever it held
    kExtension,  // one more moment at its end
    kClocks,     // time passes
  };

  Watch() = default;
  Watch(const Conversation& conversation, Reach reach) { begin(conversation, reach); }
  // `moment`: with kExtension, the one that is about to be folded.
  void begin(const Conversation& conversation, Reach reach, const Moment* moment = nullptr);

  bool differs(const Conversation& after) const {
    compare(after);
    return !taken_.empty() || !given_.empty();
  }

  // Calls f(contribution, fold it refers to, taken back, fresh) for what is another one now: first
  // all that is taken back. `moved`: what is not fresh either. The buffers are reused.
  template <class F>
  void difference(const Conversation& after, const clocks::Contributions& moved, F&& f) const {
    compare(after);
    const FoldState& was = was_ ? *was_ : after.fold;
    for (const clocks::Contribution& one : taken_) f(one, was, true, false);
    for (const clocks::Contribution& one : given_) f(one, after.fold, false, is_fresh(one, moved));
  }

 private:
  struct Run {
    std::uint64_t sla = 0;
    std::uint32_t index = 0;
    std::uint32_t cycle = 0;
  };

  void compare(const Conversation& after) const;
  void collect(const Conversation& after) const;
  void collect_clocks(const Conversation& after) const;
  bool is_same(const clocks::Contribution& was, const clocks::Contribution& is,
               const FoldState& after) const;
  bool was_dropped(const clocks::Contribution& one, const FoldState& after) const;
  bool is_fresh(const clocks::Contribution& one, const clocks::Contributions& moved) const;

  Reach reach_ = Reach::kAll;
  clocks::Contributions before_;
  std::optional<FoldState> was_;  // kAll: what `before_` refers to
  std::vector<Run> runs_;         // that may change
  std::size_t clocks_ = 0;
  std::uint32_t clocks_dropped_ = 0;
  std::size_t contacts_ = 0;
  std::optional<std::size_t> contact_;  // that may change

  mutable clocks::Contributions after_, sorted_, taken_, given_;
};

}  // namespace vaste::core
