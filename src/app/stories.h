// `vaste test PATH...`: tells stories to the core and says where it does not come as they tell.
#pragma once

#include <string>
#include <vector>

namespace vaste::app {

struct StoriesOptions {
  std::vector<std::string> paths;  // story files, or directories with *.story files anywhere below
  std::string filter;              // only stories with this in their path
  int shuffles = 20;
  bool json = false;
};

// Results are the data, so they go to stdout. Returns the exit code: 0, 1 when a story failed, 65
// when one cannot be read, 66 when there is none.
int test_stories(const StoriesOptions& options);

}  // namespace vaste::app
