#include "config/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <tuple>
#include <unordered_map>

#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::uintmax_t kFileBytes = 4 << 20;
constexpr std::size_t kNameBytes = 100;

Place place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

Place place_of_byte(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n');
  const std::size_t start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {static_cast<int>(line) + 1, static_cast<int>(at - start) + 1};
}

// yaml-cpp marks an empty value at the next token; its key is where a person looks.
Value value_at(const YAML::Node& node, Place fallback, std::string path) {
  const Place place = node.IsNull() ? fallback : place_of(node.Mark());
  return {node, place.line == 0 ? fallback : place, std::move(path)};
}

std::string below(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

// How a document begins; what is in it is read elsewhere.
class Beginning : public YAML::EventHandler {
 public:
  bool any() const { return any_; }
  const YAML::Mark& mark() const { return mark_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { begins(mark, false); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { begins(mark, true); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string&) override {
    begins(mark, true);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    begins(mark, true);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    begins(mark, true);
  }
  void OnMapEnd() override {}

 private:
  void begins(const YAML::Mark& mark, bool any) {
    if (seen_) return;
    seen_ = true;
    any_ = any;
    mark_ = mark;
  }

  bool seen_ = false;
  bool any_ = false;
  YAML::Mark mark_;
};

// Where a second document begins that holds something. Not YAML::LoadAll(): it never comes to an
// end on some files that are broken.
std::optional<Place> second_document(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  Beginning first;
  Beginning second;
  if (!parser.HandleNextDocument(first) || !parser.HandleNextDocument(second) || !second.any())
    return std::nullopt;
  return place_of(second.mark());
}

std::string kind_of(const YAML::Node& node) {
  if (node.IsMap()) return "a mapping";
  if (node.IsSequence()) return "a list";
  if (node.IsScalar()) return "a single value";
  return "nothing";
}

}  // namespace

void Report::error(Place place, std::string text, std::string_view kind) {
  ++errors_;
  findings_.push_back({file_, place.line, place.column, true, std::move(text), kind});
}

void Report::warning(Place place, std::string text) {
  findings_.push_back({file_, place.line, place.column, false, std::move(text)});
}

void Report::error_in(const std::string& file, Place place, std::string text) {
  ++errors_;
  findings_.push_back({file, place.line, place.column, true, std::move(text)});
}

std::string Report::finish() {
  const auto begin = findings_.begin() + static_cast<std::ptrdiff_t>(first_);
  std::stable_sort(begin, findings_.end(), [&](const Finding& a, const Finding& b) {
    const bool a_other = a.file != file_;  // what this file names comes after it
    const bool b_other = b.file != file_;
    return std::tie(a_other, a.file, a.line, a.column) <
           std::tie(b_other, b.file, b.line, b.column);
  });
  std::vector<std::string> errors;
  for (auto it = begin; it != findings_.end(); ++it) {
    if (it->error) errors.push_back(text(*it));
  }
  return join(errors, "\n");
}

Result<std::string> read_file(const std::string& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    return failure(Code::kNotFound, "cannot read this file: " +
                                        (error ? error.message() : "No such file or directory"));
  }
  if (!std::filesystem::is_regular_file(status)) {
    return failure(Code::kConfig, "cannot read this file: it is no regular file");
  }
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error || size > kFileBytes) {
    return failure(Code::kConfig, "cannot read this file: it is larger than 4MiB");
  }
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) {
    return failure(Code::kPermission,
                   std::string("cannot read this file: ") + std::generic_category().message(errno));
  }
  return bytes;
}

