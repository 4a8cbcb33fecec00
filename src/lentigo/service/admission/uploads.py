"""A form (multipart/form-data) in, files as bytes in memory out; nothing is written to disk."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from lentigo.service.admission.limits import Limits
from lentigo.service.problems import Problem

FIELD = "images"
MEDIA_TYPE = "multipart/form-data"


@dataclass(frozen=True)
class Upload:
    """One file as it was sent."""

    name: str
    """What the client calls it: to be echoed, never used."""
    content: bytes


async def read_uploads(request: Request, limits: Limits) -> list[Upload]:
    """The files of the field `images`, in order.

    Raises:
        Problem: 415 for what is no form, 400 for a broken one or too many parts, 422 for a form without
            images or with other fields.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != MEDIA_TYPE:
        raise Problem(415, f"expected {MEDIA_TYPE} with files in the field {FIELD!r}")
    try:
        form = await _parser(request, limits).parse()
    except MultiPartException as error:
        raise Problem(400, f"the form cannot be read: {error.message}") from error
    uploads: list[Upload] = []
    for name, value in form.multi_items():
        uploads.append(_upload(name, value))
    if not uploads:
        raise Problem(422, f"no image: send 1 to {limits.images} files in the field {FIELD!r}")
    return uploads


def _parser(request: Request, limits: Limits) -> MultiPartParser:
    parser = MultiPartParser(
        request.headers, request.stream(), max_files=limits.images, max_fields=limits.form_fields
    )
    parser.spool_max_size = limits.body_bytes + 1  # larger than any file: none is ever spooled to disk
    return parser


def _upload(field: str, value: UploadFile | str) -> Upload:
    if field != FIELD:
        raise Problem(422, f"an unknown field; send files in the field {FIELD!r} and nothing else")
    if isinstance(value, str):
        raise Problem(422, f"the field {FIELD!r} must hold files, not text")
    content = value.file.read()
    value.file.close()
    return Upload(value.filename or "", content)
