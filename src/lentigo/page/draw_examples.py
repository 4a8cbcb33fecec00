"""Nothing in; the drawn examples of the web page out, as small files beside it.

They are shipped, because a base install has no OpenCV to draw them with. To draw them anew:
`python -m lentigo.page.draw_examples`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lentigo.data.taxonomy import full_name, plain_name

FOLDER = Path(__file__).parent / "static" / "examples"
HEIGHT, WIDTH, QUALITY = 192, 256, 88


@dataclass(frozen=True)
class Example:
    """One drawn lesion, far from the seeds that `lentigo data synthesize` gives to any training set."""

    class_name: str
    lesion_seed: int
    remark: str
    """What there is to see, for those who do not see it."""

    @property
    def file_name(self) -> str:
        """Name of the file, and of the image on the page."""
        return f"drawn-{self.class_name.lower()}.jpg"


EXAMPLES = (
    Example("MEL", 910_000_003, "an irregular dark patch with a blue-grey veil"),
    Example("NV", 910_000_001, "a round brown patch with an even network"),
    Example("BCC", 910_000_008, "branching red vessels and blue-grey dots, a few hairs"),
    Example("AK", 910_000_006, "a red patch with pale, strawberry-like openings"),
    Example("BKL", 910_000_004, "a grey-brown patch with dark and white dots, behind hairs"),
    Example("DF", 910_000_003, "a brown ring around a white centre"),
    Example("VASC", 910_000_005, "dark red lakes of blood, behind hairs"),
    Example("SCC", 910_000_002, "a red patch with a yellow crust of keratin"),
)


def draw(example: Example) -> NDArray[np.uint8]:
    """The picture, uint8 (HEIGHT, WIDTH, 3). Needs the extra `analysis`."""
    from lentigo.data.synthesis.generate import draw_image

    return draw_image(example.class_name, example.lesion_seed, 0, HEIGHT, WIDTH).pixels


def files() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file: the pictures, then `examples.json`, the list the page reads."""
    for example in EXAMPLES:
        buffer = io.BytesIO()
        Image.fromarray(draw(example)).save(buffer, "JPEG", quality=QUALITY, optimize=True)
        yield example.file_name, buffer.getvalue()
    rows = [
        {
            "file": one.file_name,
            "class": one.class_name,
            "full_name": full_name(one.class_name),
            "plain_name": plain_name(one.class_name),
            "remark": one.remark,
        }
        for one in EXAMPLES
    ]
    yield "examples.json", (json.dumps(rows, indent=2) + "\n").encode()


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in files():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
