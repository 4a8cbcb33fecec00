"""An image whose header was read and found affordable, and whose pixels were not read yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lentigo.data.images.decoding.bands import SIDEWAYS, Picture
from lentigo.data.images.decoding.colours import Colours
from lentigo.data.images.decoding.limits import MAX_UNFOLDED, in_turn, refuse_cost

EXIF_ORIENTATION = 0x0112
Size = tuple[int, int]
"""Width and height, pixels."""
SCALES = (1, 2, 4, 8)
"""By which a JPEG can be decoded smaller than it is."""
REDUCED_FROM = 12_000_000
"""Pixels from which on an image with a colour profile is averaged before that is applied."""


@dataclass
class Opened:
    """One image of a file."""

    image: Any
    """What has `load`, and is `Stored` then."""
    format: str
    """A key of `EXTENSIONS`."""
    kind: str
    """Format and mode, for messages."""
    pixel_bytes: int = 0
    """Of a pixel in memory."""
    scratch_bytes: int = 0
    """What the decoder holds beside the pixels."""
    has_more_frames: bool = False
    info: dict[Any, Any] = field(default_factory=dict)
    """Pillow's: colour profile, transparency, EXIF."""
    is_drafted: bool = False
    """Whether it may be decoded at a reduced size as soon as that loses nothing; else only if it must."""
    draft_mode: str | None = None
    """Channels of a JPEG as they are, where the file around it says what they mean."""

    def __post_init__(self) -> None:
        self.size: Size = self.image.size
        """Width and height as stored, in full."""

    @property
    def unfolded(self) -> int:
        """Bytes that decoding will hold."""
        width, height = self.image.size
        is_turned = self.format == "TIFF" and self._orientation() != 1  # Pillow turns it, into a copy
        return int(width * height) * self.pixel_bytes * (1 + is_turned) + self.scratch_bytes

    def refuse_cost(self) -> None:
        """Stop at an image that would take too much memory, at the size at which it is to be decoded.

        Raises:
            ImageError: it would.
        """
        refuse_cost(self.kind, self.image.size, self.unfolded)

    @contextmanager
    def picture(self, wanted: Callable[[Size], Size]) -> Iterator[tuple[Picture, Colours]]:
        """Decode it; with what is known about its colours, once they were looked at.

        Args:
            wanted: width and height of the upright image -> those that are enough. A JPEG is decoded at a
                reduced size that is no smaller, and a large image with a colour profile is averaged first.

        Raises:
            ImageError: it would unfold to more than an image may.
        """
        self._draft(wanted)
        self.refuse_cost()
        with in_turn(self.unfolded):
            self.image.load()  # raises on truncated files: ImageFile.LOAD_TRUNCATED_IMAGES stays off
            colours, orientation = Colours(self.info), self._orientation_in_memory()
            factor = self._factor(self._turned(wanted, orientation)) if colours.has_profile else 1
            yield Picture(self.image, colours, orientation, factor), colours

    def upright_size(self) -> Size:
        """Width and height of the whole image; known once it is decoded."""
        return self.size[::-1] if self._orientation_in_memory() in SIDEWAYS else self.size

    def _draft(self, wanted: Callable[[Size], Size]) -> None:
        """Have a JPEG decoded at a reduced size, and a large one that must be at one that can be held."""
        if not hasattr(self.image, "draft"):
            return
        width, height = self.size
        scale = next((s for s in SCALES if self._at(s) <= MAX_UNFOLDED), SCALES[-1])
        enough = self._turned(wanted, self._orientation()) if self.is_drafted else self.size
        self.image.draft(
            self.draft_mode, (max(1, min(enough[0], width // scale)), max(1, min(enough[1], height // scale)))
        )

    def _at(self, scale: int) -> int:
        width, height = self.size
        return -(-width // scale) * -(-height // scale) * self.pixel_bytes + self.scratch_bytes

    def _turned(self, wanted: Callable[[Size], Size], orientation: int) -> Size:
        """The size that is enough, as the image lies in the file."""
        if orientation in SIDEWAYS:
            return wanted(self.size[::-1])[::-1]
        return wanted(self.size)

    def _factor(self, enough: Size) -> int:
        width, height = self.image.size
        if width * height <= REDUCED_FROM:
            return 1
        scale = min(width // max(enough[0], 1), height // max(enough[1], 1))
        return max((factor for factor in SCALES if factor <= scale), default=1)

    def _orientation(self) -> int:
        """As EXIF numbers it. Of a PNG it is asked once its pixels are there: it may stand behind them."""
        found: object = 1 if self.format == "DICOM" else self.image.getexif().get(EXIF_ORIENTATION, 1)
        return found if isinstance(found, int) else 1

    def _orientation_in_memory(self) -> int:
        return 1 if self.format == "TIFF" else self._orientation()
