"""Prometheus' text format: families, labels, and a histogram that adds up."""

from __future__ import annotations

import re
import sys

import pytest

from lentigo.service.watching.metrics import BUCKETS_SECONDS, Metrics

LINE = re.compile(r'[a-z_]+(\{([a-z_]+="(\\.|[^"\\])*",?)*\})? [0-9.e+-]+')


def test_every_line_is_well_formed() -> None:
    metrics = Metrics({"name": 'a "name"\nwith \\ things'})
    metrics.count_request("/v1/predict", 200, 0.3)
    metrics.count_images(2, 1)
    for line in metrics.text().splitlines():
        assert line.startswith(("# HELP ", "# TYPE ")) or LINE.fullmatch(line), line


def test_the_histogram_counts_upwards() -> None:
    metrics = Metrics({})
    for seconds in (0.001, 0.01, 0.3, 99):
        metrics.count_request("/v1/predict", 200, seconds)
    counts = [int(n) for n in re.findall(r"_bucket\{[^}]*\} (\d+)", metrics.text())]
    assert len(counts) == len(BUCKETS_SECONDS) + 1
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (2, 4)
    assert "lentigo_request_seconds_count 4" in metrics.text()
    assert "lentigo_request_seconds_sum 99.311" in metrics.text()


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_memory_is_told() -> None:
    found = re.search(r"^process_resident_memory_bytes (\S+)$", Metrics({}).text(), re.M)
    assert found
    assert float(found[1]) > 10_000_000
