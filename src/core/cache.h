// A cache with a byte budget in two generations: what is used stays, what was not used for a whole
// generation goes.
//
// Entries stay at their address until trim(), which the caller runs only when no pointer into it is
// held. Entries that were changed are kept until the change was committed (saved()) or dropped
// (forget_changes()).
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vaste::core {

template <class Key, class Value>
class Cache {
 public:
  struct Entry {
    Value value{};
    bool exists = false;  // false: known not to be there
    bool changed = false;
    bool erased = false;    // removed by this transaction
    std::size_t bytes = 0;  // as weighed when last seen
  };
  using Map = std::unordered_map<Key, Entry>;
  using Node = typename Map::value_type;

  // The entry of `key`, nullptr when nothing is known of it.
  Node* find(const Key& key) {
    if (auto hit = young_.find(key); hit != young_.end()) return &*hit;
    auto hit = old_.find(key);
    if (hit == old_.end()) return nullptr;
    auto node = old_.extract(hit);
    weight_ += node.mapped().bytes;
    return &*young_.insert(std::move(node)).position;
  }

  Node* insert(const Key& key) { return &*young_.try_emplace(key).first; }

  void mark_changed(Node& node) {
    if (node.second.changed) return;
    node.second.changed = true;
    changes_.push_back(&node);
  }

  const std::vector<Node*>& changes() const { return changes_; }

  void weigh(Node& node, std::size_t bytes) {
    weight_ += bytes;
    weight_ -= node.second.bytes;
    node.second.bytes = bytes;
  }

  // The changes are committed.
  void saved() {
    for (Node* node : changes_) node->second.changed = false;
    changes_.clear();
  }

  // The changes never were: what they touched is read again when needed.
  void forget_changes() {
    for (Node* node : changes_) {
      weight_ -= node->second.bytes;
      const Key key =
          node->first;  // A copy: erasing by a reference into the node would outlive it.
      young_.erase(key);
    }
    changes_.clear();
  }

  // Only right after saved() or forget_changes(). `budget` is for both generations.
  void trim(std::size_t budget) {
    if (weight_ * 2 <= budget) return;
    old_ = std::move(young_);
    young_ = Map();
    weight_ = 0;
  }

  void clear() {
    changes_.clear();
    young_.clear();
    old_.clear();
    weight_ = 0;
  }

  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  Map young_;
  Map old_;
  std::vector<Node*> changes_;
  std::size_t weight_ = 0;  // of the young generation
};

}  // namespace vaste::core
