"""Results of the verbs that have pictures of their own: a run, an evaluation, an audit, saliency maps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lentigo.notebook.shown import Result, frame
from lentigo.report.cards.audit import audit_card
from lentigo.report.cards.evaluation import evaluation_card
from lentigo.report.cards.facts import facts_card
from lentigo.report.cards.learning import run_card
from lentigo.settings.run import RunDirectory

if TYPE_CHECKING:
    import pandas as pd


class Run(RunDirectory):
    """A run directory that shows its learning curves."""

    def _repr_html_(self) -> str:
        return run_card(self.record(), self.history(), str(self.path))

    def to_frame(self) -> pd.DataFrame:
        """The history: one row an epoch."""
        return frame(self.history())


def load_run(path: str | Path) -> Run:
    """Open a run that is there.

    Raises:
        RunError: the folder is missing or holds no run.
    """
    return Run(RunDirectory.existing(path).path)


class Evaluation(Result):
    """An entry of `evaluation.json`; shown as the verdict and the main figures."""

    def _repr_html_(self) -> str:
        return evaluation_card(self)


class Audit(Result):
    """What `audit.json` holds; shown as its findings."""

    def _repr_html_(self) -> str:
        return audit_card(self)

    def to_frame(self) -> pd.DataFrame:
        """One row a check: code, title, severity, status, what was found, advice."""
        columns = ("code", "title", "severity", "status", "text", "advice", "not_run")
        return frame([{name: check.get(name) for name in columns} for check in self["checks"]], columns)


class Explanation(Result):
    """What `explanation.json` holds; shown as the contact sheet."""

    title = "Where it looked"

    def _repr_html_(self) -> str:
        shown = {name: self[name] for name in ("method", "target", "layer", "warnings", "sheet")}
        return facts_card(self.title, shown, [self["sheet"]])

    def to_frame(self) -> pd.DataFrame:
        """One row a map: image, truth, class explained, its probability, shares of heat by place."""
        rows = [
            {
                "image_id": image["image_id"],
                "truth": image["truth"],
                "predicted": image["predicted"],
                "class": one["class"],
                "probability": one["probability"],
                **{f"heat_{place}": share for place, share in one["heat_shares"].items()},
            }
            for image in self["images"]
            for one in image["maps"]
        ]
        return frame(rows)


class Description(Result):
    """Counts of a manifest; shown with images of each class."""

    title = "The images"

    def _repr_html_(self) -> str:
        facts = {name: value for name, value in self.items() if name != "pictures"}
        return facts_card(self.title, facts, self["pictures"])
