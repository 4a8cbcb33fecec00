from __future__ import annotations

import io

import numpy as np
from PIL import Image
from scipy.fft import dctn

from lentigo.data.images.fingerprints import perceptual_hash


def picture(seed: int, height: int = 96, width: int = 128) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def hashed(image: Image.Image) -> str:
    return perceptual_hash(np.asarray(image))


def hamming(a: str, b: str) -> int:
    """Number of bits in which two hashes differ."""
    return (int(a, 16) ^ int(b, 16)).bit_count()


def test_the_hash_is_the_signs_of_the_low_frequencies_of_scipys_transform() -> None:
    image = picture(0)
    grey = np.asarray(image, dtype=float) @ [0.299, 0.587, 0.114]
    low = dctn(grey)[:8, :8]
    expected = np.packbits(low.ravel() > np.median(low)).tobytes().hex()
    assert hashed(image) == expected
    assert len(expected) == 16


def test_the_same_picture_keeps_its_hash_when_resized_compressed_or_brightened() -> None:
    for seed in range(10):
        image = picture(seed)
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=50)
        brighter = Image.fromarray((np.asarray(image) * 0.8 + 20).astype(np.uint8))
        for other in (image.resize((64, 64)), Image.open(stream).convert("RGB"), brighter):
            assert hamming(hashed(image), hashed(other)) <= 4


def test_other_pictures_and_mirrored_ones_are_far() -> None:
    hashes = [hashed(picture(seed)) for seed in range(12)]
    apart = [hamming(a, b) for index, a in enumerate(hashes) for b in hashes[:index]]
    assert min(apart) > 12
    mirrored = picture(0).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert hamming(hashes[0], hashed(mirrored)) > 12


def test_a_plain_image_has_a_hash_without_noise() -> None:
    plain = np.full((64, 64, 3), 137, np.uint8)
    assert perceptual_hash(plain) == perceptual_hash(plain[:32]) == "8000000000000000"
