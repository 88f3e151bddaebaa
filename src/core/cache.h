// A cache with a byte budget: what was not used for longest goes first, by second chance: a use
// marks the entry alone, and whoever stands at the end of the queue marked goes round once more.
// Moving it to the front at each use touched two more entries, which are seldom in the processor's
// cache.
//
// Entries stay at their address until trim(), which the caller runs only when no pointer into it is
// held. Entries that were changed are kept until the change was committed (saved()) or dropped
// (forget_changes()).
#pragma once

#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vaste::core {

template <class Key, class Value>
class Cache {
 public:
  struct Entry;
  using Map = std::unordered_map<Key, Entry>;
  using Node = typename Map::value_type;
  struct Entry {
    Value value{};
    bool exists = false;  // false: known not to be there
    bool changed = false;
    bool erased = false;    // removed by this transaction
    bool used = false;      // since it came to its place in the queue
    std::size_t bytes = 0;  // as weighed when last seen
    Node* newer = nullptr;  // in the queue
    Node* older = nullptr;
  };

  Cache() = default;
  Cache(const Cache&) = delete;  // Its entries know each other's addresses.
  Cache& operator=(const Cache&) = delete;

  // The entry of `key`, nullptr when nothing is known of it.
  Node* find(const Key& key) {
    const auto hit = map_.find(key);
    if (hit == map_.end()) return nullptr;
    hit->second.used = true;
    return &*hit;
  }

  // A new entry for a key that find() did not find. Every entry weighs something: what nothing is
  // known of has a place too.
  Node* insert(const Key& key, std::size_t bytes) {
    const auto [place, made] = map_.try_emplace(key);
    if (made) link(*place);
    weigh(*place, bytes);
    return &*place;
  }

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

  // An entry that was not changed.
  void forget(const Key& key) {
    const auto hit = map_.find(key);
    if (hit != map_.end()) drop(*hit);
  }

  // The changes never were: what they touched is read again when needed.
  void forget_changes() {
    for (Node* node : changes_) drop(*node);
    changes_.clear();
  }

  // Only right after saved() or forget_changes().
  void trim(std::size_t budget) {
    while (weight_ > budget && oldest_ != nullptr) {
      Node& node = *oldest_;
      if (!node.second.used) {
        drop(node);
        continue;
      }
      node.second.used = false;
      unlink(node);
      link(node);
    }
  }

  void clear() {
    changes_.clear();
    map_.clear();
    newest_ = oldest_ = nullptr;
    weight_ = 0;
  }

  // In no order; is no use of them.
  template <class What>
  void each(What&& what) const {
    for (const Node& node : map_) what(node);
  }

  std::size_t size() const { return map_.size(); }
  std::size_t weight() const { return weight_; }

 private:
  // Half as many entries as buckets: a longer chain is another miss for each of its links.
  static Map sparse() {
    Map map;
    map.max_load_factor(0.5F);
    return map;
  }

  void link(Node& node) {
    node.second.older = newest_;
    node.second.newer = nullptr;
    (newest_ != nullptr ? newest_->second.newer : oldest_) = &node;
    newest_ = &node;
  }

  void unlink(Node& node) {
    Node* const newer = node.second.newer;
    Node* const older = node.second.older;
    (newer != nullptr ? newer->second.older : newest_) = older;
    (older != nullptr ? older->second.newer : oldest_) = newer;
  }

  void drop(Node& node) {
    unlink(node);
    weight_ -= node.second.bytes;
    const Key key = node.first;  // A copy: erasing by a reference into the node would outlive it.
    map_.erase(key);
  }

  Map map_ = sparse();
  Node* newest_ = nullptr;
  Node* oldest_ = nullptr;
  std::vector<Node*> changes_;
  std::size_t weight_ = 0;
};

}  // namespace vaste::core
