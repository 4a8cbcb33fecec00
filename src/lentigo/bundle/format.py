"""`bundle.json`: its keys as dataclasses; strict reading in, plain data out.

In: the text of the file. Out: a `BundleFacts`, or one error that lists everything that is wrong.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

from lentigo.bundle.rules.abstaining_rules import abstaining_problems, is_abstaining
from lentigo.bundle.rules.decision_rules import (
    CALIBRATION,
    OPERATING_POINTS,
    decision_problems,
    is_calibration,
    is_operating_points,
)
from lentigo.bundle.rules.metadata_rules import METADATA, is_metadata
from lentigo.data.metadata.drawn import drawn_warning
from lentigo.data.metadata.encoding import MetadataEncoding, read_encoding
from lentigo.settings.checking.class_names import class_name_problems
from lentigo.settings.checking.views import views_problem
from lentigo.settings.errors import BundleError, several
from lentigo.settings.reading import Document, parse_json
from lentigo.settings.recipe import Resize
from lentigo.settings.run import NOTICE

SCHEMA_VERSION = 4
"""2: `SHA256SUMS` beside it, and the names of the classes in the network. 3: `metadata`. 4: sources of the
images in `licences`, and scores for unknown images that read pixels."""
READABLE_VERSIONS = (2, 3, 4)
BUNDLE_FILE = "bundle.json"
MODEL_FILE = "model.onnx"
SUMS_FILE = "SHA256SUMS"
"""Hashes of all other files, as `sha256sum -c` reads them."""
CARD_FILE = "MODEL_CARD.md"
CHECKLISTS_FILE = "CHECKLISTS.md"
"""Reporting checklists; there where the run was evaluated."""
LARGEST_SIDE = 4096
"""Pixels; a larger input could only be meant to exhaust the memory."""

_HEX = re.compile(r"[0-9a-f]+")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class BundleClass:
    """One output of the network."""

    name: str
    full_name: str
    plain_name: str
    colour: str
    """`#rrggbb`"""


@dataclass(frozen=True)
class BundleInput:
    """From image file to the pixels the network takes; the scaling is inside the network."""

    height: int
    width: int
    resize: Resize


@dataclass(frozen=True)
class TrainingImages:
    """Which files were trained on, without saying which they are."""

    salt: str
    """Hexadecimal."""
    hashes: tuple[str, ...] = field(repr=False)
    """Sorted `salted_hash`es, one a distinct file."""


@dataclass(frozen=True)
class BundleFile:
    """A file of the bundle as it was written."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class BundleFacts:
    """All of `bundle.json`."""

    name: str
    created: str
    classes: tuple[BundleClass, ...]
    """In the order of the network's output."""
    malignant: tuple[str, ...]
    """Those of the classes that count as malignant; empty when none does."""
    malignant_diagnoses: tuple[str, ...]
    """The diagnoses that were grouped as malignant in training."""
    input: BundleInput
    views: str
    """As `prediction.views`: probabilities are averaged over these, as when the run was measured."""
    saliency: dict[str, Any]
    """method, height and width of the feature map's grid."""
    split_hash: str
    training_images: TrainingImages
    recipe: str
    """TOML, resolved."""
    run: dict[str, Any]
    """sha256 of the weights, when they were trained, how many images a part had."""
    metrics: dict[str, Any] | None
    """part -> what `evaluation.json` says of it, without curves; None where nothing was evaluated."""
    licences: tuple[dict[str, Any], ...]
    """source, licence and n_images of the training part; what the manifest does not know is empty.

    Bundles before version 4 name no source."""
    parity: dict[str, Any]
    """How far this bundle's answers lie from those of the run it was exported from."""
    versions: dict[str, str]
    files: dict[str, BundleFile]
    calibration: dict[str, Any] | None = None
    """As in a run's `calibration.json`; see `thresholding.py`. None where validation had no images."""
    operating_points: dict[str, Any] | None = None
    """As in a run's `operating_points.json`; None also where no class is malignant."""
    abstaining: dict[str, Any] | None = None
    """See `evaluation.abstaining.rule`; None where validation had no images to fit on."""
    metadata: dict[str, Any] | None = None
    """What the network takes beside an image, see `rules.metadata_rules`; None where the image alone."""
    notice: str = NOTICE
    schema_version: int = SCHEMA_VERSION

    @property
    def encoding(self) -> MetadataEncoding | None:
        """How what is known beside an image becomes numbers; None where the network takes images alone."""
        return None if self.metadata is None else read_encoding(self.metadata)

    @property
    def drawn_warning(self) -> str:
        """What has to be said where it was trained on drawn lesions; empty where not, or not known."""
        sources: Counter[str] = Counter()
        for entry in self.licences:
            sources[str(entry.get("source", ""))] += _count(entry.get("n_images"))
        return drawn_warning(sources)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the outputs, in order."""
        return tuple(one.name for one in self.classes)

    def to_json(self) -> str:
        """The text of `bundle.json`."""
        values = asdict(self)
        ordered = {key: values.pop(key) for key in ("schema_version", "notice")} | values
        return json.dumps(ordered, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def salted_hash(salt: str, sha256: str) -> str:
    """What stands for a file in a bundle: 32 hexadecimal digits of SHA-256(salt, SHA-256 of the file)."""
    return hashlib.sha256(bytes.fromhex(salt) + bytes.fromhex(sha256)).hexdigest()[:32]


def hash_training_images(sha256s: Iterable[str], salt: str) -> TrainingImages:
    """Salt and hash the files trained on; sorted, so that the order of training cannot be read from it."""
    return TrainingImages(salt, tuple(sorted({salted_hash(salt, one) for one in sha256s if one})))


def parse_facts(text: str) -> BundleFacts:
    """Read the text of a `bundle.json`.

    Raises:
        BundleError: it is of another schema version, or lists every key that is missing, unknown or wrong.
    """
    values = parse_json(text, Document(BUNDLE_FILE, BundleError, "export the run again"))
    _check_version(values.get("schema_version"))
    problems = [*_key_problems(values), *_value_problems(values)]
    if problems:
        raise BundleError(several(f"{BUNDLE_FILE} cannot be used; export the run again:", problems))
    return _facts(values)


def _check_version(version: Any) -> None:
    if version in READABLE_VERSIONS and isinstance(version, int) and not isinstance(version, bool):
        return
    remedy = (
        "it was made by a newer lentigo: update lentigo"
        if isinstance(version, int) and version > SCHEMA_VERSION
        else "export the run again"
    )
    raise BundleError(f"{BUNDLE_FILE} has schema version {version!r}, expected {SCHEMA_VERSION}; {remedy}")


def _key_problems(values: dict[str, Any]) -> list[str]:
    known = set(BundleFacts.__dataclass_fields__)
    known -= {"metadata"} if values["schema_version"] < 3 else set()
    missing = [f"{key} is missing" for key in sorted(known - values.keys())]
    return missing + [f"{key} is not a key of this schema" for key in sorted(values.keys() - known)]


def _value_problems(values: dict[str, Any]) -> list[str]:
    return [
        f"{key}: expected {expected}"
        for key, (is_right, expected) in _RULES.items()
        if key in values and not is_right(values[key])
    ] + [
        *_grouping_problems(values),
        *_view_problems(values),
        *decision_problems(values),
        *abstaining_problems(values),
    ]


def _grouping_problems(values: dict[str, Any]) -> list[str]:
    """Malignant classes must be among the classes, or a malignant probability would be silently wrong."""
    classes, malignant = values.get("classes"), values.get("malignant")
    if classes is None or malignant is None or not (_is_classes(classes) and _are_different(malignant)):
        return []
    strangers = set(malignant) - {one["name"] for one in classes}
    return [f"malignant: {', '.join(sorted(strangers))} is not a class"] if strangers else []


def _view_problems(values: dict[str, Any]) -> list[str]:
    """Views must be known, and a quarter turn of an oblong image does not fit the network."""
    views, size = values.get("views"), values.get("input")
    if not isinstance(views, str) or size is None or not _is_input(size):
        return []
    problem = views_problem(views, size["height"], size["width"])
    return [f"views: {problem}"] if problem else []


def _facts(values: dict[str, Any]) -> BundleFacts:
    return BundleFacts(
        **{
            **values,
            "classes": tuple(BundleClass(**one) for one in values["classes"]),
            "malignant": tuple(values["malignant"]),
            "malignant_diagnoses": tuple(values["malignant_diagnoses"]),
            "input": BundleInput(**values["input"]),
            "training_images": TrainingImages(
                values["training_images"]["salt"], tuple(values["training_images"]["hashes"])
            ),
            "licences": tuple(values["licences"]),
            "files": {name: BundleFile(**one) for name, one in values["files"].items()},
        }
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_different(value: Any) -> bool:
    return _is_texts(value) and len(set(value)) == len(value)


def _is_hex(value: Any) -> bool:
    return isinstance(value, str) and len(value) % 2 == 0 and bool(_HEX.fullmatch(value))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _has_keys(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and value.keys() == set(keys)


def _is_side(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_SIDE


def _is_classes(value: Any) -> bool:
    if not isinstance(value, list) or len(value) < 2:
        return False
    keys = tuple(BundleClass.__dataclass_fields__)
    if not all(_has_keys(one, *keys) and all(map(_is_text, one.values())) for one in value):
        return False
    return not class_name_problems([one["name"] for one in value])


def _is_input(value: Any) -> bool:
    return (
        _has_keys(value, "height", "width", "resize")
        and _is_side(value["height"])
        and _is_side(value["width"])
        and value["resize"] in get_args(Resize)
    )


def _is_saliency(value: Any) -> bool:
    return (
        _has_keys(value, "method", "height", "width")
        and _is_text(value["method"])
        and _is_side(value["height"])
        and _is_side(value["width"])
    )


def _is_training_images(value: Any) -> bool:
    if not _has_keys(value, "salt", "hashes") or not isinstance(value["hashes"], list):
        return False
    return _is_hex(value["salt"]) and all(_is_hex(one) and len(one) == 32 for one in value["hashes"])


def _is_files(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() >= {MODEL_FILE, CARD_FILE}
        and all(_FILE_NAME.fullmatch(name) and name not in (BUNDLE_FILE, SUMS_FILE) for name in value)
        and all(_is_file(one) for one in value.values())
    )


def _is_file(value: Any) -> bool:
    return (
        _has_keys(value, "sha256", "size_bytes")
        and _is_hex(value["sha256"])
        and len(value["sha256"]) == 64
        and isinstance(value["size_bytes"], int)
    )


_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "name": (_is_text, "a text"),
    "created": (_is_text, "a time"),
    "classes": (
        _is_classes,
        "two or more classes with different names, none like a column of the answers, each with full_name, "
        "plain_name and colour",
    ),
    "malignant": (_are_different, "a list of different class names"),
    "malignant_diagnoses": (_are_different, "a list of different names"),
    "input": (_is_input, f"height and width from 1 to {LARGEST_SIDE}, and resize squash, crop or pad"),
    "views": (_is_text, "a text such as one, flips or dihedral+0.8x4"),
    "saliency": (_is_saliency, "method, height and width"),
    "split_hash": (_is_hex, "hexadecimal digits"),
    "training_images": (_is_training_images, "salt and hashes of 32 hexadecimal digits"),
    "recipe": (_is_text, "a text in TOML"),
    "run": (_is_object, "an object"),
    "metrics": (lambda value: value is None or _is_object(value), "an object or null"),
    "licences": (lambda value: isinstance(value, list) and all(map(_is_object, value)), "a list of objects"),
    "parity": (_is_object, "an object"),
    "versions": (_is_object, "an object"),
    "files": (_is_files, f"{MODEL_FILE} and {CARD_FILE}, each with sha256 and size_bytes"),
    "calibration": (is_calibration, CALIBRATION),
    "operating_points": (is_operating_points, OPERATING_POINTS),
    "metadata": (is_metadata, METADATA),
    "abstaining": (is_abstaining, "prediction_set, unknown and fitted_on as lentigo writes them, or null"),
    "notice": (_is_text, "a text"),
}
