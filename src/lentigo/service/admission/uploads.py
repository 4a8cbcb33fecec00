"""A form (multipart/form-data) in; files as bytes in memory, and what is known beside them, out.

Nothing is written to disk, and nothing of it into a log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from lentigo.data.metadata.encoding import NOTHING, Known, MetadataEncoding, known_from_texts
from lentigo.service.admission.limits import Limits
from lentigo.service.problems import Problem
from lentigo.settings.errors import SettingsError

FIELD = "images"
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
"""RFC 2046, 5.1.1."""
MEDIA_TYPE = "multipart/form-data"


@dataclass(frozen=True)
class Upload:
    """One file as it was sent."""

    name: str
    """What the client calls it: to be echoed, never used."""
    content: bytes
    known: Known = NOTHING
    """What is known beside the image, which a form says once of all its images."""


async def read_uploads(
    request: Request, limits: Limits, encoding: MetadataEncoding | None = None
) -> list[Upload]:
    """The files of the field `images`, in order.

    Args:
        request: with the form.
        limits: of it.
        encoding: of what the network takes beside an image: its fields may be said too, once each, as text.

    Raises:
        Problem: 415 for what is no form, 400 for a broken one or too many parts, 422 for a form without
            images, with other fields, or with words that the network does not know.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != MEDIA_TYPE.encode():
        raise Problem(415, f"expected {MEDIA_TYPE} with files in the field {FIELD!r}")
    try:
        form = await _parser(request, limits, _boundary(options)).parse()
    except MultiPartException as error:
        raise Problem(400, f"the form cannot be read: {error.message}") from error
    uploads: list[Upload] = []
    texts: dict[str, str] = {}
    for name, value in form.multi_items():
        if encoding is not None and name in encoding.fields:
            texts[name] = _text(name, value, texts)
        else:
            uploads.append(_upload(name, value))
    if not uploads:
        raise Problem(422, f"no image: send 1 to {limits.images} files in the field {FIELD!r}")
    if encoding is None or not texts:
        return uploads
    known = _known(texts, encoding)
    return [replace(upload, known=known) for upload in uploads]


def _text(field: str, value: UploadFile | str, before: Mapping[str, str]) -> str:
    """One fact as it was sent."""
    if field in before:
        raise Problem(422, f"the field {field!r} appears twice; send an image of another person by itself")
    if not isinstance(value, str):
        raise Problem(422, f"the field {field!r} must hold text, not a file")
    return value


def _known(texts: Mapping[str, str], encoding: MetadataEncoding) -> Known:
    try:
        return encoding.checked(known_from_texts(**texts))
    except SettingsError as error:
        raise Problem(422, str(error)) from error


def _parser(request: Request, limits: Limits, boundary: str) -> MultiPartParser:
    """Of all that the header says only the boundary is passed on: a client chooses no character set."""
    headers = Headers({"content-type": f'{MEDIA_TYPE}; boundary="{boundary}"'})
    parser = MultiPartParser(
        headers, request.stream(), max_files=limits.images, max_fields=limits.form_fields
    )
    parser.spool_max_size = limits.body_bytes + 1  # larger than any file: none is ever spooled to disk
    return parser


def _boundary(options: Mapping[bytes, bytes]) -> str:
    """What parts the files, from the options of the header."""
    boundary = options.get(b"boundary", b"").decode("latin-1")
    if not BOUNDARY.fullmatch(boundary):
        raise MultiPartException("its header names no boundary of 1 to 70 allowed characters")
    return boundary


def _upload(field: str, value: UploadFile | str) -> Upload:
    if field != FIELD:
        raise Problem(422, f"an unknown field; send files in the field {FIELD!r} and nothing else")
    if isinstance(value, str):
        raise Problem(422, f"the field {FIELD!r} must hold files, not text")
    content = value.file.read()
    value.file.close()
    return Upload(value.filename or "", content)
