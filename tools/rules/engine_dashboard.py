"""The engine by utilisation, saturation and errors."""
from panels import Panel

MINE = 'instance=~"$instance"'


def _of(metric, more=""):
    return f"{metric}{{{MINE}{more}}}"


def _rate(metric, by, more=""):
    return f"sum by ({by}) (rate({_of(metric, more)}[$__rate_interval]))"


def _quantiles(histogram, by="", shares=(0.5, 0.99)):
    group, legend = (f", {by}", f"{{{{{by}}}}} ") if by else ("", "")
    buckets = _of(f"{histogram}_bucket")
    return tuple((f"histogram_quantile({share}, sum by (le{group}) (rate({buckets}[5m])))", f"{legend}p{share * 100:.0f}")
                 for share in shares)


def _plain(title, unit, expression, legend, note=""):
    return Panel(title, unit, ((expression, legend),), note)


ENGINE_ROWS = [
    ("Does it work", [
        Panel("Ready", "short", ((_of("vaste_ready"), "{{instance}}"),), "1: owns restored partitions, and the loop turns.", "stat"),
        Panel("Partitions owned", "short", ((f"sum by (topic) ({_of('vaste_kafka_partitions_assigned')})", "{{topic}}"),), kind="stat"),
        Panel("Builds and configurations", "short", (
            ("count by (version, revision) (vaste_build_info)", "{{version}} {{revision}}"),
            ("count by (hash) (vaste_config_info)", "configuration {{hash}}")), "More than one for long: an upgrade that stopped half-way.",
              "stat"),
        _plain("Policy taken", "short", _of("vaste_config_last_reload_successful"), "{{instance}}", "0: the newest version was refused."),
        _plain("Age of the policy", "s", f"time() - ({_of('vaste_config_last_reload_success_timestamp_seconds')} > 0)", "{{instance}}"),
        _plain("Until the last known holiday", "s",
               "min by (calendar) (vaste_calendar_last_holiday_timestamp_seconds > 0) - time()", "{{calendar}}"),
    ]),
    ("Utilisation", [
        _plain("Events a second", "ops", _rate("vaste_events_total", "outcome"), "{{outcome}}"),
        _plain("Processors", "short", f"rate({_of('process_cpu_seconds_total')}[$__rate_interval])", "{{instance}}"),
        _plain("Memory", "bytes", _of("process_resident_memory_bytes"), "{{instance}}"),
        _plain("File descriptors used", "percentunit", f"{_of('process_open_fds')} / {_of('process_max_fds')}", "{{instance}}"),
        _plain("Disk of the state, free", "percentunit", f"{_of('vaste_state_disk_free_bytes')} / {_of('vaste_state_disk_size_bytes')}",
               "{{instance}}"),
        _plain("Running since", "s", f"time() - {_of('process_start_time_seconds')}", "{{instance}}"),
    ]),
    ("Saturation: lag, commits and timers", [
        _plain("Records behind", "short", f"sum by (topic) ({_of('vaste_kafka_consumer_lag_records')})", "{{topic}}"),
        _plain("Seconds behind", "s", f"max by (topic) ({_of('vaste_kafka_consumer_lag_seconds')})", "{{topic}}"),
        _plain("Stream time behind the wall", "s", f"time() - min by (topic) ({_of('vaste_watermark_timestamp_seconds')} > 0)", "{{topic}}"),
        Panel("Input to committed output", "s", _quantiles("vaste_end_to_end_seconds", "channel")),
        Panel("Commit", "s", _quantiles("vaste_commit_seconds")),
        Panel("One event's steps", "s", _quantiles("vaste_step_seconds", "step"), "Sampled."),
        _plain("Timers waiting", "short", f"sum by (kind) ({_of('vaste_timers_pending')})", "{{kind}}"),
        Panel("Timers fire late by", "s", _quantiles("vaste_timer_lag_seconds", "kind")),
        Panel("Outputs waiting", "short", ((f"sum by (instance) ({_of('vaste_outbox_records')})", "{{instance}} outbox"),
                                           (f"sum by (instance) ({_of('vaste_kafka_producer_queue_records')})", "{{instance}} producer"))),
        _plain("Oldest output waiting", "s", f"time() - min by (instance) ({_of('vaste_outbox_oldest_timestamp_seconds')} > 0)",
               "{{instance}}"),
        _plain("Longest lead of event time", "s", f"max by (channel) ({_of('vaste_event_clock_skew_seconds')})", "{{channel}}"),
        Panel("Late events, by how much", "s", _quantiles("vaste_event_late_seconds", "channel")),
    ]),
    ("Saturation: RocksDB and restore", [
        _plain("Stored keys", "short", f"sum by (cf) ({_of('vaste_rocksdb_keys')})", "{{cf}}"),
        Panel("Bytes", "bytes", ((f"sum by (cf) ({_of('vaste_rocksdb_live_sst_bytes')})", "{{cf}} files"),
                                 (f"sum by (cf) ({_of('vaste_rocksdb_memtable_bytes')})", "{{cf}} memtables"),
                                 (f"sum({_of('vaste_state_behind_bytes')})", "not written yet"))),
        _plain("Waiting for compaction", "bytes", f"sum by (cf) ({_of('vaste_rocksdb_pending_compaction_bytes')})", "{{cf}}"),
        _plain("Files in level 0", "short", f"max by (cf) ({_of('vaste_rocksdb_level0_files')})", "{{cf}}"),
        Panel("Writes held back", "short", ((f"max by (instance) ({_of('vaste_rocksdb_write_stopped')})", "{{instance}} stopped"),
                                                  (_rate("vaste_rocksdb_stall_seconds_total", "instance"), "{{instance}} delayed"))),
        _plain("Block cache hits", "percentunit",
               f"""{_rate("vaste_rocksdb_block_cache_requests_total", "instance", ',outcome="hit"')} / """
               f"""({_rate("vaste_rocksdb_block_cache_requests_total", "instance")} > 0)""", "{{instance}}"),
        Panel("Store calls", "s", _quantiles("vaste_store_seconds", "op"), "Sampled."),
        _plain("Left to restore", "short", f"sum by (instance) ({_of('vaste_restore_remaining_records')})", "{{instance}}"),
        _plain("Restored a second", "ops", _rate("vaste_restore_records_total", "instance"), "{{instance}}"),
        Panel("A partition's restore took", "s", (
            (f"histogram_quantile(0.9, sum by (le) ({_of('vaste_restore_seconds_bucket')}))", "p90"),), "Since the processes started."),
    ]),
    ("Errors", [
        _plain("Commits a second", "ops", _rate("vaste_commits_total", "outcome"), "{{outcome}}"),
        _plain("Dead letters in an hour", "short", f"sum by (reason) (increase({_of('vaste_dead_letters_total')}[1h]))", "{{reason}}"),
        _plain("Kafka errors in an hour", "short", f"sum by (code) (increase({_of('vaste_kafka_errors_total')}[1h]))", "{{code}}"),
        _plain("Rebalances in an hour", "short", f"sum by (kind) (increase({_of('vaste_kafka_rebalances_total')}[1h]))", "{{kind}}"),
        Panel("A rebalance took", "s", (
            (f"histogram_quantile(0.9, sum by (le) ({_of('vaste_kafka_rebalance_seconds_bucket')}))", "p90"),),
            "Revoked until processing again, since the processes started."),
        _plain("RocksDB background errors", "short", f"sum by (instance) ({_of('vaste_rocksdb_background_errors')})", "{{instance}}"),
        _plain("Log lines a second", "ops", _rate("vaste_log_messages_total", "level"), "{{level}}"),
        _plain("Counted under _other, in an hour", "short", f"sum by (metric) (increase({_of('vaste_metrics_overflow_total')}[1h]))",
               "{{metric}}"),
    ]),
    ("Identity and duplicates", [
        _plain("Events found their conversation by", "ops", _rate("vaste_stitches_total", "method"), "{{method}}"),
        Panel("Identities in an hour", "short", tuple((f"sum(increase({_of(f'vaste_identity_{what}_total')}[1h]))", what)
                                                      for what in ("merges", "splits", "conflicts"))),
        Panel("Duplicates", "short", ((f"sum({_of('vaste_dedupe_keys')})", "keys held"),
                                      (f"sum(increase({_of('vaste_dedupe_evictions_total')}[1h]))", "forgotten early, an hour"))),
    ]),
    ("Who is told", [
        Panel("Deadline until a sink accepted it", "s", _quantiles("vaste_alert_delivery_seconds", "kind")),
        _plain("Deliveries a second", "ops", _rate("vaste_alert_deliveries_total", "sink, outcome"), "{{sink}} {{outcome}}"),
        _plain("HTTP requests a second", "ops", _rate("vaste_http_requests_total", "route, code"), "{{route}} {{code}}"),
        Panel("HTTP requests take", "s", _quantiles("vaste_http_request_seconds", "route")),
        _plain("Live streams", "short", f"sum by (instance) ({_of('vaste_http_streams')})", "{{instance}}"),
    ]),
]
