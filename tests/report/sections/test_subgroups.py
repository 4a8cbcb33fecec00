"""What the sections on subgroups and on shortcuts show."""

from __future__ import annotations

from typing import Any

from lentigo.report.sections.subgroups import shortcut_content, subgroup_content

HALF = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 40, "n_groups": 30}


def row(name: str, n: int) -> dict[str, Any]:
    return {
        "name": name, "n": n, "n_groups": n, "is_small": n < 20,
        "figures": {"balanced_accuracy": HALF}, "gaps": {"balanced_accuracy": HALF},
    }  # fmt: skip


def test_a_small_subgroup_is_said_to_be_too_small() -> None:
    found = {
        "smallest": 20, "num_gaps": 10, "num_gaps_beyond_chance": 1, "titles": {"sex": "Sex"},
        "attributes": {"sex": [row("female", 40), row("male", 12)]},
    }  # fmt: skip
    content = subgroup_content({"subgroups": found})
    assert content is not None
    (attribute,) = content["attributes"]
    assert "male, 12 images, too few to say" in attribute["picture"].description
    assert "female, 40 images 0.500" in attribute["picture"].description
    assert content["metric"] == "Balanced accuracy"
    assert (content["num_gaps"], content["beyond"]) == (10, 1)


def test_every_probe_has_its_row() -> None:
    one = {"balanced_accuracy": HALF, "minus_whole": HALF}
    found = {
        "chance": 0.125, "model": HALF, "probes": dict.fromkeys(("metadata", "origin", "border"), HALF),
        "network": {"border_only": one, "centre_only": one},
        "sources": [{"source": "HAM", "n": 50, "classes": 7, "with_it": HALF, "without_it": HALF}],
    }  # fmt: skip
    content = shortcut_content({"shortcuts": found})
    assert content is not None
    words = content["probes"].description
    for name in ("this model", "on the border alone", "age, sex and site alone", "source, size"):
        assert name in words
    assert "HAM, 50 images, 7 classes: trained with it" in content["sources"].description


def test_without_figures_there_is_no_section() -> None:
    assert subgroup_content({"subgroups": None}) is None
    assert shortcut_content({}) is None
