"""A plain network in; ONNX Runtime's session behind limits of memory and, where asked for, of time, out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from threading import Timer
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.bundle.ending import Ended, Ending
from lentigo.bundle.format import MODEL_FILE
from lentigo.bundle.head_nodes import METADATA
from lentigo.onnx_file.plain import PlainNetwork
from lentigo.settings.errors import BundleError

MOST_MEMORY = 4 * 2**30
"""Bytes for all that networks of this process compute."""
_SETTINGS = {
    "session.use_env_allocators": "1",
    "session.load_model_format": "ONNX",
    # data in other files is refused before; should one ever pass, it is looked for where nothing can be
    "session.model_external_initializers_file_folder_path": "/dev/null/nothing",
}


class RunningNetwork:
    """A network that computes; may be used from several threads."""

    def __init__(self, network: PlainNetwork, num_threads: int = 0) -> None:
        """Start it from memory.

        Args:
            network: what is to be run.
            num_threads: that compute one batch; 0: one a processor core.

        Raises:
            BundleError: ONNX Runtime refuses it.
        """
        import onnxruntime

        _limit_memory()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = num_threads
        options.log_severity_level = 4  # what goes wrong is raised and needs no print-out as well
        for key, value in _SETTINGS.items():
            options.add_session_config_entry(key, value)
        providers = ["CPUExecutionProvider"]
        try:
            self._session = onnxruntime.InferenceSession(network.content, options, providers=providers)
        except Exception as error:  # ONNX Runtime's errors have no common base of their own
            raise BundleError(f"{MODEL_FILE} cannot be run: {error}; export the run again") from error
        sides = {one.name: one.shape[-1:] for one in self._session.get_inputs()}.get(METADATA, [])
        self._num_known = next((side for side in sides if isinstance(side, int)), 0)

    def inputs_and_outputs(self) -> dict[str, tuple[str, tuple[Any, ...]]]:
        """Name -> type, and shape without the number of images."""
        ends = [*self._session.get_inputs(), *self._session.get_outputs()]
        return {one.name: (one.type, tuple(one.shape[1:])) for one in ends}

    def run(
        self,
        names: Sequence[str],
        pixels: NDArray[np.uint8],
        longest_seconds: float = 0,
        ending: Ending | None = None,
        known: NDArray[np.float32] | None = None,
    ) -> list[NDArray[np.float32]]:
        """The outputs asked for; what only the others need is not computed.

        Args:
            names: of the outputs.
            pixels: uint8 (N, H, W, 3) of the network's size.
            longest_seconds: after these it is stopped, between two operators; 0: never.
            ending: when it is set, the same.
            known: (N, D) what is known beside each image, for a network that takes it; None: nothing is.

        Raises:
            Ended: `ending` is set.
            BundleError: it needs more memory than `MOST_MEMORY`, more time, or fails otherwise.
        """
        import onnxruntime

        options = onnxruntime.RunOptions()
        options.only_execute_path_to_fetches = True
        timer = Timer(longest_seconds, setattr, (options, "terminate", True))
        if longest_seconds:
            timer.start()
        wanted = ending or Ending()
        try:
            with wanted.ends(partial(setattr, options, "terminate", True)):
                return list(self._session.run(list(names), self._inputs(pixels, known), options))
        except Exception as error:  # as above
            if wanted.is_set:
                raise Ended from error
            raise BundleError(
                f"{MODEL_FILE} stopped: {_reason(error, options)}; export the run again"
            ) from error
        finally:
            timer.cancel()

    def _inputs(
        self, pixels: NDArray[np.uint8], known: NDArray[np.float32] | None
    ) -> dict[str, NDArray[Any]]:
        """What the session is given; where nothing is known, zeros."""
        inputs: dict[str, NDArray[Any]] = {"pixels": np.ascontiguousarray(pixels)}
        if self._num_known:
            nothing = np.zeros((len(pixels), self._num_known), np.float32)
            inputs[METADATA] = nothing if known is None else np.ascontiguousarray(known, np.float32)
        return inputs


def _reason(error: Exception, options: Any) -> str:
    return "it takes too long for one image" if options.terminate else str(error)


@lru_cache(maxsize=1)
def _limit_memory() -> None:
    """Give ONNX Runtime one store of memory that does not grow beyond `MOST_MEMORY`; once a process."""
    import onnxruntime as runtime

    place = runtime.OrtMemoryInfo(
        "Cpu", runtime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, runtime.OrtMemType.DEFAULT
    )
    default = -1
    limits = runtime.OrtArenaCfg(MOST_MEMORY, default, default, default)
    runtime.create_and_register_allocator(place, limits)
