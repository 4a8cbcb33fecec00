"""A model, image files and what somebody says of them in; what is known beside each file, checked, out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lentigo.bundle.prediction import Bundle
from lentigo.bundle.reading import Source, name_of
from lentigo.data.metadata.encoding import NOTHING, Known, MetadataEncoding, encoding_of, strangers_in_words
from lentigo.data.metadata.tables import read_metadata
from lentigo.data.tables import warn
from lentigo.settings.errors import SettingsError
from lentigo.settings.members import is_several, members_of
from lentigo.settings.run import RunDirectory


def encodings_of(model: Bundle | RunDirectory) -> list[MetadataEncoding]:
    """How what is known becomes numbers: one entry, of several runs one of each that takes any; or none."""
    if isinstance(model, Bundle):
        return [] if model.facts.encoding is None else [model.facts.encoding]
    runs = [member.run for member in members_of(model)] if is_several(model) else [model]
    return [found for run in runs if (found := encoding_of(run.recipe().metadata)) is not None]


def known_beside(
    model: Bundle | RunDirectory, images: Sequence[Source], known: Known, table: str | Path | None
) -> list[Known]:
    """What is known beside each image.

    Args:
        model: that is to be told.
        images: files, or images in memory, of which no table can tell.
        known: of all of them.
        table: of each of them, by its name; instead of `known`. Words that the model does not know, and files
            that are not in the table, count as not known, with a warning.

    Raises:
        SettingsError: the model takes images alone, does not know a word of `known`, or both are given.
        TableError: the table cannot be read.
    """
    if table is None and known == NOTHING:
        return [NOTHING] * len(images)
    encodings = encodings_of(model)
    if not encodings:
        raise SettingsError(
            "this model takes images alone: leave metadata out, or train one with metadata.use in its recipe"
        )
    if table is None:
        return [encodings[0].checked(known)] * len(images)
    if known != NOTHING:
        raise SettingsError("metadata come from a table, or are said of all images; give one of the two")
    return _of_table(encodings[0], [Path(name_of(one)) for one in images], table)


def _of_table(encoding: MetadataEncoding, files: Sequence[Path], table: str | Path) -> list[Known]:
    rows, num_missing = read_metadata(table).of(files)
    if num_missing:
        warn(f"{table}: {num_missing:,} of {len(files):,} images are not in it; nothing is known of those")
    strangers = encoding.strangers(rows)
    if strangers:
        words = ", ".join(encoding.sites) if "site" in encoding.fields else ", ".join(encoding.sexes)
        warn(f"{table}: {strangers_in_words(strangers, f'the model knows {words}')}")
    return rows
