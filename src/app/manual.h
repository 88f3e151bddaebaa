// The manual page vaste(1), made of the tree of commands.
#pragma once

#include <string>
#include <vector>

#include "app/command_tree.h"

namespace vaste::app {

// In man(7), ASCII. `about` are the first words of `vaste --help`.
std::string manual(const std::vector<CommandText>& tree, const std::string& version,
                   const std::string& about);

}  // namespace vaste::app
