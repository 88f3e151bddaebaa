#include "snapshot/manifest.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "snapshot/digest.h"

namespace vaste::snapshot {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kForm = 1;
constexpr std::string_view kIdForm = "00000000T000000.000Z";  // 0 stands for any digit

tl::unexpected<Error> damaged(const std::string& what) {
  return failure(Code::kCorrupt, "manifest.json: " + what);
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json json_of(const Manifest& manifest) {
  Json files = Json::array();
  for (const File& file : manifest.files)
    files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  return {{"form", kForm},
          {"id", manifest.id},
          {"taken_ms", to_ms(manifest.taken)},
          {"state_format", manifest.state_format},
          {"application", manifest.application},
          {"partition", manifest.partition},
          {"partitions", manifest.partitions},
          {"input_offset", manifest.positions.input},
          {"changelog_offset", manifest.positions.changelog},
          {"files", std::move(files)}};
}

// What is no plain name could lie anywhere.
bool is_plain(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

// May throw Json::exception.
Result<Manifest> read(const Json& json) {
  Manifest out;
  json.at("id").get_to(out.id);
  out.taken = instant(json.at("taken_ms").get<std::int64_t>());
  json.at("state_format").get_to(out.state_format);
  json.at("application").get_to(out.application);
  json.at("partition").get_to(out.partition);
  json.at("partitions").get_to(out.partitions);
  json.at("input_offset").get_to(out.positions.input);
  json.at("changelog_offset").get_to(out.positions.changelog);
  for (const Json& one : json.at("files")) {
    File file{one.at("name").get<std::string>(), one.at("bytes").get<std::uint64_t>(),
              one.at("sha256").get<std::string>()};
    if (!is_plain(file.name)) return damaged("a file's name that is none");
    out.files.push_back(std::move(file));
  }
  if (!is_id(out.id)) return damaged("an id that is none");
  return out;
}

}  // namespace

std::uint64_t Manifest::bytes() const {
  std::uint64_t sum = 0;
  for (const File& file : files) sum += file.bytes;
  return sum;
}

std::string to_json(const Manifest& manifest) {
  const Json json = json_of(manifest);
  const Json whole = {{"manifest", json}, {"sha256", sha256_hex(text_of(json))}};
  return whole.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<Manifest> parse_manifest(std::string_view text) {
  try {
    const Json whole = Json::parse(text);
    const Json& json = whole.at("manifest");
    if (sha256_hex(text_of(json)) != whole.at("sha256").get<std::string>())
      return damaged("it is not what was written");
    if (const int form = json.at("form").get<int>(); form > kForm)
      return failure(Code::kNewerFormat, fmt::format("manifest.json: form {} is of a later version "
                                                     "of vaste, this one knows {}",
                                                     form, kForm));
    return read(json);
  } catch (const Json::exception& broken) {
    return damaged(broken.what());
  }
}

std::string id_of(Instant at) {
  const std::int64_t ms = to_ms(at);
  return fmt::format("{:%Y%m%dT%H%M%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

bool is_id(std::string_view text) {
  if (text.size() != kIdForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool fits = kIdForm[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == kIdForm[i];
    if (!fits) return false;
  }
  return true;
}

}  // namespace vaste::snapshot
