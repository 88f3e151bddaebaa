#include "engine/group_watch.h"

#include <utility>

#include "base/log.h"

namespace vaste::engine {

namespace {
constexpr Millis kPatience{5000};
}

GroupWatch::GroupWatch(const config::Config& config, kafka::ClientConfig client,
                       std::vector<kafka::TopicPartition> partitions, ProgressBoard& progress)
    : config_(config),
      client_(std::move(client)),
      partitions_(std::move(partitions)),
      progress_(progress) {}

void GroupWatch::start() {
  if (config_.kafka.membership == "static")
    periodic_.start(config_.kafka.session_timeout, [this] { turn(); });
}

bool GroupWatch::must_leave(const std::string& instance) {
  const std::lock_guard lock(mutex_);
  if (leaving_ != instance) return false;
  leaving_.clear();
  return true;
}

Result<kafka::GroupFacts> GroupWatch::ask() {
  if (admin_ == nullptr) {
    auto admin = kafka::Admin::create(client_);
    if (!admin) return tl::unexpected(std::move(admin.error()));
    admin_ = std::move(*admin);
  }
  return admin_->describe_group(config_.application, kPatience);
}

// A partition without an owner holds deadlines, or is left out by those that are said.
bool GroupWatch::all_is_well() {
  const Gate gate = progress_.gate();
  return is_set(gate.up_to) && !gate.provisional &&
         wall_clock() - gate.up_to < 2 * config_.kafka.session_timeout;
}

void GroupWatch::turn() {
  if (progress_.away()) return;
  if (all_is_well()) {
    orphans_ = {};
    return;
  }
  auto group = ask();
  if (!group) {
    if (!std::exchange(failing_, true))
      log::warning("whether each partition has an owner is not known: " + group.error().detail);
    return;
  }
  failing_ = false;
  std::string leaving = orphans_.look(*group, partitions_);
  const std::lock_guard lock(mutex_);
  leaving_ = std::move(leaving);
}

}  // namespace vaste::engine
