"""What Prometheus reads: requests, replies, refusals at the door, and the process itself. No label holds what people type."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE

__all__ = ["CONTENT_TYPE", "Metrics"]

_SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """A registry of its own, so that two applications in one process do not meet."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
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

    def text(self) -> bytes:
        return generate_latest(self._registry)
