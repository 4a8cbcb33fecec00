"""Runs side by side: alike or refused, guarded, in one order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lentigo.api.answers.leak_guard import has_leak
from lentigo.api.answers.runs.parts import save_answers
from lentigo.api.answers.runs.source import open_run
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split, make_split, save_split
from lentigo.evaluation.predictions import load_predictions
from lentigo.experiments.held_out import check_alike, hold_out
from lentigo.experiments.leaking.leaked import per_image_split
from lentigo.settings.errors import LeakError, RunError
from lentigo.settings.run import RunDirectory

MakeRun = Callable[..., RunDirectory]

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")


def test_answers_are_put_in_manifest_order(make_answered: MakeRun) -> None:
    run = make_answered("a")
    stored = load_predictions(run.predictions_file, "validation")
    backwards = np.arange(len(stored.image_ids))[::-1]
    run.predictions_file.unlink()
    save_answers(run, "validation", stored.chosen(backwards))
    found = hold_out(open_run(run.path), "validation")
    assert found.predictions.image_ids.tolist() == stored.image_ids.tolist()
    np.testing.assert_array_equal(found.predictions.probabilities, stored.probabilities)
    assert found.sample.groups.num_groups == len(set(found.groups.tolist()))
    assert not found.context.leaked


def test_a_look_at_test_is_logged(make_answered: MakeRun) -> None:
    opened = open_run(make_answered("a").path)
    hold_out(opened, "validation")
    assert opened.run.record().get("test_looks", []) == []
    hold_out(opened, "test")
    assert len(opened.run.record()["test_looks"]) == 1


def test_runs_that_differ_are_refused_by_name(make_answered: MakeRun, pairs_manifest: Manifest) -> None:
    first, other = (open_run(make_answered(name).path) for name in ("a", "b"))
    check_alike([first, other], "validation")
    with pytest.raises(RunError, match="given twice"):
        check_alike([first, first], "validation")
    another = open_run(make_answered("c", used=make_split(pairs_manifest, (0.4, 0.4, 0.2), seed=7)).path)
    with pytest.raises(RunError, match=r"a and .*c have other splits and images in the part validation"):
        check_alike([first, other, another], "validation")
    other.run.update_record(class_names=["MEL", "DF", "NV"])
    with pytest.raises(RunError, match="have other classes"):
        check_alike([first, open_run(other.run.path)], "validation")


def test_folds_of_one_split_share_their_test_part_only(
    make_answered: MakeRun, pairs_manifest: Manifest
) -> None:
    split = make_split(pairs_manifest, (0.4, 0.4, 0.2), folds=3)
    runs = [open_run(make_answered(f"f{fold}", used=split.for_fold(fold)).path) for fold in (0, 1)]
    check_alike(runs, "test")
    with pytest.raises(RunError, match="images in the part validation"):
        check_alike(runs, "validation")


def test_the_guard_looks_at_every_fold(pairs_manifest: Manifest) -> None:
    split = make_split(pairs_manifest, (0.8, 0.0, 0.2), folds=3)
    assert not has_leak(pairs_manifest, split, "out-of-fold")
    table = split.table.copy()
    table.loc[table.index[table["fold"] == 0][0], "fold"] = 1
    torn = Split(table, "", {})
    with pytest.raises(LeakError, match="the same lesion"):
        has_leak(pairs_manifest, torn, "out-of-fold")
    assert has_leak(pairs_manifest, torn, "out-of-fold", allow_leak=True)


def test_a_leak_stops_before_anything_is_read(make_answered: MakeRun, pairs_manifest: Manifest) -> None:
    run = make_answered("a")
    torn = per_image_split(pairs_manifest)
    save_split(run.split_file, torn, overwrite=True)
    run.update_record(split={**run.record()["split"], "hash": torn.hash})
    with pytest.raises(LeakError):
        hold_out(open_run(run.path), "validation")
