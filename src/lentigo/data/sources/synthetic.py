"""A folder of drawn dermoscopy in the official ISIC 2019 form: a number and a seed in, images and tables out.

Written: `images/SYN_0000001.jpg` ..., `masks/<image>.lesion.png`, `masks/<image>.evidence.png`,
`GroundTruth.csv`, `Metadata.csv`, and `synthetic.json`: the request and, in the end, facts of every image.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lentigo.data.metadata.drawn import LICENCE, SYNTHETIC
from lentigo.data.synthesis.generate import CLASS_NAMES, SyntheticImage, draw_image
from lentigo.settings.errors import DataError
from lentigo.settings.files import make_folder, write_bytes, write_json, write_text
from lentigo.settings.reading import read_json

Progress = Callable[[int, int], None]

DRAWING_VERSION = 1
"""Raised when the same seed gives other pictures than before."""
REQUEST_FILE = "synthetic.json"
GROUND_TRUTH_FILE, METADATA_FILE = "GroundTruth.csv", "Metadata.csv"
JPEG_QUALITY = 92

SHARES = {
    "MEL": 0.16, "NV": 0.26, "BCC": 0.13, "AK": 0.09, "BKL": 0.12, "DF": 0.075, "VASC": 0.075, "SCC": 0.09,
}  # fmt: skip
"""Share of images by class: nevi lead as in clinics, but no class is too rare to learn."""
NUM_VIEWS, VIEW_CHANCES = (1, 2, 3, 4), (0.5, 0.27, 0.14, 0.09)

AGES = {
    "MEL": 59, "NV": 48, "BCC": 64, "AK": 66, "BKL": 61, "DF": 50, "VASC": 51, "SCC": 67,
}  # fmt: skip
"""Mean age in years; the deviation is 15, so that age helps a little and no more."""
SITES = (
    "anterior torso", "lower extremity", "head/neck", "upper extremity", "posterior torso", "palms/soles",
    "oral/genital", "lateral torso",
)  # fmt: skip
SITE_WEIGHTS = (0.24, 0.2, 0.18, 0.14, 0.18, 0.03, 0.01, 0.02)
HEAD_AND_NECK = {"AK": 2.5, "BCC": 1.8, "SCC": 1.8, "BKL": 1.4}
"""How much likelier than elsewhere a class sits on head and neck."""
EMPTY_AGE, EMPTY_SEX, EMPTY_SITE = 0.03, 0.03, 0.09


@dataclass(frozen=True)
class _Plan:
    """One image to draw."""

    image: str
    lesion_id: str
    class_name: str
    lesion_seed: int
    view: int


def synthesize(  # noqa: PLR0913 - one plain value each; a settings object would hide them
    folder: str | Path,
    num_images: int = 600,
    seed: int = 0,
    height: int = 192,
    width: int = 256,
    *,
    progress: Progress | None = None,
) -> Path:
    """Draw a data set into `folder`; the same call again finishes or confirms it and changes nothing.

    Args:
        folder: empty, missing, or the result of the same request.
        num_images: of all classes together, at least 1; 24 and more hold every class.
        seed: another seed gives other lesions.
        height: of the images in pixels.
        width: of the images in pixels.
        progress: called with (images done, images in all).

    Returns:
        The folder, in the form that the `isic` source reads.

    Raises:
        DataError: the folder holds something else, or the request makes no sense.
    """
    target = Path(folder)
    request = _request(num_images, seed, (height, width))
    _claim(target, request)
    plans = _plan_images(num_images, seed)
    facts = _draw_all(target, plans, (height, width), progress)
    write_text(target / GROUND_TRUTH_FILE, _ground_truth(plans))
    write_text(target / METADATA_FILE, _metadata(plans, seed))
    if facts:
        known = read_json(target / REQUEST_FILE).get("images", {})
        write_json(target / REQUEST_FILE, {**request, "images": dict(sorted({**known, **facts}.items()))})
    return target


def _request(num_images: int, seed: int, size: tuple[int, int]) -> dict[str, Any]:
    """What identifies a data set; JSON."""
    if num_images < 1 or seed < 0 or not all(16 <= side <= 2048 for side in size):
        raise DataError(
            f"cannot draw {num_images} images of {size[0]} x {size[1]} pixels with seed {seed}: "
            "expected at least 1 image, a seed of at least 0, and sides of 16 to 2048 pixels"
        )
    return {
        "schema_version": 1, "source": SYNTHETIC, "licence": LICENCE, "drawing_version": DRAWING_VERSION,
        "num_images": num_images, "seed": seed, "height": size[0], "width": size[1],
    }  # fmt: skip


def _claim(folder: Path, request: dict[str, Any]) -> None:
    """Take an empty folder for this request, or see that it is already this request's."""
    request_file = folder / REQUEST_FILE
    if request_file.is_file():
        found = read_json(request_file)
        if all(found.get(key) == value for key, value in request.items()):
            return
        raise DataError(f"{folder} holds drawn images of another request; choose another folder")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{folder} is not empty; choose a new folder for the drawn images")
    write_json(request_file, request)


