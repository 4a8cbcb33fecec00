"""A stranger's table as a source of answers: it knows what tables say, and images where they are at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from lentigo.api.answers.source import Asked, Images, Learnt, Source
from lentigo.api.answers.tables.known import Known, key_of
from lentigo.api.answers.tables.trained_on import TrainedOn
from lentigo.api.answers.validation_fit import Validation
from lentigo.report.pages.page import PartFacts, ReportInput
from lentigo.settings.recipe import Input
from lentigo.settings.run import command_line, versions


@dataclass(frozen=True)
class TableSource(Source):
    """Somebody's table of answers."""

    title: str
    path: str
    class_names: tuple[str, ...]
    known: pd.DataFrame
    """As `Known.table`, of every image judged."""
    truth: Known | None = None
    trained: TrainedOn | None = None
    fitted_on: Validation | None = None
    subgroup_columns: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    """Short facts for the head of the page."""

    def named(self) -> dict[str, str]:
        """See `Source`."""
        return {"path": self.path, "name": self.title}

    def validation(self) -> Validation | None:
        """See `Source`."""
        return self.fitted_on

    def images(self, image_ids: Sequence[str]) -> Images | None:
        """See `Source`: those of the manifest that says the truth."""
        manifest = None if self.truth is None else self.truth.manifest
        if manifest is None:
            return None
        place = {key_of(image_id): row for row, image_id in enumerate(manifest.table["image_id"])}
        rows = [place.get(key_of(image_id), -1) for image_id in image_ids]
        if min(rows, default=-1) < 0 or not all(manifest.image_path(row).is_file() for row in rows):
            return None
        return Images(manifest, np.array(rows, dtype=np.int64), Input())

    def facts(self, image_ids: Sequence[str]) -> pd.DataFrame | None:
        """See `Source`: what the tables say."""
        return self.known.loc[[key_of(image_id) for image_id in image_ids]]

    def subgroups(self) -> tuple[str, ...]:
        """See `Source`."""
        return self.subgroup_columns

    def learnt(self) -> Learnt | None:
        """See `Source`: images of the list learnt from that a manifest at hand holds, with a known class."""
        return self._learnt

    @cached_property
    def _learnt(self) -> Learnt | None:
        manifest = None if self.trained is None else self.trained.manifest or self._manifest()
        if manifest is None or self.trained is None:
            return None
        keys, names = set(self.trained.keys), list(self.class_names)
        rows = [
            row
            for row, (image_id, label) in enumerate(
                zip(manifest.table["image_id"], manifest.table["class"], strict=True)
            )
            if key_of(image_id) in keys and label in names and manifest.image_path(row).is_file()
        ]
        labels = np.array([names.index(manifest.table["class"].iloc[row]) for row in rows], dtype=np.int64)
        if len(set(labels.tolist())) < 2:
            return None
        return Learnt(Images(manifest, np.array(rows, dtype=np.int64), Input()), labels, self.class_names)

    def about(self, evaluation: Mapping[str, Any], asked: Asked) -> ReportInput:  # noqa: ARG002
        """See `Source`."""
        found = Counter(self.known["class"].tolist())
        counts = {name: found[name] for name in self.class_names}
        sizes = evaluation["n_images"], evaluation["n_groups"]
        facts = [PartFacts(evaluation["part"], *sizes, counts)]
        shared = None if self.trained is None else evaluation["shared_groups"]
        record = {**self.named(), "command": command_line(), "versions": versions()}
        return ReportInput(
            record=record,
            recipe_text="",
            history=[],
            evaluation=evaluation,
            parts=facts,
            groups_on_two_sides=shared,
            subtitle=self.told,
        )

    def _manifest(self) -> Any:
        return None if self.truth is None else self.truth.manifest
