"""Image files of every accepted format and mode, made by code: size in, bytes out.

`KINDS` is one table for two uses: at 40 megapixels for what decoding costs (`decoding_cost.py`), at 50 x 40
as the seeds of mutated files (`fuzz.py`). Where Pillow cannot write a mode, the few bytes are written here.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image

Maker = Callable[[int, int], bytes]
"""Width and height in pixels -> a file's bytes."""

MOST_BYTES = 20_000_000
"""What the service takes; files that hold noise are filled up to about as much."""


def linear_profile() -> bytes:
    """A colour profile of gamma 1 with the primaries of sRGB (ICC.1:2001-04), so that every pixel changes."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 7) + b"linear\0" + bytes(78),
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.4361, 0.2225, 0.0139),
        b"gXYZ": xyz(0.3851, 0.7169, 0.0971),
        b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), b"curv\0\0\0\0" + struct.pack(">I", 0)),
    }
    table, data, offset = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", offset + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    size = 132 - 4 + len(table) + len(data)
    header = struct.pack(">I4sI", size, b"lcms", 0x02100000) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    header += bytes(28) + struct.pack(">iii", round(0.9642 * 65536), 65536, round(0.8249 * 65536))
    return header.ljust(128, b"\0") + table + data


LINEAR = linear_profile()


def pillow(kind: str, mode: str, noise: float = 0, **options: Any) -> Maker:
    """A file as Pillow writes it; `noise` is the share of rows that cannot be compressed."""

    def make(width: int, height: int) -> bytes:
        stream = io.BytesIO()
        drawn(mode, width, height, noise).save(stream, kind, **{**save_defaults(kind), **options})
        return stream.getvalue()

    return make


def save_defaults(kind: str) -> dict[str, Any]:
    return {"PNG": {"compress_level": 1}, "WEBP": {"method": 0}}.get(kind, {})


def drawn(mode: str, width: int, height: int, noise: float = 0) -> Image.Image:
    """Smooth colours that repeat every 64 pixels; of the rows a share is noise."""
    if mode in ("I", "F"):
        return Image.new(mode, (width, height), 0.5 if mode == "F" else 500)
    if mode == "I;16":
        return Image.fromarray(np.full((height, width), 30_000, np.uint16))
    channels = {"1": 1, "L": 1, "P": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4, "LAB": 3}[mode]
    tile = (np.indices((64, 64, channels)).sum(axis=0) * 2 + 40).astype(np.uint8)
    image = Image.frombytes(
        mode if mode not in ("1", "P") else "L",
        (width, height),
        np.tile(tile, (-(-height // 64), -(-width // 64), 1))[:height, :width].tobytes(),
    )
    if noise:
        rows = max(1, round(height * noise))
        values = np.random.default_rng(0).integers(0, 256, (rows, width, channels), dtype=np.uint8)
        image.paste(Image.frombytes(image.mode, (width, rows), values.tobytes()), (0, 0))
    if mode == "P":
        image.putpalette([value for grey in range(256) for value in (grey, 255 - grey, grey // 2)])
    return image.convert("1") if mode == "1" else image


def png(colour: int, depth: int, interlaced: bool = False, filter_type: int = 4) -> Maker:
    """A PNG of any colour type and depth, every row filtered by Paeth's rule, the slowest."""

    def make(width: int, height: int) -> bytes:
        bits = depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
        passes = [(width, height)] if not interlaced else list(_adam7(width, height))
        packer, data = zlib.compressobj(1), bytearray()
        for columns, rows in passes:
            row = bytes([filter_type]) + b"\x01" * ((columns * bits + 7) // 8)
            for _ in range(rows):
                data += packer.compress(row)
        data += packer.flush()
        header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
        palette = [(b"PLTE", bytes(range(256)) * 3)] if colour == 3 else []
        chunks = [(b"IHDR", header), *palette, (b"IDAT", bytes(data)), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)

    return make


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _adam7(width: int, height: int) -> Iterator[tuple[int, int]]:
    for x, y, dx, dy in [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]:
        columns, rows = -(-(width - x) // dx), -(-(height - y) // dy)
        if columns > 0 and rows > 0:
            yield columns, rows


def webp_of_38_bytes(width: int, height: int) -> bytes:
    """One colour, lossless: the file is as small whatever the size."""
    stream = io.BytesIO()
    Image.new("RGBA", (8, 8), (200, 150, 120, 128)).save(stream, "WEBP", lossless=True, exact=True)
    content = bytearray(stream.getvalue())
    bits = int.from_bytes(content[21:25], "little") & ~((1 << 28) - 1)
    content[21:25] = (bits | (width - 1) | (height - 1) << 14).to_bytes(4, "little")
    return bytes(content)


def tiff(mode: str, compression: int, *, rows: int = 0, tile: int = 0, turned: bool = False) -> Maker:
    """A TIFF in strips of `rows` rows (0: all in one) or square tiles; deflated or as it is.

    Args:
        mode: L, RGB, RGBA, CMYK, `RGB;16`, I;16, I or F.
        compression: 1 none, 8 deflate.
    """
    photometric, bits, sample_format = {
        "L": (1, [8], 1),
        "RGB": (2, [8] * 3, 1),
        "RGBA": (2, [8] * 4, 1),
        "CMYK": (5, [8] * 4, 1),
        "RGB;16": (2, [16] * 3, 1),
        "I;16": (1, [16], 1),
        "I": (1, [32], 2),
        "F": (1, [32], 3),
    }[mode]

    def make(width: int, height: int) -> bytes:
        if tile:
            across, down = -(-width // tile), -(-height // tile)
            pieces = [_packed(tile * tile * sum(bits) // 8, compression)] * (across * down)
            where = [(322, 4, [tile]), (323, 4, [tile])]
        else:
            each = min(rows or height, height)
            counts = [min(each, height - top) for top in range(0, height, each)]
            pieces = [_packed(width * count * sum(bits) // 8, compression) for count in sorted(set(counts))]
            pieces = [pieces[sorted(set(counts)).index(count)] for count in counts]
            where = [(278, 4, [each])]
        tags = [
            (256, 4, [width]),
            (257, 4, [height]),
            (258, 3, bits),
            (259, 3, [compression]),
            (262, 3, [photometric]),
            *([(274, 3, [6])] if turned else []),
            (277, 3, [len(bits)]),
            (339, 3, [sample_format] * len(bits)),
            *([(338, 3, [2])] if mode == "RGBA" else []),
            *where,
        ]
        return _tiff_bytes(tags, pieces, is_tiled=bool(tile))

    return make


def _packed(size: int, compression: int) -> bytes:
    if compression == 1:
        return b"\x11" * size
    packer, data = zlib.compressobj(1), bytearray()
    for start in range(0, size, 1 << 20):
        data += packer.compress(b"\x00" * min(1 << 20, size - start))
    return bytes(data + packer.flush())


def _tiff_bytes(tags: list[tuple[int, int, list[int]]], pieces: list[bytes], is_tiled: bool) -> bytes:
    """Header, pieces, values that do not fit their entry, directory."""
    data, places = bytearray(b"II*\0\0\0\0\0"), []
    for piece in pieces:
        places.append(len(data))
        data += piece
    offsets, sizes = (324, 325) if is_tiled else (273, 279)
    entries = b""
    every = [*tags, (offsets, 4, places), (sizes, 4, [len(piece) for piece in pieces])]
    for tag, kind, values in sorted(every):
        stored = b"".join(struct.pack("<H" if kind == 3 else "<I", value) for value in values)
        if len(stored) > 4:
            data += bytes(len(data) % 2)
            stored, where = struct.pack("<I", len(data)), stored
            data += where
        entries += struct.pack("<HHI", tag, kind, len(values)) + stored.ljust(4, b"\0")
    data += bytes(len(data) % 2)
    data[4:8] = struct.pack("<I", len(data))
    return bytes(data) + struct.pack("<H", len(every)) + entries + bytes(4)


def bmp_rle(width: int, height: int) -> bytes:
    """Runs of 255 pixels."""
    row = b"\xff\x07" * (width // 255) + bytes([width % 255, 7]) * bool(width % 255) + b"\0\0"
    data, palette = row * height + b"\0\1", bytes(range(256)) * 4
    size = 14 + 40 + len(palette) + len(data)
    header = struct.pack("<2sIII", b"BM", size, 0, 14 + 40 + len(palette))
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(data), 0, 0, 256, 0)
    return header + info + palette + data


def grey_jpeg(scans: list[tuple[int, int, int, int]], kind: int = 0xC2) -> Maker:
    """A grey JPEG whose scans say nothing: (first and last coefficient, high and low bit) each.

    Every block of a scan of the first coefficient is the bit 0; of others one run of empty blocks after the
    other. Few bytes, each scan a pass over the whole image.
    """

    def make(width: int, height: int) -> bytes:
        blocks = -(-width // 8) * -(-height // 8)
        quantisation = b"\xff\xdb\0\x43\0" + b"\x01" * 64
        frame = b"\xff" + bytes([kind]) + struct.pack(">HBHHBBBB", 11, 8, height, width, 1, 1, 0x11, 0)
        direct = b"\xff\xc4\0\x14\x00\x01" + bytes(15) + b"\x00"  # code 0: no difference
        runs = b"\xff\xc4\0\x14\x10\x01" + bytes(15) + b"\xe0"  # code 0: a run of 2^14 and 14 bits more
        data = b"\xff\xd8" + quantisation + frame + direct + runs
        for first, last, high, low in scans:
            data += b"\xff\xda\0\x08\x01\x01\0" + bytes([first, last, high << 4 | low])
            length = blocks * 2 // 8 if first == 0 else -(-blocks // (1 << 14)) * 15 // 8
            data += bytes(length + 1)
        return data + b"\xff\xd9"

    return make


def dicom(mode: str = "RGB", syntax: str = "raw") -> Maker:
    """A dermoscopic photograph; needs pydicom."""

    def make(width: int, height: int) -> bytes:
        from pydicom import uid
        from pydicom.dataset import Dataset, FileMetaDataset
        from pydicom.encaps import encapsulate

        data = Dataset()
        data.file_meta = FileMetaDataset()
        data.file_meta.TransferSyntaxUID = {
            "raw": uid.ExplicitVRLittleEndian,
            "deflated": uid.DeflatedExplicitVRLittleEndian,
            "RLE": uid.RLELossless,
            "JPEG": uid.JPEGBaseline8Bit,
            "JPEG 2000": uid.JPEG2000,
        }[syntax]
        data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.7"
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = "1.2.3"
        data.Rows, data.Columns = height, width
        data.SamplesPerPixel = 1 if mode in ("L", "P", "I;16") else 3
        data.PhotometricInterpretation = {
            "RGB": "RGB",
            "YBR": "YBR_FULL",
            "L": "MONOCHROME2",
            "I;16": "MONOCHROME2",
            "P": "PALETTE COLOR",
        }[mode]
        bits = 16 if mode == "I;16" else 8
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = bits, bits, bits - 1, 0
        if data.SamplesPerPixel == 3:
            data.PlanarConfiguration = 0
        if mode == "P":
            for colour in ("Red", "Green", "Blue"):
                setattr(data, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
                setattr(data, f"{colour}PaletteColorLookupTableData", np.arange(256, dtype="<u2").tobytes())
        size = width * height * data.SamplesPerPixel * bits // 8
        if syntax in ("JPEG", "JPEG 2000"):
            if syntax == "JPEG":
                coded = pillow("JPEG", "RGB", subsampling=0)(width, height)
                data.PhotometricInterpretation = "YBR_FULL"
            else:
                coded = pillow("JPEG2000", "RGB", no_jp2=True, irreversible=False)(width, height)
            data.PixelData = encapsulate([coded])
        elif syntax == "RLE":
            data.PixelData = encapsulate([_rle(width * height, size // (width * height))])
        else:
            data.PixelData = b"\x11" * size + b"\0" * (size % 2)
        stream = io.BytesIO()
        data.save_as(stream, enforce_file_format=True)
        return stream.getvalue()

    return make


def _rle(size: int, segments: int) -> bytes:
    """Runs of 128 equal bytes, `segments` times."""
    segment = b"\x81\x11" * (size // 128) + (
        bytes([257 - size % 128, 17]) if size % 128 > 1 else b"\0\x11" * (size % 128)
    )
    segment += bytes(len(segment) % 2)
    places = [64 + len(segment) * place for place in range(segments)]
    return struct.pack("<16I", segments, *places, *[0] * (15 - segments)) + segment * segments


PROGRESSIVE = [(0, 0, 0, 1), (1, 63, 0, 2), (1, 63, 2, 1), (0, 0, 1, 0), (1, 63, 1, 0)]

KINDS: dict[str, Maker] = {
    "JPEG grey": pillow("JPEG", "L"),
    "JPEG RGB 4:2:0": pillow("JPEG", "RGB"),
    "JPEG RGB 4:4:4": pillow("JPEG", "RGB", subsampling=0),
    "JPEG RGB 4:4:4, noise": pillow("JPEG", "RGB", 0.15, subsampling=0, quality=90),
    "JPEG CMYK": pillow("JPEG", "CMYK"),
    "JPEG progressive 4:2:0": pillow("JPEG", "RGB", progressive=True),
    "JPEG progressive 4:2:0, noise": pillow("JPEG", "RGB", 0.2, progressive=True),
    "JPEG progressive 4:4:4": pillow("JPEG", "RGB", progressive=True, subsampling=0),
    "JPEG progressive CMYK": pillow("JPEG", "CMYK", progressive=True, subsampling=0),
    "JPEG progressive grey, empty": grey_jpeg(PROGRESSIVE),
    "JPEG arithmetic": grey_jpeg([(0, 63, 0, 0)], kind=0xC9),
    "JPEG RGB, profile": pillow("JPEG", "RGB", icc_profile=LINEAR),
    "PNG 1": png(0, 1),
    "PNG L": png(0, 8),
    "PNG LA": png(4, 8),
    "PNG P": png(3, 8),
    "PNG P transparent": pillow("PNG", "P", transparency=bytes(range(256))),
    "PNG RGB": png(2, 8),
    "PNG RGB, noise": pillow("PNG", "RGB", 0.15),
    "PNG RGB transparent": pillow("PNG", "RGB", transparency=(40, 42, 44)),
    "PNG RGBA": png(6, 8),
    "PNG RGBA interlaced": png(6, 8, interlaced=True),
    "PNG 16 bits": png(0, 16),
    "PNG LA 16 bits": png(4, 16),
    "PNG RGB 16 bits": png(2, 16),
    "PNG RGBA 16 bits": png(6, 16),
    "PNG RGB, profile": pillow("PNG", "RGB", icc_profile=LINEAR),
    "PNG P, profile, turned": pillow(
        "PNG",
        "P",
        icc_profile=LINEAR,
        exif=b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
    ),
    "PNG animated": lambda w, h: pillow(
        "PNG", "RGBA", save_all=True, append_images=[drawn("RGBA", w, h).rotate(180)]
    )(w, h),
    "WebP lossy": pillow("WEBP", "RGB"),
    "WebP lossy, noise": pillow("WEBP", "RGB", 0.3, quality=90),
    "WebP lossy with alpha": pillow("WEBP", "RGBA"),
    "WebP lossless RGB": pillow("WEBP", "RGB", lossless=True, quality=0),
    "WebP lossless RGBA": webp_of_38_bytes,
    "BMP 1": pillow("BMP", "1"),
    "BMP L": pillow("BMP", "L"),
    "BMP P": pillow("BMP", "P"),
    "BMP RGB": pillow("BMP", "RGB"),
    "BMP RGBA": pillow("BMP", "RGBA"),
    "BMP RLE": bmp_rle,
    "GIF": pillow("GIF", "P"),
    "GIF transparent": pillow("GIF", "P", transparency=7),
    "GIF animated": lambda w, h: pillow(
        "GIF", "P", save_all=True, append_images=[drawn("P", w, h).rotate(180)]
    )(w, h),
    "TIFF L": tiff("L", 1, rows=64),
    "TIFF RGB": tiff("RGB", 1, rows=64),
    "TIFF I": tiff("I", 8, rows=64),
    "TIFF F": tiff("F", 8, rows=64),
    "TIFF I;16": tiff("I;16", 8, rows=64),
    "TIFF RGB deflated": tiff("RGB", 8, rows=64),
    "TIFF RGB deflated, one strip": tiff("RGB", 8),
    "TIFF RGB deflated, turned": tiff("RGB", 8, rows=64, turned=True),
    "TIFF RGB deflated, tiles": tiff("RGB", 8, tile=256),
    "TIFF RGBA deflated": tiff("RGBA", 8, rows=64),
    "TIFF CMYK deflated": tiff("CMYK", 8, rows=64),
    "TIFF RGB 16 bits deflated": tiff("RGB;16", 8, rows=64),
    "TIFF RGB LZW": pillow("TIFF", "RGB", compression="tiff_lzw"),
    "TIFF P LZW": pillow("TIFF", "P", compression="tiff_lzw"),
    "TIFF RGB PackBits": pillow("TIFF", "RGB", compression="packbits"),
    "TIFF RGB JPEG": pillow("TIFF", "RGB", compression="jpeg"),
    "TIFF RGB LZMA": pillow("TIFF", "RGB", compression="lzma"),
    "TIFF RGB Zstandard": pillow("TIFF", "RGB", compression="zstd"),
    "TIFF RGB WebP": pillow("TIFF", "RGB", compression="webp"),
    "TIFF 1 group 4": pillow("TIFF", "1", compression="group4"),
    "TIFF LAB LZW": pillow("TIFF", "LAB", compression="tiff_lzw"),
    "DICOM RGB": dicom("RGB"),
    "DICOM YBR": dicom("YBR"),
    "DICOM grey": dicom("L"),
    "DICOM grey 16 bits": dicom("I;16"),
    "DICOM palette": dicom("P"),
    "DICOM RGB deflated": dicom("RGB", "deflated"),
    "DICOM grey 16 bits deflated": dicom("I;16", "deflated"),
    "DICOM palette deflated": dicom("P", "deflated"),
    "DICOM YBR deflated": dicom("YBR", "deflated"),
    "DICOM RGB RLE": dicom("RGB", "RLE"),
    "DICOM YBR RLE": dicom("YBR", "RLE"),
    "DICOM palette RLE": dicom("P", "RLE"),
    "DICOM JPEG": dicom("RGB", "JPEG"),
    "DICOM JPEG 2000": dicom("RGB", "JPEG 2000"),
}
"""Format and mode -> how such a file is made."""
