"""Running checks: found, passed, and not run are three things."""

from __future__ import annotations

from typing import Any

from lentigo.evaluation.checks.check import NEEDS, Severity, run_checks, worst
from lentigo.evaluation.checks.leaks import SameLesion, SamePatient


def test_found_passed_and_not_run(audited: Any) -> None:
    data = audited(("train", "test"), part=["train", "test"], lesion_id=["a", "a"])
    found, not_run = run_checks([SameLesion(), SamePatient()], data)
    assert (found.status, not_run.status) == ("found", "not run")
    assert not_run.not_run == "no patient is known"
    assert worst([found, not_run]) is Severity.ERROR
    passed = run_checks(
        [SameLesion()], audited(("train", "test"), part=["train", "test"], lesion_id=["a", "b"])
    )
    assert passed[0].status == "passed"
    assert worst(passed) is None


def test_every_need_has_its_test(audited: Any) -> None:
    nothing = audited(part=[""])
    unread = type(nothing)(nothing.table)
    assert {name for name, (_, is_met) in NEEDS.items() if is_met(unread)} == set()
    everything = audited(
        ("a", "b"), part=["a"], lesion_id=["l"], patient_id=["p"], source=["s"], sha256=["h"], sex=["male"],
        width=[9], height=[9], **{"class": ["NV"]},
    )  # fmt: skip
    assert all(is_met(everything) for _, is_met in NEEDS.values())
