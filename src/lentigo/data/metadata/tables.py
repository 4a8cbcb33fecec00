"""A table of anybody's in; what it says of age, sex and site of each image out. Without pandas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lentigo.data.metadata.column_names import (
    IMAGE_NAMES,
    UNKNOWN_WORDS,
    columns_called,
    fact_columns,
    plain_id,
)
from lentigo.data.metadata.encoding import AGE, NOTHING, Known
from lentigo.data.tables import read_cells
from lentigo.settings.errors import TableError, several
from lentigo.settings.toml import did_you_mean

FACTS = ("age_years", "sex", "site")


@dataclass(frozen=True)
class MetadataTable:
    """What is known beside images, by their ids."""

    path: Path
    rows: dict[str, Known]

    def of(self, files: Sequence[Path]) -> tuple[list[Known], int]:
        """What is known beside each file, by its name without suffix; and how many are not in the table."""
        ids = [plain_id(path.name) for path in files]
        found = [self.rows.get(name, NOTHING) for name in ids]
        return found, sum(name not in self.rows for name in ids)


def read_metadata(path: str | Path) -> MetadataTable:
    """Read a table such as `ISIC_2019_Test_Metadata.csv`, a manifest or one of your own.

    Args:
        path: a CSV file with a column of images (`image`, `isic_id`, `image_id` ...), and `age_approx` or
            `age`, `sex`, `anatom_site_general` or `site`, as far as they are known.

    Raises:
        TableError: the table is damaged, names no image or no fact, has an age that is no number, or two rows
            of one image that differ; names lines.
    """
    header, cells, lines = read_cells(path)
    images = columns_called(header, IMAGE_NAMES)
    facts = {name: column for name, column in fact_columns(header).items() if name in FACTS}
    if not images or not facts:
        lacking, near = ("images", "image") if not images else ("age, sex or site", "age_approx")
        hint = did_you_mean(near, header)
        raise TableError(f"{path} has no column of {lacking}; expected one such as {near}{hint}")
    rows: dict[str, Known] = {}
    problems = []
    for line, row in zip(lines, cells, strict=True):
        named = dict(zip(header, row, strict=True))
        known, problem = _known({name: named[column] for name, column in facts.items()})
        image_id = plain_id(named[images[0]])
        if not problem and rows.get(image_id, known) != known:
            problem = f"image {image_id!r} appears again with other facts"
        if problem:
            problems.append(f"line {line}: {problem}")
        rows[image_id] = known
    if problems:
        raise TableError(several(f"{path}:", problems))
    return MetadataTable(Path(path), rows)


def _known(cells: dict[str, str]) -> tuple[Known, str]:
    """What one row says, and what is wrong with it."""
    texts = {name: cells.get(name, "").strip().lower() for name in FACTS}
    age, sex, site = ("" if text in UNKNOWN_WORDS else text for text in texts.values())
    if age and not AGE.fullmatch(age):
        return NOTHING, f"the age {age!r} is no number of years"
    return Known(float(age) if age else None, sex, site), ""
