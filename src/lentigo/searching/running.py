"""The search itself: recipe, data and budget in; trials, each one run directory, out. The same call resumes.

    while the budget allows:
        for each free slot: take a trial whose owner was killed, or ask the sampler for a new one
        train their individuals
        tell the fitness of each that has ended

A search has nothing in memory that its directory does not hold. A trial that was being trained when its
process was killed is taken up with the genome it has, and its training resumes; a genome that had not been
written down yet is drawn again, the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

from lentigo.cluster.executor import Executor, LocalExecutor
from lentigo.cluster.tasks import Outcome, Task
from lentigo.data.manifest import Manifest
from lentigo.data.split import Split
from lentigo.searching.budget import Budget
from lentigo.searching.claims import Claim, claimed, try_claim
from lentigo.searching.directory import SearchDirectory
from lentigo.searching.genome import MUTATION_RATE, Genome, distributions, mutation_rates, search_of
from lentigo.searching.individual import Identity, Individual
from lentigo.searching.sampler import SAMPLERS, GeneticSampler
from lentigo.settings.errors import LentigoError, RunError, SettingsError
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import did_you_mean

WORST = 0.0
"""Fitness of an individual whose training failed: no accuracy is lower."""

MakeTask = Callable[[str, Recipe, Path], Task]
"""Name of a trial, its recipe and its run directory in; what an executor runs out."""


@dataclass(frozen=True)
class SearchJob:
    """What is searched, where, and how a recipe is trained into a folder."""

    recipe: Recipe
    directory: SearchDirectory
    sampler: str
    budget: Budget
    make_task: MakeTask
    executor: Executor = field(default_factory=LocalExecutor)
    say: Callable[[str], None] = lambda _text: None


@dataclass
class OpenTrial:
    """A trial that is being trained, and our claim on it."""

    trial: optuna.Trial
    claim: Claim
    individual: Individual


def identity_of(sampler: str, manifest: Manifest, split: Split) -> dict[str, Any]:
    """What makes a search besides its recipe, as `search.json` says it.

    Raises:
        SettingsError: there is no such sampler.
    """
    if sampler not in SAMPLERS:
        hint = did_you_mean(sampler, list(SAMPLERS))
        raise SettingsError(f"--sampler {sampler}: not one of {', '.join(SAMPLERS)}{hint}")
    return {
        "sampler": sampler,
        "manifest": {"path": str(manifest.path) if manifest.path else None, "sha256": manifest.sha256},
        "split": {"hash": split.hash},
    }


def run_search(job: SearchJob) -> optuna.Study:
    """Train individuals until the budget is used up.

    Raises:
        RunError: the training was stopped on request, or a whole population has failed.
        SettingsError: the genes cannot be used.
        LentigoError: data or network cannot be had at all, which no individual could remedy.
    """
    search_of(job.recipe)
    study = job.directory.study()
    running: dict[str, OpenTrial] = {}
    try:
        while True:
            _fill_slots(job, study, running)
            if not running:
                return study
            outcome = job.executor.next_outcome()
            ended = running.pop(outcome.task.name)
            with ended.claim:
                _tell(job, study, ended, outcome)
            _check_hope(job, study)
    finally:
        for one in running.values():
            one.claim.release()


def _fill_slots(job: SearchJob, study: optuna.Study, running: dict[str, OpenTrial]) -> None:
    """Have as many trials trained at a time as the executor takes."""
    while len(running) < job.executor.slots and (taken := _take(job, study, running)) is not None:
        trial, claim = taken
        name = f"trial {trial.number}"
        running[name] = OpenTrial(trial, claim, individual_of(job, trial))
        _begin(job, running[name], name)


def _take(
    job: SearchJob, study: optuna.Study, running: Mapping[str, OpenTrial]
) -> tuple[optuna.Trial, Claim] | None:
    """The next trial to train, claimed; None when there is nothing to begin for this process now."""
    with claimed(job.directory.asking):
        for frozen in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            claim = try_claim(job.directory.claim_path(frozen.number))
            if claim:
                job.say(f"trial {frozen.number} has lost its process; going on with it")
                study.sampler = SAMPLERS[job.sampler](job.recipe, frozen.number)
                return _with_genome(job, study, optuna.Trial(study, frozen._trial_id)), claim
        trials = study.get_trials(deepcopy=False)
        if not job.budget.allows_another(len(trials), seconds_trained(trials)):
            return None
        if _waits_for_generation(job, len(trials), running):
            return None
        study.sampler = SAMPLERS[job.sampler](job.recipe, len(trials))
        trial = study.ask()
        claim = try_claim(job.directory.claim_path(trial.number))
        assert claim, "nobody else can hold a claim on a trial that did not exist"
        return _with_genome(job, study, trial), claim


def _waits_for_generation(job: SearchJob, number: int, running: Mapping[str, OpenTrial]) -> bool:
    """Whether parents of a trial are still being trained here.

    So it has the same ones however many are trained at a time.
    """
    population = search_of(job.recipe).population
    born = number // population * population
    return job.sampler == "genetic" and any(one.trial.number < born for one in running.values())


def _with_genome(job: SearchJob, study: optuna.Study, trial: optuna.Trial) -> optuna.Trial:
    """Have the genome drawn, unless the trial has one, and write down where it comes from."""
    search = search_of(job.recipe)
    for name, distribution in distributions(search).items():
        _suggest(trial, name, distribution)
    place = Identity(search.seed, *divmod(trial.number, search.population))
    parent = None
    if isinstance(study.sampler, GeneticSampler):
        _suggest(trial, MUTATION_RATE, mutation_rates(search))
        frozen = trial._cached_frozen_trial
        place, ancestor = study.sampler.identity(study, frozen), study.sampler.parent(study, frozen)
        parent = None if ancestor is None else ancestor.number
    for name, value in (("generation", place.generation), ("index", place.index), ("parent", parent)):
        trial.set_user_attr(name, value)
    return trial


def _suggest(trial: optuna.Trial, name: str, distribution: BaseDistribution) -> None:
    if isinstance(distribution, IntDistribution):
        trial.suggest_int(name, distribution.low, distribution.high, log=distribution.log)
    elif isinstance(distribution, FloatDistribution):
        trial.suggest_float(name, distribution.low, distribution.high, log=distribution.log)


def individual_of(job: SearchJob, trial: optuna.Trial) -> Individual:
    """The individual of a trial that has its genome."""
    search, attributes = search_of(job.recipe), trial.user_attrs
    values = {gene.key: trial.params[gene.key] for gene in search.genes}
    genome = Genome(values, trial.params.get(MUTATION_RATE, search.lowest_mutation_rate))
    identity = Identity(search.seed, attributes["generation"], attributes["index"])
    parent = attributes["parent"]
    inherits = search.inherit_weights and parent is not None
    # whole, so that the recipe of this trial does not depend on where the command was given
    start = job.directory.run_path(parent).resolve() if inherits else None
    has_weights = start is not None and RunDirectory(start).weights_file.is_file()
    return Individual(job.recipe, genome, identity, str(start) if has_weights else "")


def _begin(job: SearchJob, begun: OpenTrial, name: str) -> None:
    """Hand one individual to the executor."""
    individual, number = begun.individual, begun.trial.number
    genes = ", ".join(f"{key} {value:.4g}" for key, value in individual.genome.values.items())
    identity = individual.identity
    job.say(f"trial {number}, generation {identity.generation}, individual {identity.index}: {genes}")
    job.executor.submit(job.make_task(name, individual.recipe(), job.directory.run_path(number)))


def _tell(job: SearchJob, study: optuna.Study, ended: OpenTrial, outcome: Outcome) -> None:
    """Tell how fit one individual is; a failed training is told as the worst."""
    trial, run = ended.trial, RunDirectory(job.directory.run_path(ended.trial.number))
    try:
        outcome.result()
        fitness = ended.individual.find_fitness(lambda _recipe: run)
    except Exception as error:  # whatever a framework raises; told, written down and counted, not hidden
        if _concerns_all(error):
            raise
        fitness = WORST
        trial.set_user_attr("failed", f"{type(error).__name__}: {error}"[:500])
        job.say(f"trial {trial.number} failed and counts as the worst: {error}")
    seconds = run.record().get("seconds") or outcome.seconds
    trial.set_user_attr("seconds", round(float(seconds), 3))
    with claimed(job.directory.asking):
        study.tell(trial, fitness)
    best = study.best_trial
    job.say(
        f"trial {trial.number}: fitness {fitness:.4f}; best so far {best.value:.4f} (trial {best.number})"
    )


def _concerns_all(error: Exception) -> bool:
    """Whether an error is not of one individual: a request to stop, unusable data, settings or weights."""
    from lentigo.settings.processes.interrupt import Interrupted

    return isinstance(error, Interrupted) or (
        isinstance(error, LentigoError) and not isinstance(error, RunError)
    )


def _check_hope(job: SearchJob, study: optuna.Study) -> None:
    """Stop when nothing works: the fault is then in what all individuals share."""
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    failures = [trial.user_attrs["failed"] for trial in done if "failed" in trial.user_attrs]
    if len(failures) == len(done) >= search_of(job.recipe).population:
        raise RunError(
            f"all {len(done)} trainings of {job.directory.path} have failed; the last: {failures[-1]}"
        )


def seconds_trained(trials: list[optuna.trial.FrozenTrial]) -> float:
    """Training time added over finished trials."""
    return float(sum(trial.user_attrs.get("seconds", 0.0) for trial in trials))
