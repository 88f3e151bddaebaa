// The manual page vaste(1), made of the tree of commands.
#pragma once

#include <string>
#include <vector>

#include "app/command_tree.h"

namespace vaste::app {

// In man(7), ASCII. `about` and `exits` are the first and the last words of `vaste --help`.
std::string manual(const std::vector<CommandText>& tree, const std::string& version,
                   const std::string& about, const std::string& exits);

}  // namespace vaste::app
