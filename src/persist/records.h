// The core's state as records of a store: where a partition in memory and one on RocksDB agree.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "core/state.h"
#include "store/store.h"

namespace vaste::persist {

// Reads what a State lacks. Threads: as the store.
class Records : public core::Loader {
 public:
  explicit Records(store::Store& store) : store_(store) {}

  Result<std::optional<Conversation>> conversation(const Id& id) override;
  Result<std::optional<Customer>> customer(const Id& id) override;
  Result<std::optional<Pointer>> identifier(const std::string& text) override;
  Result<std::optional<Id>> thread(const std::string& key) override;
  Result<std::optional<Linked>> linked(const std::string& identifier) override;
  Result<std::optional<Component>> component(const Id& customer) override;
  Result<std::optional<Answer>> answer(const std::string& command) override;
  Result<std::optional<KpiWindow>> window(const WindowId& id) override;
  Result<std::optional<KpiShelf>> shelf(const WindowId& id) override;
  Result<std::optional<TrendState>> trend(const std::string& group) override;
  Result<std::optional<Waiting>> waiting(const Id& id) override;

 private:
  store::Store& store_;
};

// Once per key; nullptr: erased. An error ends the walk.
using Put = std::function<Status(std::string key, const std::string* value)>;

// What a transaction changed, conversations aside: whoever writes those has more to do with each.
Status write_changes(const core::State& state, const Put& put);

}  // namespace vaste::persist
