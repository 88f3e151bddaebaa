#include "app/explain_state.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "store/conversations.h"

namespace vaste::app {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "core-";

// Not what was set aside: core-3.quarantine-1.
bool is_partition(const std::string& name) {
  return name.starts_with(kPrefix) && name.size() > kPrefix.size() &&
         name.find_first_not_of("0123456789", kPrefix.size()) == std::string::npos;
}

tl::unexpected<Error> unreadable(const std::string& directory, const std::error_code& error) {
  const bool missing =
      error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
  return failure(missing ? Code::kNotFound : Code::kPermission, directory + ": " + error.message());
}

}  // namespace

Result<StateDirectory> StateDirectory::open(const std::string& directory) {
  StateDirectory out;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    if (is_partition(at->path().filename().string()) &&
        store::is_rocks_directory(at->path().string()))
      out.databases_.push_back(at->path().string());
  if (error) return unreadable(directory, error);
  if (out.databases_.empty() && store::is_rocks_directory(directory))
    out.databases_.push_back(directory);
  if (out.databases_.empty())
    return failure(Code::kNotFound,
                   directory +
                       ": no state of a vaste: there are no databases core-0, core-1 ... "
                       "in it; give the `state_directory` of its configuration");
  std::sort(out.databases_.begin(), out.databases_.end());
  out.environment_ = std::make_unique<store::RocksEnvironment>(
      store::RocksEnvironment::Options{.block_cache_bytes = 8 << 20, .databases = 1});
  return out;
}

Result<std::unique_ptr<store::Store>> StateDirectory::open_database(const std::string& database) {
  auto store = store::open_rocks_to_read(*environment_, database);
  if (!store && store.error().code == Code::kUnavailable)
    store.error().detail +=
        "; stop the vaste that has it open, or ask it through Kafka "
        "with --config and without --state";
  return store;
}

Result<std::optional<std::string>> StateDirectory::get(const std::string& key) {
  for (const std::string& database : databases_) {
    auto store = open_database(database);
    if (!store) return tl::unexpected(std::move(store.error()));
    auto value = (*store)->get(key);
    if (!value || *value) return value;
  }
  return std::optional<std::string>();
}

Result<std::optional<Conversation>> StateDirectory::find(const Id& id) {
  for (const std::string& database : databases_) {
    auto store = open_database(database);
    if (!store) return tl::unexpected(std::move(store.error()));
    auto conversation =
        store::load_conversation(id, [&](const std::string& key) { return (*store)->get(key); });
    if (!conversation) return conversation;
    // A signpost: it is in another partition's database.
    if (*conversation && !(*conversation)->moved) return conversation;
  }
  return std::optional<Conversation>();
}

}  // namespace vaste::app
