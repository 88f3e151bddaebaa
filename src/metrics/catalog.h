// Every metric of the program: its name, type, help and labels. One that is not here cannot be
// counted.
//
// Labels come from configuration or from a closed list, never from an event. A counter lives as
// long as the process and counts at commit; a gauge covers the partitions that this instance owns;
// an instant that points at nothing is 0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace vaste::metrics {

enum class Type : std::uint8_t { kCounter, kGauge, kHistogram };

// Upper bounds of histograms, see buckets(): live waits, working time, handling time, the engine's
// own times, shares of a target.
enum class Scale : std::uint8_t { kNone, kLive, kWork, kHandling, kEngine, kShare };

// `values`: "a|b" is a closed list. "@channel" (the four and "other"), "@live" (those of them with
// a queue), "@queue",
// "@sla", "@topic" and "@sink" come from configuration. All these are exported as 0 from the start.
// "*" is made when it is first asked for: partitions, routes; "a|b|*" knows some of them before.
struct Label {
  const char* name = nullptr;
  const char* values = nullptr;
};

inline constexpr std::size_t kMostLabels = 4;

namespace labels {
inline constexpr Label kChannel{"channel", "@channel"};
inline constexpr Label kLiveChannel{"channel", "@live"};
inline constexpr Label kQueue{"queue", "@queue"};
inline constexpr Label kSla{"sla", "@sla"};
inline constexpr Label kTopic{"topic", "@topic"};
inline constexpr Label kDirection{"direction", "inbound|outbound"};
inline constexpr Label kWithin{"within", "true|false"};
inline constexpr Label kAbandonKind{"kind", "short|long"};
inline constexpr Label kSlaOutcome{"outcome", "met|breached|void"};
inline constexpr Label kSlaState{"state", "running|paused|at_risk|breached"};
inline constexpr Label kPhase{"phase", "talk|hold|wrap"};
inline constexpr Label kFirstContact{"outcome", "resolved|repeated"};
inline constexpr Label kFrom{"from", "@channel"};
inline constexpr Label kTo{"to", "@channel"};
inline constexpr Label kSurvey{"survey", "csat|nps|ces|enps"};
inline constexpr Label kBand{"band", "good|middle|bad"};
inline constexpr Label kWindow{"window", "15m|1d"};
inline constexpr Label kAlertKind{"kind", "at_risk|breached|recovered|retracted"};
inline constexpr Label kEventOutcome{
    "outcome", "applied|late_applied|late_dropped|duplicate|ignored|dead_lettered"};
inline constexpr Label kReason{
    "reason",
    "malformed|unknown_channel|too_large|empty|invalid_time|invalid_text|"
    "missing_field|no_identity|too_many_hops|internal"};
inline constexpr Label kTimerKind{"kind", "deadline|retention"};
inline constexpr Label kOpenState{"state", "new|waiting_agent|waiting_customer|on_hold"};
inline constexpr Label kRebalanceKind{"kind", "assigned|revoked|lost"};
inline constexpr Label kCommitOutcome{"outcome", "ok|failed|fenced"};
inline constexpr Label kJoinMethod{"method", "id|reply_header|identity|rule|new"};
inline constexpr Label kColumnFamily{"cf", "default"};
inline constexpr Label kStep{"step", "decode|stitch|clocks|store|emit"};
inline constexpr Label kStoreOp{"op", "get|write|scan"};
inline constexpr Label kCacheOutcome{"outcome", "hit|miss"};
inline constexpr Label kSink{"sink", "@sink"};
inline constexpr Label kSnapshot{"outcome", "ok|failed"};
inline constexpr Label kDeliveryOutcome{"outcome", "ok|failed"};
inline constexpr Label kLevel{"level", "debug|info|warning|error"};
inline constexpr Label kPartition{"partition", "*"};
inline constexpr Label kCode{"code", "*"};
// Those of an outage are there from the start; others when they are first met.
inline constexpr Label kErrorCode{"code", "_ALL_BROKERS_DOWN|_TRANSPORT|_RESOLVE|_TIMED_OUT|*"};
inline constexpr Label kRoute{"route", "*"};
inline constexpr Label kVersion{"version", "*"};
inline constexpr Label kRevision{"revision", "*"};
inline constexpr Label kHash{"hash", "*"};
inline constexpr Label kMetric{"metric", "*"};
// Only for queues for which the policy says something: a goal of 0 would be an alarm that always
// fires.
inline constexpr Label kQueueWithGoal{"queue", "*"};
inline constexpr Label kKpi{"kpi", "*"};
inline constexpr Label kCalendar{"calendar", "*"};
}  // namespace labels

