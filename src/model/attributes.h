// What rules and reports go by.
#pragma once

#include <string>

namespace vaste {

struct Attributes {
  std::string brand;
  std::string queue;
  std::string team;
  std::string agent;
  std::string priority;
  std::string segment;
  std::string market;
  std::string language;
  std::string topic;

  bool operator==(const Attributes&) const = default;
};

// Calls f(name, member pointer) for every attribute: the one list of them.
template <class F>
constexpr void for_each_attribute(F&& f) {
  f("brand", &Attributes::brand);
  f("queue", &Attributes::queue);
  f("team", &Attributes::team);
  f("agent", &Attributes::agent);
  f("priority", &Attributes::priority);
  f("segment", &Attributes::segment);
  f("market", &Attributes::market);
  f("language", &Attributes::language);
  f("topic", &Attributes::topic);
}

// Fields given in `newer` replace those of `known`; empty ones leave it as it is.
inline void update(Attributes& known, const Attributes& newer) {
  for_each_attribute([&](const char*, std::string Attributes::*field) {
    if (!(newer.*field).empty()) known.*field = newer.*field;
  });
}

}  // namespace vaste
