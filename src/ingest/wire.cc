#include "ingest/wire.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <optional>
#include <string>

#include "ingest/decode.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

const std::uint8_t* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string at_byte(std::size_t offset) {
  return " at byte " + std::to_string(offset);
}

std::optional<Error> find_fault(std::string_view bytes, std::size_t offset, const std::string& path,
                                const Descriptor* type);

// One length-delimited field of known type, whole in `bytes`.
std::optional<Error> check_content(std::string_view bytes, std::size_t offset,
                                   const std::string& path, const FieldDescriptor* field) {
  if (field->type() == FieldDescriptor::TYPE_MESSAGE)
    return find_fault(bytes, offset, path, field->message_type());
  if (field->type() == FieldDescriptor::TYPE_STRING &&
      !google::protobuf::internal::IsStructurallyValidUTF8(bytes.data(),
                                                           static_cast<int>(bytes.size())))
    return Error{Code::kInvalidText, path + at_byte(offset) + ": not UTF-8: send text as UTF-8"};
  return std::nullopt;
}

// Recursion follows the types, of which none contains itself, so it ends. `path` is where `bytes`
// belong, "" at the top; `offset` is where they begin in the record.
std::optional<Error> find_fault(std::string_view bytes, std::size_t offset, const std::string& path,
                                const Descriptor* type) {
  CodedInputStream input(unsigned_bytes(bytes), static_cast<int>(bytes.size()));
  input.SetRecursionLimit(kMaxDepth);
  const std::string prefix = path.empty() ? "" : path + ".";
  while (input.CurrentPosition() < static_cast<int>(bytes.size())) {
    const std::size_t here = offset + static_cast<std::size_t>(input.CurrentPosition());
    const std::uint32_t tag = input.ReadTag();
    const int number = WireFormatLite::GetTagFieldNumber(tag);
    const FieldDescriptor* field = type->FindFieldByNumber(number);
    const std::string name =
        prefix + (field ? std::string(field->name()) : "field " + std::to_string(number));
    if (number == 0)
      return Error{Code::kMalformed,
                   (path.empty() ? "Protobuf" : path) + at_byte(here) + ": no field tag"};
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED ||
        !field) {
      if (!WireFormatLite::SkipField(&input, tag))
        return Error{Code::kMalformed, name + at_byte(here) + ": cut off, or no Protobuf"};
      continue;
    }
    std::uint32_t length = 0;
    const bool counted = input.ReadVarint32(&length);
    const auto start = static_cast<std::size_t>(input.CurrentPosition());
    if (!counted || length > bytes.size() - start)
      return Error{Code::kMalformed, name + at_byte(here) + ": cut off: longer than what is left"};
    if (auto fault = check_content(bytes.substr(start, length), offset + start, name, field))
      return fault;
    input.Skip(static_cast<int>(length));
  }
  return std::nullopt;
}

}  // namespace

Bodies count_bodies(std::string_view event) {
  Bodies out;
  CodedInputStream input(unsigned_bytes(event), static_cast<int>(event.size()));
  while (const std::uint32_t tag = input.ReadTag()) {
    const int number = WireFormatLite::GetTagFieldNumber(tag);
    if (number > v1::Event::kRevisionFieldNumber)
      out.unknown = number;
    else if (number >= v1::Event::kMessageFieldNumber)
      ++out.known;
    if (!WireFormatLite::SkipField(&input, tag)) break;
  }
  return out;
}

Error explain_broken(std::string_view event) {
  if (auto fault = find_fault(event, 0, "", v1::Event::descriptor())) return *std::move(fault);
  return {Code::kMalformed, "not a Protobuf vaste.v1.Event"};
}

}  // namespace vaste::ingest
