#include "serve/health.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <utility>

namespace vaste::serve {
namespace {

Response page(const char* key, const std::vector<std::string>& reasons) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  json.StartObject();
  json.Key(key);
  json.Bool(reasons.empty());
  json.Key("reasons");
  json.StartArray();
  for (const std::string& reason : reasons) json.String(reason.c_str());
  json.EndArray();
  json.EndObject();
  return {.status = reasons.empty() ? 200 : 503,
          .content_type = "application/json",
          .body = std::string(buffer.GetString(), buffer.GetSize()) + "\n"};
}

}  // namespace

void Health::not_ready(const std::string& part, std::string reason) {
  const std::lock_guard lock(mutex_);
  reasons_[part] = std::move(reason);
}

void Health::ready(const std::string& part) {
  const std::lock_guard lock(mutex_);
  reasons_.erase(part);
}

void Health::beat(const std::string& loop, Instant now) {
  const std::lock_guard lock(mutex_);
  beats_[loop] = now;
}

void Health::stopped(const std::string& loop) {
  const std::lock_guard lock(mutex_);
  beats_.erase(loop);
}

bool Health::all_there() const {
  started_ = started_ || reasons_.empty();
  return reasons_.empty();
}

bool Health::is_ready() const {
  const std::lock_guard lock(mutex_);
  return all_there();
}

std::vector<std::string> Health::reasons() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [part, reason] : reasons_) out.emplace_back(part).append(": ").append(reason);
  return out;
}

std::vector<std::string> Health::stuck(Instant now) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [loop, last] : beats_) {
    if (now - last <= kLoopPatience) continue;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - last).count();
    out.emplace_back(loop)
        .append(": has not turned for ")
        .append(std::to_string(seconds))
        .append(" s");
  }
  return out;
}

Response Health::readyz() const {
  return page("ready", reasons());
}

Response Health::startupz() const {
  {
    const std::lock_guard lock(mutex_);
    (void)all_there();
    if (started_) return page("started", {});
  }
  // What became ready between the two locks shows as started, which it is.
  return page("started", reasons());
}

Response Health::livez(Instant now) const {
  return page("live", stuck(now));
}

}  // namespace vaste::serve
