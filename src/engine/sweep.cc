// Another version of the policy has taken over, or became known late: conversations that nothing
// happens in have to hear of it too, for a target that became shorter is due before their timer.
#include <optional>
#include <vector>

#include "engine/core_task.h"
#include "store/conversations.h"
#include "store/keys.h"

namespace vaste::engine {

Result<bool> CoreTask::sweep(std::size_t max, core::Effects& effects) {
  if (!is_set(core_.gate()) || next_sweep_) return false;
  if (!sweep_) {
    auto stored = store_->get(store::sweep_key());
    if (!stored) return tl::unexpected(stored.error());
    auto sweep = *stored ? store::decode_sweep(**stored) : Result<store::Sweep>();
    if (!sweep) return tl::unexpected(sweep.error());
    sweep_ = std::move(*sweep);
  }
  const std::uint64_t wanted = core_.timeline().at(core_.gate()).fingerprint();
  if (sweep_->done && sweep_->fingerprint == wanted) return false;
  // What an earlier sweep has left undone this one does too; what that has done it passes over.
  store::Sweep next = sweep_->fingerprint == wanted ? *sweep_ : store::Sweep{wanted, {}, false};

  std::vector<Id> behind;
  std::size_t seen = 0;
  std::optional<Error> broken;
  const std::string prefix = store::conversation_key(Id{}).substr(0, 1);
  auto scanned =
      store_->scan_after(prefix, next.cursor, [&](std::string_view key, std::string_view bytes) {
        const Id id = Id::from_bytes(key.substr(1));
        auto conversation = store::complete_conversation(
            id, bytes, [&](const std::string& block) { return store_->get(block); });
        if (!conversation) {
          broken = conversation.error();
          return false;
        }
        next.cursor = key;
        if (core_.needs_sweep(*conversation)) behind.push_back(id);
        return ++seen < max;
      });
  if (!scanned) return tl::unexpected(scanned.error());
  if (broken) return tl::unexpected(*broken);
  next.done = seen < max;
  for (const Id& id : behind) {
    core_.sweep(id, provisional_, effects);
    if (state_.error()) return tl::unexpected(*state_.error());
  }
  remember_timers(effects);
  sums_.add(effects.contributed);
  next_sweep_ = std::move(next);
  return true;
}

}  // namespace vaste::engine
