// `vaste.policies`: read whole, followed, added to.
//
// Threads: one at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"
#include "kafka/consumer.h"
#include "policies/record.h"

namespace vaste::policies {

class Topic {
 public:
  // What else a version has to be; its error says why not.
  using Accept = std::function<Status(const Version&)>;

  // Reads what is there now, to the high watermark. Errors: kNotFound (no such topic),
  // kUnavailable.
  static Result<Topic> open(const kafka::ClientConfig& client, const std::string& topic,
                            Millis patience, Accept accept = {});

  // By effective_from; of several that begin together the newest.
  const std::vector<Version>& versions() const { return versions_; }
  // Reads on; true when something came. A record that is no version, or is not accepted, replaces
  // nothing: see take_refused().
  Result<bool> follow(Millis patience);
  // What was refused since this was last asked: topic[partition]@offset and why. At most the newest
  // hundred.
  std::vector<Error> take_refused() { return std::exchange(refused_, {}); }

 private:
  void take(const kafka::Record& record);
  void refuse(const kafka::Record& record, Error error);

  std::string name_;
  std::unique_ptr<kafka::PartitionReader> reader_;
  Accept accept_;
  std::vector<Version> versions_;
  std::vector<Error> refused_;
  std::int64_t next_ = 0;
};

// Waits until it is written. Errors: kUnavailable, kPermission.
Status publish(const kafka::ClientConfig& client, const std::string& topic, const Version& version,
               Millis patience);

}  // namespace vaste::policies