// X(enumerator, name, type, scale, help, labels...). The help is one sentence with unit and moment.
// clang-format off
#define VASTE_METRICS(X)                                                                           \
  /* Service quality */                                                                            \
  X(kContactsTotal, "vaste_contacts_total", kCounter, kNone,                                       \
    "Contacts (a call, a chat, a mail or social thread), counted when they begin.",                \
    labels::kChannel, labels::kQueue, labels::kDirection)                                          \
  X(kMessagesTotal, "vaste_messages_total", kCounter, kNone,                                       \
    "Messages and turns, counted when they are applied.", labels::kChannel, labels::kDirection)    \
  X(kContactsAnsweredTotal, "vaste_contacts_answered_total", kCounter, kNone,                      \
    "Live contacts, counted when a person answers; within: inside the queue's threshold.",         \
    labels::kLiveChannel, labels::kQueue, labels::kWithin)                                         \
  X(kContactsAbandonedTotal, "vaste_contacts_abandoned_total", kCounter, kNone,                    \
    "Live contacts, counted when given up before an answer; short: within the configured grace.",  \
    labels::kLiveChannel, labels::kQueue, labels::kAbandonKind)                                    \
  X(kAnswerWaitSeconds, "vaste_answer_wait_seconds", kHistogram, kLive,                            \
    "Seconds from the queue to the answer, observed when a live contact is answered.",             \
    labels::kLiveChannel, labels::kQueue)                                                          \
  X(kAbandonWaitSeconds, "vaste_abandon_wait_seconds", kHistogram, kLive,                          \
    "Seconds from the queue to giving up, observed when a live contact is abandoned.",             \
    labels::kLiveChannel, labels::kQueue)                                                          \
  X(kSlaDecidedTotal, "vaste_sla_decided_total", kCounter, kNone,                                  \
    "SLAs, counted when decided: a breach at its deadline, not when the late answer comes.",       \
    labels::kQueue, labels::kChannel, labels::kSla, labels::kSlaOutcome)                           \
  X(kSlaSpentSeconds, "vaste_sla_spent_seconds", kHistogram, kWork,                                \
    "Working seconds on the clock, observed when it stops.", labels::kQueue, labels::kSla)         \
  X(kSlaWallSeconds, "vaste_sla_wall_seconds", kHistogram, kWork,                                  \
    "Wall-clock seconds from the clock's start to its end, observed when it stops.",               \
    labels::kQueue, labels::kSla)                                                                  \
  X(kSlaUsedRatio, "vaste_sla_used_ratio", kHistogram, kShare,                                     \
    "Working time spent as a share of the target, observed when the clock stops.",                 \
    labels::kQueue, labels::kSla)                                                                  \
  X(kSlaOpen, "vaste_sla_open", kGauge, kNone,                                                     \
    "Clocks now, each in one state.", labels::kQueue, labels::kSla, labels::kSlaState)             \
  X(kNextBreachTimestampSeconds, "vaste_next_breach_timestamp_seconds", kGauge, kNone,             \
    "Wall time in Unix seconds at which the next running clock of the queue breaches; 0: none.",   \
    labels::kQueue)                                                                                \
  X(kOldestWaitingTimestampSeconds, "vaste_oldest_waiting_timestamp_seconds", kGauge, kNone,       \
    "Unix seconds at which the customer who waits longest now began to wait; 0: nobody waits.",    \
    labels::kQueue, labels::kChannel)                                                              \
  X(kConversationsOpen, "vaste_conversations_open", kGauge, kNone,                                 \
    "Conversations that are not resolved now, by the channel last used.",                          \
    labels::kQueue, labels::kChannel, labels::kOpenState)                                          \
  X(kResolutionsTotal, "vaste_resolutions_total", kCounter, kNone,                                 \
    "Conversations, counted when resolved.", labels::kQueue, labels::kChannel)                     \
  X(kReopensTotal, "vaste_reopens_total", kCounter, kNone,                                         \
    "Resolved conversations, counted when opened again.", labels::kQueue, labels::kChannel)        \
  X(kHandleSeconds, "vaste_handle_seconds", kHistogram, kHandling,                                 \
    "Seconds of each phase of a handled contact, also 0, observed when the phase is over for good.",\
    labels::kQueue, labels::kPhase)                                                                \
  X(kFirstContactTotal, "vaste_first_contact_total", kCounter, kNone,                              \
    "Resolved conversations, counted when the repeat window after their first resolution closes.", \
    labels::kQueue, labels::kFirstContact)                                                         \
  X(kRepeatContactsTotal, "vaste_repeat_contacts_total", kCounter, kNone,                          \
    "Contacts inside the repeat window of what was resolved, counted when they begin.",            \
    labels::kQueue, labels::kChannel)                                                              \
  X(kTransfersTotal, "vaste_transfers_total", kCounter, kNone,                                     \
    "Hand-overs into the queue, counted when it is known.",                                        \
    labels::kQueue)                                                                                \
  X(kChannelSwitchesTotal, "vaste_channel_switches_total", kCounter, kNone,                        \
    "Conversations, counted when they go on in another channel.",                                  \
    labels::kFrom, labels::kTo)                                                                    \
  X(kSurveyInvitationsTotal, "vaste_survey_invitations_total", kCounter, kNone,                    \
    "Surveys, counted when sent; eNPS belongs to no queue.",                                       \
    labels::kSurvey, labels::kQueue)                                                               \
  X(kSurveyResponsesTotal, "vaste_survey_responses_total", kCounter, kNone,                        \
    "Surveys, counted when answered.",                                                             \
    labels::kSurvey, labels::kQueue, labels::kBand)                                                \
  X(kSurveyPointsTotal, "vaste_survey_points_total", kCounter, kNone,                              \
    "Points given: CSAT of 5, CES of 7, NPS and eNPS of 10, added up when answered.",              \
    labels::kSurvey, labels::kQueue)                                                               \
  X(kAlertsTotal, "vaste_alerts_total", kCounter, kNone,                                           \
    "Alerts, counted when decided.", labels::kAlertKind, labels::kQueue, labels::kSla)             \
  X(kKpiTooLateTotal, "vaste_kpi_too_late_total", kCounter, kNone,                                 \
    "Contributions to windows of vaste.kpis that are kept no longer, counted at commit.",          \
    labels::kWindow)                                                                               \
  X(kSlaBudgetRatio, "vaste_sla_budget_ratio", kGauge, kNone,                                      \
    "Share of clocks that may breach (1 - objective), from configuration.",                        \
    labels::kQueueWithGoal, labels::kSla)                                                          \
  X(kKpiGoalRatio, "vaste_kpi_goal_ratio", kGauge, kNone,                                          \
    "Goal of a KPI as a share, from configuration; NPS: (score + 100) / 200.",                     \
    labels::kQueueWithGoal, labels::kKpi)                                                          \
  X(kQueueWaitGoalSeconds, "vaste_queue_wait_goal_seconds", kGauge, kNone,                         \
    "Longest acceptable wait in seconds, from configuration.", labels::kQueueWithGoal)             \
  X(kQueueOpen, "vaste_queue_open", kGauge, kNone,                                                 \
    "1 in the working hours of the queue's calendar, else 0, now.", labels::kQueueWithGoal)        \
  /* Engine health */                                                                              \
  X(kBuildInfo, "vaste_build_info", kGauge, kNone,                                                 \
    "Always 1; the labels say which build runs.", labels::kVersion, labels::kRevision)             \
  X(kConfigInfo, "vaste_config_info", kGauge, kNone,                                               \
    "Always 1; the label is the hash of the configuration in force.", labels::kHash)               \
  X(kCalendarLastHolidayTimestampSeconds, "vaste_calendar_last_holiday_timestamp_seconds", kGauge, \
    kNone, "Unix seconds at which the last holiday begins that the calendar knows.",               \
    labels::kCalendar)                                                                             \
  X(kConfigLastReloadSuccessful, "vaste_config_last_reload_successful", kGauge, kNone,             \
    "1 if the policy version read last was taken, 0 if it was refused.")                           \
  X(kConfigLastReloadSuccessTimestampSeconds,                                                      \
    "vaste_config_last_reload_success_timestamp_seconds", kGauge, kNone,                           \
    "Unix seconds at which a policy version was last taken.")                                      \
  X(kReady, "vaste_ready", kGauge, kNone,                                                          \
    "1 while partitions are owned and restored and the loop turns, else 0.")                       \
  X(kEventsTotal, "vaste_events_total", kCounter, kNone,                                           \
    "Records consumed, counted at commit; the outcomes add up to all.",                            \
    labels::kChannel, labels::kEventOutcome)                                                       \
  X(kDeadLettersTotal, "vaste_dead_letters_total", kCounter, kNone,                                \
    "Records put aside, counted at commit.", labels::kReason)                                      \
  X(kDedupeKeys, "vaste_dedupe_keys", kGauge, kNone,                                               \
    "Events now that would be told as duplicates if they came again.")                             \
  X(kDedupeEvictionsTotal, "vaste_dedupe_evictions_total", kCounter, kNone,                        \
    "Events that long conversations can tell as duplicates no more, counted at commit.")           \
  X(kEventLateSeconds, "vaste_event_late_seconds", kHistogram, kWork,                              \
    "Seconds by which late events were behind their conversation's newest, observed at commit.",   \
    labels::kChannel)                                                                              \
  X(kEventClockSkewSeconds, "vaste_event_clock_skew_seconds", kGauge, kNone,                       \
    "Seconds of the largest lead of event time over broker time in the last minute, at least 0.",  \
    labels::kChannel)                                                                              \
  X(kEndToEndSeconds, "vaste_end_to_end_seconds", kHistogram, kEngine,                             \
    "Seconds from the broker timestamp of the input to its output's commit, observed then.",       \
    labels::kChannel)                                                                              \
  X(kStepSeconds, "vaste_step_seconds", kHistogram, kEngine,                                       \
    "Seconds of one event in a step, observed for one event in 1,024 when it is through.",         \
    labels::kStep)                                                                                 \
  X(kWatermarkTimestampSeconds, "vaste_watermark_timestamp_seconds", kGauge, kNone,                \
    "Lowest stream time in Unix seconds over the owned partitions now; 0: none.", labels::kTopic)  \
  X(kTimersPending, "vaste_timers_pending", kGauge, kNone,                                         \
    "Timers waiting now.", labels::kTimerKind)                                                     \
  X(kTimerLagSeconds, "vaste_timer_lag_seconds", kHistogram, kEngine,                              \
    "Seconds from a timer's deadline to its firing, observed then.", labels::kTimerKind)           \
  X(kAlertDeliverySeconds, "vaste_alert_delivery_seconds", kHistogram, kEngine,                    \
    "Seconds from an alert's deadline until the sink accepted it, observed then.",                 \
    labels::kAlertKind, labels::kSink)                                                             \
  X(kAlertDeliveriesTotal, "vaste_alert_deliveries_total", kCounter, kNone,                        \
    "Attempts to deliver alerts, counted when the sink has answered or the time is over.",         \
    labels::kSink, labels::kDeliveryOutcome)                                                       \
  X(kKafkaConsumerLagRecords, "vaste_kafka_consumer_lag_records", kGauge, kNone,                   \
    "Records behind the end of the partition now.", labels::kTopic, labels::kPartition)            \
  X(kKafkaConsumerLagSeconds, "vaste_kafka_consumer_lag_seconds", kGauge, kNone,                   \
    "Seconds now since the oldest record that is not read may have come; 0: all are read.",        \
    labels::kTopic)                                                                                \
  X(kKafkaRebalancesTotal, "vaste_kafka_rebalances_total", kCounter, kNone,                        \
    "Rebalances, counted when they reach a worker.", labels::kRebalanceKind)                       \
  X(kKafkaRebalanceSeconds, "vaste_kafka_rebalance_seconds", kHistogram, kEngine,                  \
    "Seconds from a rebalance's first word until all that is owned is served, observed then.")     \
  X(kKafkaPartitionsAssigned, "vaste_kafka_partitions_assigned", kGauge, kNone,                    \
    "Partitions owned now.", labels::kTopic)                                                       \
  X(kCommitsTotal, "vaste_commits_total", kCounter, kNone,                                         \
    "Transactions, counted when their outcome is known.", labels::kCommitOutcome)                  \
  X(kCommitSeconds, "vaste_commit_seconds", kHistogram, kEngine,                                   \
    "Seconds that a commit of outputs, state and offsets took, observed when it is known.")        \
  X(kOutboxRecords, "vaste_outbox_records", kGauge, kNone,                                         \
    "Outputs of open transactions now: written and not yet known to be committed.")                \
  X(kOutboxOldestTimestampSeconds, "vaste_outbox_oldest_timestamp_seconds", kGauge, kNone,         \
    "Unix seconds at which the oldest open transaction began; 0: none is open.")                   \
  X(kKafkaErrorsTotal, "vaste_kafka_errors_total", kCounter, kNone,                                \
    "Client errors by librdkafka's code, counted when reported.", labels::kErrorCode)              \
  X(kKafkaProducerQueueRecords, "vaste_kafka_producer_queue_records", kGauge, kNone,               \
    "Records now that wait in the client to be sent or acknowledged.")                             \
  X(kRestoreRemainingRecords, "vaste_restore_remaining_records", kGauge, kNone,                    \
    "Changelog records left to restore now.", labels::kPartition)                                  \
  X(kRestoreRecordsTotal, "vaste_restore_records_total", kCounter, kNone,                          \
    "Changelog records, counted when restored.")                                                   \
  X(kRestoreSeconds, "vaste_restore_seconds", kHistogram, kWork,                                   \
    "Seconds that the restore of a partition took, observed when it ends.")                        \
  X(kSnapshotsTotal, "vaste_snapshots_total", kCounter, kNone,                                     \
    "Snapshots of partitions, counted when they are complete or given up.", labels::kSnapshot)     \
  X(kSnapshotLastTimestampSeconds, "vaste_snapshot_last_timestamp_seconds", kGauge, kNone,         \
    "Unix seconds at which the newest complete snapshot of a partition was taken; 0: none.")       \
  X(kSnapshotHoldSeconds, "vaste_snapshot_hold_seconds", kHistogram, kEngine,                      \
    "Seconds that a worker waited for the checkpoint of a partition, observed then.")              \
  X(kStitchesTotal, "vaste_stitches_total", kCounter, kNone,                                       \
    "Events, counted when they find their conversation, by how.", labels::kJoinMethod)             \
  X(kThreadWaitsRefusedTotal, "vaste_thread_waits_refused_total", kCounter, kNone,                 \
    "Events with only an unknown thread key that did not wait, as too many did.")                  \
  X(kIdentityMergesTotal, "vaste_identity_merges_total", kCounter, kNone,                          \
    "Customers that went on in another one, counted when told.")                                   \
  X(kIdentitySplitsTotal, "vaste_identity_splits_total", kCounter, kNone,                          \
    "Customers that came apart, counted when told.")                                               \
  X(kIdentityConflictsTotal, "vaste_identity_conflicts_total", kCounter, kNone,                    \
    "Claims of identity that were not followed, counted when told.")                               \
  X(kRocksdbLiveSstBytes, "vaste_rocksdb_live_sst_bytes", kGauge, kNone,                           \
    "Bytes of live SST files now.", labels::kColumnFamily)                                         \
  X(kRocksdbMemtableBytes, "vaste_rocksdb_memtable_bytes", kGauge, kNone,                          \
    "Bytes of memtables now.", labels::kColumnFamily)                                              \
  X(kRocksdbPendingCompactionBytes, "vaste_rocksdb_pending_compaction_bytes", kGauge, kNone,       \
    "Bytes estimated to need compaction now.", labels::kColumnFamily)                              \
  X(kRocksdbKeys, "vaste_rocksdb_keys", kGauge, kNone,                                             \
    "Keys estimated to be stored now.", labels::kColumnFamily)                                     \
  X(kRocksdbLevel0Files, "vaste_rocksdb_level0_files", kGauge, kNone,                              \
    "Files in level 0 now.", labels::kColumnFamily)                                                \
  X(kRocksdbBlockCacheRequestsTotal, "vaste_rocksdb_block_cache_requests_total", kCounter, kNone,  \
    "Look-ups in RocksDB's block cache, followed at each scrape.", labels::kCacheOutcome)          \
  X(kRocksdbStallSecondsTotal, "vaste_rocksdb_stall_seconds_total", kCounter, kNone,               \
    "Seconds that RocksDB held writes back, followed at each scrape.")                             \
  X(kRocksdbWriteStopped, "vaste_rocksdb_write_stopped", kGauge, kNone,                            \
    "Workers now of which RocksDB stops writes, else 0.")                                          \
  X(kRocksdbBackgroundErrors, "vaste_rocksdb_background_errors", kGauge, kNone,                    \
    "Background errors since the stores were opened.")                                             \
  X(kStoreSeconds, "vaste_store_seconds", kHistogram, kEngine,                                     \
    "Seconds of calls of the store, observed for each write and one read in 64.", labels::kStoreOp)\
  X(kStateBehindBytes, "vaste_state_behind_bytes", kGauge, kNone,                                  \
    "Bytes of committed state in memory now that RocksDB has yet to get.")                         \
  X(kStateDiskFreeBytes, "vaste_state_disk_free_bytes", kGauge, kNone,                             \
    "Bytes free now on the file system of the state folder.")                                      \
  X(kStateDiskSizeBytes, "vaste_state_disk_size_bytes", kGauge, kNone,                             \
    "Bytes of the file system of the state folder now.")                                           \
  X(kHttpRequestsTotal, "vaste_http_requests_total", kCounter, kNone,                              \
    "HTTP requests, counted when answered.", labels::kRoute, labels::kCode)                        \
  X(kHttpRequestSeconds, "vaste_http_request_seconds", kHistogram, kEngine,                        \
    "Seconds that a page took to make, observed when it is answered.", labels::kRoute)             \
  X(kHttpStreams, "vaste_http_streams", kGauge, kNone, "Live streams open now.")                   \
  X(kLogMessagesTotal, "vaste_log_messages_total", kCounter, kNone,                                \
    "Log lines, counted when written.", labels::kLevel)                                            \
  X(kMetricsOverflowTotal, "vaste_metrics_overflow_total", kCounter, kNone,                        \
    "Label values put under _other, counted when it happens.", labels::kMetric)                    \
  X(kMemoryAllocatedBytes, "vaste_memory_allocated_bytes", kGauge, kNone,                          \
    "Bytes that the program holds now, as jemalloc counts them; 0 without it.")                    \
  /* The process: standard names of Prometheus clients */                                          \
  X(kProcessCpuSecondsTotal, "process_cpu_seconds_total", kCounter, kNone,                         \
    "Seconds of CPU that the process used since its start.")                                       \
  X(kProcessResidentMemoryBytes, "process_resident_memory_bytes", kGauge, kNone,                   \
    "Bytes of resident memory now.")                                                               \
  X(kProcessOpenFds, "process_open_fds", kGauge, kNone, "File descriptors open now.")              \
  X(kProcessMaxFds, "process_max_fds", kGauge, kNone, "File descriptors that may be open.")        \
  X(kProcessStartTimeSeconds, "process_start_time_seconds", kGauge, kNone,                         \
    "Unix seconds at which the process started.")
// clang-format on

enum class Metric : std::uint8_t {
#define VASTE_ENUMERATOR(id, ...) id,
  VASTE_METRICS(VASTE_ENUMERATOR)
#undef VASTE_ENUMERATOR
};

struct Row {
  Metric metric{};
  Type type = Type::kCounter;
  Scale scale = Scale::kNone;
  const char* name = "";
  const char* help = "";
  std::array<Label, kMostLabels> labels{};  // the first without a name ends them

  constexpr std::size_t label_count() const {
    std::size_t count = 0;
    while (count < labels.size() && labels[count].name) ++count;
    return count;
  }
};

inline constexpr Row kCatalog[] = {
#define VASTE_ROW(id, name, type, scale, help, ...) \
  {Metric::id, Type::type, Scale::scale, name, help, {{__VA_ARGS__}}},
    VASTE_METRICS(VASTE_ROW)
#undef VASTE_ROW
};

inline constexpr const Row& row(Metric metric) {
  return kCatalog[static_cast<std::size_t>(metric)];
}

std::span<const double> buckets(Scale scale);

// The catalogue as a Markdown table, for the documentation.
std::string markdown();
// The same for programs: one object a metric, with labels, their values and buckets.
std::string json();

}  // namespace vaste::metrics
