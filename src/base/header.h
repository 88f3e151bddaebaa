// A header of a record.
#pragma once

#include <string_view>

namespace vaste {

struct Header {
  std::string_view name;
  std::string_view value;
};

}  // namespace vaste
