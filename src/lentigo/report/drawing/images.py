"""Pixels or SVG in, data URIs out, so that a page needs no other file; and the LEAKED stamp on pixels."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

STAMP = "LEAKED"
STAMP_COLOUR = (179, 38, 30)

Pixels = NDArray[np.uint8]


def png_uri(image: Pixels) -> str:
    """A data URI of pixels (H, W, 3), lossless."""
    return _uri("image/png", _encoded(Image.fromarray(np.ascontiguousarray(image)), "PNG", optimize=True))


def jpeg_uri(image: Pixels, side: int, is_leaked: bool = False) -> str:
    """A data URI of a photograph (H, W, 3), made smaller so that its longer side is at most `side` pixels.

    A new file is encoded from the pixels, so nothing that the original carried (EXIF, GPS, comments) remains.
    """
    picture = Image.fromarray(np.ascontiguousarray(image))
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    if is_leaked:
        picture = _stamped(picture)
    return _uri("image/jpeg", _encoded(picture, "JPEG", quality=86))


def svg_uri(svg: bytes) -> str:
    """A data URI of an SVG document."""
    return _uri("image/svg+xml", svg)


def stamped(image: Pixels) -> Pixels:
    """The image (H, W, 3) with LEAKED across it."""
    return np.asarray(_stamped(Image.fromarray(np.ascontiguousarray(image))), dtype=np.uint8)


def _stamped(picture: Image.Image) -> Image.Image:
    """Draw the stamp along the diagonal, sized to the picture, half transparent."""
    width, height = picture.size
    diagonal = math.hypot(width, height)
    font = ImageFont.load_default(max(8.0, diagonal / 7))
    layer = Image.new("RGBA", (round(diagonal), round(diagonal)), (*STAMP_COLOUR, 0))
    middle = (layer.width / 2, layer.height / 2)
    draw = ImageDraw.Draw(layer)
    draw.text(
        middle, STAMP, (*STAMP_COLOUR, 190), font, "mm", stroke_width=1, stroke_fill=(255, 255, 255, 150)
    )
    turned = layer.rotate(math.degrees(math.atan2(height, width)), Image.Resampling.BICUBIC)
    left, top = (turned.width - width) // 2, (turned.height - height) // 2
    result = picture.convert("RGBA")
    result.alpha_composite(turned.crop((left, top, left + width, top + height)))
    return result.convert("RGB")


def _encoded(picture: Image.Image, form: str, **options: int | bool) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def _uri(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
