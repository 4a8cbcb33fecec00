"""Whatever a file holds, it is read or refused by an error that names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lentigo.settings.errors import FileError, LentigoError, RunError
from lentigo.settings.reading import (
    Document,
    Record,
    hash_file,
    parse_json,
    parse_toml,
    read_bytes,
    read_json,
    read_json_lines,
    read_text,
)

ABOUT = Document("facts.json", RunError, "do this")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("null", "it holds null"),
        ("[1]", "it holds a list"),
        ('"text"', "it holds a text"),
        ("true", "it holds true or false"),
        ("1.5", "it holds a number"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ('{"a": 1e999}', "too large a number"),
        ('{"a": 9223372036854775808}', "more than 64 bits"),
        ('{"a": ' + "1" * 5000 + "}", "more than 64 bits"),
        ('{"a": 1, "a": 2}', "'a' is there twice"),
        (r'{"a": ["\ud800"]}', "half a character"),
        (r'{"\udfff": 1}', "half a character"),
        ('{"a": ' + "[" * 70 + "]" * 70 + "}", "nested too deep"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_json_that_cannot_be_passed_on_is_refused(text: str, reason: str) -> None:
    with pytest.raises(RunError, match=rf"^facts\.json is damaged .*{reason}.*; do this$"):
        parse_json(text, ABOUT)


def test_json_is_read_as_it_is() -> None:
    text = r'{"a": [1, -2.5, true, null, "\ud83d\ude00 ä"], "b": {"c": -9223372036854775808}}'
    assert parse_json(text, ABOUT) == {"a": [1, -2.5, True, None, "\U0001f600 ä"], "b": {"c": -(2**63)}}


@pytest.mark.parametrize("text", ["a =", "a = " + "1" * 5000, "a = " + "[" * 3000, "a = 9223372036854775808"])
def test_toml_that_cannot_be_passed_on_is_refused(text: str) -> None:
    with pytest.raises(RunError, match=r"^facts\.json is damaged or not valid TOML .*; do this$"):
        parse_toml(text, ABOUT)


@given(st.binary(max_size=200))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_end_in_an_answer(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    for read in (read_json, read_json_lines, lambda one: parse_toml(read_text(one), Document(one))):
        try:
            read(path)
        except FileError as error:
            if str(path) not in str(error):
                pytest.fail(f"{error} does not name the file")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{}".encode("utf-16"), "in UTF-16"),
        (b'{"a": "\xe4"}', r"not in UTF-8 \(line 1\)"),
        (b"\x00\xff\xfe", "not in UTF-8"),
    ],
)
def test_other_encodings_are_named(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(FileError, match=reason):
        read_json(path)


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read_json(path) == {"a": 1}


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, reason in (("pipe", "no regular file"), ("", "no regular file"), ("none", "does not exist")):
        with pytest.raises(FileError, match=reason):
            read_bytes(tmp_path / name)
    with pytest.raises(FileError, match="cannot be read"):
        hash_file(tmp_path / "none")


def test_sixty_gigabytes_of_nothing_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.json"
    with path.open("wb") as handle:
        handle.truncate(60 * 10**9)
    with pytest.raises(FileError, match="60,000,000,000 bytes"):
        read_json(path)


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text('{"a": "one\u2028line"}\n\n{"a": 2}\n')
    assert read_json_lines(path) == [{"a": "one\u2028line"}, {"a": 2}]
    path.write_text('{"a": 1}\n{"a": \n')
    with pytest.raises(FileError, match=r"history\.jsonl, line 2, is damaged"):
        read_json_lines(path)


@pytest.mark.parametrize("wrong", [{}, {"a": None}, {"a": 1}, {"a": {"b": "c"}}])
def test_what_makes_no_sense_is_the_documents_fault(wrong: dict[str, object]) -> None:
    with pytest.raises(LentigoError, match=r"facts\.json is damaged or of another kind"), ABOUT.understood():
        int(wrong["a"]["b"])  # type: ignore[index]


def test_a_record_says_what_it_lacks() -> None:
    record = Record({"a": 1}, ABOUT)
    assert record["a"] == 1
    assert record.get("b") is None
    with pytest.raises(RunError, match=r"^facts\.json does not say 'b'; do this$"):
        record["b"]
