// What would be decided: records of a shard that may be changed without changing them.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "stitch/linker.h"

namespace vaste::stitch {

// Copies what is looked at. `real` must outlive it, and not change meanwhile.
class Trial final : public Links {
 public:
  explicit Trial(Links& real) : real_(real) {}

  Linked* linked(const std::string& identifier) override {
    const auto [at, fresh] = linked_.try_emplace(identifier);
    if (fresh)
      if (const Linked* known = real_.linked(identifier))
        at->second = std::make_unique<Linked>(*known);
    return at->second.get();
  }
  Linked& create_linked(const std::string& identifier) override {
    auto& made = linked_[identifier] = std::make_unique<Linked>();
    made->identifier = identifier;
    return *made;
  }
  void changed(const Linked&) override {}
  void erase(const Linked& linked) override { linked_[std::string(linked.identifier)] = nullptr; }

  Component* component(const Id& customer) override {
    const auto [at, fresh] = components_.try_emplace(customer);
    if (fresh)
      if (const Component* known = real_.component(customer))
        at->second = std::make_unique<Component>(*known);
    return at->second.get();
  }
  Component& create_component(const Id& customer) override {
    auto& made = components_[customer] = std::make_unique<Component>();
    made->customer = customer;
    return *made;
  }
  void changed(const Component&) override {}
  void erase(const Component& component) override { components_[component.customer] = nullptr; }

 private:
  Links& real_;
  std::map<std::string, std::unique_ptr<Linked>> linked_;
  std::map<Id, std::unique_ptr<Component>> components_;
};

}  // namespace vaste::stitch
