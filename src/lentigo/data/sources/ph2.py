"""PH2 as its publisher gives it in, a `SourceTable` out.

`PH2_dataset.txt` draws its table with bars: `|| IMD003 ||  || 0 || ...`; the clinical diagnosis is 0, 1 or 2.
`PH2_dataset.xlsx`, saved as CSV, has a legend above the header and an X in one of three columns. Beside the
image of each case, `IMD003.bmp`, lie masks of other names.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from lentigo.data.metadata.column_names import plain_name
from lentigo.data.sources.reading.image_files import image_paths
from lentigo.data.sources.reading.named_tables import name_unread_files
from lentigo.data.sources.reading.tree import read_tree
from lentigo.data.sources.table import SourceTable, match_classes, of_set, source_table
from lentigo.data.tables import DELIMITERS
from lentigo.settings.errors import DataError, TableError, several
from lentigo.settings.reading import Document, read_text

KEY = "ph2"
DIAGNOSES = {"0": "common nevus", "1": "atypical nevus", "2": "melanoma"}
"""Of the column `Clinical Diagnosis`, as the legend below the table says."""
_COLUMNS = {plain_name(name): name for name in DIAGNOSES.values()}
_MOST_TABLES = 100
_START = 2**14
"""Bytes within which the header stands."""


def recognises(folder: Path) -> bool:
    """Whether one of the tables below a folder is PH2's."""
    return find_table(folder) is not None


def find_table(folder: str | Path) -> Path | None:
    """The table with bars, or else the one with crosses, anywhere below a folder."""
    tree = read_tree(folder)
    places = [tree.root / path for path in tree.tables if "ph2" in path.lower() or path.endswith(".txt")]
    places = places[:_MOST_TABLES]
    starts = {place: _start(place) for place in places}
    for is_it in (_has_bars, _has_crosses):
        if found := next((place for place, start in starts.items() if is_it(start)), None):
            return found
    return None


def read(folder: str | Path, class_map: Mapping[str, str] | None = None) -> SourceTable:
    """Read the table and find the photograph of each case.

    Args:
        folder: holds the table and the images.
        class_map: what else a diagnosis (`common nevus`, `atypical nevus`, `melanoma`) means.

    Raises:
        DataError: no table of PH2.
        TableError: the table is damaged; names lines.
    """
    place = find_table(folder)
    if place is None:
        raise DataError(f"{folder} has no table of PH2; expected PH2_dataset.txt")
    text = read_text(place, Document(place, TableError, "save it as UTF-8, as it came"))
    rows = _by_bars(place, text) if _has_bars(text) else _by_crosses(place, text)
    codes = match_classes(sorted(set(rows["diagnosis"])), class_map)
    rows = rows.assign(
        source="PH2",
        path=image_paths(Path(folder), rows["image_id"].tolist()),
        **{"class": rows["diagnosis"].map(codes)},
    )
    name_unread_files(Path(folder), place)
    facts = {"source": KEY, "tables": [place.name]}
    return of_set(source_table(rows.drop(columns="diagnosis"), Path(folder), facts), KEY)


def _start(place: Path) -> str:
    with place.open(encoding="utf-8-sig", errors="replace") as handle:
        return handle.read(_START)


def _has_bars(text: str) -> bool:
    first = text.lstrip("\ufeff \t\r\n").splitlines()[:1]
    return bool(first) and {"name", "clinicaldiagnosis"} <= set(map(plain_name, first[0].split("|")))


def _has_crosses(text: str) -> bool:
    return any(_crossed(line) for line in text.splitlines())


def _crossed(line: str) -> bool:
    names = {plain_name(name) for name in re.split("[,;\t]", line)}
    return set(_COLUMNS) < names and bool({"imagename", "name"} & names)


def _by_bars(place: Path, text: str) -> pd.DataFrame:
    """Columns image_id and diagnosis, by line; what stands below the table is a legend."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    cells = [(number, _cells(line)) for number, line in lines if line.startswith("|")]
    header = [plain_name(name) for name in cells[0][1]]
    name, diagnosis = header.index("name"), header.index("clinicaldiagnosis")
    found, problems = {}, []
    for number, row in cells[1:]:
        text_of = row[diagnosis] if len(row) == len(header) else f"{len(row)} cells"
        if text_of in DIAGNOSES and row[name]:
            found[number] = (row[name], DIAGNOSES[text_of])
        else:
            problems.append(f"line {number}: {row[name] or 'nobody'} has {text_of!r}")
    return _table(place, found, problems)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"\|\|?", line.strip("|"))]


def _by_crosses(place: Path, text: str) -> pd.DataFrame:
    """The same of the sheet as CSV: an X stands under one of three diagnoses."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if _crossed(line))
    delimiter = max(DELIMITERS, key=lines[start].count)
    header, *rows = csv.reader(lines[start:], delimiter=delimiter)
    names = [plain_name(name) for name in header]
    name = next(names.index(one) for one in ("imagename", "name") if one in names)
    found, problems = {}, []
    for number, row in enumerate(rows, start + 2):
        if not any(row[name : name + 1]):
            continue
        crosses = [
            _COLUMNS[names[at]]
            for at, cell in enumerate(row)
            if names[at] in _COLUMNS and cell.strip().lower() == "x"
        ]
        if len(crosses) == 1:
            found[number] = (row[name].strip(), crosses[0])
        else:
            problems.append(f"line {number}: {row[name]} has {len(crosses)} diagnoses")
    return _table(place, found, problems)


def _table(place: Path, found: Mapping[int, tuple[str, str]], problems: list[str]) -> pd.DataFrame:
    if problems or not found:
        raise TableError(
            several(f"{place}: every image needs one clinical diagnosis:", problems or ["no image"])
        )
    return pd.DataFrame(
        list(found.values()), columns=["image_id", "diagnosis"], index=pd.Index(found, name="line"), dtype=str
    )
