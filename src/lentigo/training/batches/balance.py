"""Labels of the training part in; which images an epoch draws, in which order, and what each weighs.

All ways to balance come down to one number for each class: how many of its images an epoch draws. The images
themselves change from epoch to epoch, the numbers do not. Other parts are never seen here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.checking.rules import RESAMPLE_WORDS
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Balance

Integers = NDArray[np.int64]

ORDER_STREAM = 1
"""Keeps these random numbers apart from others of the same seed and epoch."""


def draws_per_class(labels: Integers, balance: Balance) -> dict[int, int]:
    """How many images of each class an epoch draws; classes without images are left out.

    Raises:
        SettingsError: `balance` cannot be used.
    """
    _check(balance)
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) == 0:
        return {}
    if balance.resample_to != "none":
        drawn = np.full(len(counts), _resampled_count(counts, balance.resample_to))
    else:
        drawn = _apportioned(len(labels), np.power(counts, 1.0 - balance.draw_power, dtype=np.float64))
    return dict(zip(classes.tolist(), drawn.tolist(), strict=True))


def num_drawn(labels: Integers, balance: Balance) -> int:
    """How many images an epoch draws."""
    return sum(draws_per_class(labels, balance).values())


def drawn_shares(labels: Integers, balance: Balance, num_classes: int) -> NDArray[np.float64]:
    """Share (K,) of each of K classes among the images of an epoch; 0 for a class without images."""
    shares = np.zeros(num_classes)
    for label, number in draws_per_class(labels, balance).items():
        shares[label] = number
    return np.asarray(shares / max(shares.sum(), 1.0))


def epoch_order(labels: Integers, balance: Balance, seed: int, epoch: int) -> Integers:
    """Which images an epoch draws, in order.

    Where more images of a class are drawn than it has, each appears once more only after all have appeared;
    which of them appear more often, or at all, differs from epoch to epoch.

    Args:
        labels: (N,) class indices of the training part.
        balance: settings.
        seed: at least 0.
        epoch: from 0.

    Returns:
        int64 (L,) positions in `labels`, shuffled; the same for the same arguments.
    """
    generator = np.random.default_rng(np.random.SeedSequence((seed, epoch, ORDER_STREAM)))
    drawn = [
        _drawn(np.flatnonzero(labels == label), number, generator)
        for label, number in draws_per_class(labels, balance).items()
    ]
    return generator.permutation(np.concatenate(drawn)) if drawn else np.zeros(0, np.int64)


def weight_power_at(balance: Balance, epoch: int) -> float:
    """The power of the weights in one epoch.

    0 in the first `weight_start` epochs, `weight_power` from `weight_ramp` epochs later on, and on a straight
    line in between: with a ramp of 2 a third, two thirds, all of it.

    Args:
        balance: settings.
        epoch: from 0, counted over all stages.
    """
    num_steps = epoch - balance.weight_start + 1
    return balance.weight_power * min(max(num_steps, 0) / (balance.weight_ramp + 1), 1.0)


def image_weights(labels: Integers, balance: Balance, epoch: int) -> NDArray[np.float32] | None:
    """What each image weighs in the loss of one epoch.

    Proportional to (count of its class in `labels`) ** -w, w from `weight_power_at`, with mean 1 over the
    images of an epoch, so that the learning rate keeps its meaning. With `draw_power` d a class has a share
    of the loss proportional to count ** (1 - d - w).

    Returns:
        float32 (N,), or None when all weigh the same.
    """
    power = weight_power_at(balance, epoch)
    if power == 0 or len(labels) == 0:
        return None
    classes, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    drawn = draws_per_class(labels, balance)
    weights = counts ** -float(power)
    numbers = np.array([drawn[label] for label in classes.tolist()])
    weights /= np.average(weights, weights=numbers)
    return weights[inverse].astype(np.float32)


def _drawn(members: Integers, number: int, generator: np.random.Generator) -> Integers:
    """`number` of `members`: all of them as often as they fit, then some of them without replacement."""
    rounds, rest = divmod(number, len(members))
    some = generator.permutation(members)[:rest]
    return np.concatenate([np.tile(members, rounds), some])


def _resampled_count(counts: Integers, target: str) -> int:
    """The one number of draws of every class."""
    if target == "min":
        return int(counts.min())
    if target == "median":
        return round(float(np.median(counts)))
    if target == "geometric":
        return round(float(np.sqrt(float(counts.min()) * float(counts.max()))))
    return int(target)


def _apportioned(total: int, shares: NDArray[np.float64]) -> Integers:
    """Whole numbers proportional to `shares` that sum to `total`, by largest remainders."""
    exact = total * shares / shares.sum()
    # a power of a count is rarely exact: 2.9999999 is meant to be 3
    whole: Integers = np.floor(exact + 1e-9).astype(np.int64)
    largest = np.argsort(whole - exact, kind="stable")[: total - whole.sum()]
    whole[largest] += 1
    return whole


def _check(balance: Balance) -> None:
    """Refuse what no recipe file could say, but Python can."""
    target = balance.resample_to
    if target not in RESAMPLE_WORDS and not (target.isdigit() and int(target) > 0):
        raise SettingsError(
            f"balance.resample_to: {target!r} is neither a positive number "
            f"nor one of {', '.join(RESAMPLE_WORDS)}"
        )
    for name in ("draw_power", "weight_power"):
        if not 0 <= getattr(balance, name) <= 1:
            raise SettingsError(f"balance.{name}: {getattr(balance, name)} is not between 0 and 1")
    if target != "none" and balance.draw_power:
        raise SettingsError("balance: resample_to and draw_power exclude each other; set one of them")
