"""The main job on drawn images, start to end and offline: one folder out, its report first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lentigo.api.bundling.browser import export_web
from lentigo.api.bundling.exporting import export
from lentigo.api.evaluating.evaluation import evaluate
from lentigo.api.training import train
from lentigo.bundle.format import SUMS_FILE
from lentigo.bundle.loading import is_bundle, verify_bundle
from lentigo.data.importing import import_images
from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.sources import isic
from lentigo.data.sources.synthetic import synthesize
from lentigo.data.split import Split, load_split, make_split, save_split
from lentigo.settings.errors import BundleError
from lentigo.settings.files import write_bytes
from lentigo.settings.run import RunDirectory
from lentigo.web.folder import is_web_folder
from lentigo.web.runtime import is_at_hand

if TYPE_CHECKING:
    from lentigo.training.progress import TrainingProgress

NUM_IMAGES = 720
FRACTIONS = (0.6, 0.15, 0.25)
RECIPE = "demo"


def demo(  # noqa: PLR0913 - options of one verb
    out: str | Path = "demo",
    *,
    seed: int = 0,
    num_images: int = NUM_IMAGES,
    overrides: tuple[str, ...] = (),
    say: Callable[[str], None] = lambda _text: None,
    progress: TrainingProgress | None = None,
) -> dict[str, Any]:
    """Draw images, split them by group, fine-tune EfficientNet-Lite0, evaluate on test, report, export.

    Everything is left under `out`: `lesions/` (images, masks, tables), `data/` (manifest, split, pixels),
    `run/`, `report.html` and `bundle/`; where the runtime for browsers is at hand also `web/`. What is there
    already is taken up; a finished demo only shows its result again.

    Args:
        out: the folder.
        seed: of images, split and training.
        num_images: how many to draw.
        overrides: `key=value` settings of the recipe `demo`.
        say: told what happens, in one line each.
        progress: told about the training.

    Returns:
        The test part's entry of `evaluation.json`.
    """
    folder = Path(out)
    say(f"drawing {num_images} images of eight classes into {folder / 'lesions'}")
    synthesize(folder / "lesions", num_images=num_images, seed=seed, height=192, width=256)
    manifest, split = _data(folder, seed, say)
    settings = (f"training.seed={seed}", *overrides)
    run = train(RECIPE, manifest, split, folder / "run", overrides=settings, progress=progress)
    say("evaluating on the held-out test part, beside simple baselines")
    result = _evaluated(run)
    write_bytes(folder / "report.html", run.report_file.read_bytes())
    _export(run, folder / "bundle", say)
    if is_at_hand() and not _is_web_of(folder / "web", folder / "bundle"):
        export_web(folder / "bundle", folder / "web", say=say)
    return result


def _data(folder: Path, seed: int, say: Callable[[str], None]) -> tuple[Manifest, Split]:
    """Import and split the drawn images, or take up what an earlier demo left."""
    csv_file, split_file = folder / "data" / "manifest.csv", folder / "data" / "split.csv"
    if not csv_file.is_file():
        import_images(isic.read(folder / "lesions"), csv_file.parent)
    manifest = load_manifest(csv_file.resolve())
    if not split_file.is_file():
        save_split(split_file, make_split(manifest, FRACTIONS, seed))
    split = load_split(split_file)
    say(f"split by group: {split.facts['num_images']} images, no group on two sides")
    return manifest, split


def _evaluated(run: RunDirectory) -> dict[str, Any]:
    return evaluate(run, part="test")


def _is_web_of(web: Path, bundle: Path) -> bool:
    """Whether a folder that answers in the browser is there, of this very bundle."""
    sums = [place / SUMS_FILE for place in (web / "model", bundle)]
    return is_web_folder(web) and sums[0].is_file() and sums[0].read_bytes() == sums[1].read_bytes()


def _export(run: RunDirectory, out: Path, say: Callable[[str], None]) -> None:
    """Make a bundle of the run, unless the one that is there is of the same weights."""
    with suppress(BundleError):  # damaged, or of an earlier schema: made again
        if is_bundle(out):
            facts = verify_bundle(out).facts
            if facts.run.get("weights_sha256") == run.record()["weights"]["sha256"]:
                return
    export(run, out, say=say)
