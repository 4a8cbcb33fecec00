"""What a worker does with a task: name and arguments in; a value, or an error that can travel, out."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from lentigo.cluster.tasks import Teller, Told, referred
from lentigo.settings.errors import InUseError, LentigoError

WAIT_FOR_DEAD_SECONDS = 60.0
"""How long a directory may be in use by a worker that has been given up and is about to end."""
LOOK_AGAIN_SECONDS = 0.5

Answer = tuple[bool, Any]
"""(True, value) or (False, error)."""


class TaskError(RuntimeError):
    """Something that no user can remedy was raised elsewhere; the text is its traceback."""


def answer(name: str, arguments: Mapping[str, Any], pass_on: Callable[[Told], None]) -> Answer:
    """Run a task; whatever it raises becomes its answer."""
    deadline = time.monotonic() + WAIT_FOR_DEAD_SECONDS
    while True:
        try:
            return True, referred(name)(Teller(pass_on), **arguments)
        except InUseError as error:
            if time.monotonic() > deadline:
                return False, error
            time.sleep(LOOK_AGAIN_SECONDS)
        except LentigoError as error:
            return False, type(error)(str(error))
        except Exception as error:  # noqa: BLE001 - not swallowed: told where somebody reads it
            return False, TaskError(f"{type(error).__name__}: {error}\n{traceback.format_exc()}")
