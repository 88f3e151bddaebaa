"""Alerts on the engine itself: while one of the first is on, the numbers of the service are incomplete."""
from alerts import ENGINE, Alert

AT = "{{ $labels.instance }}"
_EVENTS = "sum by (channel) (increase(vaste_events_total{}[{}]))"
_MERGES = "sum(increase(vaste_identity_merges_total[1h]{}))"


def _engine(name, severity, expr, summary, description, hold=""):
    return Alert(name, severity, expr, summary, description, ENGINE, hold)


def _p99(histogram, by=""):
    return f"histogram_quantile(0.99, sum by (le{by}) (rate({histogram}_bucket[10m])))"


def _share(part, window):
    return _EVENTS.format('{outcome="' + part + '"}', window) + "\n/ " + _EVENTS.format("", window)


RUNNING = [
    _engine("VasteDown", "critical", 'up{job="vaste"} == 0', f"vaste at {AT} does not answer",
            f"Prometheus could not scrape {AT} for two minutes. Its partitions go to other instances, if there are any; what only it "
            "knows is missing from all figures.", "2m"),
    _engine("VasteAbsent", "critical", 'absent(up{job="vaste"})', "No vaste is known to Prometheus",
            "For five minutes there has been no target with job=\"vaste\": nothing is watched, and every other alert is silent "
            "because it has no data.", "5m"),
    _engine("VasteNotReady", "critical", "max_over_time(vaste_ready[5m]) == 0", f"vaste at {AT} is not ready",
            f"{AT} answers, but has owned no restored partitions with a turning loop for fifteen minutes. /readyz says why.", "10m"),
    _engine("VasteBehind", "critical", "max by (topic) (vaste_kafka_consumer_lag_seconds) > 60",
            "{{ $labels.topic }} is read {{ $value | humanizeDuration }} late",
            "The next record of {{ $labels.topic }} is {{ $value | humanizeDuration }} old. Deadlines wait for what has not been read, "
            "so alerts come late by as much.", "5m"),
    _engine("VasteFallingFurtherBehind", "warning",
            "sum by (topic) (deriv(vaste_kafka_consumer_lag_records[15m])) > 0\n"
            "and sum by (topic) (vaste_kafka_consumer_lag_records) > 1000",
            "{{ $labels.topic }}: the backlog grows by {{ $value | humanize }} records a second",
            "More than 1,000 records of {{ $labels.topic }} wait, and for a quarter of an hour it has been more each minute.", "15m"),
    _engine("VasteStalled", "critical",
            "sum by (instance) (rate(vaste_events_total[5m])) == 0\n"
            "and sum by (instance) (vaste_kafka_consumer_lag_records) > 0",
            f"vaste at {AT} does nothing though records wait",
            f"{AT} owns partitions with records in them and has committed none for ten minutes.", "5m"),
    _engine("VasteTimersLate", "critical", f"{_p99('vaste_timer_lag_seconds')} > 5",
            "Deadlines fire {{ $value | humanizeDuration }} late",
            "One in a hundred timers of the last ten minutes fired {{ $value | humanizeDuration }} or more after its deadline.", "5m"),
    _engine("VasteAlertsLate", "critical", f"{_p99('vaste_alert_delivery_seconds', ', kind')} > 30",
            "{{ $labels.kind }} alerts arrive {{ $value | humanizeDuration }} late",
            "One in a hundred {{ $labels.kind }} alerts of the last ten minutes took {{ $value | humanizeDuration }} or more from its "
            "deadline until a sink accepted it.", "5m"),
    _engine("VasteAlertDeliveryFailing", "critical",
            'sum by (sink) (increase(vaste_alert_deliveries_total{outcome="failed"}[15m]))\n'
            "/ sum by (sink) (increase(vaste_alert_deliveries_total[15m])) > 0.01",
            "{{ $value | humanizePercentage }} of deliveries to {{ $labels.sink }} fail",
            "{{ $labels.sink }} refused or did not answer {{ $value | humanizePercentage }} of the attempts of the last quarter of an "
            "hour. They are repeated; until one succeeds nobody is told.", "5m"),
    _engine("VasteRestoreStuck", "critical",
            "sum by (instance) (vaste_restore_remaining_records) > 0\n"
            "and sum by (instance) (rate(vaste_restore_records_total[10m])) == 0",
            f"vaste at {AT} does not get on with its restore",
            f"{{{{ $value | humanize }}}} changelog records are left to restore at {AT}, and none came in ten minutes. Those partitions "
            "serve nothing until it is done.", "10m"),
    _engine("VasteCommitFailing", "critical", 'sum by (instance) (increase(vaste_commits_total{outcome!="ok"}[10m])) > 0',
            f"vaste at {AT} fails to commit",
            f"{{{{ $value | humanize }}}} transactions of {AT} failed or were fenced in the last ten minutes, and it has gone on for "
            "another ten. Nothing is lost; the work is done again and outputs come late.", "10m"),
    _engine("VasteRebalanceStorm", "warning", "sum by (instance) (increase(vaste_kafka_rebalances_total[30m])) > 5",
            f"{AT} is given other partitions again and again",
            f"{{{{ $value | humanize }}}} rebalances reached {AT} in half an hour. Each stops the partitions that move."),
]

