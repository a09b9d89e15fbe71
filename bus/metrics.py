"""Every metric of the bus: names, labels, units. One module, so one place to look.

Rules: prefix `opdbus_`; what varies is a label, never part of the name; no label
carries personal data or an unbounded value (no ids, keys or messages). Counters
are raised once per batch, not once per event: see `count_events`.
`ops/docs/metrics.md` documents each of them for operators; a test compares.
"""

from collections.abc import Mapping

from prometheus_client import Counter, Gauge, Histogram

END_TO_END_BUCKETS = (
    *(0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5),
    *(0.65, 0.8, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 60.0),
)
BATCH_BUCKETS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0),
)

ROWS = Counter(
    "opdbus_rows_total",
    "Rows read from a legacy app, good and bad ones.",
    ["connector"],
)
EVENTS = Counter(
    "opdbus_events_total",
    "Events made (sources), worked through (pipelines) or delivered (sinks).",
    ["component", "event_type"],
)
REJECTS = Counter(
    "opdbus_rejects_total",
    "Rows or events that went to the dead letters, by reason code.",
    ["component", "reason"],
)
LAG_RECORDS = Gauge(
    "opdbus_lag_records",
    "Records between the committed offset of a consumer group and the log end.",
    ["component", "topic", "partition"],
)
LAG_SECONDS = Gauge(
    "opdbus_lag_seconds",
    "Age in seconds of the oldest record not yet committed; 0 when there is none.",
    ["component", "topic", "partition"],
)
END_TO_END = Histogram(
    "opdbus_end_to_end_seconds",
    "Seconds from the event's time (ce_time) to its effect at this component.",
    ["component"],
    buckets=END_TO_END_BUCKETS,
)
AGENT_FRAMES = Gauge(
    "opdbus_agent_frames",
    "Frames an agent keeps because they are not safe at the bus yet.",
    ["connector"],
)
AGENT_BYTES = Gauge(
    "opdbus_agent_bytes",
    "Bytes of those frames; at agent.most_mb the agent stops reading.",
    ["connector"],
)
AGENT_FULL = Gauge(
    "opdbus_agent_full_ratio",
    "How full an agent's spool is, 0 to 1, as it said last; at 1 it stops reading.",
    ["connector"],
)
AGENT_HEARD = Gauge(
    "opdbus_agent_heard_timestamp_seconds",
    "Unix time when an agent was heard last, at the other end.",
    ["connector"],
)
COLLECTED = Counter(
    "opdbus_collected_total",
    "Requests of agents: accepted, or why not.",
    ["connector", "result"],
)
BATCH_SECONDS = Histogram(
    "opdbus_batch_seconds",
    "Seconds spent on one batch: decode, work, send, commit.",
    ["component"],
    buckets=BATCH_BUCKETS,
)
COMMIT_SECONDS = Histogram(
    "opdbus_commit_seconds",
    "Seconds a commit took (Kafka transaction or offset commit).",
    ["component"],
    buckets=BATCH_BUCKETS,
)
LAST_COMMIT = Gauge(
    "opdbus_last_commit_timestamp_seconds",
    "Unix time of the last successful commit of this component.",
    ["component"],
)
RESTARTS = Counter(
    "opdbus_restarts_total",
    "Times a task was started again after a failure, inside this process.",
    ["component"],
)
STOPS = Counter(
    "opdbus_stops_total",
    "Sources and sinks that stopped until somebody looks, by class of the error.",
    ["component", "reason"],
)
READY = Gauge(
    "opdbus_ready",
    "1 when the component is ready, 0 while it starts, recovers or is blocked.",
    ["component"],
)
FROZEN = Gauge(
    "opdbus_frozen_columns",
    "Columns a source reads that its table no longer has; their last values stay.",
    ["connector"],
)
LOG_BEHIND = Gauge(
    "opdbus_change_log_behind_bytes",
    "Change log that a database keeps for a source, because it is not committed yet.",
    ["connector"],
)
DELIVERED = Counter(
    "opdbus_delivered_total",
    "Events a sink finished: new, duplicate, echo, filtered or rejected.",
    ["sink", "result"],
)
RETRIES = Counter(
    "opdbus_delivery_retries_total",
    "Attempts of a sink that failed because its receiver was not there.",
    ["sink"],
)
RECEIVED = Counter(
    "opdbus_received_total",
    "Posts of apps by what became of them: accepted, repeated, or a reason code.",
    ["connector", "result"],
)
RECEIVE_SECONDS = Histogram(
    "opdbus_receive_seconds",
    "Seconds from a post's headers to its answer, Kafka's acknowledgement included.",
    ["connector"],
    buckets=BATCH_BUCKETS,
)
GRANTS = Gauge(
    "opdbus_grants",
    "Grants of apps that pull: in_force, and refused files, not used as they are now.",
    ["state"],
)
PULLS = Counter(
    "opdbus_pull_requests_total",
    "Requests of apps that pull: ok, or a reason code.",
    ["grant", "result"],
)
PULLED = Counter(
    "opdbus_pulled_total",
    "Events apps pulled: given, or unreadable ones they were told of.",
    ["grant", "topic", "result"],
)
PULL_BEHIND = Gauge(
    "opdbus_pull_behind_records",
    "Offsets between where an app stood after its last request and the log end then.",
    ["grant", "topic"],
)
RECOVERED = Counter(
    "opdbus_recovered_records_total",
    "Changelog records read to rebuild local state.",
    ["pipeline"],
)
CLAIMS = Gauge(
    "opdbus_claims",
    "Death grant claims whose newest event is of this state.",
    ["state"],
)
CLAIMS_RUPIAH = Gauge(
    "opdbus_claims_rupiah",
    "Rupiah of the death grant claims whose newest event is of this state.",
    ["state"],
)

DIFFERENCES = Gauge(
    "opdbus_differences",
    "Differences of plan, budget and spending whose newest event is of this status.",
    ["kind", "severity", "status"],
)
DIFFERENCES_RUPIAH = Gauge(
    "opdbus_differences_rupiah",
    "Rupiah of the open differences, without sign.",
    ["kind", "severity"],
)
REPORTS = Gauge(
    "opdbus_reports",
    "Citizen reports by their state.",
    ["state"],
)
REPORTS_OVERDUE = Gauge(
    "opdbus_reports_overdue",
    "Open citizen reports past a deadline, by the level they were escalated to.",
    ["level"],
)
ESCALATIONS = Gauge(
    "opdbus_escalations",
    "Warnings (level 0) and escalations (1 to 3) told about citizen reports.",
    ["level"],
)


def count_events(component: str, counts: Mapping[str, int]) -> None:
    """Raise `EVENTS` by one batch: event type → how many."""
    for event_type, number in counts.items():
        EVENTS.labels(component, event_type).inc(number)


def count_rejects(component: str, counts: Mapping[str, int]) -> None:
    """Raise `REJECTS` by one batch: reason code → how many."""
    for reason, number in counts.items():
        REJECTS.labels(component, reason).inc(number)


def set_lag(
    component: str, topic: str, partition: int, records: int, seconds: float
) -> None:
    """Set both lags of one partition of one consumer group."""
    place = (component, topic, str(partition))
    LAG_RECORDS.labels(*place).set(records)
    LAG_SECONDS.labels(*place).set(seconds)
