"""Equations between classes, such as AKIEC = AK + SCC, in; labels and probabilities made coarser out.

An equation works on whichever side has the finer classes: it renames labels, and it adds up probabilities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lentigo.evaluation.metrics import Floats
from lentigo.settings.errors import SettingsError

ClassMap = Mapping[str, tuple[str, ...]]
"""Coarser class -> the finer ones it is made of."""


def parse_class_map(entries: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read `AKIEC=AK+SCC`.

    Raises:
        SettingsError: anything else, or a class that is made of itself or stands on two right sides.
    """
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        target, equals, rest = (text.strip() for text in entry.partition("="))
        parts = tuple(part.strip() for part in rest.split("+"))
        if not equals or not target or not all(parts):
            raise SettingsError(f"--map {entry}: expected CLASS=CLASS+CLASS, such as AKIEC=AK+SCC")
        found[target] = (*found.get(target, ()), *parts)
    used = [part for parts in found.values() for part in parts]
    wrong = sorted({part for part in used if used.count(part) > 1 or part in found})
    if wrong:
        raise SettingsError(f"--map: {', '.join(wrong)} would belong to two classes; name each class once")
    return found


def equation_texts(class_map: ClassMap) -> list[str]:
    """The equations as people write them: `AKIEC = AK + SCC`."""
    return [f"{target} = {' + '.join(parts)}" for target, parts in class_map.items()]


def coarse_name(name: str, class_map: ClassMap) -> str:
    """The class that a class becomes part of; itself where no equation names it."""
    return next((target for target, parts in class_map.items() if name in parts), name)


def coarse_names(names: Sequence[str], class_map: ClassMap) -> tuple[str, ...]:
    """Names after the equations, each once, a coarse class at the place of its first part."""
    return tuple(dict.fromkeys(coarse_name(name, class_map) for name in names))


def coarse_probabilities(
    probabilities: Floats, names: Sequence[str], class_map: ClassMap
) -> tuple[Floats, tuple[str, ...]]:
    """Add up the columns (N, K) that become one class; returns (N, C) and the C names.

    Sums are held to 1, which rounding would let them pass.
    """
    coarse = coarse_names(names, class_map)
    belongs = np.array([[coarse_name(name, class_map) == target for target in coarse] for name in names])
    summed = probabilities @ belongs.astype(np.float64)
    return np.minimum(summed, np.maximum(1.0, probabilities.max(initial=0.0))), coarse