std::optional<Value> parse_yaml(const std::string& text, Report& report) {
  if (const auto bad = invalid_utf8(text)) {
    report.error(place_of_byte(text, *bad), "not UTF-8 text: save the file as UTF-8");
    return std::nullopt;
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos) {
    report.error(place_of_byte(text, nul), "a NUL byte: this is not a text file");
    return std::nullopt;
  }
  try {
    const YAML::Node document = YAML::Load(text);
    if (document.IsNull()) {
      report.error({1, 1}, "the file is empty; deploy/ holds examples to begin with");
      return std::nullopt;
    }
    if (const auto second = second_document(text)) {
      report.error(*second, "a second YAML document (after `---`): write one document a file");
      return std::nullopt;
    }
    return value_at(document, {1, 1}, "");
  } catch (const YAML::Exception& error) {
    report.error(place_of(error.mark), "not valid YAML: " + printable(error.msg));
  } catch (const std::exception& error) {
    report.error({1, 1}, std::string("not valid YAML: ") + printable(error.what()));
  }
  return std::nullopt;
}

Map::Map(const Value& value, Report& report, std::string_view example)
    : report_(report), path_(value.path) {
  if (value.node.IsNull()) return;
  if (!value.node.IsMap()) {
    usable_ = false;
    report.error(value.place,
                 fmt::format("{}expected keys and values, e.g. `{}`, found {}",
                             path_.empty() ? "" : path_ + ": ", example, kind_of(value.node)));
    return;
  }
  std::unordered_map<std::string, Place> places;
  for (const auto& pair : value.node) {
    const Place place = place_of(pair.first.Mark());
    if (!pair.first.IsScalar()) {
      report.error(place, fmt::format("{}a key must be plain text, found {}",
                                      path_.empty() ? "" : path_ + ": ", kind_of(pair.first)));
      continue;
    }
    const std::string& key = pair.first.Scalar();
    const auto [before, fresh] = places.emplace(key, place);
    if (!fresh) {
      report.error(place, fmt::format("`{}` is given twice; the first is at line {}, column {}: "
                                      "keep one of them",
                                      printable(below(path_, key)), before->second.line,
                                      before->second.column));
      continue;
    }
    entries_.push_back({key, place, value_at(pair.second, place, printable(below(path_, key)))});
  }
}

const Value* Map::get(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  for (const Entry& entry : entries_) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

void Map::finish() {
  for (const Entry& entry : entries_) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    const std::string where = path_.empty() ? "" : fmt::format(" under `{}`", path_);
    std::string hint = did_you_mean(entry.key, known_);
    if (hint.empty()) hint = fmt::format("; known here: {}", join(known_, ", "));
    report_.error(entry.place,
                  fmt::format("unknown key `{}`{}{}", printable(entry.key), where, hint));
  }
}

std::string written(const Value& value) {
  const std::string path = value.path.empty() ? "" : value.path + ": ";
  if (!value.node.IsScalar()) return path + "found " + kind_of(value.node);
  return fmt::format("{}`{}`", path, printable(value.node.Scalar()));
}

std::optional<std::string> read_text(const Value& value, Report& report, std::string_view example) {
  if (!value.node.IsScalar()) {
    report.error(value.place,
                 fmt::format("{}, expected a text, e.g. `{}`", written(value), example));
    return std::nullopt;
  }
  return value.node.Scalar();
}

std::optional<std::string> read_name(const Value& value, Report& report, std::string_view example) {
  auto name = read_text(value, report, example);
  if (!name) return std::nullopt;
  if (name->empty() || name->size() > kNameBytes || !prints(*name) || name->front() == ' ' ||
      name->back() == ' ') {
    report.error(
        value.place,
        fmt::format("{} cannot be a name: expected 1 to {} bytes that print, without blanks "
                    "around them, e.g. `{}`",
                    written(value), kNameBytes, example));
    return std::nullopt;
  }
  return name;
}

std::optional<bool> read_bool(const Value& value, Report& report) {
  if (value.node.IsScalar() && value.node.Scalar() == "true") return true;
  if (value.node.IsScalar() && value.node.Scalar() == "false") return false;
  report.error(value.place, written(value) + ", expected `true` or `false`");
  return std::nullopt;
}

