// JSON Schemas of Protobuf messages in their canonical JSON.
#pragma once

#include <google/protobuf/descriptor.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace vaste::app {

// Of messages and all that they are made of, each once: "#/components/schemas/<name>".
class MessageSchemas {
 public:
  void add(const google::protobuf::Descriptor& message);

  // By name, a nested message's with its parent's in front: "DeadLetter_Header".
  std::map<std::string, nlohmann::ordered_json>& all() { return all_; }

 private:
  nlohmann::ordered_json value(const google::protobuf::FieldDescriptor& field);
  nlohmann::ordered_json field(const google::protobuf::FieldDescriptor& field);

  std::map<std::string, nlohmann::ordered_json> all_;
};

}  // namespace vaste::app