INPUT = [
    _engine("VasteDeadLetters", "warning", "sum by (reason) (increase(vaste_dead_letters_total[15m])) > 0",
            "Records are put aside: {{ $labels.reason }}",
            "{{ $value | humanize }} records of the last quarter of an hour were no events ({{ $labels.reason }}) and are in "
            "vaste.dead-letters. Their conversations lack them."),
    _engine("VasteLateEventsDropped", "warning", f"{_share('late_dropped', '1h')} > 0.001",
            "{{ $value | humanizePercentage }} of {{ $labels.channel }} events came too late to count",
            "In the last hour {{ $value | humanizePercentage }} of the events of {{ $labels.channel }} were older than what is kept, and "
            "were dropped."),
    _engine("VasteDuplicateSurge", "warning",
            f"{_share('duplicate', '15m')} > 0.2\nand {_EVENTS.format('', '15m')} > 100",
            "{{ $value | humanizePercentage }} of {{ $labels.channel }} events are duplicates",
            "In the last quarter of an hour {{ $value | humanizePercentage }} of the events of {{ $labels.channel }} had been seen "
            "before. They change nothing, but something sends twice."),
    _engine("VasteMergeSurge", "warning",
            f"{_MERGES.format('')} > 50\nand {_MERGES.format('')} > 5 * {_MERGES.format(' offset 1w')}",
            "{{ $value | humanize }} customers were joined in an hour",
            "{{ $value | humanize }} identities were joined in the last hour, more than five times as many as in the same hour a week "
            "ago. One bad identifier can join strangers."),
    _engine("VasteClockAhead", "warning", "max by (channel) (vaste_event_clock_skew_seconds) > 60",
            "{{ $labels.channel }} events are {{ $value | humanizeDuration }} in the future",
            "The clock of a source of {{ $labels.channel }} is {{ $value | humanizeDuration }} ahead of the broker's. Times are clamped, "
            "so its waits are wrong.", "10m"),
]

STATE = [
    _engine("VasteStateWriteStall", "critical",
            "max_over_time(vaste_rocksdb_write_stopped[2m]) > 0 or rate(vaste_rocksdb_stall_seconds_total[5m]) > 0.1",
            f"RocksDB at {AT} holds writes back",
            f"RocksDB at {AT} stops or delays writes because compaction does not keep up. Commits take as long as it does."),
    _engine("VasteStateBackgroundError", "critical", "vaste_rocksdb_background_errors > 0",
            f"RocksDB at {AT} reports a background error",
            f"A flush or compaction at {AT} failed ({{{{ $value }}}} since the stores were opened); RocksDB may refuse writes until it "
            "is opened again."),
    _engine("VasteStateDiskFull", "critical",
            "vaste_state_disk_free_bytes / vaste_state_disk_size_bytes < 0.1\n"
            "or predict_linear(vaste_state_disk_free_bytes[6h], 86400) < 0",
            f"The disk of {AT} is full, or will be in a day",
            f"The file system of the state folder of {AT} has less than a tenth free, or is full within a day if it goes on as in the "
            "last six hours.", "30m"),
    _engine("VasteSnapshotsFailing", "warning",
            'sum by (instance) (increase(vaste_snapshots_total{outcome="failed"}[6h])) > 0\n'
            'unless sum by (instance) (increase(vaste_snapshots_total{outcome="ok"}[6h])) > 0',
            f"No snapshot of {AT} succeeds",
            f"Each of {{{{ $value | humanize }}}} snapshots of {AT} failed in the last six hours. Events are processed; who loses the "
            "state now reads the whole changelog.", "10m"),
    _engine("VasteConfigReloadFailed", "warning", "max_over_time(vaste_config_last_reload_successful[5m]) == 0",
            f"{AT} refused the newest policy",
            f"The policy version or configuration that {AT} read last was refused; it goes on with the one before."),
    _engine("VasteConfigDrift", "warning", "count(count by (hash) (vaste_config_info)) > 1",
            "Instances run {{ $value }} different configurations",
            "vaste_config_info has {{ $value }} hashes. The same conversation is judged differently, depending on where it lives.",
            "15m"),
    _engine("VasteCalendarExpiring", "warning",
            "min by (calendar) (vaste_calendar_last_holiday_timestamp_seconds > 0) - time() < 30 * 86400",
            "Calendar {{ $labels.calendar }} knows no holidays soon",
            "The last holiday of calendar {{ $labels.calendar }} is {{ $value | humanizeDuration }} ahead (or behind, if negative). "
            "After it every holiday counts as a working day."),
    _engine("VasteSeriesOverflow", "warning", "increase(vaste_metrics_overflow_total[1h]) > 0",
            "{{ $labels.metric }} is counted under _other",
            f"{AT} met values for labels of {{{{ $labels.metric }}}} that the configuration does not name; they are in no queue's "
            "figures."),
]

ENGINE_ALERTS = RUNNING + INPUT + STATE
