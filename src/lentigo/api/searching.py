"""A recipe with genes, data and a budget in; a searched folder with a winner and a page out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lentigo.api.evaluating.evaluation import evaluate
from lentigo.api.logs.known import listening
from lentigo.api.training_tasks import training_tasks
from lentigo.cluster.executor import Executor, LocalExecutor
from lentigo.cluster.tasks import Task
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.split import Split, load_split
from lentigo.settings.errors import RunError
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory, now
from lentigo.settings.toml import load_recipe

if TYPE_CHECKING:
    from lentigo.searching.directory import SearchDirectory
    from lentigo.searching.running import SearchJob
    from lentigo.training.progress import TrainingProgress


def search(  # noqa: PLR0913 - options of one verb
    recipe: Recipe | str | Path,
    manifest: Manifest | str | Path,
    split: Split | str | Path,
    out: str | Path,
    *,
    budget: str = "20",
    sampler: str = "genetic",
    overrides: Sequence[str] = (),
    confirm: bool = False,
    beside: Sequence[str | Path] = (),
    say: Callable[[str], None] = lambda _text: None,
    progress: TrainingProgress | None = None,
    executor: Executor | None = None,
    log: str = "",
) -> dict[str, Any]:
    """Train individuals until the budget is used up; the same call again resumes. Returns `search.json`.

    Args:
        recipe: one with a table `[search]`, such as `genetic`.
        manifest: a `Manifest`, a `manifest.csv` or its folder.
        split: fitness is measured on its validation part.
        out: for `winner.toml`, `trials.csv`, `search.json`, `search.html` and `trials/`, the run directories.
        budget: `20` trials, or `30m` of training.
        sampler: `genetic`, `random` or `tpe`.
        overrides: `key=value` settings that replace those of a recipe given by name.
        confirm: look at the test part with the winner, once, to tell how far choosing has flattered it.
        beside: other searches on the same data, shown in the same picture.
        say: told what happens, in lines.
        progress: told about the trainings.
        executor: where individuals are trained; by default here, one after the other.
        log: as of `train`.
    """
    loaded = recipe if isinstance(recipe, Recipe) else load_recipe(recipe, overrides)
    images = manifest if isinstance(manifest, Manifest) else load_manifest(Path(manifest).resolve())
    parts = split if isinstance(split, Split) else load_split(split)
    where = executor or LocalExecutor()
    task = training_tasks(where, images, listening(progress, log))
    job = _job((loaded, out), (sampler, budget), where, lambda name, one, run: task(name, one, parts, run))
    with job.directory.storage_explained():
        _run(replace(job, say=say), images, parts)
        if confirm:
            _confirm(job.directory, loaded, images.path, say)
        return _write_page(job.directory, loaded, beside)


def _job(
    what: tuple[Recipe, str | Path],
    how: tuple[str, str],
    executor: Executor,
    make: Callable[[str, Recipe, Path], Task],
) -> SearchJob:
    """What is searched (recipe, folder), how (sampler, budget), and where individuals are trained."""
    from lentigo.searching.budget import parse_budget
    from lentigo.searching.directory import SearchDirectory
    from lentigo.searching.running import SearchJob

    (recipe, out), (sampler, budget) = what, how
    return SearchJob(recipe, SearchDirectory(out), sampler, parse_budget(budget), make, executor)


def _run(job: SearchJob, manifest: Manifest, split: Split) -> None:
    """Search, and write down what was found."""
    from lentigo.searching.floor import floor_of
    from lentigo.searching.results import write_results
    from lentigo.searching.running import identity_of, run_search

    job.directory.open(job.recipe, identity_of(job.sampler, manifest, split))
    with job.directory.driven(alone=job.executor.is_elsewhere):
        study = run_search(job)
    write_results(job.directory, study, job.recipe, floor_of(job.recipe, manifest, split))


def _confirm(
    directory: SearchDirectory, recipe: Recipe, manifest: Path | None, say: Callable[[str], None]
) -> None:
    """Evaluate the winner on validation and, once, on test."""
    from lentigo.searching.optimism import metric_of, optimism

    record = directory.record()
    winner = record["winner"]
    before = record.get("confirmations", [])
    if any(one["winner"] == winner["number"] for one in before):
        say("this winner is confirmed already; test is not looked at again")
        return
    run, metric = RunDirectory.existing(winner["run"]), metric_of(recipe)
    validation, test = (
        evaluate(run, part=part, manifest=manifest, with_baselines=False)["metrics"][metric]
        for part in ("validation", "test")
    )
    confirmation = {
        "winner": winner["number"],
        "metric": metric,
        "validation": validation,
        "test": test,
        "optimism": optimism(validation, test),
        "when": now(),
    }
    directory.update_record(confirmations=[*before, confirmation])


def _write_page(directory: SearchDirectory, recipe: Recipe, beside: Sequence[str | Path]) -> dict[str, Any]:
    """Draw the page; returns the record it shows."""
    from lentigo.report.pages.search_page import SearchReport, write_search_report
    from lentigo.searching.directory import SearchDirectory
    from lentigo.searching.floor import beats_floor
    from lentigo.searching.genome import search_of
    from lentigo.searching.results import trial_rows

    record = directory.update_record(beats_floor=beats_floor(directory.record()))
    others: dict[str, list[dict[str, Any]]] = {}
    for path in beside:
        other = SearchDirectory(path)
        _check_comparable(record, other.record(), path)
        name = f"{other.record()['sampler']} ({Path(path).name})"
        others[name] = trial_rows(other.study())
    rows = trial_rows(directory.study())
    report = SearchReport(record, rows, search_of(recipe).genes, others)
    write_search_report(directory.report_file, report)
    return record


def _check_comparable(ours: Mapping[str, Any], other: Mapping[str, Any], path: str | Path) -> None:
    """Refuse to show a search on other data, or with another fitness, in the same picture.

    Raises:
        RunError: it is none, or not comparable.
    """
    if not other.get("winner"):
        raise RunError(f"--beside {path}: there is no search with a result")
    same = (
        ours["manifest"]["sha256"] == other["manifest"]["sha256"]
        and ours["split"] == other["split"]
        and ours["fitness"] == other["fitness"]
    )
    if not same:
        raise RunError(f"--beside {path}: that search has another manifest, split or fitness; not comparable")
