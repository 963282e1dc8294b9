"""What Prometheus reads: requests, replies, refusals at the door, and the process itself. No label holds what people type."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE

__all__ = ["CONTENT_TYPE", "Metrics"]

_SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """A registry of its own, so that two applications in one process do not meet."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        ProcessCollector(registry=self._registry)
        name, registry = "common_ground", self._registry
        self.requests = Counter(
            f"{name}_requests",
            "HTTP requests by route, method and status",
            ("route", "method", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            f"{name}_request_seconds", "Time to the end of a response", ("route",), buckets=_SECONDS, registry=registry
        )
        self.replies = Counter(
            f"{name}_replies", "Replies by outcome and reason", ("outcome", "reason"), registry=registry
        )
        self.answer_seconds = Histogram(
            f"{name}_answer_seconds", "Time to make a reply", buckets=_SECONDS, registry=registry
        )
        self.faults = Counter(f"{name}_faults", "Questions and requests that ended in a fault", registry=registry)
        self.asking = Gauge(f"{name}_questions_in_work", "Questions being answered now", registry=registry)
        self.documents = Gauge(f"{name}_documents", "Documents on the shelf", registry=registry)
        self.paused = Gauge(f"{name}_paused", "1 while the service is paused", registry=registry)

    def counts(self) -> dict[str, Any]:
        """Since the start, for a person to read: replies by outcome and reason, faults, and the mean time to a reply."""
        replies = [
            {**sample.labels, "number": int(sample.value)}
            for sample in _samples(self.replies)
            if sample.name.endswith("_total")
        ]
        took = {sample.name.rpartition("_")[2]: sample.value for sample in _samples(self.answer_seconds)}
        faults = sum(int(s.value) for s in _samples(self.faults) if s.name.endswith("_total"))
        mean = round(1000 * took["sum"] / took["count"]) if took.get("count") else None
        return {"since": self.since, "replies": replies, "faults": faults, "mean_ms": mean}

    def text(self) -> bytes:
        return generate_latest(self._registry)


def _samples(metric: Counter | Histogram) -> Iterator[Any]:
    for family in metric.collect():
        yield from family.samples
