"""A stranger's table as a source: it says what tables say, and nothing else."""

from __future__ import annotations

import pandas as pd

from lentigo.api.answers.source import Asked
from lentigo.api.answers.tables.known import read_known
from lentigo.api.answers.tables.source import TableSource

KNOWN = read_known(
    pd.DataFrame({"image": ["A", "B"], "dx": ["nv", "mel"], "sex": ["male", "female"], "camera": ["x", "y"]}),
    "theirs", ("camera",),
).table  # fmt: skip
SOURCE = TableSource("a.csv", "p/a.csv", ("MEL", "NV"), KNOWN, subgroup_columns=("camera",))


def test_it_knows_facts_and_no_images() -> None:
    facts = SOURCE.facts(["B", "A"])
    assert facts is not None
    assert facts["sex"].tolist() == ["female", "male"]
    assert SOURCE.subgroups() == ("camera",)
    assert SOURCE.images(["A"]) is SOURCE.learnt() is SOURCE.validation() is None
    assert SOURCE.named() == {"path": "p/a.csv", "name": "a.csv"}


def test_its_report_counts_classes_in_their_order() -> None:
    evaluation = {"part": "test", "n_images": 2, "n_groups": 2}
    found = SOURCE.about(evaluation, Asked())
    assert list(found.parts[0].class_counts.items()) == [("MEL", 1), ("NV", 1)]
    assert found.groups_on_two_sides is None