std::optional<std::int64_t> read_count(const Value& value, Report& report, std::int64_t least,
                                       std::int64_t most) {
  const auto number =
      value.node.IsScalar() ? parse_integer(value.node.Scalar()) : std::optional<std::int64_t>();
  if (!number) {
    report.error(value.place,
                 fmt::format("{}, expected a whole number from {} to {}, e.g. `{}`", written(value),
                             least, most, std::max<std::int64_t>(1, least)));
    return std::nullopt;
  }
  if (*number < least || *number > most) {
    report.error(value.place, fmt::format("{} is out of bounds: expected {} to {}", written(value),
                                          least, most));
    return std::nullopt;
  }
  return number;
}

std::optional<Millis> read_duration(const Value& value, Report& report, Millis least, Millis most,
                                    std::string_view example) {
  const std::string text = value.node.IsScalar() ? value.node.Scalar() : std::string();
  const auto duration = parse_duration(text);
  if (!duration) {
    std::string unit = parse_integer(text) ? " has no unit:" : ",";
    if (text.size() > 1 && text.front() == '-' && parse_duration(text.substr(1)))
      unit = " is negative:";
    report.error(value.place,
                 fmt::format("{}{} expected a duration in ms, s, m, h or d, e.g. `{}` or `1h30m`",
                             written(value), unit, example));
    return std::nullopt;
  }
  if (*duration < least || *duration > most) {
    report.error(value.place, fmt::format("{} is out of bounds: expected {} to {}", written(value),
                                          duration_text(least), duration_text(most)));
    return std::nullopt;
  }
  return duration;
}

std::optional<std::int64_t> read_size(const Value& value, Report& report, std::int64_t least,
                                      std::int64_t most) {
  const std::string text = value.node.IsScalar() ? value.node.Scalar() : std::string();
  const auto size = parse_size(text);
  if (!size) {
    const std::string unit = parse_integer(text) ? " has no unit:" : ",";
    report.error(value.place,
                 fmt::format("{}{} expected a size in B, KiB, MiB or GiB, e.g. `64MiB`",
                             written(value), unit));
    return std::nullopt;
  }
  if (*size < least || *size > most) {
    report.error(value.place, fmt::format("{} is out of bounds: expected {} to {}", written(value),
                                          size_text(least), size_text(most)));
    return std::nullopt;
  }
  return size;
}

std::optional<double> read_percent(const Value& value, Report& report) {
  const auto share =
      value.node.IsScalar() ? parse_percent(value.node.Scalar()) : std::optional<double>();
  if (!share || *share <= 0 || *share >= 1) {
    report.error(value.place,
                 written(value) + ", expected a share above 0% and below 100%, e.g. `75%`");
    return std::nullopt;
  }
  return share;
}

std::optional<std::size_t> read_word(const Value& value, Report& report,
                                     const std::vector<std::string>& words) {
  const std::string text = value.node.IsScalar() ? value.node.Scalar() : std::string();
  const auto found = std::find(words.begin(), words.end(), text);
  if (value.node.IsScalar() && found != words.end()) {
    return static_cast<std::size_t>(found - words.begin());
  }
  report.error(value.place, fmt::format("{}, expected one of {}{}", written(value),
                                        join(words, ", "), did_you_mean(text, words)));
  return std::nullopt;
}

std::vector<Value> read_list(const Value& value, Report& report, std::string_view example,
                             bool or_one) {
  if (or_one && value.node.IsScalar()) return {value};
  std::vector<Value> values;
  if (value.node.IsSequence()) {
    for (const YAML::Node& item : value.node) {
      values.push_back(
          value_at(item, value.place, fmt::format("{}[{}]", value.path, values.size())));
    }
    if (!values.empty()) return values;
  }
  report.error(value.place, fmt::format("{}, expected a list of at least one, e.g. `{}`",
                                        value.node.IsSequence() ? value.path + ": an empty list"
                                                                : written(value),
                                        example));
  return values;
}

}  // namespace vaste::config
