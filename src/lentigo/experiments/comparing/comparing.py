"""Two runs on one split, or anybody's tables, in; how much better the first is, with intervals, out.

Writes `compare.json`, `compare.html` and `compare.png` into a folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.runs.source import RunSource, open_run
from lentigo.evaluation.comparison import Comparison, compare_samples
from lentigo.experiments.comparing.comparison_page import write_comparison
from lentigo.experiments.held_out import SideOptions, check_alike, has_table, hold_out, hold_out_all
from lentigo.settings.errors import SettingsError
from lentigo.settings.run import NOTICE

SCHEMA_VERSION = 1
FOLDER = "comparisons"


def compare(  # noqa: PLR0913 - options of one verb
    first: str | Path,
    second: str | Path,
    *,
    part: str = "",
    out: str | Path | None = None,
    manifest: str | Path | None = None,
    allow_leak: bool = False,
    truth: str | Path | None = None,
) -> dict[str, Any]:
    """Compare two runs, ensembles, cross-validations or tables of predictions on the same images.

    Answers that a run has not saved are computed. A look at the test part is logged in both runs.

    Args:
        first: a finished run.
        second: another, trained on the same split.
        part: `validation`, `test` on purpose, or `out-of-fold` for two cross-validations; by default what the
            first is judged by.
        out: folder for the results; default: `comparisons/<part>-<name of second>` inside the first.
        manifest: where the manifest is now, if it has moved.
        allow_leak: go on although images or groups were trained on; stamps LEAKED.
        truth: of two tables, the classes of their images; by default the first says them.

    Returns:
        As `compare.json`: what `evaluation.comparison.compare_samples` gives, with part, counts, names; and
        `folder`, where it was written.

    Raises:
        RunError: the two differ in images, split or classes, or are the same.
        LeakError: an image of the part, or its group, was trained on.
    """
    if has_table((first, second)):
        options = SideOptions(part, manifest, truth, allow_leak)
        folder = Path(out) if out else _beside(first, second)
        return _written(folder, compare_answers(*hold_out_all((first, second), options)))
    if truth is not None:
        raise SettingsError("--truth leaves no use for runs, which know theirs; leave it out")
    ours, theirs = (open_run(path, manifest) for path in (first, second))
    used = part or ours.default_part()
    check_alike([ours, theirs], used)
    facts = compare_answers(hold_out(ours, used, allow_leak), hold_out(theirs, used, allow_leak))
    return _written(Path(out) if out else default_folder(ours, theirs, used), facts)


def _written(folder: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts, once they lie in the folder."""
    write_comparison(folder, facts)
    return {**facts, "folder": str(folder)}


def _beside(first: str | Path, second: str | Path) -> Path:
    """The default folder where one of both is a table: inside the run, else beside the first table."""
    places = [Path(path) for path in (first, second)]
    run = next((path for path in places if not has_table([path])), places[0].parent)
    return run / FOLDER / f"{places[0].stem}-{places[1].stem}"


def compare_answers(first: Answers, second: Answers) -> dict[str, Any]:
    """Everything that `compare.json` says of answers to the same images."""
    names, context = first.predictions.class_names, first.context
    figures = compare_samples(first.sample, second.sample, Comparison(names, context.malignant))
    return {
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "part": context.part,
        "n_images": first.sample.num_images,
        "n_groups": first.sample.groups.num_groups,
        "split_hash": context.split_hash,
        "class_names": list(names),
        "malignant": list(context.malignant),
        "leaked": context.leaked or second.context.leaked,
        "first": first.source.named(),
        "second": second.source.named(),
        **figures,
    }


def default_folder(first: RunSource, second: RunSource, part: str) -> Path:
    """Inside the first run, named by part and second run."""
    return first.run.path / FOLDER / f"{part}-{second.run.path.resolve().name}"
