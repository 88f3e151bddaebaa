// The role `notifier`: reads vaste.alerts as a member of a group of its own and tells an
// Alertmanager and webhooks. At least once.
//
// A partition is read from its beginning when it is assigned, since what an Alertmanager is to know
// is what holds; webhooks get what comes after the group's committed offset, which moves only when
// it is in their journals.
// Threads: one of its own reads, one a sink sends; start(), stop() and ended() from another.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "config/config.h"
#include "kafka/consumer.h"
#include "notify/alertmanager.h"
#include "notify/courier.h"
#include "serve/health.h"

namespace vaste::notify {

std::vector<std::string> sink_names(const config::Notify& notify);

class Notifier final : private kafka::RebalanceListener {
 public:
  Notifier(const config::Config& config, kafka::ClientConfig client, Timelines timelines,
           metrics::Registry& registry, serve::Health& health);
  ~Notifier() override;

  // Opens the journals. Errors: kConfig.
  Status start();
  bool ended() const { return ended_; }  // by an error that does not pass
  Status stop();                         // that error

 private:
  struct Place {
    std::int64_t first = -1;  // news begins here; -1: nobody was ever told of anything in it
    std::int64_t committed = -1;
    std::int64_t next = -1;  // told or in journals up to here
    bool at_end = false;
  };

  void run();
  Status read();
  Status serve(const kafka::Polled& polled);
  void tell(const kafka::Record& record, Place& place, Instant now);
  void note_ends(std::span<const kafka::End> ends);
  bool keep();    // what was told is on disk and committed
  void commit();  // what keep() found on disk
  void on_assigned(std::vector<kafka::Position>& partitions) override;
  void on_revoked(const std::vector<kafka::TopicPartition>& partitions) override;
  void on_lost(const std::vector<kafka::TopicPartition>& partitions) override;
  void drop(const std::vector<kafka::TopicPartition>& partitions);

  const config::Config& config_;
  kafka::ClientConfig client_;
  Timelines timelines_;
  metrics::Registry& registry_;
  serve::Health& health_;
  std::optional<Alertmanager> alertmanager_;
  std::vector<std::unique_ptr<Courier>> couriers_;
  std::unique_ptr<kafka::GroupConsumer> consumer_;
  std::map<std::int32_t, Place> places_;
  std::optional<Error> broken_;  // met where it could not be returned
  Instant started_;
  Instant complained_ = kNever;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
  Status last_;
  std::thread thread_;
};

}  // namespace vaste::notify
