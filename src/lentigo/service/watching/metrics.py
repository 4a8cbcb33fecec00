"""Counts of what happened, as the text that Prometheus collects; its format in version 0.0.4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as MEDIA_TYPE
from prometheus_client.registry import Collector

__all__ = ["BUCKETS_SECONDS", "MEDIA_TYPE", "Metrics"]
BUCKETS_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics(Collector):
    """Of one application. What is a plain number here is changed by the event loop alone."""

    def __init__(self, model: Mapping[str, str]) -> None:
        self.slow_clients = 0
        self.refused_connections = 0
        self.waiting_images = 0
        self.held_bytes = 0
        self.lost_audit_lines = 0
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        Info("lentigo", "The model that answers.", registry=self._registry).info(dict(model))
        requests = ("lentigo_requests", "Requests; status 0: the client left.", ["route", "status"])
        self._requests = Counter(*requests, registry=self._registry)
        images = ("lentigo_images", "Images sent to /v1/predict.", ["result"])
        self._images = Counter(*images, registry=self._registry)
        seconds = ("lentigo_request_seconds", "From the end of a request's header to the end of its answer.")
        self._seconds = Histogram(*seconds, buckets=BUCKETS_SECONDS, registry=self._registry)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """One finished exchange; status 0 is a client that left before it was answered."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.observe(seconds)

    def count_images(self, answered: int, unusable: int) -> None:
        """The images of one request."""
        self._images.labels("answered").inc(answered)
        self._images.labels("unusable").inc(unusable)

    def text(self) -> str:
        """All of it."""
        return generate_latest(self._registry).decode()

    def collect(self) -> Iterator[Metric]:
        """The plain numbers, when Prometheus asks."""
        yield GaugeMetricFamily("lentigo_waiting_images", "Admitted, not yet answered.", self.waiting_images)
        yield GaugeMetricFamily("lentigo_held_bytes", "Bodies in memory.", self.held_bytes)
        slow = ("lentigo_slow_clients", "Connections closed at a deadline.", self.slow_clients)
        yield CounterMetricFamily(*slow)
        lost = ("lentigo_lost_audit_lines", "Lines of the audit log that could not be written.")
        yield CounterMetricFamily(*lost, self.lost_audit_lines)
        refused = ("lentigo_refused_connections", "Closed because too many were open.")
        yield CounterMetricFamily(*refused, self.refused_connections)
