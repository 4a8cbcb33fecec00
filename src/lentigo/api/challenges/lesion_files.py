"""Photographs of lesions in a folder in; which lesion each shows, and in which view, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lentigo.data.metadata.column_names import IMAGE_NAMES, columns_called, fact_columns, plain_id
from lentigo.data.metadata.lesion_views import LESION_VIEWS, view_of_type
from lentigo.data.tables import read_cells, warn
from lentigo.settings.errors import DataError, TableError, several

TABLE = "MILK10k_Test_Metadata.csv"


@dataclass(frozen=True)
class LesionFiles:
    """N files, each a photograph of a lesion."""

    files: list[Path]
    lesion_ids: list[str]
    views: list[str]
    """Empty where no table says them."""

    def pairs(self) -> dict[str, list[Path | None]]:
        """Of each lesion its first dermoscopic and its first clinical photograph; None for none."""
        found: dict[str, list[Path | None]] = {lesion: [None, None] for lesion in self.lesion_ids}
        for file, lesion, view in zip(self.files, self.lesion_ids, self.views, strict=True):
            side = LESION_VIEWS.index(view)
            found[lesion][side] = found[lesion][side] or file
        return found


def lesion_files(files: Sequence[Path], table: str | Path | None, view: str) -> LesionFiles:
    """Find the lesion of each file, and leave out photographs of another view.

    Args:
        files: named by their images' ids, each in a folder named by its lesion where there is no table.
        table: names image, lesion and, in `image_type`, the view.
        view: `all`; the one that is to be kept; or `pair`, of which both are.

    Raises:
        DataError: a lesion or a view is not known, or nothing is left of one.
        TableError: the table names no images or no lesions.
    """
    if table is None:
        return _by_folder(files, view)
    lesions, views = _read(Path(table))
    strangers = [str(file) for file in files if plain_id(file.name) not in lesions]
    if strangers:
        raise DataError(several(f"{table} names no lesion of these images:", strangers))
    wanted = LESION_VIEWS if view == "pair" else (view,)
    ids = {file: plain_id(file.name) for file in files}
    kept = [file for file in files if view == "all" or views[ids[file]] in wanted]
    found = LesionFiles(kept, [lesions[ids[file]] for file in kept], [views[ids[file]] for file in kept])
    lacking = {lesions[ids[file]] for file in files} - set(found.lesion_ids)
    if lacking:
        raise DataError(
            several(
                f"the run answers {' and '.join(wanted)} photographs alone, and {table} has none of these:",
                sorted(lacking),
            )
        )
    _warn_of_absent(set(lesions.values()) - set(found.lesion_ids), table)
    return found


def _by_folder(files: Sequence[Path], view: str) -> LesionFiles:
    if view != "all":
        raise DataError(
            f"the run was trained with input.view = {view!r}, and nothing says which view these images are: "
            f"give the table that does, --metadata {TABLE}"
        )
    folders = {file.parent for file in files}
    if len(folders) == 1 and len(files) > 1:
        raise DataError(
            f"all images lie in {folders.pop()}, so that nothing says which show one lesion; expected a "
            f"folder for each lesion, or a table: --metadata {TABLE}"
        )
    return LesionFiles(list(files), [file.parent.name for file in files], [])


def _read(table: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The lesion and the view of each image that a table names."""
    header, cells, _ = read_cells(table)
    images, facts = columns_called(header, IMAGE_NAMES), fact_columns(header)
    if not images or "lesion_id" not in facts:
        raise TableError(f"{table} has no column of images and of lesions; expected isic_id and lesion_id")
    rows = [dict(zip(header, row, strict=True)) for row in cells]
    ids = [plain_id(row[images[0]]) for row in rows]
    lesions = {image: row[facts["lesion_id"]] for image, row in zip(ids, rows, strict=True)}
    types = [row[facts["image_type"]] if "image_type" in facts else "" for row in rows]
    if "" in lesions.values():
        raise TableError(f"{table}: {sum(not one for one in lesions.values())} images have no lesion_id")
    return lesions, dict(zip(ids, map(view_of_type, types), strict=True))


def _warn_of_absent(lesions: set[str], table: str | Path) -> None:
    if lesions:
        warn(
            f"{len(lesions)} lesions of {table} have no image here, such as {min(lesions)}, and are not "
            "answered; a submission has to answer every lesion"
        )
