from __future__ import annotations

import threading
import time

import pytest

from lentigo.data.images.decoding import limits
from lentigo.settings.errors import ImageError


def test_pixels_are_counted_by_what_a_mode_takes() -> None:
    assert [limits.pixel_bytes(mode) for mode in ("1", "L", "P", "I;16", "RGB", "LA", "I", "F")] == [
        *(1, 1, 1, 2),
        *(4, 4, 4, 4),
    ]


def test_sizes_and_costs_beyond_the_limits_are_refused_with_what_would_do() -> None:
    limits.refuse_size(8000, 5000)
    with pytest.raises(ImageError, match="8001 x 5000 pixels, more than 40 megapixels"):
        limits.refuse_size(8001, 5000)
    with pytest.raises(ImageError, match="a side of more than 20000"):
        limits.refuse_size(20_001, 1)
    limits.refuse_cost("PNG (RGB)", (5000, 6250), 125_000_000)
    # of 160 MB for 40 megapixels, 125 MB are 31.25
    with pytest.raises(ImageError, match=r"unfold to 160 MB; at most 125 MB, here about 31\.2 megapixels"):
        limits.refuse_cost("PNG (RGB)", (8000, 5000), 160_000_000)
    limits.refuse_truncated(10, 10)
    with pytest.raises(ImageError, match="truncated"):
        limits.refuse_truncated(9, 9.5)


def test_large_images_take_turns_and_small_ones_do_not_wait() -> None:
    """Two of the largest fit at once; a third waits until one is done, and a small one passes meanwhile."""
    done, inside = threading.Event(), threading.Barrier(3)
    order: list[str] = []

    def large(name: str) -> None:
        with limits.in_turn(limits.MAX_UNFOLDED):
            order.append(name)
            if name != "third":
                inside.wait()
                done.wait()

    first = [threading.Thread(target=large, args=(name,)) for name in ("first", "second")]
    for thread in first:
        thread.start()
    inside.wait()
    third = threading.Thread(target=large, args=("third",))
    third.start()
    with limits.in_turn(limits.LARGE - 1):
        order.append("small")
    time.sleep(0.05)
    assert sorted(order[:2]) == ["first", "second"]
    assert order[2:] == ["small"]
    done.set()
    for thread in [*first, third]:
        thread.join(10)
    assert order[-1] == "third"
