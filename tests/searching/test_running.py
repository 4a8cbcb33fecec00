"""The search loop with a stub for training: budget, resume after a kill, failures, several processes."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from stub import accuracy_of, genomes, job_in, recipe_of, train_stub

from lentigo.searching.budget import Budget
from lentigo.searching.claims import try_claim
from lentigo.searching.genome import MUTATION_RATE
from lentigo.searching.running import WORST, run_search
from lentigo.settings.errors import DataError, FileError, RunError, SettingsError
from lentigo.settings.processes.interrupt import Interrupted
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory


class Killed(BaseException):
    """Ends the loop at once, as a kill does: nothing is told."""


def test_a_search_trains_as_many_as_the_budget_allows_and_no_more_when_called_again(tmp_path: Path) -> None:
    study = run_search(job_in(tmp_path, trials=6))
    assert len(study.trials) == 6
    assert len(list((tmp_path / "trials").glob("*/run.json"))) == 6
    assert len(run_search(job_in(tmp_path, trials=6)).trials) == 6
    assert len(run_search(job_in(tmp_path, trials=8)).trials) == 8


def test_a_budget_of_time_counts_the_training_time(tmp_path: Path) -> None:
    study = run_search(replace(job_in(tmp_path), budget=Budget(seconds=7.0)))
    assert len(study.trials) == 4  # 2 seconds each: the fourth begins at 6


@pytest.mark.parametrize("sampler", ["genetic", "random", "tpe"])
def test_a_killed_search_goes_on_with_the_same_genomes(tmp_path: Path, sampler: str) -> None:
    whole = run_search(job_in(tmp_path / "whole", sampler=sampler))
    trained: list[Path] = []

    def train_until_killed(recipe: Recipe, out: Path) -> RunDirectory:
        trained.append(out)
        if len(trained) in (1, 4, 8):  # in the first trial, within a generation, at the start of one
            raise Killed
        return train_stub(recipe, out)

    for _ in range(3):
        with pytest.raises(Killed):
            run_search(job_in(tmp_path / "killed", sampler=sampler, train=train_until_killed))
    resumed = run_search(job_in(tmp_path / "killed", sampler=sampler, train=train_until_killed))
    assert genomes(resumed) == genomes(whole)
    assert [trial.value for trial in resumed.trials] == [trial.value for trial in whole.trials]
    assert [path.name for path in trained].count("0000") == 2  # its owner died, it was trained again


def test_a_kill_between_asking_and_drawing_leaves_the_same_genome(tmp_path: Path) -> None:
    whole = run_search(job_in(tmp_path / "whole"))
    run_search(job_in(tmp_path / "killed", trials=5))
    study = job_in(tmp_path / "killed").directory.study()
    study._storage.create_new_trial(study._study_id)  # the trial is there, its genome is not
    assert study.trials[-1].params == {}
    assert genomes(run_search(job_in(tmp_path / "killed"))) == genomes(whole)


def test_a_failed_training_is_told_as_the_worst_and_the_search_goes_on(tmp_path: Path) -> None:
    said: list[str] = []

    def train(recipe: Recipe, out: Path) -> RunDirectory:
        if out.name in ("0001", "0002"):
            raise RunError("the loss is nan") if out.name == "0001" else ArithmeticError("no memory")
        return train_stub(recipe, out)

    study = run_search(job_in(tmp_path, trials=6, train=train, say=said.append))
    failed = [trial for trial in study.trials if "failed" in trial.user_attrs]
    assert [(trial.number, trial.value) for trial in failed] == [(1, WORST), (2, WORST)]
    assert failed[0].user_attrs["failed"] == "RunError: the loss is nan"
    assert {trial.user_attrs["parent"] for trial in study.trials[4:]} == {0, 3}
    assert any("failed and counts as the worst: the loss is nan" in line for line in said)


def test_when_all_fail_the_search_stops_and_says_why(tmp_path: Path) -> None:
    def train(recipe: Recipe, out: Path) -> RunDirectory:
        raise RunError("no image is left")

    with pytest.raises(RunError, match=r"all 4 trainings .* no image is left"):
        run_search(job_in(tmp_path, train=train))


@pytest.mark.parametrize(
    "error", [Interrupted("stop"), DataError("no"), SettingsError("no"), FileError("no")]
)
def test_what_no_individual_can_remedy_stops_the_search(tmp_path: Path, error: Exception) -> None:
    def train(recipe: Recipe, out: Path) -> RunDirectory:
        raise error

    with pytest.raises(type(error)):
        run_search(job_in(tmp_path, train=train))
    # and the trial is not lost: the next call goes on with it
    study = run_search(job_in(tmp_path, trials=4))
    assert [trial.value for trial in study.trials] == [
        pytest.approx(accuracy_of(RunDirectory(tmp_path / "trials" / f"{n:04d}").recipe())) for n in range(4)
    ]


def test_a_trial_whose_owner_lives_is_left_to_it(tmp_path: Path) -> None:
    job = job_in(tmp_path, trials=2)
    study = job.directory.study()
    study.ask()
    with try_claim(job.directory.claim_path(0)):  # type: ignore[union-attr]
        assert [trial.state.name for trial in run_search(job).trials] == ["RUNNING", "COMPLETE"]
    assert [trial.state.name for trial in run_search(job).trials] == ["COMPLETE", "COMPLETE"]


def test_inherited_weights_come_from_the_parent(tmp_path: Path) -> None:
    recipes: dict[str, Recipe] = {}

    def train(recipe: Recipe, out: Path) -> RunDirectory:
        recipes[out.name] = recipe
        run = train_stub(recipe, out)
        run.weights_file.touch()
        return run

    study = run_search(job_in(tmp_path, 6, train=train, recipe=recipe_of("search.inherit_weights=true")))
    assert recipes["0003"].training.start_from == ""
    parent = study.trials[5].user_attrs["parent"]
    assert recipes["0005"].training.start_from == str((tmp_path / "trials" / f"{parent:04d}").resolve())


def test_other_samplers_have_no_mutation_rate(tmp_path: Path) -> None:
    study = run_search(job_in(tmp_path, trials=2, sampler="random"))
    assert all(MUTATION_RATE not in trial.params for trial in study.trials)
    assert [trial.user_attrs["parent"] for trial in study.trials] == [None, None]


WORKER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from stub import job_in, train_stub
from lentigo.searching.running import run_search

def train(recipe, out):
    print(out.name, flush=True)
    time.sleep(float(sys.argv[3]))
    return train_stub(recipe, out)

run_search(job_in(Path(sys.argv[2]), trials=int(sys.argv[4]), train=train))
"""


