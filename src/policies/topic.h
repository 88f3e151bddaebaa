// `vaste.policies`: read whole, followed, added to.
//
// Threads: one at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"
#include "kafka/consumer.h"
#include "policies/record.h"

namespace vaste::policies {

class Topic {
 public:
  // Reads what is there now, to the high watermark. Errors: kNotFound (no such topic),
  // kUnavailable, kCorrupt (a record that is no version: topic[partition]@offset).
  static Result<Topic> open(const kafka::ClientConfig& client, const std::string& topic,
                            Millis patience);

  // By effective_from; of several that begin together the newest.
  const std::vector<Version>& versions() const { return versions_; }
  // Reads on; true when something came. Bad records are errors, as in open().
  Result<bool> follow(Millis patience);

 private:
  Status take(const kafka::Record& record);

  std::string name_;
  std::unique_ptr<kafka::PartitionReader> reader_;
  std::vector<Version> versions_;
  std::int64_t next_ = 0;
};

// Waits until it is written. Errors: kUnavailable, kPermission.
Status publish(const kafka::ClientConfig& client, const std::string& topic, const Version& version,
               Millis patience);

}  // namespace vaste::policies
