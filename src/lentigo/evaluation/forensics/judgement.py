"""What was weighed in; a verdict in words, and which further figure would tell, out.

A verdict accuses nobody by one coincidence and clears nobody by silence: a re-split is only named where size,
mix and errors of the second set fit it and every other account by far less, and a subset only where every row
says so. Everything else *cannot be told from these figures*.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lentigo.evaluation.forensics.hypotheses import OTHER, RESPLIT, SAME, SUBSET, Sets, Weighed
from lentigo.evaluation.forensics.subset import SubsetTest

TIMES = 1.7
"""log10 of how many times likelier an account must make the figures than each other one: 50 times."""
UNTOLD, NOT_ASKED = "cannot be told", "not asked"
CONCLUSIONS = {
    RESPLIT: "the second figure is explained by a re-split: the data divided again, so that most of the "
    "second set had been trained on",
    SUBSET: "the second set is part of the first: every class says so",
    OTHER: "the second set is another one, or was chosen by its answers: it is no re-split, and no part of "
    "the first drawn at random",
    UNTOLD: "cannot be told from these figures",
    NOT_ASKED: "nothing is concluded: all accounts need the same weights behind both figures; if that is so, "
    "say --same-weights",
}


@dataclass(frozen=True)
class Judgement:
    """Two sets, how the accounts of them compare, and what follows."""

    sets: Sets
    subset: SubsetTest
    weighed: Weighed | None
    """None where it is not known how many images of each class both sets have."""
    largest: int
    """Images of the whole data after balancing: no re-split has more."""

    @property
    def has_room(self) -> bool:
        """Whether a re-split can be as large as the second set."""
        return self.sets.second.n <= self.largest

    @property
    def key(self) -> str:
        """A key of `CONCLUSIONS`."""
        if not self.has_room:
            return OTHER if self.subset.is_impossible else UNTOLD
        if self.weighed is None:
            return UNTOLD
        if all(self._beats(RESPLIT, other) for other in (SUBSET, SAME, OTHER)):
            return RESPLIT
        if self._has_rows and all(self._beats(SUBSET, other) for other in (RESPLIT, OTHER)):
            return SUBSET
        return UNTOLD

    @property
    def has_no_sign(self) -> bool:
        """Whether a network that remembers its training images would have shown a re-split, and did not."""
        if self.weighed is None or self.key == RESPLIT:
            return False
        return any(self._beats(other, RESPLIT) for other in (SUBSET, SAME, OTHER))

    @property
    def would_tell(self) -> list[str]:
        """Figures that are not given and would help."""
        missing = []
        if not self.sets.first.rows:
            missing.append("the confusion matrix of the first set")
        if not self.sets.second.rows:
            missing.append("the confusion matrix of the second set")
        if not missing:
            missing = ["the accuracy on the images trained on", "a list of the images of both sets"]
        return missing

    @property
    def _has_rows(self) -> bool:
        return bool(self.sets.first.rows and self.sets.second.rows)

    def _beats(self, one: str, other: str) -> bool:
        weighed = self.weighed
        if weighed is None or not math.isfinite(weighed.log10[one]):
            return False
        return weighed.ratio(one, other) >= TIMES
