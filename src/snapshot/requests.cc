#include "snapshot/requests.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "snapshot/files.h"
#include "snapshot/manifest.h"

namespace vaste::snapshot {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string file_of(const std::string& folder, const std::string& id, const std::string& instance,
                    const char* kind) {
  return (fs::path(folder) / (id + '.' + instance + kind)).string();
}

constexpr const char* kRequest = ".request";
constexpr const char* kAnswer = ".answer";

}  // namespace

Status ask(const std::string& folder, const std::string& id, const std::string& instance) {
  return write_whole(file_of(folder, id, instance, kRequest), "{}\n");
}

Result<std::optional<Answer>> answered(const std::string& folder, const std::string& id,
                                       const std::string& instance) {
  const std::string file = file_of(folder, id, instance, kAnswer);
  auto text = read_whole(file);
  if (!text) return tl::unexpected(std::move(text.error()));
  if (!*text) return std::nullopt;
  try {
    const Json json = Json::parse(**text);
    Answer out;
    json.at("taken").get_to(out.taken);
    for (const Json& one : json.at("failed"))
      out.failed.emplace_back(one.at("partition").get<std::int32_t>(),
                              one.at("why").get<std::string>());
    return std::optional(std::move(out));
  } catch (const Json::exception& broken) {
    return failure(Code::kCorrupt, file + ": " + broken.what());
  }
}

void forget(const std::string& folder, const std::string& id, const std::string& instance) {
  std::error_code ignored;  // What stays is a small file that nobody reads again.
  for (const char* kind : {kRequest, kAnswer})
    fs::remove(file_of(folder, id, instance, kind), ignored);
}

Result<std::string> asked(const std::string& folder, const std::string& instance) {
  std::string oldest;
  const std::string ending = '.' + instance + kRequest;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.ends_with(ending)) continue;
    const std::string id = name.substr(0, name.size() - ending.size());
    if (is_id(id) && (oldest.empty() || id < oldest)) oldest = id;
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return system_failure(error, "list " + folder);
  return oldest;
}

Status answer(const std::string& folder, const std::string& id, const std::string& instance,
              const Answer& answer) {
  Json failed = Json::array();
  for (const auto& [partition, why] : answer.failed)
    failed.push_back({{"partition", partition}, {"why", why}});
  const Json json = {{"taken", answer.taken}, {"failed", std::move(failed)}};
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  if (auto written = write_whole(file_of(folder, id, instance, kAnswer), text); !written)
    return written;
  std::error_code error;
  fs::remove(file_of(folder, id, instance, kRequest), error);
  if (error) return system_failure(error, "remove a request in " + folder);
  return {};
}

}  // namespace vaste::snapshot
