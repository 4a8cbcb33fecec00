"""A network in, its answer to pixels that a browser can make too out: `trial.json`.

The browser answers before anybody is answered: where its arithmetic differs, it says so and does not go on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.bundle.running import RunningNetwork


def trial_pixels(height: int, width: int) -> NDArray[np.uint8]:
    """Stripes, uint8 (1, height, width, 3); `trialPixels` of `here/running.js` makes the same."""
    y, x, channel = np.indices((height, width, 3))
    return np.asarray((3 * x + 5 * y + 50 * channel) & 255, dtype=np.uint8)[np.newaxis]


def trial_of(network: RunningNetwork, height: int, width: int) -> dict[str, Any]:
    """What `trial.json` says: the probabilities that ONNX Runtime gives here, before any calibration."""
    [probabilities] = network.run(["probabilities"], trial_pixels(height, width))
    return {"probabilities": probabilities[0].astype(float).tolist(), "webgpu": True}
