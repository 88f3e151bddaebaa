#include "stitch/component.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <tuple>
#include <utility>

#include "base/check.h"

namespace vaste::stitch {

namespace {

constexpr std::uint32_t kNoMember = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kNoEdge = std::numeric_limits<std::size_t>::max();
// Of an edge to be cut: an operator's word before that of everybody else together.
constexpr int kOperatorsWeight = 1000;

// How likely an identifier is to be the same person's next year; 0: most.
int rank(IdentifierKind kind) {
  static constexpr std::array<int, kIdentifierKinds> kRank = {7, 0, 1, 5, 3, 2, 4};
  return kRank[static_cast<std::size_t>(kind)];
}

std::uint32_t other_end(const Edge& edge, std::uint32_t member) {
  return edge.a == member ? edge.b : edge.a;
}

// Edges by member, so that a walk costs what there is to walk.
class Neighbours {
 public:
  explicit Neighbours(const Component& component) : first_(component.members.size() + 1, 0) {
    for (const Edge& edge : component.edges) {
      ++first_[edge.a + 1];
      ++first_[edge.b + 1];
    }
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    edges_.resize(2 * component.edges.size());
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t i = 0; i < component.edges.size(); ++i) {
      edges_[next[component.edges[i].a]++] = i;
      edges_[next[component.edges[i].b]++] = i;
    }
  }
  std::span<const std::size_t> of(std::uint32_t member) const {
    return {edges_.data() + first_[member], first_[member + 1] - first_[member]};
  }

 private:
  std::vector<std::size_t> first_;
  std::vector<std::size_t> edges_;
};

// From the keeper to everybody by the evidence that lasts longest: until when each is held, and by
// which edge.
struct Tree {
  std::vector<Instant> until;
  std::vector<std::size_t> edge;
};

Tree widest_paths(const Component& component, std::uint32_t root, const IdentityRules& rules) {
  const std::size_t size = component.members.size();
  Tree tree{std::vector<Instant>(size, kNever), std::vector<std::size_t>(size, kNoEdge)};
  const Neighbours neighbours(component);
  std::vector<bool> done(size, false);
  tree.until[root] = kEndOfTime;
  for (;;) {
    std::uint32_t next = kNoMember;
    for (std::uint32_t i = 0; i < size; ++i)
      if (!done[i] && tree.until[i] != kNever &&
          (next == kNoMember || tree.until[i] > tree.until[next]))
        next = i;
    if (next == kNoMember) return tree;
    done[next] = true;
    for (const std::size_t i : neighbours.of(next)) {
      const Edge& edge = component.edges[i];
      const std::uint32_t end = other_end(edge, next);
      const Instant until = std::min(tree.until[next], runs_out(component, edge, rules));
      if (done[end] || until <= tree.until[end]) continue;
      tree.until[end] = until;
      tree.edge[end] = i;
    }
  }
}

void drop_an_edge(Component& component, const IdentityRules& rules) {
  const Tree tree = widest_paths(component, keeper(component), rules);
  std::vector<bool> needed(component.edges.size(), false);
  for (const std::size_t edge : tree.edge)
    if (edge != kNoEdge) needed[edge] = true;
  std::size_t worst = kNoEdge;
  const auto worth = [&](std::size_t i) {
    const Edge& edge = component.edges[i];
    return std::pair(edge.by_operator, runs_out(component, edge, rules));
  };
  for (std::size_t i = 0; i < component.edges.size(); ++i)
    if (!needed[i] && (worst == kNoEdge || worth(i) < worth(worst))) worst = i;
  VASTE_CHECK(worst != kNoEdge);  // a tree has fewer edges than members
  component.edges.erase(component.edges.begin() + static_cast<std::ptrdiff_t>(worst));
}

// Maximum flow between two members: pieces of evidence are pipes of one unit, both ways.
class Flow {
 public:
  Flow(const Component& component, std::uint32_t source, std::uint32_t sink)
      : component_(component), neighbours_(component), flow_(component.edges.size(), 0) {
    while (push(source, sink)) {
    }
  }

  // Who can still reach the sink; the rest is on the source's side of the cut nearest to the sink.
  std::vector<bool> side_of(std::uint32_t sink) const {
    std::vector<bool> seen(component_.members.size(), false);
    std::vector<std::uint32_t> queue = {sink};
    seen[sink] = true;
    for (std::size_t i = 0; i < queue.size(); ++i)
      for (const std::size_t e : neighbours_.of(queue[i])) {
        const std::uint32_t from = other_end(component_.edges[e], queue[i]);
        if (seen[from] || room(e, from) == 0) continue;
        seen[from] = true;
        queue.push_back(from);
      }
    return seen;
  }

 private:
  int room(std::size_t edge, std::uint32_t from) const {
    const int width = component_.edges[edge].by_operator ? kOperatorsWeight : 1;
    return width - (component_.edges[edge].a == from ? flow_[edge] : -flow_[edge]);
  }

  // Along a shortest path with room.
  bool push(std::uint32_t source, std::uint32_t sink) {
    std::vector<std::size_t> by(component_.members.size(), kNoEdge);
    std::vector<std::uint32_t> queue = {source};
    for (std::size_t i = 0; i < queue.size() && by[sink] == kNoEdge; ++i)
      for (const std::size_t e : neighbours_.of(queue[i])) {
        const std::uint32_t to = other_end(component_.edges[e], queue[i]);
        if (to == source || by[to] != kNoEdge || room(e, queue[i]) == 0) continue;
        by[to] = e;
        queue.push_back(to);
      }
    if (by[sink] == kNoEdge) return false;
    int amount = std::numeric_limits<int>::max();
    const auto walk = [&](auto&& step) {
      for (std::uint32_t at = sink; at != source; at = other_end(component_.edges[by[at]], at))
        step(by[at], other_end(component_.edges[by[at]], at));
    };
    walk([&](std::size_t e, std::uint32_t from) { amount = std::min(amount, room(e, from)); });
    walk([&](std::size_t e, std::uint32_t from) {
      flow_[e] += component_.edges[e].a == from ? amount : -amount;
    });
    return true;
  }

