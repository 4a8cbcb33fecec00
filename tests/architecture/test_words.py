"""The page of words is kept true: each word has its home, and the words that it replaces occur nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "concepts" / "words.md"
THIS = Path(__file__).resolve()
TEXTS = {".py", ".md", ".j2", ".html", ".js", ".css", ".toml", ".json", ".ipynb"}


def rows() -> list[tuple[str, str, list[str]]]:
    """(word, its home, words that are not used) of every row."""
    found = re.findall(
        r"^\| (.+?) \| .+ \| `([\w/.]+)` \| ?(.*?) ?\|$", PAGE.read_text(encoding="utf-8"), re.M
    )
    return [
        (word, home, [one.strip() for one in others.split(",") if one.strip()])
        for word, home, others in found
    ]


def texts() -> Iterator[Path]:
    for path in (one for folder in ("src", "docs", "tests") for one in sorted((ROOT / folder).rglob("*"))):
        if path.suffix in TEXTS and path.is_file() and path not in (PAGE, THIS):
            yield path


def test_every_row_is_read() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert len(rows()) == len(lines) - 1, "a row is: word | meaning | `home` | words not used"


@pytest.mark.parametrize(("word", "home"), [(word, home) for word, home, _ in rows()])
def test_a_word_has_its_home(word: str, home: str) -> None:
    assert (ROOT / "src" / "lentigo" / home).is_file(), f"{word}: {home} is not there; say where it is now"


def test_words_that_others_replace_occur_nowhere() -> None:
    instead = {other: word for word, _, others in rows() for other in others}
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, instead))})\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match.group()} (say {instead[match.group().lower()]})"
        for path in texts()
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
