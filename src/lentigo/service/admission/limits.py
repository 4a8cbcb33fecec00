"""Every number that bounds what clients can ask for, on one page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Sizes and times; images are bounded by `lentigo.data.images.pixels` besides (40 megapixels)."""

    body_bytes: int = 20_000_000
    """Of one request."""
    images: int = 32
    """Files in one request."""
    form_fields: int = 8
    """Parts of a form that are no files; three at most are wanted, so more are not even read."""
    waiting_images: int = 256
    """Images admitted and not yet answered; beyond them requests are answered 503."""
    held_bytes: int = 512_000_000
    """Bodies in memory at once, of all requests together; beyond them 503."""
    connections: int = 512
    """Open at once; the next one is closed with 503."""
    quick_pixels: int = 4_000_000
    """An image with more is read apart, few at once, so that it neither holds up others nor fills memory."""
    quick_seconds: float = 0.3
    """Of the processor: what takes longer to read is read apart, too."""
    slow_seconds: float = 3
    """Of the processor, to read one image at all."""
    reading_bytes: int = 400_000_000
    """Memory that reading one image may take, as far as the system can bound it."""
    answering_seconds: float = 60
    """From the end of the body until all images of one request are answered."""
    header_seconds: float = 10
    """From the start of a connection, or the first byte of its next request, to the end of the header."""
    body_seconds: float = 30
    """From the end of the header to the end of the body."""
    idle_seconds: float = 5
    """Between two requests of one connection."""
    taking_seconds: float = 30
    """In which a client that has stopped reading must go on to take its answer."""
    draining_seconds: float = 0.5
    """After a stop signal: still accepting, each answer closing its connection."""
    stopping_seconds: float = 10
    """Then: what is being answered may finish."""
