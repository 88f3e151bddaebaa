// The state of a running vaste, as its changelog has it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "config/config.h"
#include "kafka/consumer.h"
#include "model/conversation.h"

namespace vaste::app {

// Threads: one. Each question reads one partition from its beginning to where it ends now.
class Changelog {
 public:
  // `role` as in client_config(). Errors: kUnavailable, kNotFound.
  static Result<Changelog> open(const config::Config& config, std::string_view role);

  // It lives where its customer does: a signpost leads from where it was born.
  Result<std::optional<Conversation>> find(const Id& id);
  // The newest record of a state key (store/keys.h) whose actor has this key group; nullopt: none.
  Result<std::optional<std::string>> get(const std::string& key, std::uint32_t key_group);

 private:
  using Records = std::map<std::string, std::string, std::less<>>;
  Result<Records> newest(std::uint32_t key_group,
                         const std::function<bool(std::string_view key)>& wanted);
  Result<std::optional<Conversation>> find(const Id& id, std::uint32_t key_group);

  std::string topic_;
  kafka::ClientConfig client_;
  std::unique_ptr<kafka::PartitionReader> reader_;
  std::int32_t partitions_ = 0;
};

}  // namespace vaste::app
