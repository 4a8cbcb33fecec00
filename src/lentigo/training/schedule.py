"""Learning rate of one step: (schedule, base lr, step, number of steps) in, lr out."""

from __future__ import annotations

import math

WARM_UP_SHARE = 0.1


def lr_at(schedule: str, base_lr: float, step: int, num_steps: int) -> float:
    """Learning rate of step `step` (0 .. num_steps - 1) of a stage.

    `constant` is `base_lr` throughout. `cosine` climbs evenly to `base_lr` over the first tenth of the
    steps, then falls to nearly 0 along half a cosine (Loshchilov and Hutter, 2017, without restarts). No step
    has an lr of exactly 0, since it would learn nothing.
    """
    if schedule == "constant":
        return base_lr
    warm_up = max(1, round(WARM_UP_SHARE * num_steps))
    if step < warm_up:
        return base_lr * (step + 1) / warm_up
    share_done = (step - warm_up + 0.5) / max(1, num_steps - warm_up)
    return base_lr * 0.5 * (1 + math.cos(math.pi * share_done))
