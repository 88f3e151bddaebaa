// The graph of one customer: identifiers, the evidence between them, what holds what together.
// Only the linker uses it.
//
// Pure functions of a component, which is small: IdentityRules::most members. The same component
// and arguments give the same answer, down to the order of members and edges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/identity.h"

namespace vaste::stitch {

// Kept for each member at most; of more those go first that nothing hangs on.
inline constexpr std::size_t kEdgesPerMember = 4;

std::optional<std::uint32_t> find_member(const Component& component, std::string_view identifier);

// When the edge's evidence runs out.
Instant runs_out(const Component& component, const Edge& edge, const IdentityRules& rules);

// The member that keeps the customer, whatever comes apart: see linker.h. `nobody` never does,
// unless it is alone.
std::uint32_t keeper(const Component& component, std::string_view nobody = {});
bool outranks(const Member& member, const Member& other);

// What a piece of evidence says.
struct Word {
  std::string_view method;
  std::string_view source;
  Instant at;
  bool by_operator = false;
};

// Between two members; false: it says nothing that is not known.
bool add_edge(Component& component, std::uint32_t a, std::uint32_t b, const Word& word,
              const IdentityRules& rules);

// Members and edges of `other` are appended.
void absorb(Component& component, Component&& other);

// Removes the edges that `gone` picks; false: none.
template <class Pick>
bool remove_edges(Component& component, Pick&& gone) {
  return std::erase_if(component.edges, gone) > 0;
}

// Removes the fewest pieces of evidence that leave the two apart; of such, what is nearest to the
// weaker of them.
void cut(Component& component, std::uint32_t a, std::uint32_t b);

// The component becomes the part of its keeper; the others, in the order of their first members,
// without customer and epoch.
std::vector<Component> come_apart(Component& component, std::string_view nobody = {});

// Sets Member::until by the widest path to the keeper; those for whom it changed.
std::vector<std::uint32_t> hold(Component& component, const IdentityRules& rules);

}  // namespace vaste::stitch
