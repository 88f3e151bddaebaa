// The command line: words to options, help, and what was probably meant. Starts nothing by itself.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "app/asyncapi.h"
#include "app/check.h"
#include "app/demo.h"
#include "app/explain.h"
#include "app/identity.h"
#include "app/metrics_list.h"
#include "app/order.h"
#include "app/policy.h"
#include "app/produce.h"
#include "app/run.h"
#include "app/snapshot.h"
#include "app/stories.h"
#include "app/tap.h"
#include "app/top.h"
#include "app/topics.h"

namespace vaste::app {

// What the words lead to; main() gives the real ones, tests their own. Each returns an exit code.
struct Commands {
  std::function<int(const RunOptions&)> run;
  std::function<int(const DemoOptions&)> demo;
  std::function<int(const TopOptions&)> top;
  std::function<int(const CheckOptions&)> check;
  std::function<int(const SchemaOptions&)> schema;
  std::function<int(const ShowConfigOptions&)> show_config;
  std::function<int(const StoriesOptions&)> test;
  std::function<int(const TopicsOptions&)> create_topics;
  std::function<int(const TopicsOptions&)> verify_topics;
  std::function<int(const ProduceOptions&)> produce;
  std::function<int(const TapOptions&)> tap;
  std::function<int(const ExplainOptions&)> explain;
  std::function<int(const PolicyOptions&)> apply_policy;
  std::function<int(const PolicyOptions&)> policy_history;
  std::function<int(const PolicyOptions&)> show_policy;
  std::function<int(const PolicyOptions&)> diff_policies;
  std::function<int(const SnapshotOptions&)> create_snapshot;
  std::function<int(const SnapshotOptions&)> list_snapshots;
  std::function<int(const SnapshotOptions&)> restore_snapshot;
  std::function<int(const AsyncapiOptions&)> asyncapi;
  std::function<int(const MetricsOptions&)> metrics;
  std::function<int(const ShowIdentityOptions&)> show_identity;
  std::function<int(const OrderOptions&)> order;
};

// `words` without the program's name. Help and version go to `out`, mistakes to `err`.
int dispatch(std::vector<std::string> words, const Commands& commands, const std::string& version,
             std::ostream& out, std::ostream& err);

}  // namespace vaste::app
