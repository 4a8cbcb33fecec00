"""What is known of a source that says nothing of itself, and which images are whose."""

from __future__ import annotations

from typing import Any

import numpy as np

from lentigo.api.answers.runs.source import open_run
from lentigo.api.answers.source import Asked, Images, Source
from lentigo.data.cache import open_cache


def test_the_base_knows_its_name_alone() -> None:
    source = Source("theirs")
    assert source.named() == {"path": "", "name": "theirs"}
    assert (source.validation(), source.images(["a"]), source.learnt()) == (None,) * 3
    assert source.saliency(np.zeros((1, 2, 2, 3), np.uint8), np.zeros(1, np.int64)) is None
    about = source.about({"part": "theirs"}, Asked())
    assert (about.record["name"], about.recipe_text, about.parts) == ("theirs", "", ())


def test_images_are_read_in_their_order(small_job: Any) -> None:
    source = open_run(small_job.run)
    image = source.run.recipe().input
    cache = open_cache(source.manifest, image)
    images = Images(source.manifest, np.array([5, 2, 9]), image)
    np.testing.assert_array_equal(np.stack(list(images.pixels())), cache.images[[5, 2, 9]])
    some = images.chosen(np.array([2, 0]))
    expected = source.manifest.table["image_id"].iloc[[9, 5]].tolist()
    assert some.table["image_id"].tolist() == expected
