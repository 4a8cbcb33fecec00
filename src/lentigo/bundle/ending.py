"""Whether some work is still wanted; said from one thread, it ends what other threads are doing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Ended(Exception):  # noqa: N818 - no error: nobody wants the answer any more
    """The work was ended, or not begun, because it is no longer wanted."""


class Ending:
    """Of one piece of work that several threads may have a part in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: list[Callable[[], None]] = []
        self.is_set = False

    def set(self) -> None:
        """End what is under way, and what would begin later."""
        with self._lock:
            self.is_set = True
            for end in self._under_way:
                end()

    @contextmanager
    def ends(self, end: Callable[[], None]) -> Iterator[None]:
        """While the block runs, `set` calls `end`.

        Raises:
            Ended: before the block, when it is set already.
        """
        with self._lock:
            if self.is_set:
                raise Ended
            self._under_way.append(end)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.remove(end)
