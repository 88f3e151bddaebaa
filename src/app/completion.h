// What shells offer behind `vaste`, made of the tree of commands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/command_tree.h"

namespace vaste::app {

enum class Shell : std::uint8_t { kBash, kZsh, kFish };

// The file to be installed; never calls vaste itself, which may be another version.
std::string completion(const std::vector<CommandText>& tree, Shell shell);

}  // namespace vaste::app
