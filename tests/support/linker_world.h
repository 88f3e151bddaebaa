// A linker shard with those whom its decisions are for: actors of identifiers with their pointers,
// and customers with what came by which identifier. What the decisions do not say, they do not
// know.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "stitch/linker.h"
#include "stitch/stitch.h"

namespace vaste::test {

// What is not said to be changed is lost, as with a store.
class MemoryLinks : public stitch::Links {
 public:
  Linked* linked(const std::string& identifier) override {
    ++lookups;
    const auto found = linked_.find(identifier);
    return found == linked_.end() ? nullptr : &found->second;
  }
  Linked& create_linked(const std::string& identifier) override {
    const auto [place, made] = linked_.try_emplace(identifier);
    VASTE_CHECK(made);
    place->second.identifier = identifier;
    return place->second;
  }
  void changed(const Linked& linked) override { changed_linked_.insert(linked.identifier); }
  void erase(const Linked& linked) override {
    changed_linked_.insert(linked.identifier);
    linked_.erase(std::string(linked.identifier));
  }

  Component* component(const Id& customer) override {
    ++lookups;
    const auto found = components_.find(customer);
    return found == components_.end() ? nullptr : &found->second;
  }
  Component& create_component(const Id& customer) override {
    const auto [place, made] = components_.try_emplace(customer);
    VASTE_CHECK(made);
    place->second.customer = customer;
    return place->second;
  }
  void changed(const Component& component) override {
    changed_components_.insert(component.customer);
  }
  void erase(const Component& component) override {
    changed_components_.insert(component.customer);
    components_.erase(Id(component.customer));
  }

  // Writes down what was said to be changed. False: something else was, too.
  bool save() {
    for (const std::string& key : changed_linked_) copy(linked_, stored_linked_, key);
    for (const Id& key : changed_components_) copy(components_, stored_components_, key);
    changed_linked_.clear();
    changed_components_.clear();
    return linked_ == stored_linked_ && components_ == stored_components_;
  }

  const auto& all_linked() const { return linked_; }
  const auto& all_components() const { return components_; }

  std::uint64_t lookups = 0;

 private:
  template <class Map, class Key>
  static void copy(const Map& from, Map& to, const Key& key) {
    const auto found = from.find(key);
    if (found == from.end())
      to.erase(key);
    else
      to.insert_or_assign(key, found->second);
  }

  std::unordered_map<std::string, Linked> linked_, stored_linked_;
  std::unordered_map<Id, Component> components_, stored_components_;
  std::set<std::string> changed_linked_;
  std::set<Id> changed_components_;
};

class LinkerWorld {
 public:
  struct Actor {
    Id customer;  // empty: none
    bool own = true;
    std::uint64_t epoch = 0;
    Instant until = kEndOfTime;
    bool shared = false;
  };
  struct Event {
    std::string identifier;
    std::uint64_t number = 0;
    auto operator<=>(const Event&) const = default;
  };

  explicit LinkerWorld(IdentityRules rules = {}) : rules_(std::move(rules)) {}

  // Decisions reach the actors at once.
  std::vector<stitch::Decision> ask(const std::string& first, const std::string& second,
                                    stitch::Claim claim, Instant at, std::string method = "event",
                                    std::string source = "web", bool by_operator = false) {
    stitch::Request request = make(first, second, claim, at);
    request.method = std::move(method);
    request.source = std::move(source);
    request.by_operator = by_operator;
    const auto decisions = decide(request);
    while (deliver()) {
    }
    return decisions;
  }

  // The request as the two actors make it now.
  stitch::Request make(const std::string& first, const std::string& second, stitch::Claim claim,
                       Instant at) {
    stitch::Request request;
    request.first = side(first, at);
    request.second = side(second, at);
    request.claim = claim;
    request.at = at;
    return request;
  }

  std::vector<stitch::Decision> decide(const stitch::Request& request) {
    std::vector<stitch::Decision> decisions;
    stitch::decide(request, rules_, links_, decisions);
    saved_ = links_.save() && saved_;
    for (const stitch::Decision& decision : decisions) follow(decision);
    return decisions;
  }
  std::vector<stitch::Decision> expire(const Id& customer, Instant at) {
    std::vector<stitch::Decision> decisions;
    stitch::expire(customer, at, rules_, links_, decisions);
    saved_ = links_.save() && saved_;
    for (const stitch::Decision& decision : decisions) follow(decision);
    while (deliver()) {
    }
    return decisions;
  }

