"""Counts of what happened, as the text that Prometheus collects; its format in version 0.0.4."""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Kept by the event loop alone, so nothing is locked."""

    def __init__(self, model: Mapping[str, str]) -> None:
        self._model = dict(model)
        self._started = time.time()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._images: Counter[str] = Counter()
        self._buckets = [0] * (len(BUCKETS_SECONDS) + 1)
        self._seconds = 0.0
        self.slow_clients = 0
        self.refused_connections = 0
        self.waiting_images = 0
        self.held_bytes = 0

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """One finished exchange; status 0 is a client that left before it was answered."""
        self._requests[route, status] += 1
        self._buckets[bisect_left(BUCKETS_SECONDS, seconds)] += 1
        self._seconds += seconds

    def count_images(self, answered: int, unusable: int) -> None:
        """The images of one request."""
        self._images["answered"] += answered
        self._images["unusable"] += unusable

    def text(self) -> str:
        """All of it."""
        return "\n".join([*self._lines(), ""])

    def _lines(self) -> Iterator[str]:
        yield from _family("lentigo_info", "gauge", "The model that answers.")
        yield f"lentigo_info{_labels(self._model)} 1"
        yield from _family("lentigo_requests_total", "counter", "Requests; status 0: the client left.")
        for (route, status), count in sorted(self._requests.items()):
            yield f"lentigo_requests_total{_labels({'route': route, 'status': str(status)})} {count}"
        yield from _family("lentigo_images_total", "counter", "Images sent to /v1/predict.")
        for result, count in sorted(self._images.items()):
            yield f"lentigo_images_total{_labels({'result': result})} {count}"
        yield from self._histogram()
        for name, kind, meaning, value in self._single():
            yield from _family(name, kind, meaning)
            yield f"{name} {value}"

    def _histogram(self) -> Iterator[str]:
        name, below = "lentigo_request_seconds", 0
        yield from _family(name, "histogram", "From the end of a request's header to the end of its answer.")
        for bound, count in zip([*map(str, BUCKETS_SECONDS), "+Inf"], self._buckets, strict=True):
            below += count
            yield f"{name}_bucket{_labels({'le': bound})} {below}"
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {below}"

    def _single(self) -> Iterator[tuple[str, str, str, float]]:
        yield "lentigo_waiting_images", "gauge", "Admitted and not yet answered.", self.waiting_images
        yield "lentigo_held_bytes", "gauge", "Bodies in memory.", self.held_bytes
        yield "lentigo_slow_clients_total", "counter", "Connections closed at a deadline.", self.slow_clients
        yield (
            "lentigo_refused_connections_total",
            "counter",
            "Closed because too many were open.",
            self.refused_connections,
        )
        yield "process_start_time_seconds", "gauge", "Since 1970.", round(self._started, 3)
        yield "process_resident_memory_bytes", "gauge", "Memory in use; 0: not known.", resident_bytes()


def resident_bytes() -> int:
    """Memory of this process in use now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _family(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"


def _labels(labels: Mapping[str, str]) -> str:
    """`{name="value"}` with what has a meaning in it escaped."""
    escaped = {
        name: value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"