def start_worker(folder: Path, seconds: float, trials: int = 9) -> subprocess.Popen[str]:
    options = [str(Path(__file__).parent), str(folder), str(seconds), str(trials)]
    command = [sys.executable, "-c", WORKER, *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_search_killed_by_the_system_ends_with_the_same_genomes(tmp_path: Path) -> None:
    worker = start_worker(tmp_path / "killed", 60)
    assert worker.stdout is not None
    worker.stdout.readline()
    worker.kill()
    worker.wait()
    resumed = run_search(job_in(tmp_path / "killed", trials=9))
    assert genomes(resumed) == genomes(run_search(job_in(tmp_path / "whole", trials=9)))


@pytest.mark.slow
def test_ten_kills_at_random_moments_leave_the_same_genomes(tmp_path: Path) -> None:
    moments = np.random.default_rng(0)
    for _ in range(10):
        worker = start_worker(tmp_path / "killed", 0.02, trials=40)
        assert worker.stdout is not None
        for _ in range(int(moments.integers(1, 4))):
            worker.stdout.readline()
        time.sleep(moments.uniform(0, 0.05))
        worker.kill()
        worker.wait()
    resumed = run_search(job_in(tmp_path / "killed", trials=40))
    assert genomes(resumed) == genomes(run_search(job_in(tmp_path / "whole", trials=40)))


def test_several_processes_on_one_search_keep_every_trial_once(tmp_path: Path) -> None:
    job_in(tmp_path).directory.study()
    workers = [start_worker(tmp_path, 0.05) for _ in range(2)]
    trained = [name for worker in workers for name in worker.communicate(timeout=120)[0].split()]
    assert all(worker.returncode == 0 for worker in workers)
    assert sorted(trained) == [f"{number:04d}" for number in range(9)]
    study = job_in(tmp_path).directory.study()
    assert all(trial.state.name == "COMPLETE" for trial in study.trials)
    found = genomes(study)
    assert all(one != two for place, one in enumerate(found) for two in found[:place])
