"""A pickle in, plain Python data out, without running anything it names.

A pickle is a small program that may call any function. This interpreter knows only the instructions of plain
data, makes a `Named` out of every global and a `Call` out of every call, and leaves it to the reader to
understand the few it expects. Everything else is refused.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from lentigo.settings.errors import ModelError


@dataclass(frozen=True)
class Named:
    """A global the pickle names (`module name`); it is not looked up."""

    name: str


@dataclass(frozen=True)
class Persistent:
    """A reference to something stored outside the pickle."""

    key: Any


class Call:
    """A call the pickle asks for; it is not made."""

    def __init__(self, function: Named, arguments: tuple[Any, ...]) -> None:
        self.function = function.name
        self.arguments = arguments
        self.items: dict[Any, Any] = {}
        """What the pickle puts into the result, if that is a mapping."""


_MARK = object()
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "MARK": lambda: _MARK,
}
_LITERALS = ("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE")
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


def read_inert(source: BinaryIO | bytes) -> Any:
    """Read one pickle (protocol 2 to 3, as PyTorch writes them) from a stream, leaving it behind the pickle.

    Returns:
        Numbers, texts, lists, tuples and dicts, with `Named`, `Persistent` and `Call` for all else.

    Raises:
        ModelError: The pickle is damaged or uses an instruction that plain data do not need.
    """
    stream = BytesIO(source) if isinstance(source, bytes) else source
    machine = _Machine()
    try:
        for instruction, argument, _ in pickletools.genops(stream):
            if instruction.name == "STOP":
                return machine.stack.pop()
            machine.step(instruction.name, argument)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"The weights file is damaged: its pickle cannot be read ({error}).") from error
    raise ModelError("The weights file is damaged: its pickle does not end.")


class _Machine:
    """The stack and the memo of a pickle."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def step(self, name: str, argument: Any) -> None:
        """Carry out one instruction."""
        if name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name]())
        elif name in _LITERALS:
            self.stack.append(argument)
        elif name in _TUPLES:
            count = _TUPLES[name]
            self.stack[-count:] = [tuple(self.stack[-count:])]
        elif name != "PROTO":
            handler = _HANDLERS.get(name)
            if handler is None:
                raise ModelError(
                    f"The weights file is refused: its pickle uses the instruction {name}, which plain "
                    "weights do not need. Give a state dict (tensors by name) and nothing else."
                )
            handler(self, argument)

    def pop_to_mark(self) -> list[Any]:
        items = []
        while (item := self.stack.pop()) is not _MARK:
            items.append(item)
        return items[::-1]

    def put(self, key: int) -> None:
        self.memo[key] = self.stack[-1]

    def set_items(self, flat: list[Any]) -> None:
        target = self.stack[-1]
        mapping = target.items if isinstance(target, Call) else target
        mapping.update(zip(flat[::2], flat[1::2], strict=True))

    def reduce(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        if not isinstance(function, Named) or not isinstance(arguments, tuple):
            raise ModelError("The weights file is refused: its pickle calls something that is not a name.")
        self.stack.append(Call(function, arguments))


def _append_all(machine: _Machine, items: list[Any]) -> None:
    machine.stack[-1].extend(items)


_HANDLERS: dict[str, Callable[[_Machine, Any], Any]] = {
    "GLOBAL": lambda machine, name: machine.stack.append(Named(name)),
    "BINPUT": lambda machine, key: machine.put(key),
    "LONG_BINPUT": lambda machine, key: machine.put(key),
    "BINGET": lambda machine, key: machine.stack.append(machine.memo[key]),
    "LONG_BINGET": lambda machine, key: machine.stack.append(machine.memo[key]),
    "TUPLE": lambda machine, _: machine.stack.append(tuple(machine.pop_to_mark())),
    "APPEND": lambda machine, _: _append_all(machine, [machine.stack.pop()]),
    "APPENDS": lambda machine, _: _append_all(machine, machine.pop_to_mark()),
    "SETITEM": lambda machine, _: machine.set_items([machine.stack.pop(), machine.stack.pop()][::-1]),
    "SETITEMS": lambda machine, _: machine.set_items(machine.pop_to_mark()),
    "BINPERSID": lambda machine, _: machine.stack.append(Persistent(machine.stack.pop())),
    "REDUCE": lambda machine, _: machine.reduce(),
    # attributes of the result (of an ordered dict: PyTorch's versions of its layers): dropped
    "BUILD": lambda machine, _: machine.stack.pop(),
}
