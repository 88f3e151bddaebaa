// `vaste demo`: a made-up service desk, with a Kafka of its own, so that there is something to see.
#pragma once

#include <cstdint>

namespace vaste::app {

struct DemoOptions {
  int seconds = 0;    // 0: until Ctrl-C
  double speed = 60;  // simulated seconds a second
  std::uint64_t seed = 1;
  int port = 9464;     // of the board
  bool plain = false;  // no colours, no moving lines
};

// Returns the exit code of the program.
int demo(const DemoOptions& options);

}  // namespace vaste::app
