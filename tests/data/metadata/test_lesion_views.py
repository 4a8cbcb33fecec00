"""What tables call the kind of a photograph."""

from __future__ import annotations

import pandas as pd

from lentigo.data.metadata.lesion_views import view_of_type, views_of_types


def test_words_of_the_archive() -> None:
    types = ["dermoscopic", "clinical: close-up", "Clinical: overview", "TBP tile: close-up", ""]
    expected = ["dermoscopic", "clinical", "clinical", "tbp tile", ""]
    assert [view_of_type(one) for one in types] == expected
    assert views_of_types(pd.Series(types)).tolist() == expected
