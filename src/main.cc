#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "app/cli.h"
#include "app/exit_code.h"

#ifndef VASTE_VERSION
#define VASTE_VERSION "0.1.0"
#endif

// Read by jemalloc when it is linked (src/CMakeLists.txt), by nobody otherwise. What a burst leaves
// free goes back after a second, by a thread of jemalloc's own: an arena whose threads sleep would
// keep it. Few arenas, since we have few threads that allocate much.
extern "C" {
const char* malloc_conf = "dirty_decay_ms:1000,muzzy_decay_ms:0,narenas:4,background_thread:true";
}

int main(int argc, char** argv) {
  using namespace vaste;
  try {
    const app::Commands commands{
        .run = app::run,
        .demo = app::demo,
        .top = app::top,
        .check = app::check,
        .schema = app::print_schema,
        .show_config = app::show_config,
        .test = app::test_stories,
        .create_topics = app::create_topics,
        .verify_topics =
            [](const app::TopicsOptions& options) { return app::verify_topics(options); },
        .produce = app::produce,
        .tap = app::tap,
        .explain = app::explain,
        .apply_policy = app::apply_policy,
        .policy_history = app::policy_history,
        .show_policy = app::show_policy,
        .diff_policies = app::diff_policies,
        .create_snapshot = app::create_snapshot,
        .list_snapshots = app::list_snapshots,
        .restore_snapshot = app::restore_snapshot,
        .asyncapi = app::print_asyncapi,
        .metrics = app::print_metrics,
        .show_identity = app::show_identity,
        .order = app::give_order,
    };
    return app::dispatch(std::vector<std::string>(argv + 1, argv + argc), commands, VASTE_VERSION,
                         std::cout, std::cerr);
  } catch (const std::exception& broken) {  // Out of memory, most likely.
    std::fprintf(stderr, "vaste: error: %s\n", broken.what());
    return app::kExitInternal;
  }
}
