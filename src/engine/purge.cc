#include "engine/purge.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace vaste::engine {

namespace {
constexpr Millis kPatience{5000};
}

void Purgeable::committed(std::int32_t partition, std::int64_t offset) {
  std::int64_t& known = committed_[partition];
  known = std::max(known, offset);
}

std::vector<kafka::Position> Purgeable::due(const std::string& topic) const {
  std::vector<kafka::Position> out;
  for (const auto& [partition, offset] : committed_) {
    const auto before = deleted_.find(partition);
    if (offset > (before == deleted_.end() ? 0 : before->second))
      out.push_back({{topic, partition}, offset});
  }
  return out;
}

void Purgeable::done(const std::vector<kafka::Position>& deleted) {
  for (const kafka::Position& one : deleted) deleted_[one.at.partition] = one.offset;
}

Purge::Purge(const config::Config& config, kafka::ClientConfig client)
    : config_(config), client_(std::move(client)) {}

void Purge::start() {
  const Millis pause = config_.engine.purge_interval;
  if (pause > Millis(0)) periodic_.start(pause, [this] { turn(); });
}

void Purge::committed(std::int32_t partition, std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  purgeable_.committed(partition, offset);
}

void Purge::turn() {
  std::vector<kafka::Position> due;
  {
    const std::lock_guard lock(mutex_);
    due = purgeable_.due(config_.topics.core);
  }
  if (due.empty()) return;
  Status done;
  if (admin_ == nullptr) {
    auto admin = kafka::Admin::create(client_);
    if (admin)
      admin_ = std::move(*admin);
    else
      done = tl::unexpected(admin.error());
  }
  if (done) done = admin_->delete_records(due, kPatience);
  if (!done) {
    if (!std::exchange(failing_, true))
      log::warning("what was read of " + config_.topics.core +
                   " cannot be deleted, its retention does it: " + done.error().detail);
    return;
  }
  if (std::exchange(failing_, false))
    log::info("what was read of " + config_.topics.core + " is deleted again");
  const std::lock_guard lock(mutex_);
  purgeable_.done(due);
}

}  // namespace vaste::engine
