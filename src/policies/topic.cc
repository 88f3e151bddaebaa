#include "policies/topic.h"

#include <algorithm>

#include "kafka/transaction.h"
#include "kafka/watermarks.h"

namespace vaste::policies {

Result<Topic> Topic::open(const kafka::ClientConfig& client, const std::string& name,
                          Millis patience, Accept accept) {
  const Instant began = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  const auto left = [&] {
    return patience -
           (std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) - began);
  };
  const kafka::TopicPartition at{name, 0};
  auto watermarks = kafka::Watermarks::create(client);
  if (!watermarks) return tl::unexpected(watermarks.error());
  auto ends = (*watermarks)->ends(std::vector{at}, true, patience);
  if (!ends) return tl::unexpected(ends.error());

  Topic topic;
  topic.name_ = name;
  topic.accept_ = std::move(accept);
  auto reader = kafka::PartitionReader::create(client, {name});
  if (!reader) return tl::unexpected(reader.error());
  topic.reader_ = std::move(*reader);
  if (auto assigned = topic.reader_->assign({{at, -2}}); !assigned)
    return tl::unexpected(assigned.error());
  while (topic.next_ < ends->front()) {
    if (left() <= Millis(0))
      return failure(Code::kUnavailable, name + ": not read to its end in time; try again");
    if (auto read = topic.follow(std::min(left(), Millis(200))); !read)
      return tl::unexpected(read.error());
  }
  return topic;
}

Result<bool> Topic::follow(Millis patience) {
  auto polled = reader_->poll(100, patience);
  if (!polled) {
    if (polled.error().code == Code::kUnavailable) return false;  // the reader goes on by itself
    return tl::unexpected(polled.error());
  }
  for (const kafka::Record& record : polled->records) {
    take(record);
    next_ = record.offset + 1;
  }
  for (const kafka::End& end : polled->ends) next_ = std::max(next_, end.offset);
  return !polled->records.empty();
}

void Topic::take(const kafka::Record& record) {
  if (record.null_value) {  // taken back, by its key
    std::erase_if(versions_, [&](const Version& one) { return key_of(one) == record.key; });
    return;
  }
  auto version = decode(record.value);
  if (!version) return refuse(record, version.error());
  if (accept_)
    if (auto accepted = accept_(*version); !accepted) return refuse(record, accepted.error());
  std::erase_if(versions_, [&](const Version& one) { return key_of(one) == record.key; });
  const auto after =
      std::upper_bound(versions_.begin(), versions_.end(), version->effective_from,
                       [](Instant at, const Version& one) { return at < one.effective_from; });
  versions_.insert(after, std::move(*version));
}

void Topic::refuse(const kafka::Record& record, Error error) {
  constexpr std::size_t kMost = 100;
  if (refused_.size() >= kMost) refused_.erase(refused_.begin());
  error.detail = name_ + "[0]@" + std::to_string(record.offset) + ": " + error.detail;
  refused_.push_back(std::move(error));
}

Status publish(const kafka::ClientConfig& client, const std::string& topic, const Version& version,
               Millis patience) {
  auto producer = kafka::PlainProducer::create(client);
  if (!producer) return tl::unexpected(producer.error());
  const std::string key = key_of(version);
  const std::string value = encode(version);
  kafka::Producer::Out out;
  out.topic = (*producer)->topic(topic);
  out.partition = 0;
  out.key = key;
  out.value = value;
  if (auto produced = (*producer)->produce(out); !produced) return produced;
  if (auto flushed = (*producer)->flush(patience); !flushed) return flushed;
  if ((*producer)->failed() != 0)
    return failure(Code::kUnavailable, topic + ": the version was not delivered; try again");
  return {};
}

}  // namespace vaste::policies
