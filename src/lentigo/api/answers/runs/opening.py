"""A finished run in; the images it was trained on, and how they were divided, out."""

from __future__ import annotations

from pathlib import Path

from lentigo.data.manifest import Manifest, load_manifest
from lentigo.data.split import Split, load_split
from lentigo.settings.errors import RunError
from lentigo.settings.members import recipe_of
from lentigo.settings.run import RunDirectory

_REMEDY = "give --manifest, or --trained-on of `lentigo evaluate`, with the place where it is now"


def open_data(run: RunDirectory, manifest: str | Path | None = None) -> tuple[Manifest, Split]:
    """The images a run was trained on, and how they were divided; of a view alone where it learnt only that.

    Args:
        run: a finished run.
        manifest: where the manifest is now, if it has moved.

    Raises:
        RunError: the run is not finished, or the manifest is not the one it was trained on.
    """
    record = run.record()
    if record.get("status") != "finished":
        raise RunError(
            f"{run.path} is not finished (status: {record.get('status')}); give its train command again"
        )
    path = manifest or record["manifest"]["path"]
    if path is None:
        raise RunError(f"{run.path} does not say where its manifest lies; {_REMEDY}")
    if manifest is None and not Path(path).exists():
        raise RunError(f"the manifest of {run.path} is no longer at {path}; {_REMEDY}")
    images = load_manifest(path)
    if images.sha256 != record["manifest"]["sha256"]:
        raise RunError(f"{path} is not the manifest that {run.path} was trained on; {_REMEDY}")
    split = load_split(run.split_file)
    if split.hash != record["split"]["hash"]:
        raise RunError(
            f"{run.split_file} is not the split that the run was trained with; copy that split back"
        )
    return images, split.of_view(images, recipe_of(run).input.view)
