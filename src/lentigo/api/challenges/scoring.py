"""A submission and a ground truth in; the official figures, leak-checked against a run, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lentigo.api.answers.leak_guard import linked_rows
from lentigo.api.answers.runs.opening import open_data
from lentigo.data.groups import group_ids
from lentigo.data.sources.identity import archive_id, is_official
from lentigo.data.split import PARTS
from lentigo.data.tables import read_table, warn
from lentigo.evaluation.class_map import ClassMap
from lentigo.evaluation.intervals.resampled import defined_or_none
from lentigo.evaluation.intervals.sample import Groups
from lentigo.evaluation.isic.challenges import CHALLENGES
from lentigo.evaluation.isic.scoring import Answered, balanced_accuracy, macro_f1, score_answers
from lentigo.evaluation.isic.tables import Truth, read_submission, read_truth, stripped
from lentigo.evaluation.leak import LINKS, check_no_leak
from lentigo.settings.run import NOTICE, RunDirectory

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class ScoreOptions:
    """What may be said about a scoring."""

    run: Path | None = None
    """The run whose answers these are: images and groups it was trained on stop the scoring."""
    manifest: Path | None = None
    """Where that run's manifest is now, if it has moved."""
    metadata: Path | None = None
    """A table with lesion_id or patient_id of the images: what the intervals keep together."""
    exclude: Sequence[str] = ()
    class_map: ClassMap | None = None
    allow_leak: bool = False
    challenge: str = "2019"
    """Whose rules count, a name in `CHALLENGES`: those of 2018 and 2019 are the same."""


def score(submission: str | Path, truth: str | Path, options: ScoreOptions | None = None) -> dict[str, Any]:
    """Score a submission as its challenge does; see `evaluation.isic.scoring` for the rules.

    Raises:
        TableError: a file breaks the rules; lists every line.
        LeakError: an image, or one of its group, was trained on by the run.
    """
    chosen = options or ScoreOptions()
    challenge = CHALLENGES[chosen.challenge]
    known = read_truth(Path(truth), chosen.exclude, chosen.class_map, challenge)
    answers = read_submission(
        Path(submission), known.categories, known.image_ids, chosen.class_map, challenge
    )
    images = _lesions(known, chosen) if challenge.noun == "lesion" else _linked(known, chosen)
    leaked = _leaks(images[known.score_weight > 0], chosen)
    groups = group_ids(
        images[["image_id", "lesion_id", "patient_id", "group_of_run"]].rename(
            columns={"group_of_run": "duplicate_group"}
        )
    )
    answered = Answered(
        known.categories, known.truth, answers, known.score_weight, Groups.of(groups), challenge
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "challenge": chosen.challenge,
        "answered": challenge.noun,
        "submission": Path(submission).name,
        "truth": Path(truth).name,
        "excluded": list(chosen.exclude),
        "leaked": leaked,
        "leak_checked": chosen.run is not None,
        "groups_known": bool((images[["lesion_id", "patient_id", "group_of_run"]] != "").any(axis=None)),
        **score_answers(answered),
        f"validation_{challenge.main}": _validation_score(answered, known),
    }


def _linked(known: Truth, options: ScoreOptions) -> pd.DataFrame:
    """One row an image: image_id, and whatever links it to others."""
    table = pd.DataFrame({"image_id": list(known.image_ids)}, dtype=object)
    table[["lesion_id", "patient_id", "group_of_run"]] = ""
    if options.metadata is not None:
        metadata = read_table(options.metadata, ("image",), ("lesion_id", "patient_id"))
        metadata = metadata.assign(image=stripped(metadata["image"])).drop_duplicates("image")
        for name in ("lesion_id", "patient_id"):
            table[name] = table["image_id"].map(metadata.set_index("image")[name]).fillna("")
    if options.run is not None:
        links = _run_rows(options.run, options.manifest, PARTS)
        table["image_id"] = _as_known_to_run(known.image_ids, set(links["image_id"]))
        group_of = dict(zip(links["image_id"].map(archive_id), links["group"], strict=True))
        table["group_of_run"] = [group_of.get(archive_id(name), "") for name in table["image_id"]]
    return table


def _lesions(known: Truth, options: ScoreOptions) -> pd.DataFrame:
    """The same, one row a lesion."""
    table = pd.DataFrame(
        {"image_id": list(known.image_ids), "lesion_id": list(known.image_ids)}, dtype=object
    )
    table[["patient_id", "group_of_run"]] = ""
    if options.metadata is not None:
        metadata = read_table(options.metadata, ("lesion_id",), ("patient_id",)).drop_duplicates("lesion_id")
        patients = metadata.set_index("lesion_id")["patient_id"]
        table["patient_id"] = table["lesion_id"].map(patients).fillna("")
    if options.run is not None:
        links = _run_rows(options.run, options.manifest, PARTS)
        group_of = dict(zip(links["lesion_id"], links["group"], strict=True))
        table["group_of_run"] = [group_of.get(name, "") for name in table["lesion_id"]]
    return table


def _as_known_to_run(image_ids: Sequence[str], of_run: set[str]) -> list[str]:
    """Ids of a truth; plain names are the run's own images only where the run knows every one of them."""
    plain = {image_id for image_id in image_ids if not is_official(image_id)}
    if plain <= of_run:
        return list(image_ids)
    if plain & of_run:
        warn(
            f"{len(plain & of_run)} images bear a name that an image of the run bears too, such as "
            f"{min(plain & of_run)!r}; the run does not know the others, so they are taken for other images"
        )
    return [name if is_official(name) else f"{name} (of the truth)" for name in image_ids]


def _leaks(images: pd.DataFrame, options: ScoreOptions) -> bool:
    """Stop, or with `allow_leak` say so, where the run was trained on any of the images or their groups."""
    if options.run is None:
        return False
    trained = _run_rows(options.run, options.manifest, ("train",))
    evaluated = images.rename(columns={"group_of_run": "group"})
    return check_no_leak(
        evaluated.assign(image_id=evaluated["image_id"].map(archive_id)),
        trained.assign(image_id=trained["image_id"].map(archive_id)),
        options.allow_leak,
    )


def _run_rows(run: Path, manifest_path: Path | None, parts: Sequence[str]) -> pd.DataFrame:
    """Images of some parts of the run's split with the columns of `LINKS`."""
    manifest, split = open_data(RunDirectory.existing(run), manifest_path)
    rows = pd.concat([linked_rows(manifest, split, part) for part in parts], ignore_index=True)
    return rows[[name for name in LINKS if name in rows]]


def _validation_score(answered: Answered, known: Truth) -> float | None:
    """The main score by `validation_weight`, as the official scorer gives it; None where it is undefined."""
    if not np.any(known.validation_weight > 0):
        return None
    asked = macro_f1 if answered.challenge.main == "macro_f1" else balanced_accuracy
    return defined_or_none(asked(answered, known.validation_weight))
