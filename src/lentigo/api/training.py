"""Recipe, manifest and split by name or path in; a run directory that holds all it was made from out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.split import Split, load_split, save_split
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe

if TYPE_CHECKING:
    from lentigo.training.progress import TrainingProgress


def train(  # noqa: PLR0913 - the four things a training is made of, and two conveniences
    recipe: Recipe | str | Path,
    manifest: Manifest | str | Path,
    split: Split | str | Path,
    out: str | Path,
    *,
    overrides: Sequence[str] = (),
    progress: TrainingProgress | None = None,
    log: str = "",
) -> RunDirectory:
    """Train one network into one directory; the same call again resumes, and leaves a finished run alone.

    Args:
        recipe: a `Recipe`, the name of one that comes with the package, or a TOML file.
        manifest: a `Manifest`, a `manifest.csv` or its folder.
        split: a `Split` or a `split.csv` made from that manifest.
        out: the run directory.
        overrides: `key=value` settings that replace those of a recipe given by name or path.
        progress: told what happens.
        log: also tell another tool, a name of `api.logs.known.LOGS`, as files on the disk.

    Raises:
        LentigoError: recipe, data or directory cannot be used; the message says the remedy.
    """
    from lentigo.api.logs.known import listening

    told = listening(progress, log)
    from lentigo.training.run import train_network

    loaded = recipe if isinstance(recipe, Recipe) else load_recipe(recipe, overrides)
    images = manifest if isinstance(manifest, Manifest) else load_manifest(Path(manifest).resolve())
    parts = split if isinstance(split, Split) else load_split(split)
    run = train_network(loaded, images, parts, out, told)
    # a copy, so that the run can be evaluated and guarded against leaks wherever it is taken
    save_split(run.split_file, parts, overwrite=True)
    return run
