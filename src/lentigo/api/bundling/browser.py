"""A run or a bundle in; a folder that answers in the browser, for any server of files, out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lentigo.bundle.loading import is_bundle
from lentigo.settings.errors import BundleError
from lentigo.settings.files import scratch_folder
from lentigo.settings.run import NOTICE, RunDirectory
from lentigo.web.folder import write_web_folder
from lentigo.web.runtime import find


def export_web(
    source: RunDirectory | str | Path,
    web: str | Path,
    *,
    runtime: str | Path | None = None,
    say: Callable[[str], None] = lambda _text: None,
    **options: Any,
) -> dict[str, Any]:
    """Write the page of the service as a folder of static files, in which the browser answers itself.

    Args:
        source: a bundle, or a finished run, of which a bundle is made first.
        web: the folder; an earlier one there is replaced.
        runtime: a folder with the files of onnxruntime-web, or the archive that npm packs; default: where
            `lentigo fetch-runtime` leaves them.
        say: told what happens, in one line each.
        options: of `export`, for a run.

    Returns:
        web (its path), sizes (page, model and runtime in bytes), notice.

    Raises:
        BundleError: the runtime is not at hand, or as `export`.
        RunError: as `export`.
    """
    files = find(None if runtime is None else Path(runtime))
    if not isinstance(source, RunDirectory) and is_bundle(source):
        return _written(Path(source), Path(web), files, say)
    from lentigo.api.bundling.exporting import export

    with scratch_folder() as scratch:
        export(source, scratch / "bundle", say=say, **options)
        return _written(scratch / "bundle", Path(web), files, say)


def _written(bundle: Path, web: Path, files: dict[str, bytes], say: Callable[[str], None]) -> dict[str, Any]:
    if web.resolve() == bundle.resolve():
        raise BundleError(f"{web} is the bundle itself; give another place for the folder")
    say("writing the folder that answers in the browser")
    sizes = write_web_folder(bundle, web, files)
    return {"web": str(web), "sizes": sizes, "notice": NOTICE}
