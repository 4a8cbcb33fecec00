from __future__ import annotations

from lentigo.report.sections.provenance import malignant_classes, provenance


def test_what_a_record_does_not_hold_is_undefined() -> None:
    pairs = dict(provenance({}, {}))
    assert set(pairs.values()) == {"undefined"}
    assert "split hash" in pairs


def test_what_it_holds_is_told() -> None:
    record = {
        "seed": 0,
        "seconds": 75,
        "test_looks": [{"when": "today"}, {"when": "tomorrow"}],
        "versions": {"keras": "3.15.0"},
        "manifest": {"path": "data/manifest.csv", "sha256": "ab"},
        "split": {"path": "data/split.csv", "hash": "old"},
    }
    pairs = dict(provenance(record, {"split_hash": "of the evaluation"}))
    assert pairs["seed"] == "0"
    assert pairs["training time"] == "1 min 15 s"
    assert pairs["looks at the test part"] == "2"
    assert pairs["keras"] == "3.15.0"
    assert pairs["split hash"] == "of the evaluation"


def test_the_way_of_the_intervals_is_told() -> None:
    method = {"level": 0.95, "method": "percentile bootstrap over groups", "num_resamples": 1000, "seed": 0}
    told = dict(provenance({}, {"intervals": method}))["intervals"]
    assert told == "95 %, percentile bootstrap over groups, 1000 resamples, seed 0"


def test_a_binary_task_tells_the_classes_behind_it() -> None:
    evaluation = {"malignant_vs_benign": {"malignant": ["malignant"]}}
    assert malignant_classes({"malignant": ["MEL", "BCC"]}, evaluation) == ["MEL", "BCC"]
    assert malignant_classes({}, evaluation) == ["malignant"]
    assert malignant_classes({}, {"malignant_vs_benign": None}) == []
