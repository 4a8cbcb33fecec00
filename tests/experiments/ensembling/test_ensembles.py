"""Runs put together from their answers: weights never from the images they are judged on, nor from test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lentigo.api.answers.runs.parts import answers_of, save_answers
from lentigo.api.answers.runs.source import open_run
from lentigo.api.measures import subgroup_figures
from lentigo.data.manifest import Manifest
from lentigo.data.split import make_split
from lentigo.evaluation.ensembles.combination import combine
from lentigo.evaluation.ensembles.member_weights import choose_weights
from lentigo.evaluation.intervals.sample import sample
from lentigo.evaluation.predictions import Predictions, load_predictions
from lentigo.experiments import held_out
from lentigo.experiments.crossvalidating.crossvalidation import joint_split
from lentigo.experiments.ensembling import ensembles
from lentigo.experiments.ensembling.ensembles import EnsembleOptions, ensemble, weight_parts
from lentigo.experiments.held_out import hold_out
from lentigo.settings.errors import RunError
from lentigo.settings.members import OUT_OF_FOLD, Member, member_entries, members_of
from lentigo.settings.run import RunDirectory

MakeRun = Callable[..., RunDirectory]

pytestmark = pytest.mark.filterwarnings("ignore::lentigo.data.tables.LentigoWarning")


@pytest.fixture(autouse=True)
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """These runs have no images to show."""
    monkeypatch.setattr(held_out, "report_answers", lambda *_: None)
    monkeypatch.setattr(subgroup_figures, "skin_tones", lambda images: [""] * len(images.rows))


@pytest.fixture
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes longer than everything else here."""
    monkeypatch.setattr(ensembles, "write_ensemble", lambda *_: None)


@pytest.fixture
def three(make_answered: MakeRun) -> list[Path]:
    """Two good runs with different noise and one that guesses."""
    return [make_answered(name, skill, seed).path for seed, (name, skill) in
            enumerate([("a", 1.5), ("b", 1.5), ("guess", 0.0)])]  # fmt: skip


def test_good_members_count_and_a_guessing_one_does_not(three: list[Path], tmp_path: Path) -> None:
    facts = ensemble(three, tmp_path / "e")
    weights = [entry["weight"] for entry in facts["members"]]
    assert sum(weights) == pytest.approx(1)
    assert min(weights[:2]) > 0.25
    assert weights[2] < 0.2
    best = max(entry["balanced_accuracy"]["value"] for entry in facts["members"])
    assert facts["members"][facts["best_member"]]["balanced_accuracy"]["value"] == best
    assert facts["against_best"]["figures"]["balanced_accuracy"]["second"]["value"] == pytest.approx(best)
    difference = facts["against_best"]["figures"]["balanced_accuracy"]["difference"]
    assert difference["value"] == pytest.approx(facts["balanced_accuracy"]["value"] - best)
    written = json.loads((tmp_path / "e" / "ensemble.json").read_text())
    assert written["members"] == facts["members"]
    assert (tmp_path / "e" / "ensemble.html").is_file()


@pytest.mark.usefixtures("no_page")
def test_each_image_is_answered_with_weights_that_its_group_did_not_choose(
    three: list[Path], tmp_path: Path
) -> None:
    ensemble(three, tmp_path / "e", EnsembleOptions("greedy", "geometric"))
    members = [hold_out(open_run(path), "validation") for path in three]
    answers = np.stack([one.sample.probabilities for one in members])
    parts, truth = weight_parts(members[0].sample), members[0].sample.truth
    found = load_predictions(tmp_path / "e" / "predictions.csv", "validation").probabilities
    for part in range(parts.max() + 1):
        own = choose_weights(answers[:, parts != part], truth[parts != part], "greedy", "geometric")
        expected = combine(answers[:, parts == part], own, "geometric")
        np.testing.assert_allclose(found[parts == part], expected)


@pytest.mark.usefixtures("no_page")
def test_test_answers_have_no_say(three: list[Path], tmp_path: Path) -> None:
    before = ensemble(three, tmp_path / "e")["members"]
    for path in three:
        run = RunDirectory(path)
        stored = load_predictions(run.predictions_file, "test")
        rolled = np.roll(stored.probabilities, 1, axis=1)
        save_answers(run, "test", Predictions(**{**vars(stored), "probabilities": rolled}))
    assert ensemble(three, tmp_path / "again")["members"] == before
    assert "test_looks" not in RunDirectory(three[0]).record()


