#include "ingest/json.h"

#include <google/protobuf/util/json_util.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "ingest/decode.h"

namespace vaste::ingest {
namespace {

// Line ends are LF, CR LF and CR alone.
std::string place(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  std::size_t line = 1;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] != '\n' && (text[i] != '\r' || (i + 1 < text.size() && text[i + 1] == '\n')))
      continue;
    ++line;
    line_start = i + 1;
  }
  return "JSON at line " + std::to_string(line) + ":" + std::to_string(offset - line_start + 1) +
         " (byte " + std::to_string(offset) + ")";
}

// \udc00 alone decodes to bytes that are not UTF-8; this version of rapidjson refuses a lone high
// surrogate only.
bool holds_surrogate(std::string_view text) {
  for (std::size_t at = text.find('\xed'); at != std::string_view::npos;
       at = text.find('\xed', at + 1))
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xa0) return true;
  return false;
}

// Keys of the objects that are open, as hashes, in one stack. They are compared when an object
// ends, sorted: comparing each with all before it would let one record of a megabyte cost minutes.
class Checker : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Checker> {
 public:
  explicit Checker(const rapidjson::MemoryStream& stream) : stream_(stream) {}

  bool Default() { return depth_ > 0 || fail(Code::kMalformed, "an event is an object: {...}"); }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    return Default() && is_text({text, length});
  }

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (!is_text({text, length})) return false;
    key_.clear();
    for (rapidjson::SizeType i = 0; i < length; ++i) {
      const bool joins =
          text[i] == '_' && i + 1 < length && text[i + 1] >= 'a' && text[i + 1] <= 'z';
      key_.push_back(joins ? static_cast<char>(text[++i] - 'a' + 'A') : text[i]);
    }
    keys_.emplace_back(hash64(key_), stream_.Tell());
    return true;
  }

  bool StartObject() {
    if (!deeper()) return false;
    starts_.push_back(keys_.size());
    return true;
  }

  bool EndObject(rapidjson::SizeType) {
    --depth_;
    const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(starts_.back());
    starts_.pop_back();
    std::sort(first, keys_.end());
    const auto twice = std::adjacent_find(
        first, keys_.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice != keys_.end()) {
      offset_ = std::next(twice)->second;
      return fail(Code::kMalformed, "a key is given twice in one object: send it once");
    }
    keys_.erase(first, keys_.end());
    return true;
  }

  bool StartArray() { return Default() && deeper(); }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }

  // Of what this class refused; elsewhere the reader knows.
  const Error& error() const { return error_; }
  std::size_t offset() const { return offset_ != 0 ? offset_ : stream_.Tell(); }

 private:
  bool deeper() {
    return ++depth_ <= kMaxDepth ||
           fail(Code::kMalformed, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  bool is_text(std::string_view text) {
    return !holds_surrogate(text) ||
           fail(Code::kInvalidText, "half a surrogate pair is no text: send whole characters");
  }
  bool fail(Code code, std::string detail) {
    error_ = {code, std::move(detail)};
    return false;
  }

  const rapidjson::MemoryStream& stream_;
  int depth_ = 0;
  std::vector<std::pair<std::uint64_t, std::size_t>> keys_;  // hash, offset
  std::vector<std::size_t> starts_;                          // where each open object's keys begin
  std::string key_;
  std::size_t offset_ = 0;
  Error error_;
};

// "INVALID_ARGUMENT:(person[0].type): invalid value ..." -> "person[0].type". The rest quotes the
// record.
std::string field_of(std::string_view message) {
  static constexpr std::string_view kPath =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.[]";
  const auto open = message.find('(');
  if (open == std::string_view::npos) return "event";
  const std::string_view rest = message.substr(open + 1);
  const auto end = rest.find_first_not_of(kPath);
  if (end == 0 || end == std::string_view::npos || rest[end] != ')') return "event";
  return std::string(rest.substr(0, end));
}

bool is_time(std::string_view field) {
  const std::string_view name = field.substr(field.rfind('.') + 1);  // npos + 1 is 0
  return name == "time" || name == "claimedTime" || name == "claimed_time" || name == "due" ||
         name == "nextUpdateDue" || name == "since" || name == "next_update_due";
}

}  // namespace

Encoding encoding_of(std::string_view value) {
  if (value.starts_with('{') || value.starts_with(kByteOrderMark)) return Encoding::kJson;
  const auto first = value.find_first_not_of(" \t\r\n");
  const bool brace = first != std::string_view::npos && value[first] == '{';
  return brace ? Encoding::kEither : Encoding::kProtobuf;
}

Status check_json(std::string_view text) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Checker checker(stream);
  // Iterative: depth costs heap, which the record's size bounds, not stack.
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, checker);
  if (!result.IsError()) {
    if (stream.Tell() == text.size()) return {};
    return failure(Code::kMalformed, place(text, stream.Tell()) + ": a NUL byte after the event");
  }
  switch (result.Code()) {
    case rapidjson::kParseErrorTermination:
      return failure(checker.error().code,
                     place(text, checker.offset()) + ": " + checker.error().detail);
    case rapidjson::kParseErrorStringInvalidEncoding:
      return failure(Code::kInvalidText,
                     place(text, result.Offset()) + ": not UTF-8: send text as UTF-8");
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return failure(Code::kInvalidText,
                     place(text, result.Offset()) +
                         ": half a surrogate pair is no text: send whole characters");
    default:
      return failure(Code::kMalformed, place(text, result.Offset()) + ": " +
                                           rapidjson::GetParseError_En(result.Code()));
  }
}

Status parse_json(std::string_view text, google::protobuf::Message& out) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(text.data(), text.size()), &out, options);
  if (status.ok()) return {};

  const std::string message = status.ToString();
  const std::string field = field_of(message);
  if (message.find("already set") != std::string::npos)
    return failure(Code::kMalformed, field + ": a second body: send one event for each");
  if (is_time(field))
    return failure(Code::kInvalidTime,
                   field + ": not a time as in RFC 3339: write \"2026-01-31T09:00:00.250Z\"");
  return failure(Code::kMalformed,
                 field +
                     ": not a value of its type; ids are text in quotes, kinds are names of "
                     "event.proto");
}

}  // namespace vaste::ingest
