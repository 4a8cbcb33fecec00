"""A bundle's predictions in, what is sent as JSON out."""

from __future__ import annotations

import base64
import io
from dataclasses import asdict
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lentigo.bundle.format import BundleFacts
from lentigo.bundle.one_answer import Prediction
from lentigo.bundle.prediction import Bundle
from lentigo.bundle.reading import Reading
from lentigo.service.admission.uploads import Upload

Saliency = Literal["none", "predicted", "all"]
LONGEST_NAME = 120
NOT_TOLD = ("training_images", "files")
"""Keys of `bundle.json` that help nobody who asks over HTTP; the first is as long as the training set."""


def answer_row(
    bundle: Bundle, index: int, upload: Upload, saliency: Saliency, reading: Reading | None = None
) -> dict[str, Any]:
    """Answer for one file: `index`, then `Prediction.row()` as it is, then the maps asked for."""
    prediction = bundle.answer(
        upload.content, known=upload.known, with_saliency=saliency != "none", reading=reading
    )
    row = {"index": index, **prediction.row(), "image": shown_name(upload.name)}
    row.pop("notice", None)  # said once for all rows
    return row | ({} if saliency == "none" else {"saliency": saliency_pictures(prediction, saliency)})


def saliency_pictures(prediction: Prediction, saliency: Saliency) -> dict[str, dict[str, Any]]:
    """Class -> PNG (base64; 8-bit grey, each map scaled by its own maximum) with height and width."""
    if prediction.error:
        return {}
    names = prediction.class_names if saliency == "all" else (prediction.class_name,)
    return {name: _picture(prediction.saliency_grid(name)) for name in names}


def model_identity(facts: BundleFacts) -> dict[str, str]:
    """What tells one model from another, said with every answer."""
    return {
        "name": facts.name,
        "created": facts.created,
        "split_hash": facts.split_hash,
        "weights_sha256": str(facts.run.get("weights_sha256") or ""),
    }


def model_facts(facts: BundleFacts) -> dict[str, Any]:
    """`bundle.json` without what is no use to a client."""
    return {key: value for key, value in asdict(facts).items() if key not in NOT_TOLD}


def shown_name(name: str) -> str:
    """A client's file name, shortened, in which no character can hide or turn the text around."""
    shown = name[:LONGEST_NAME]
    return "".join(char if char.isprintable() else f"[U+{ord(char):04X}]" for char in shown)


def _picture(heat: NDArray[np.float32]) -> dict[str, Any]:
    buffer = io.BytesIO()
    Image.fromarray(np.rint(heat * 255).astype(np.uint8)).save(buffer, format="PNG")
    height, width = heat.shape
    return {"png": base64.b64encode(buffer.getvalue()).decode("ascii"), "height": height, "width": width}
