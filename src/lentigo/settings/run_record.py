"""`run.json` as read in; the same, once every key that is known holds what it should, out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lentigo.settings.checking.class_names import class_name_problems
from lentigo.settings.reading import Document, Record

Is = Callable[[Any], bool]


def checked_record(values: dict[str, Any], document: Document) -> Record:
    """Make sure that known keys hold what they should.

    Raises:
        LentigoError: of the document's kind; lists the keys.
    """
    wrong = [
        f"{key} is not {expected}"
        for key, (is_right, expected) in _RULES.items()
        if key in values and not is_right(values[key])
    ]
    if wrong:
        document.refuse(f"cannot be used ({'; '.join(wrong)})")
    return Record(values, document)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are(is_one: Is) -> Is:
    return lambda value: isinstance(value, list) and all(map(is_one, value))


def _of_values(is_one: Is) -> Is:
    return lambda value: isinstance(value, dict) and all(map(is_one, value.values()))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _with(**rules: Is) -> Is:
    """An object that has these keys, each of its kind; it may have more."""
    return lambda value: (
        isinstance(value, dict)
        and all(key in value and is_right(value[key]) for key, is_right in rules.items())
    )


def _is_classes(value: Any) -> bool:
    return _are(_is_text)(value) and len(value) >= 2 and not class_name_problems(value)


_is_member = _with(path=_is_text, name=_is_text, weight=_is_number, weights_sha256=_is_text)

_RULES: dict[str, tuple[Is, str]] = {
    **dict.fromkeys(("name", "command", "status", "started", "backend", "precision"), (_is_text, "a text")),
    **dict.fromkeys(("finished", "error"), (_is_text_or_none, "a text or null")),
    "seconds": (lambda value: value is None or _is_number(value), "a number or null"),
    "versions": (_of_values(_is_text), "an object of texts"),
    "manifest": (_with(sha256=_is_text), "an object with the manifest's sha256"),
    "split": (_with(hash=_is_text), "an object with the split's hash"),
    "class_names": (_is_classes, "a list of two or more different names"),
    "malignant": (_are(_is_text), "a list of names"),
    "image_counts": (_of_values(_is_count), "an object of counts"),
    "training_class_counts": (_are(_is_count), "a list of counts"),
    "sources": (_of_values(_is_count), "an object of counts"),
    "test_looks": (_are(_is_text), "a list of times"),
    "answered": (_of_values(_is_text), "an object of hashes"),
    "answers_sha256": (_of_values(_is_text), "an object of hashes"),
    "num_parameters": (_is_count, "a count"),
    "stages": (_are(_is_object), "a list of objects"),
    "weights": (_with(sha256=_is_text), "an object with the weights' sha256"),
    "history_sha256": (_is_text, "a hash"),
    "metadata": (
        _with(known=_of_values(_is_number), not_taken=_of_values(_is_count)),
        "an object of how often each field is known, and what was not taken",
    ),
    "members": (
        lambda value: _are(_is_member)(value) and len(value) > 0,
        "a list of runs, each with its weight",
    ),
    "mean": (lambda value: value in ("arithmetic", "geometric"), "arithmetic or geometric"),
    "held_out": (_is_text, "a text"),
}
