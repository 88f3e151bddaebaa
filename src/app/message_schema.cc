#include "app/message_schema.h"

#include <algorithm>

#include "base/check.h"

namespace vaste::app {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::ordered_json;

std::string name_of(const Descriptor& message) {
  std::string name = message.full_name().substr(message.file()->package().size() + 1);
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

ordered_json names(const EnumDescriptor& type) {
  ordered_json out{{"type", "string"}};
  for (int i = 0; i < type.value_count(); ++i) out["enum"].push_back(type.value(i)->name());
  return out;
}

}  // namespace

ordered_json MessageSchemas::value(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_UINT32:
      return {{"type", "integer"}, {"format", field.cpp_type_name()}};
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT64:
      // 64 bits are a text in Protobuf's JSON.
      return {{"type", "string"}, {"format", field.cpp_type_name()}};
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return {{"type", "number"}};
    case FieldDescriptor::CPPTYPE_BOOL:
      return {{"type", "boolean"}};
    case FieldDescriptor::CPPTYPE_ENUM:
      return names(*field.enum_type());
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES)
        return {{"type", "string"}, {"contentEncoding", "base64"}};
      return {{"type", "string"}};
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field.message_type()->full_name() == "google.protobuf.Timestamp")
        return {{"type", "string"}, {"format", "date-time"}};
      add(*field.message_type());
      return {{"$ref", "#/components/schemas/" + name_of(*field.message_type())}};
  }
  return {};
}

ordered_json MessageSchemas::field(const FieldDescriptor& field) {
  ordered_json out;
  if (field.is_map()) {
    out["type"] = "object";
    out["additionalProperties"] = value(*field.message_type()->map_value());
  } else if (field.is_repeated()) {
    out["type"] = "array";
    out["items"] = value(field);
  } else {
    out = value(field);
    // Beside a reference nothing else is read.
    if (out.contains("$ref")) out = {{"allOf", {std::move(out)}}};
  }
  out["x-number"] = field.number();
  return out;
}

void MessageSchemas::add(const Descriptor& message) {
  const std::string name = name_of(message);
  if (all_.count(name) > 0) return;
  all_[name] = {};  // One that contains itself ends here.
  ordered_json properties = ordered_json::object();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& one = *message.field(i);
    properties[one.json_name()] = field(one);
  }
  all_[name] = {{"type", "object"},
                {"x-message", message.full_name()},
                {"properties", std::move(properties)}};
}

}  // namespace vaste::app
