"""The metrics, for Prometheus: one table, counted by the parts through `Meter`, gauges read at the scrape.

A new metric is a line of COUNTERS, HISTOGRAMS or GAUGES and a line in docs/operations.md.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from newsroom.pushes import Lane

COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sends": ("Requests that send something, by what came back.", ("cause",)),
    "doubts": ("Rows that were in doubt because a worker died.", ()),
    "polls": ("Polls of sources, by outcome.", ("outcome",)),
    "hub_pushes": ("What hubs pushed, by outcome.", ("outcome",)),
    "job_failures": ("Faults of our own in jobs.", ("job",)),
    "update_failures": ("Faults of our own in handling an update, each try.", ()),
}
HISTOGRAMS: dict[str, tuple[str, tuple[float, ...]]] = {
    "send_seconds": ("Time from a request to its answer.", (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20)),
    "update_seconds": ("Time from an update's arrival to its answers.", (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 60)),
}
GAUGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "queue_rows": ("Deliveries that wait, by lane.", ("lane",)),
    "queue_age_seconds": ("How long the oldest delivery that is due has waited, by lane.", ("lane",)),
    "outbox_rows": ("Single messages that wait.", ()),
    "inbox_rows": ("Updates that wait or are being handled.", ()),
    "inbox_dead": ("Updates that could not be handled.", ()),
    "pushes": ("Pushes that are not done, by state.", ("state",)),
    "renderings_stopped": ("Renderings that Telegram refuses, and with which nobody else is tried.", ()),
    "renderings_refused": ("Renderings that Telegram refused to all who were tried with them.", ()),
    "doubtful_rows": ("Deliveries that were in doubt once, by their state now.", ("state",)),
    "outbox_doubtful": ("Single messages in doubt, by their state; uncertain ones of the last hour.", ("state",)),
    "workers": ("Workers with a fresh heartbeat.", ()),
    "sources_failing": ("Sources whose last poll failed.", ()),
    "subscribers": ("Subscribers, by state.", ("state",)),
}
PREFIX = "qasid_"
# What a scrape finds: lanes as (lane, rows, oldest due), and the other gauges by name and label.
Readings = tuple[list[tuple[int, int, datetime]], dict[tuple[str, str], float]]


class Metrics:
    """The metrics of one process."""

    def __init__(self, read: Callable[[], Awaitable[Readings]], now: Callable[[], datetime]) -> None:
        self._read = read
        self._now = now
        self.registry = CollectorRegistry()
        self._counters = {
            name: Counter(PREFIX + name, text, labels, registry=self.registry)
            for name, (text, labels) in COUNTERS.items()
        }
        self._histograms = {
            name: Histogram(PREFIX + name, text, buckets=buckets, registry=self.registry)
            for name, (text, buckets) in HISTOGRAMS.items()
        }
        self._gauges = {
            name: Gauge(PREFIX + name, text, labels, registry=self.registry) for name, (text, labels) in GAUGES.items()
        }
        self._told: set[tuple[str, str]] = set()  # the gauges that a scrape found, by name and label

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Add to a counter."""
        counter = self._counters[name]
        (counter.labels(**labels) if labels else counter).inc(value)

    def observe(self, name: str, seconds: float) -> None:
        """Add a duration to a histogram."""
        self._histograms[name].observe(seconds)

    async def scrape(self) -> bytes:
        """Answer all metrics as text, the gauges as they are now."""
        lanes, others = await self._read()
        now = self._now()
        found = {lane: (rows, oldest) for lane, rows, oldest in lanes}
        for lane in Lane:
            rows, oldest = found.get(lane, (0, now))
            self._gauges["queue_rows"].labels(lane.name.lower()).set(rows)
            self._gauges["queue_age_seconds"].labels(lane.name.lower()).set(max(0.0, (now - oldest).total_seconds()))
        self._told |= others.keys()
        for name, label in self._told:
            gauge = self._gauges[name]
            (gauge.labels(label) if label else gauge).set(others.get((name, label), 0))  # what is not there is none
        return generate_latest(self.registry)