@pytest.mark.usefixtures("no_page")
def test_it_is_a_run_that_answers_as_it_was_saved(three: list[Path], tmp_path: Path) -> None:
    ensemble(three, tmp_path / "e")
    opened = open_run(tmp_path / "e")
    assert [member.run.path.resolve() for member in members_of(opened.run)] == [p.resolve() for p in three]
    stored = load_predictions(opened.run.predictions_file, "validation")
    read = answers_of(opened.run, opened.manifest, opened.split, "validation")
    np.testing.assert_array_equal(read.probabilities, stored.probabilities)
    opened.run.update_record(answered={})
    again = answers_of(opened.run, opened.manifest, opened.split, "validation")
    np.testing.assert_array_equal(again.probabilities, stored.probabilities)


def test_parts_keep_groups_whole_and_classes_even() -> None:
    truth = np.repeat([0, 0, 0, 1], 25)
    groups = np.arange(100) // 2
    parts = weight_parts(sample(truth, np.full((100, 2), 0.5), groups))
    assert len(np.unique(parts)) == 5
    assert all(len(np.unique(parts[groups == group])) == 1 for group in range(50))
    assert np.bincount(parts[truth == 1]).min() >= 3
    with pytest.raises(RunError, match="single group"):
        weight_parts(sample([0, 1], np.full((2, 2), 0.5), [7, 7]))


@pytest.mark.usefixtures("no_page")
def test_what_cannot_be_put_together(
    three: list[Path], make_answered: MakeRun, tmp_path: Path, pairs_manifest: Manifest
) -> None:
    out = tmp_path / "e"
    with pytest.raises(RunError, match="two members or more"):
        ensemble(three[:1], out)
    other = make_answered("other", used=make_split(pairs_manifest, (0.4, 0.4, 0.2), seed=9))
    with pytest.raises(RunError, match="have other splits"):
        ensemble([three[0], other.path], out)
    assert not out.exists()
    ensemble(three, out)
    ensemble(three, out)  # the same again is fine
    with pytest.raises(RunError, match="is an ensemble; give its members"):
        ensemble([out, three[0]], tmp_path / "f")
    with pytest.raises(RunError, match="holds another run or ensemble"):
        ensemble(three, out, EnsembleOptions("equal"))
    with pytest.raises(RunError, match="holds another run or ensemble"):
        ensemble(three[:2], three[2])


@pytest.fixture
def validated(make_answered: MakeRun, pairs_manifest: Manifest) -> list[Path]:
    """Two cross-validations of two folds each, as files."""
    split = make_split(pairs_manifest, (0.8, 0.0, 0.2), folds=2)
    return [
        _as_cross_validation(make_answered, split, name, skill) for name, skill in (("x", 2.0), ("y", 1.0))
    ]


def _as_cross_validation(make_answered: MakeRun, split: object, name: str, skill: float) -> Path:
    folds = [make_answered(f"{name}-{fold}", skill, fold, split.for_fold(fold)) for fold in (0, 1)]  # type: ignore[attr-defined]
    run = make_answered(name, used=joint_split(split))  # type: ignore[arg-type]
    members = member_entries(run, [Member(fold, 0.5) for fold in folds])
    run.update_record(members=members, mean="arithmetic", held_out=OUT_OF_FOLD, image_counts={})
    found = [load_predictions(fold.predictions_file, "validation") for fold in folds]
    names = ("image_ids", "fold", "truth", "probabilities")
    joined = {key: np.concatenate([getattr(one, key) for one in found]) for key in names}
    part = np.array(OUT_OF_FOLD, dtype=object)
    save_answers(run, OUT_OF_FOLD, Predictions(**joined, part=part, class_names=found[0].class_names))
    return run.path


@pytest.mark.usefixtures("no_page")
def test_cross_validations_choose_weights_fold_by_fold(validated: list[Path], tmp_path: Path) -> None:
    facts = ensemble(validated, tmp_path / "e")
    assert facts["part"] == "out-of-fold"
    assert len(facts["weights_by_part"]) == 2
    members = [hold_out(open_run(path), OUT_OF_FOLD) for path in validated]
    answers = np.stack([one.sample.probabilities for one in members])
    fold, truth = members[0].predictions.fold, members[0].sample.truth
    np.testing.assert_allclose(
        facts["weights_by_part"][0], choose_weights(answers[:, fold != 0], truth[fold != 0])
    )
    assert open_run(tmp_path / "e").default_part() == "out-of-fold"


@pytest.mark.usefixtures("no_page")
def test_a_run_and_a_cross_validation_do_not_mix(
    validated: list[Path], three: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(RunError, match="one is cross-validated"):
        ensemble([validated[0], three[0]], tmp_path / "e")
    with pytest.raises(RunError, match="ensemble of its folds already"):
        ensemble(validated[:1], tmp_path / "e")