  const Component& component_;
  Neighbours neighbours_;
  std::vector<int> flow_;  // from a to b
};

// The part of each member, numbered in the order of their first members.
std::vector<std::uint32_t> number_parts(const Component& component, std::uint32_t& parts) {
  const Neighbours neighbours(component);
  std::vector<std::uint32_t> part(component.members.size(), kNoMember);
  std::vector<std::uint32_t> queue;
  parts = 0;
  for (std::uint32_t first = 0; first < part.size(); ++first) {
    if (part[first] != kNoMember) continue;
    part[first] = parts;
    queue.assign(1, first);
    for (std::size_t i = 0; i < queue.size(); ++i)
      for (const std::size_t e : neighbours.of(queue[i])) {
        const std::uint32_t next = other_end(component.edges[e], queue[i]);
        if (part[next] != kNoMember) continue;
        part[next] = parts;
        queue.push_back(next);
      }
    ++parts;
  }
  return part;
}

}  // namespace

std::optional<std::uint32_t> find_member(const Component& component, std::string_view identifier) {
  for (std::uint32_t i = 0; i < component.members.size(); ++i)
    if (component.members[i].identifier == identifier) return i;
  return std::nullopt;
}

Instant runs_out(const Component& component, const Edge& edge, const IdentityRules& rules) {
  const bool phone = component.members[edge.a].kind == IdentifierKind::kPhone ||
                     component.members[edge.b].kind == IdentifierKind::kPhone;
  return edge.given + (phone ? rules.phone_evidence_lasts : rules.evidence_lasts);
}

std::uint32_t keeper(const Component& component, std::string_view nobody) {
  const auto is_nobody = [&](std::uint32_t i) { return component.members[i].identifier == nobody; };
  std::uint32_t best = 0;
  for (std::uint32_t i = 1; i < component.members.size(); ++i)
    if (!is_nobody(i) &&
        (is_nobody(best) || outranks(component.members[i], component.members[best])))
      best = i;
  return best;
}

bool outranks(const Member& member, const Member& other) {
  const auto order = [](const Member& m) {
    return std::tuple(rank(m.kind), m.first, std::string_view(m.identifier));
  };
  return order(member) < order(other);
}

bool add_edge(Component& component, std::uint32_t a, std::uint32_t b, const Word& word,
              const IdentityRules& rules) {
  if (a > b) std::swap(a, b);
  bool news = false;
  for (const std::uint32_t end : {a, b}) {
    Instant& first = component.members[end].first;
    if (is_set(first) && first <= word.at) continue;
    first = word.at;
    news = true;
  }
  for (Edge& edge : component.edges) {
    if (edge.a != a || edge.b != b || edge.by_operator != word.by_operator ||
        edge.method != word.method || edge.source != word.source)
      continue;
    if (word.at >= edge.first && word.at <= edge.given) return news;
    edge.first = std::min(edge.first, word.at);
    edge.given = std::max(edge.given, word.at);
    return true;
  }
  component.edges.push_back({a, b, std::string(word.method), std::string(word.source), word.at,
                             word.at, word.by_operator});
  if (component.edges.size() > kEdgesPerMember * component.members.size())
    drop_an_edge(component, rules);
  return true;
}

void absorb(Component& component, Component&& other) {
  const auto offset = static_cast<std::uint32_t>(component.members.size());
  for (Member& member : other.members) component.members.push_back(std::move(member));
  for (Edge& edge : other.edges) {
    edge.a += offset;
    edge.b += offset;
    component.edges.push_back(std::move(edge));
  }
}

void cut(Component& component, std::uint32_t a, std::uint32_t b) {
  if (outranks(component.members[b], component.members[a])) std::swap(a, b);
  const std::vector<bool> leaves = Flow(component, a, b).side_of(b);
  std::erase_if(component.edges,
                [&](const Edge& edge) { return leaves[edge.a] != leaves[edge.b]; });
}

std::vector<Component> come_apart(Component& component, std::string_view nobody) {
  std::uint32_t parts = 0;
  const std::vector<std::uint32_t> part = number_parts(component, parts);
  if (parts <= 1) return {};
  const std::uint32_t kept = part[keeper(component, nobody)];
  std::vector<Component> all(parts);
  std::vector<std::uint32_t> place(part.size());
  for (std::uint32_t i = 0; i < part.size(); ++i) {
    Component& home = all[part[i]];
    place[i] = static_cast<std::uint32_t>(home.members.size());
    home.members.push_back(std::move(component.members[i]));
  }
  for (Edge& edge : component.edges) {
    Component& home = all[part[edge.a]];
    edge.a = place[edge.a];
    edge.b = place[edge.b];
    home.edges.push_back(std::move(edge));
  }
  component.members = std::move(all[kept].members);
  component.edges = std::move(all[kept].edges);
  all.erase(all.begin() + kept);
  return all;
}

std::vector<std::uint32_t> hold(Component& component, const IdentityRules& rules) {
  std::vector<std::uint32_t> changed;
  const Tree tree = widest_paths(component, keeper(component), rules);
  for (std::uint32_t i = 0; i < component.members.size(); ++i) {
    if (component.members[i].until == tree.until[i]) continue;
    component.members[i].until = tree.until[i];
    changed.push_back(i);
  }
  return changed;
}

}  // namespace vaste::stitch