  // What it had to hear, it has heard. That it is forgotten it hears sooner or later.
  Instant forget(const std::string& identifier, Instant at) {
    while (deliver()) {
    }
    std::vector<stitch::Decision> decisions;
    const Instant again = stitch::forget(identifier, at, rules_, links_, decisions);
    saved_ = links_.save() && saved_;
    for (const stitch::Decision& decision : decisions) follow(decision);
    return again;
  }

  // The oldest decision that an identifier's actor has not heard of yet; false: none. `pick`
  // chooses whose.
  bool deliver(std::uint64_t pick = 0) {
    if (mail_.empty()) return false;
    const auto chosen = std::next(mail_.begin(), static_cast<std::ptrdiff_t>(pick % mail_.size()));
    hear(chosen->second.front());
    chosen->second.pop_front();
    if (chosen->second.empty()) mail_.erase(chosen);
    return true;
  }

  // Something comes by the identifier and is put where its pointer leads.
  void event(const std::string& identifier, Instant at) {
    contents_[resolve(side(identifier, at).customer)].insert({identifier, ++events_});
  }

  const std::map<std::string, Actor>& actors() const { return actors_; }
  const std::map<Id, std::set<Event>>& contents() const { return contents_; }
  const std::vector<stitch::Conflict>& conflicts() const { return conflicts_; }
  const MemoryLinks& links() const { return links_; }
  MemoryLinks& links() { return links_; }
  const IdentityRules& rules() const { return rules_; }
  IdentityRules& rules() { return rules_; }
  bool all_changes_were_told() const { return saved_; }

  // Where the redirects of merged customers end.
  Id resolve(Id customer) const {
    for (std::size_t hops = 0; hops <= redirects_.size(); ++hops) {
      const auto next = redirects_.find(customer);
      if (next == redirects_.end()) return customer;
      customer = next->second;
    }
    const bool ends = false;  // else redirects go in a circle
    VASTE_CHECK(ends);
  }

 private:
  stitch::Side side(const std::string& identifier, Instant at) {
    Actor& actor = actors_[identifier];
    if (actor.customer.empty() || (!actor.own && at > actor.until)) {
      const std::uint64_t nonce = hash64(identifier, ++made_);
      actor.customer = Id::make(at, stitch::key_group(stitch::identifier_actor(identifier)), nonce);
      actor.own = true;
    }
    return {identifier, actor.customer, actor.own};
  }

  void follow(const stitch::Decision& decision) {
    if (const auto* point = std::get_if<stitch::Point>(&decision))
      mail_[point->identifier + (point->forgotten ? " is forgotten" : "")].push_back(*point);
    if (const auto* conflict = std::get_if<stitch::Conflict>(&decision))
      conflicts_.push_back(*conflict);
    if (const auto* merge = std::get_if<stitch::Merge>(&decision)) {
      VASTE_CHECK(!redirects_.contains(merge->winner));
      redirects_[merge->loser] = merge->winner;
      contents_[merge->winner].merge(contents_[merge->loser]);
      contents_.erase(merge->loser);
    }
    if (const auto* split = std::get_if<stitch::Split>(&decision)) {
      VASTE_CHECK(!contents_.contains(split->to) && !redirects_.contains(split->to));
      VASTE_CHECK(!redirects_.contains(split->from));
      std::set<Event>& from = contents_[split->from];
      for (const std::string& identifier : split->identifiers)
        for (auto it = from.lower_bound({identifier, 0});
             it != from.end() && it->identifier == identifier;)
          contents_[split->to].insert(from.extract(it++));
    }
  }

  void hear(const stitch::Point& point) {
    Actor& actor = actors_[point.identifier];
    if (point.forgotten) {
      if (point.epoch < actor.epoch) return;
      actor.epoch = 0;
      actor.own = true;
      actor.until = kEndOfTime;
      return;
    }
    VASTE_CHECK(point.epoch > actor.epoch);
    actor.epoch = point.epoch;
    actor.shared = point.shared;
    actor.until = point.until;
    if (point.customer.empty() && actor.own) return;
    actor.customer = point.customer;
    actor.own = point.customer.empty();
  }

  IdentityRules rules_;
  MemoryLinks links_;
  std::map<std::string, Actor> actors_;
  std::map<Id, Id> redirects_;
  std::map<Id, std::set<Event>> contents_;
  std::map<std::string, std::deque<stitch::Point>> mail_;
  std::vector<stitch::Conflict> conflicts_;
  std::uint64_t made_ = 0;
  std::uint64_t events_ = 0;
  bool saved_ = true;
};

}  // namespace vaste::test
