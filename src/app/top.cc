#include "app/top.h"

#include <cstdio>

#include "app/board.h"
#include "app/terminal.h"
#include "engine/progress.h"

namespace vaste::app {

namespace {
constexpr Millis kFrame{500};
constexpr Millis kTurn{50};
}  // namespace

int top(const TopOptions& options) {
  catch_signals();
  auto config = connect(options.connection);
  if (!config) return give_up(config.error());
  Outputs outputs;
  if (auto started = outputs.start(client_config(*config, "top"), *config); !started)
    return give_up(started.error());
  Wall wall;
  const Screen screen(options.plain);
  Instant now = engine::wall_clock();
  const Instant ends =
      options.seconds > 0 ? now + std::chrono::seconds(options.seconds) : kEndOfTime;
  Instant next_frame = now;
  bool began = false;
  while (!interrupted() && !nobody_reads() && now < ends) {
    const Status read = outputs.read(wall, kTurn);
    if (!read && read.error().code != Code::kUnavailable) return give_up(read.error());
    now = engine::wall_clock();
    if (!began && outputs.caught_up()) {
      wall.begin(now);
      began = true;
    }
    if (now < next_frame) continue;
    next_frame = now + kFrame;
    const std::string footer = !read    ? "the brokers do not answer: " + read.error().detail
                               : !began ? "reading what there is"
                                        : config->kafka.bootstrap_servers + "   Ctrl-C ends";
    if (began || !read) screen.draw(wall, now, footer);
  }
  return 0;
}

}  // namespace vaste::app
