from __future__ import annotations

import numpy as np

from lentigo.evaluation.abstaining.made_unknowns import NUM_OF_A_KIND, made_unknowns

KNOWN = np.random.default_rng(0).integers(0, 256, (3, 20, 30, 3), dtype=np.uint8)


def test_every_kind_has_as_many_of_the_size_of_the_known() -> None:
    found = made_unknowns(KNOWN, are_drawn=True)
    assert {pictures.shape for pictures in found.values()} == {(NUM_OF_A_KIND, 20, 30, 3)}
    assert all(len(np.unique(found[kind], axis=0)) == NUM_OF_A_KIND for kind in ("noise", "shapes"))
    np.testing.assert_array_equal(found["swapped colours"][4], KNOWN[1][:, :, ::-1])
    again = made_unknowns(KNOWN, are_drawn=True)
    assert all((found[kind] == again[kind]).all() for kind in found)


def test_drawn_lesions_are_no_strangers_to_drawn_lesions() -> None:
    assert "drawn lesions" not in made_unknowns(KNOWN, are_drawn=True)
    assert made_unknowns(KNOWN, are_drawn=False)["drawn lesions"].shape == (NUM_OF_A_KIND, 20, 30, 3)
