"""Copies planted among images: how many of each kind are found, and what else is called a copy.

    python benchmarks/near_duplicates.py IMAGES --per-kind 100 --known provenance.csv --metadata Metadata.csv

Copies are made of images drawn at random, another draw for each kind, and lie in a folder of their own. Pairs
among the originals are counted as known where a table of near-duplicates (image, duplicate_group) or a shared
lesion says so; all others are to be looked at: `--out` gets `pairs.csv` and contact sheets of them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from lentigo.api.auditing.audit_document import TILE_SIDE
from lentigo.data.copies.copies import pairs_by_content
from lentigo.data.copies.near_duplicates.changes import ANOTHER
from lentigo.data.images.looking import BRIGHTNESS, look_at_all
from lentigo.data.images.pixels import decode
from lentigo.report.pages.pair_sheet import PairTile, draw_pair_sheet

Turn = Image.Transpose
Change = Callable[[Image.Image, np.random.Generator], Image.Image]


def cropped(share: float) -> Change:
    def crop(image: Image.Image, random: np.random.Generator) -> Image.Image:
        width, height = round(image.width * share), round(image.height * share)
        left = int(random.integers(image.width - width + 1))
        top = int(random.integers(image.height - height + 1))
        return image.crop((left, top, left + width, top + height))

    return crop


def margins_cut(image: Image.Image, _random: np.random.Generator) -> Image.Image:
    across, down = image.width // 10, image.height // 10
    return image.crop((across, down, image.width - across, image.height - down))


def brightened(factor: float) -> Change:
    return lambda image, _random: ImageEnhance.Brightness(image).enhance(factor)


def turned(turn: Turn) -> Change:
    return lambda image, _random: image.transpose(turn)


def corner(share: float) -> Change:
    def crop(image: Image.Image, random: np.random.Generator) -> Image.Image:
        width, height = round(image.width * share), round(image.height * share)
        left, top = (int(random.integers(2)) * rest for rest in (image.width - width, image.height - height))
        return image.crop((left, top, left + width, top + height))

    return crop


def rotated(degrees: float, is_enlarged: bool = False) -> Change:
    """By so much to either side; what is outside becomes black."""

    def rotate(image: Image.Image, random: np.random.Generator) -> Image.Image:
        side = 1 if random.integers(2) else -1
        return image.rotate(side * degrees, Image.Resampling.BICUBIC, expand=is_enlarged)

    return rotate


def zoomed_and_rotated(zoom: float, degrees: float) -> Change:
    def change(image: Image.Image, random: np.random.Generator) -> Image.Image:
        width, height = image.width / zoom, image.height / zoom
        left, top = (image.width - width) / 2, (image.height - height) / 2
        box = (round(left), round(top), round(left + width), round(top + height))
        return rotated(degrees)(image, random).crop(box).resize(image.size, Image.Resampling.BICUBIC)

    return change


def vignetted(image: Image.Image, _random: np.random.Generator) -> Image.Image:
    """What lies outside the circle that just fits in becomes black."""
    mask = Image.new("L", image.size)
    across, down, radius = image.width / 2, image.height / 2, min(image.size) / 2
    ImageDraw.Draw(mask).ellipse((across - radius, down - radius, across + radius, down + radius), fill=255)
    return Image.composite(image, Image.new("RGB", image.size), mask)


def flipped_and_rotated(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return rotated(20)(image.transpose(Turn.FLIP_LEFT_RIGHT), random)


def greyed(image: Image.Image, _random: np.random.Generator) -> Image.Image:
    grey = image.convert("L").point([round(255 * (value / 255) ** 0.7) for value in range(256)])
    return grey.convert("RGB")


def all_at_once(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return brightened(1.2)(cropped(0.9)(image.transpose(Turn.ROTATE_90), random), random)


KINDS: dict[str, tuple[Change | None, int]] = {
    "exact copy": (None, 0),
    "flipped left to right": (turned(Turn.FLIP_LEFT_RIGHT), 90),
    "flipped top to bottom": (turned(Turn.FLIP_TOP_BOTTOM), 90),
    "turned by 90": (turned(Turn.ROTATE_90), 90),
    "turned by 180": (turned(Turn.ROTATE_180), 90),
    "turned by 270": (turned(Turn.ROTATE_270), 90),
    "cropped by 10 %, anywhere": (cropped(0.9), 90),
    "cropped by 10 % at every edge": (margins_cut, 90),
    "brightness + 20 %": (brightened(1.2), 90),
    "brightness - 20 %": (brightened(0.8), 90),
    "JPEG quality 60": (lambda image, _random: image, 60),
    "turned, cropped, brightened, JPEG 60": (all_at_once, 60),
    "rotated by 10 degrees": (rotated(10), 90),
    "rotated by 20 degrees": (rotated(20), 90),
    "rotated by 45 degrees": (rotated(45), 90),
    "rotated by 45 degrees, enlarged": (rotated(45, is_enlarged=True), 90),
    "round vignette": (vignetted, 90),
    "cropped to 0.8, from a corner": (corner(0.8), 90),
    "cropped to 0.6, anywhere": (cropped(0.6), 90),
    "zoomed by 1.2, rotated by 10": (zoomed_and_rotated(1.2, 10), 90),
    "flipped, rotated by 20": (flipped_and_rotated, 90),
    "cropped to 0.5, anywhere": (cropped(0.5), 90),
    "shrunk to 96 x 96": (lambda image, _random: image.resize((96, 96)), 90),
    "blurred, 2 pixels": (lambda image, _random: image.filter(ImageFilter.GaussianBlur(2)), 90),
    "grey, gamma, JPEG 30": (greyed, 30),
}
"""How a copy is made, and the JPEG quality that it is saved with; None copies the file."""


def plant(files: list[Path], folder: Path, per_kind: int, seed: int) -> pd.DataFrame:
    """Write copies; returns kind, original (row of `files`) and file of each."""
    random, rows = np.random.default_rng(seed), []
    for number, (kind, (change, quality)) in enumerate(KINDS.items()):
        for row in random.choice(len(files), min(per_kind, len(files)), replace=False):
            file = folder / f"{number:02d}-{row:06d}.jpg"
            if change is None:
                shutil.copyfile(files[row], file)
            else:
                with Image.open(files[row]) as image:
                    change(image.convert("RGB"), random).save(file, quality=quality)
            rows.append((kind, int(row), file))
    return pd.DataFrame(rows, columns=["kind", "original", "file"])


def groups_of(files: list[Path], tables: list[Path]) -> list[set[str]]:
    """What is known to link each original: values of duplicate_group and lesion_id."""
    known: list[set[str]] = [set() for _ in files]
    for path in tables:
        table = pd.read_csv(path, dtype=str).fillna("").set_index("image")
        for column in {"duplicate_group", "lesion_id"} & set(table.columns):
            for place, file in enumerate(files):
                value = table[column].get(file.stem, "")
                known[place] |= {f"{column} {value}"} if value else set()
    return known


def show(pairs: pd.DataFrame, files: list[Path], path: Path) -> None:
    """A contact sheet of pairs among the originals."""
    tiles = []
    for row in pairs.itertuples():
        ends = {"image_name_1": files[row.first].stem, "image_name_2": files[row.second].stem}
        facts = {**ends, "part_1": "", "part_2": "", "class_1": "", "class_2": "", "kind": "near"}
        first, second = (decode(files[at], TILE_SIDE, TILE_SIDE, "pad") for at in (row.first, row.second))
        tiles.append(PairTile(first, second, {**facts, "change": row.change, "agreement": row.agreement}))
    draw_pair_sheet(path, tiles)


def report_recall(planted: pd.DataFrame, pairs: pd.DataFrame, num_originals: int) -> None:
    found = set(zip(pairs["first"], pairs["second"], strict=True))
    is_found = [
        (original, num_originals + place) in found
        for place, original in zip(planted.index, planted["original"], strict=True)
    ]
    another = pairs[pairs["change"].str.contains(ANOTHER, regex=False)]
    said = set(zip(another["first"], another["second"], strict=True))
    is_another = [
        (original, num_originals + place) in said
        for place, original in zip(planted.index, planted["original"], strict=True)
    ]
    table = planted.assign(is_found=is_found, is_another=is_another).groupby("kind", sort=False)
    for kind, rows in table:
        num, found_here, wrong = len(rows), rows["is_found"].sum(), rows["is_another"].sum()
        print(f"| {kind} | {found_here} of {num} | {found_here / num:.1%} | {wrong} |")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("images", type=Path)
    parser.add_argument("--per-kind", type=int, default=100)
    parser.add_argument("--sample", type=int, help="take only so many of the images, drawn at random")
    parser.add_argument("--known", type=Path, help="table image,duplicate_group")
    parser.add_argument("--metadata", type=Path, help="table image,lesion_id")
    parser.add_argument("--out", type=Path, default=Path("near-duplicates"))
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    files = sorted(path for path in chosen.images.iterdir() if path.suffix.lower() in (".jpg", ".png"))
    if chosen.sample:
        random = np.random.default_rng(chosen.seed)
        files = [files[row] for row in sorted(random.choice(len(files), chosen.sample, replace=False))]
    with tempfile.TemporaryDirectory() as folder:
        planted = plant(files, Path(folder), chosen.per_kind, chosen.seed)
        paths = [*files, *planted["file"]]
        start, processors = time.monotonic(), time.process_time()
        pairs = pairs_by_content(look_at_all(paths, BRIGHTNESS), paths)
        spent = time.monotonic() - start, time.process_time() - processors
    print(f"{len(files):,} images, {len(planted):,} copies, seed {chosen.seed}, {os.cpu_count()} cores")
    print(f"{spent[0] / 60:.1f} min on the clock, {spent[1] / 60:.1f} min of processors")
    report_recall(planted, pairs, len(files))
    report_others(pairs, files, planted, chosen)


def report_others(
    pairs: pd.DataFrame, files: list[Path], planted: pd.DataFrame, chosen: argparse.Namespace
) -> None:
    """Pairs nobody planted: among originals, known and not; and of copies with what they are not made of."""
    ours = pairs[pairs["second"] < len(files)]
    tables = [path for path in (chosen.known, chosen.metadata) if path]
    known = groups_of(files, tables)
    is_known = np.array(
        [bool(known[a] & known[b]) for a, b in zip(ours["first"], ours["second"], strict=True)]
    )
    print(f"pairs among the originals: {len(ours)}, {is_known.sum()} of them known; look at the others")
    origin = [*range(len(files)), *planted["original"]]
    linked = {frozenset(pair) for pair in zip(ours["first"], ours["second"], strict=True)}
    strays = [
        (a, b)
        for a, b in zip(pairs["first"], pairs["second"], strict=True)
        if b >= len(files) and origin[a] != origin[b] and frozenset((origin[a], origin[b])) not in linked
    ]
    print(
        f"pairs of a copy with an image it is not made of, whose original is not paired either: {len(strays)}"
    )
    chosen.out.mkdir(parents=True, exist_ok=True)
    named = {
        f"image_name_{place}": [paths_name(row, files, planted) for row in pairs[end]]
        for place, end in ((1, "first"), (2, "second"))
    }
    pairs.assign(**named).to_csv(chosen.out / "pairs.csv", index=False)
    others = ours[~is_known & (ours["kind"] == "near").to_numpy()]
    if len(others):
        show(others, files, chosen.out / "others.jpg")
    if chosen.known:
        report_known(ours, files, chosen.known)


def paths_name(row: int, files: list[Path], planted: pd.DataFrame) -> str:
    return files[row].stem if row < len(files) else f"copy {planted['file'][row - len(files)].stem}"


def report_known(pairs: pd.DataFrame, files: list[Path], path: Path) -> None:
    """Recall of the listed clusters; those named for a lesion (`L:`) hold other photographs of it too."""
    table = pd.read_csv(path, dtype=str)
    here = table[table["image"].isin([file.stem for file in files])]
    clusters = here.groupby("duplicate_group")["image"].apply(set)
    found = [{files[a].stem, files[b].stem} for a, b in zip(pairs["first"], pairs["second"], strict=True)]
    for title, is_lesion in (("near-duplicates", False), ("of one lesion", True)):
        names = [
            name for name in clusters.index if name.startswith("L:") == is_lesion and len(clusters[name]) > 1
        ]
        hit = [name for name in names if any(pair <= clusters[name] for pair in found)]
        missed = sorted(set(names) - set(hit))[:8]
        print(f"listed clusters, {title}: {len(hit)} of {len(names)} found; missed: {missed}")


if __name__ == "__main__":
    main()