def _plan_images(num_images: int, seed: int) -> list[_Plan]:
    """Choose class, lesion and view of every image: shares are met as closely as whole lesions allow."""
    rng = np.random.default_rng([seed, 0])
    counts = dict.fromkeys(CLASS_NAMES, 0)
    drawn: list[tuple[str, int, int]] = []
    lesion = 0
    while len(drawn) < num_images:
        # Sainte-Lague: the class that lags most behind its share, and each class early on
        class_name = min(CLASS_NAMES, key=lambda name: (counts[name] + 0.5) / SHARES[name])
        wanted = int(rng.choice(NUM_VIEWS, p=VIEW_CHANCES))
        num_views = min(wanted, num_images - len(drawn))
        drawn.extend((class_name, lesion, view) for view in range(num_views))
        counts[class_name] += num_views
        lesion += 1
    # names must tell neither class nor lesion
    order, seeds = rng.permutation(len(drawn)), rng.permutation(lesion)
    return [_plan(number, drawn[index], seeds, seed) for number, index in enumerate(order, start=1)]


def _plan(number: int, drawn: tuple[str, int, int], seeds: npt.NDArray[np.int64], seed: int) -> _Plan:
    class_name, lesion, view = drawn
    lesion_number = int(seeds[lesion]) + 1
    return _Plan(
        f"SYN_{number:07d}", f"SYN_{lesion_number:06d}", class_name, seed * 1_000_000 + lesion_number, view
    )


def _draw_all(
    folder: Path, plans: Sequence[_Plan], size: tuple[int, int], progress: Progress | None
) -> dict[str, Any]:
    """Draw the images that are not there yet, in parallel; returns the facts of those drawn."""
    for name in ("images", "masks"):
        make_folder(folder / name)
    missing = [plan for plan in plans if not all(path.is_file() for path in _files(folder, plan))]
    facts: dict[str, dict[str, Any]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        tasks = [pool.submit(_draw_one, folder, plan, size) for plan in missing]
        for done, task in enumerate(as_completed(tasks), start=len(plans) - len(missing) + 1):
            facts.update([task.result()])
            if progress:
                progress(done, len(plans))
    return facts


def _files(folder: Path, plan: _Plan) -> tuple[Path, Path, Path]:
    masks = folder / "masks"
    return (
        folder / "images" / f"{plan.image}.jpg",
        masks / f"{plan.image}.lesion.png",
        masks / f"{plan.image}.evidence.png",
    )


def _draw_one(folder: Path, plan: _Plan, size: tuple[int, int]) -> tuple[str, dict[str, Any]]:
    drawn = draw_image(plan.class_name, plan.lesion_seed, plan.view, *size)
    for path, encoded in zip(_files(folder, plan), _encoded(drawn), strict=True):
        write_bytes(path, encoded)
    return plan.image, {"lesion_id": plan.lesion_id, **drawn.facts}


def _encoded(drawn: SyntheticImage) -> tuple[bytes, bytes, bytes]:
    """JPEG of the picture, PNG of both masks (0 and 255)."""
    settings = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    picture = cv2.imencode(".jpg", cv2.cvtColor(drawn.pixels, cv2.COLOR_RGB2BGR), settings)[1]
    masks = [
        cv2.imencode(".png", mask.astype(np.uint8) * 255)[1]
        for mask in (drawn.lesion_mask, drawn.evidence_mask)
    ]
    return picture.tobytes(), masks[0].tobytes(), masks[1].tobytes()


def _ground_truth(plans: Sequence[_Plan]) -> str:
    """The official one-hot table; floats, as the official scorer wants them."""
    names = (*CLASS_NAMES, "UNK")
    rows = [[plan.image, *("1.0" if name == plan.class_name else "0.0" for name in names)] for plan in plans]
    return _csv([["image", *names], *rows])


def _metadata(plans: Sequence[_Plan], seed: int) -> str:
    """The official metadata table; one person's age, sex and site for all views of a lesion."""
    rows = [[plan.image, *_patient(plan, seed)] for plan in plans]
    return _csv([["image", "age_approx", "anatom_site_general", "lesion_id", "sex"], *rows])


def _patient(plan: _Plan, seed: int) -> tuple[str, str, str, str]:
    """Age, site, lesion_id and sex; some are empty, as in the official table."""
    rng = np.random.default_rng([seed, 1, plan.lesion_seed])
    age = int(np.clip(5 * round(rng.normal(AGES[plan.class_name], 15) / 5), 5, 85))
    weights = np.array(SITE_WEIGHTS)
    weights[SITES.index("head/neck")] *= HEAD_AND_NECK.get(plan.class_name, 1.0)
    site = SITES[rng.choice(len(SITES), p=weights / weights.sum())]
    sex = "male" if rng.random() < 0.53 else "female"
    is_empty = rng.random(3) < (EMPTY_AGE, EMPTY_SITE, EMPTY_SEX)
    return (
        "" if is_empty[0] else str(age),
        "" if is_empty[1] else site,
        plan.lesion_id,
        "" if is_empty[2] else sex,
    )


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
