"""A run's log as event files that TensorBoard reads: `RUN/logs/tensorboard`."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from lentigo.api.extras import needed
from lentigo.api.logs.log import FOLDER
from lentigo.settings.files import explained
from lentigo.settings.run import RunDirectory

MODULE = "tensorboardX"
PLACE = f"{FOLDER}/tensorboard"


class TensorBoardLog:
    """Event files of one run."""

    def __init__(self, folder: Path) -> None:
        self._writer = needed(MODULE).SummaryWriter(str(folder))
        self._step = 0

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Figures at a step."""
        self._step = step
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def settings(self, values: Mapping[str, str]) -> None:
        """Settings as a table."""
        rows = [f"| {key} | {value.replace('|', '/')} |" for key, value in values.items()]
        self._writer.add_text("settings", "\n".join(["| key | value |", "|---|---|", *rows]), 0)

    def text(self, name: str, text: str) -> None:
        """A text, as it is."""
        indented = "".join(f"    {line}\n" for line in text.splitlines())
        self._writer.add_text(name, indented, 0)

    def picture(self, name: str, path: Path) -> None:
        """A picture at the last step."""
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        self._writer.add_image(name, pixels, self._step, dataformats="HWC")

    def close(self, status: str) -> None:
        """Write down how it ended."""
        self._writer.add_text("status", status, self._step)
        self._writer.close()


def open_tensorboard(run: RunDirectory) -> TensorBoardLog:
    """Begin the run's event files anew: what was logged before is told again, from its history."""
    folder = run.path / PLACE
    with explained(folder):
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    return TensorBoardLog(folder)
