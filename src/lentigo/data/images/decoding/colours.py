"""Pixels of any mode and colour profile in, 8 bits of sRGB a channel out, by fixed rules.

An embedded colour profile is converted to sRGB; CMYK without a profile as Pillow does; transparency is laid
on black, the colour around a dermatoscope's field; of 16-bit values the high byte is kept; floating-point
values are taken as 0 to 1. Each pixel is converted by itself, so an image may come in bands.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from lentigo.settings.errors import ImageError

MOST_PROFILE = 4_000_000
"""Bytes of a colour profile; those of printing presses have up to 3 MB."""
MOST_KEPT_PROFILE = 1_000_000
"""Profiles up to this size are kept, with the way from them to sRGB, for the camera's next image."""
NUM_KEPT = 8
ALPHA_MODES = ("RGBA", "LA", "PA", "RGBa", "La")


class Colours:
    """How one image's pixels become sRGB."""

    def __init__(self, info: dict[Any, Any]) -> None:
        """Take what is needed from Pillow's `info`: colour profile and whether a colour is transparent."""
        self._profile: bytes | None = info.get("icc_profile")
        self._is_keyed = "transparency" in info
        self.remarks: list[str] = []
        """About the profile; complete once pixels were converted."""

    def converted(self, band: Image.Image, factor: int = 1) -> Image.Image:
        """RGB of the same size, or averaged over squares of so many pixels before the profile is applied.

        Raises:
            ImageError: values that no rule covers.
        """
        plain = self._eight_bit(band)
        if plain.mode not in ("RGB", "CMYK", "L") or self._is_keyed or not self._profile:
            plain = self._flattened(plain)
        if factor > 1:
            plain = plain.reduce(factor)
        if not self._profile:
            return plain
        try:
            transform = _transform(self._profile, plain.mode)
            return plain if transform is None else _applied(transform, plain)
        except (ImageCms.PyCMSError, OSError, ValueError) as error:
            self.remarks = [f"its colour profile cannot be used ({error}); taken as sRGB"]
            self._profile = None
            return plain.convert("RGB")

    def _eight_bit(self, band: Image.Image) -> Image.Image:
        """Every mode with 8 bits a channel."""
        if band.mode == "F":
            return _from_unit(np.asarray(band))
        if band.mode.startswith("I"):
            return _from_16_bit(np.asarray(band))
        if band.mode in ("RGB", "CMYK", "L", "RGBA", "LA"):
            return band
        return band.convert("RGBA" if band.mode in ALPHA_MODES or self._is_keyed else "RGB")

    def _flattened(self, band: Image.Image) -> Image.Image:
        """To RGB, transparency laid on black."""
        if self._is_keyed or band.mode in ("RGBA", "LA"):
            layer = band.convert("RGBA")
            return Image.alpha_composite(Image.new("RGBA", layer.size, (0, 0, 0, 255)), layer).convert("RGB")
        return band.convert("RGB")

    @property
    def has_profile(self) -> bool:
        """Whether pixels are converted by a colour profile, which takes longer than all the rest."""
        return bool(self._profile)


def _from_unit(values: NDArray[np.float32]) -> Image.Image:
    if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise ImageError("floating-point pixels must lie between 0 and 1; save it with 8 bits a channel")
    return Image.fromarray(np.rint(values * 255).astype(np.uint8))


def _from_16_bit(values: NDArray[Any]) -> Image.Image:
    if values.min() < 0 or values.max() > 65535:
        raise ImageError("pixels with more than 16 bits; save it with 8 bits a channel")
    return Image.fromarray((values >> 8).astype(np.uint8))


def _applied(transform: ImageCms.ImageCmsTransform, image: Image.Image) -> Image.Image:
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None  # only with inPlace does it return None
    return converted


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    if len(profile) > MOST_PROFILE:
        raise ValueError(f"more than {MOST_PROFILE // 10**6} MB")
    return (_kept if len(profile) <= MOST_KEPT_PROFILE else _built)(profile, mode)


def _built(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The way from a colour profile to sRGB; None when it says that it is sRGB."""
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if mode == "RGB" and "srgb" in ImageCms.getProfileDescription(opened).lower():
        return None
    return ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), mode, "RGB")


_kept = lru_cache(maxsize=NUM_KEPT)(_built)
