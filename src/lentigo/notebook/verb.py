"""A function of the API in; the same, with a result that shows itself and progress in a notebook, out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from lentigo.notebook.screen import in_notebook
from lentigo.settings.errors import SettingsError
from lentigo.settings.toml import did_you_mean

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")
Listener = Callable[[], AbstractContextManager[Any]]
"""Gives what takes the progress of one kind of function."""


def verb(
    function: Callable[P, T], kind: Callable[[T], R], listener: Listener | None = None
) -> Callable[P, R]:
    """The function as people call it.

    Args:
        function: whose parameters `progress` and `say` are filled in a notebook, unless they are given.
        kind: makes the result.
        listener: of its progress.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        given = signature.bind_partial(*args, **kwargs).arguments
        with _told(signature, given, listener) as told:
            return kind(function(*args, **{**kwargs, **told}))

    called.__name__ = called.__qualname__ = function.__name__.lstrip("_")
    return called


@contextmanager
def _told(
    signature: inspect.Signature, given: Mapping[str, Any], listener: Listener | None
) -> Iterator[dict[str, Any]]:
    """Who is told what happens, by the names of the function's parameters."""
    wanted = {name for name in ("progress", "say") if name in signature.parameters and name not in given}
    if not wanted or not in_notebook():
        yield {}
        return
    told: dict[str, Any] = {"say": print} if "say" in wanted else {}
    if listener is None or "progress" not in wanted:
        yield told
        return
    with listener() as progress:
        yield {**told, "progress": progress}


def options_of(kind: Callable[..., T], given: Mapping[str, Any]) -> T:
    """A dataclass of options from keyword arguments.

    Raises:
        SettingsError: there is no such option; names the nearest one.
    """
    known = [item.name for item in fields(kind)]  # type: ignore[arg-type]
    for name in given:
        if name not in known:
            raise SettingsError(f"there is no option {name}{did_you_mean(name, known)}; {', '.join(known)}")
    return kind(**given)
