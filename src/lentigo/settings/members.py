"""A run that is several: its record in, the runs that answer together, each with its weight, out.

A cross-validation and an ensemble are run directories too. They hold no network; `run.json` lists `members`,
and an answer is the weighted mean of theirs. Members are found by paths relative to the directory, so both
may move together, and a member that was trained anew since is refused.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from lentigo.settings.errors import RunError
from lentigo.settings.files import sha256_of_text
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory

Mean = Literal["arithmetic", "geometric"]
MEANS: tuple[Mean, ...] = get_args(Mean)

OUT_OF_FOLD = "out-of-fold"
"""The part whose images are each answered by the one fold that has not learnt them."""


@dataclass(frozen=True)
class Member:
    """A run that answers together with others."""

    run: RunDirectory
    weight: float
    """At least 0; the weights of all members add up to 1."""


def is_several(run: RunDirectory) -> bool:
    """Whether a directory is an ensemble or a cross-validation."""
    return "members" in run.record()


def is_cross_validated(run: RunDirectory) -> bool:
    """Whether its members have learnt each other's validation images, so that it has out-of-fold answers."""
    return run.record().get("held_out") == OUT_OF_FOLD


def members_of(run: RunDirectory) -> list[Member]:
    """The members of an ensemble or a cross-validation, in the order of its record.

    Raises:
        RunError: a member has gone, is not finished, or has other weights than when it was put together.
    """
    return [_member(run, entry) for entry in run.record()["members"]]


def member_entries(run: RunDirectory, members: Sequence[Member]) -> list[dict[str, Any]]:
    """What `run.json` of a directory says of its members."""
    return [
        {
            "path": Path(os.path.relpath(member.run.path.resolve(), run.path.resolve())).as_posix(),
            "name": member.run.record()["name"],
            "weight": member.weight,
            "weights_sha256": weights_hash(member.run),
        }
        for member in members
    ]


def weights_hash(run: RunDirectory) -> str:
    """SHA-256 of a run's weights as its record has it; of several runs one over all of theirs.

    Raises:
        RunError: the run is not finished.
    """
    record = run.record()
    if record.get("status") != "finished":
        raise RunError(f"{run.path} is not finished (status: {record.get('status')}); finish it first")
    return hash_of_members(record) if "members" in record else str(record["weights"]["sha256"])


def hash_of_members(record: dict[str, Any]) -> str:
    """One hash over the weights of all members and what each counts for."""
    entries = [f"{entry['weight']!r} {entry['weights_sha256']}" for entry in record["members"]]
    return sha256_of_text("\n".join([record["mean"], *entries]))


def recipe_of(run: RunDirectory) -> Recipe:
    """The recipe of a run; of several the first member's, with which they share task and classes."""
    return recipe_of(members_of(run)[0].run) if is_several(run) else run.recipe()


def require_network(run: RunDirectory, purpose: str) -> None:
    """Stop where a directory holds no network of its own.

    Args:
        run: its directory.
        purpose: what cannot be done, such as `be exported`.

    Raises:
        RunError: it is an ensemble or a cross-validation; names a member to take instead.
    """
    if is_several(run):
        entries = run.record()["members"]
        heaviest = max(entries, key=lambda entry: float(entry["weight"]))
        raise RunError(
            f"{run.path} has no network of its own: it is the mean of {len(entries)} runs and "
            f"cannot {purpose}; take one of them, such as {os.path.normpath(run.path / heaviest['path'])}"
        )


def is_of_pairs(run: RunDirectory) -> bool:
    """Whether a run answers two photographs of a lesion at once."""
    return recipe_of(run).input.view == "pair"


def require_one_image(run: RunDirectory, purpose: str) -> None:
    """As `require_network`, and stop where a network answers two photographs of a lesion at once.

    Raises:
        RunError: as `require_network`; or it takes pairs; says what can be done with it.
    """
    require_network(run, purpose)
    refuse_pairs(run, purpose)


def refuse_pairs(run: RunDirectory, purpose: str) -> None:
    """Stop where a run, or several as one, answers two photographs of a lesion at once."""
    if is_of_pairs(run):
        raise RunError(
            f"{run.path} answers two photographs of a lesion at once (input.view = 'pair') and cannot "
            f"{purpose}; `lentigo evaluate` judges it, `lentigo submit --challenge milk10k` answers lesions"
        )


def _member(run: RunDirectory, entry: dict[str, Any]) -> Member:
    path = run.path / entry["path"]
    found = RunDirectory(path)
    if not found.run_file.is_file():
        raise RunError(
            f"{run.path} is the mean of several runs, and {path} is not there; move them together, or make "
            "it again"
        )
    if weights_hash(found) != entry["weights_sha256"]:
        raise RunError(
            f"{path} has been trained again since {run.path} was put together; give that command again"
        )
    return Member(found, float(entry["weight"]))
