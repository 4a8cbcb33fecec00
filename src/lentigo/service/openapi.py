"""What `/openapi.json` says beside what FastAPI reads from the routes: bodies, answers, examples."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from lentigo.data.metadata.encoding import AGE, OLDEST, SEXES
from lentigo.service.admission.uploads import FIELD
from lentigo.service.admission.uploads import MEDIA_TYPE as FORM_TYPE
from lentigo.service.problems import MEDIA_TYPE as PROBLEM_TYPE
from lentigo.settings.run import NOTICE

VERSION = version("lentigo")

_TEXT = {"type": "string"}
_SHARE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "request_id": _TEXT,
    },
}
_MODEL = {
    "type": "object",
    "required": ["name", "created", "split_hash", "weights_sha256"],
    "properties": dict.fromkeys(("name", "created", "split_hash", "weights_sha256"), _TEXT),
}
_MAP = {
    "type": "object",
    "required": ["png", "height", "width"],
    "properties": {
        "png": {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"},
        "height": {"type": "integer"},
        "width": {"type": "integer"},
    },
}
_ROW = {
    "type": "object",
    "description": "As a row of `lentigo predict --json`: besides these, one probability a class.",
    "required": ["index", "image", "class", "error"],
    "properties": {
        "index": {"type": "integer", "minimum": 0},
        "image": {"type": "string", "description": "The client's file name, escaped."},
        "class": _TEXT,
        "malignant_probability": _SHARE,
        "seen_in_training": {"type": ["boolean", "null"]},
        "error": {"type": "string", "description": "Empty, or why this file could not be used."},
        "saliency": {"type": "object", "additionalProperties": _MAP},
        "metadata": {
            "type": "array",
            "items": _TEXT,
            "description": "What was told beside the image and taken, in words; of models that take any.",
        },
    },
    "additionalProperties": True,
}
_IMAGES = {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
_KNOWN = {
    "age": {
        "type": "string",
        "pattern": f"^({AGE.pattern})?$",
        "description": f"Of the person, in years, at most {OLDEST}; empty where not known.",
    },
    "sex": {"type": "string", "enum": ["", *SEXES], "description": "Of the person; empty where not known."},
    "site": {
        "type": "string",
        "description": "Of the lesion, a word of `facts.metadata.sites` of `/v1/model`; empty if not known.",
    },
}
"""Fields that are refused where `facts.metadata.fields` of `/v1/model` does not name them."""
_ROW_EXAMPLE = {
    "index": 0,
    "image": "lesion.jpg",
    "class": "NV",
    "malignant_probability": 0.06,
    "MEL": 0.05,
    "NV": 0.94,
    "BCC": 0.01,
    "seen_in_training": False,
    "error": "",
}
_MODEL_EXAMPLE = {
    "name": "lite0-eight",
    "created": "2026-01-01T00:00:00+00:00",
    "split_hash": "9f2c",
    "weights_sha256": "41b7",
}
_ANSWER_EXAMPLE = {
    "request_id": "2f1c8a30d6f84b0f8a6f0e6c1b6d9f1e",
    "notice": NOTICE,
    "model": _MODEL_EXAMPLE,
    "predictions": [_ROW_EXAMPLE],
}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": [*properties], "properties": properties}


def _answer(description: str, schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schema} | ({} if example is None else {"example": example})
    return {"description": description, "content": {"application/json": content}}


def _problems(**meanings: str) -> dict[int | str, dict[str, Any]]:
    """Problems by status, `s413="..."`, and those any request can meet."""
    always = {
        "s400": "Not understood",
        "s401": "No valid token",
        "s403": "Sent by a page of another site",
        "s413": "Body too large",
        "s421": "Addressed to a host that this server is not",
        "s503": "Busy or stopping; see Retry-After",
    }
    return {
        int(status[1:]): {"description": meaning, "content": {PROBLEM_TYPE: {"schema": _PROBLEM}}}
        for status, meaning in sorted((always | meanings).items())
    }


_STATUS = _object(status=_TEXT)
PREDICT: dict[str, Any] = {
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                FORM_TYPE: {
                    "schema": _object(**{FIELD: _IMAGES})
                    | {"properties": {FIELD: _IMAGES, **_KNOWN}, "additionalProperties": False}
                }
            },
        }
    },
    "responses": {
        200: _answer(
            "One row an image",
            _object(
                request_id=_TEXT, notice=_TEXT, model=_MODEL, predictions={"type": "array", "items": _ROW}
            ),
            _ANSWER_EXAMPLE,
        )
    }
    | _problems(s415="No form", s422="No image, a wrong field, or a lone image that cannot be used"),
}
MODEL: dict[str, Any] = {
    "responses": {
        200: _answer(
            "Facts, model card (Markdown) and limits",
            _object(
                request_id=_TEXT,
                notice=_TEXT,
                model=_MODEL,
                facts={"type": "object", "additionalProperties": True},
                card=_TEXT,
                limits=_object(body_bytes={"type": "integer"}, images={"type": "integer"}),
            ),
        )
    }
    | _problems()
}
HEALTH: dict[str, Any] = {"responses": {200: _answer("It is", _STATUS, {"status": "live"})} | _problems()}
READY: dict[str, Any] = {"responses": {200: _answer("They may", _STATUS, {"status": "ready"})} | _problems()}
PROMETHEUS: dict[str, Any] = {
    "responses": {200: {"description": "Prometheus text", "content": {"text/plain": {"schema": _TEXT}}}}
    | _problems()
}
