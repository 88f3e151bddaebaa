// Where partitions end, asked of the brokers now: what proves that everything up to an instant has
// been read.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"

namespace vaste::kafka {

class Watermarks {
 public:
  static Result<std::unique_ptr<Watermarks>> create(const ClientConfig& client);
  virtual ~Watermarks() = default;

  // The end of each partition, in the order asked: with `committed` the last stable offset, else
  // the high watermark. One request a broker. Errors: kUnavailable when any of them could not be
  // had in time.
  virtual Result<std::vector<std::int64_t>> ends(std::span<const TopicPartition> partitions,
                                                 bool committed, Millis patience) = 0;
};

}  // namespace vaste::kafka
