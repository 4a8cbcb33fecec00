"""What goes wrong, as `application/problem+json` (RFC 9457): a reason and a request id, never a trace."""

from __future__ import annotations

import json
import random
from http import HTTPStatus

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
KINDS: dict[int, tuple[str, str]] = {
    400: ("bad-request", "The request is not understood, or its form is broken"),
    401: ("no-token", "No valid token: send the header Authorization: Bearer TOKEN"),
    403: ("other-site", "Sent by a page of another site"),
    404: ("no-such-path", "There is nothing at this path"),
    405: ("other-method", "The path is there, but not for this method"),
    408: ("too-slow", "The request did not come in time; the connection is closed"),
    413: ("too-large", "More bytes than are taken at once"),
    415: ("no-form", "The body is no form with files"),
    421: ("other-host", "Addressed to a name that this server does not go by"),
    422: ("unusable", "No image, an unknown field, or a lone image that cannot be used"),
    500: ("failed", "An error of the service; its log tells more under the request id"),
    503: ("busy", "Busy, not ready or stopping; Retry-After says when to come again"),
}
"""Status -> name and meaning of a kind of problem. Names stay: clients tell kinds apart by them."""
_OTHER = ("other", "Any other problem; its status and detail say which")
TYPE_ADDRESS = "/docs#problem-{}"
"""Where a kind is described, which is also what tells it from others (RFC 9457, 3.1.1)."""


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A request that is not answered: the status, and what to do in words."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


class Overloaded(Problem):
    """More is asked for than can be held or computed; come back in `seconds`."""

    def __init__(self, seconds: int, why: str = "busy") -> None:
        super().__init__(503, f"{why}; try again in {seconds} s", {"retry-after": str(seconds)})


class Failed(Problem):
    """An error of ours; what it was is written to the log, not to the client."""

    def __init__(self) -> None:
        super().__init__(500, "an error of the service; its log tells more under this request id")


def new_request_id() -> str:
    """32 hexadecimal digits; to tell requests apart, not to keep a secret."""
    return f"{random.getrandbits(128):032x}"


def type_of(status: int) -> str:
    """The address that stands for a kind of problem: always the same, and readable at the service itself."""
    return TYPE_ADDRESS.format(KINDS.get(int(status), _OTHER)[0])


def kinds() -> list[tuple[str, str, str]]:
    """Of every kind: anchor, status and meaning, for the page that describes them."""
    told = [(name, str(status), meaning) for status, (name, meaning) in KINDS.items()]
    return [
        (f"problem-{name}", status, meaning) for name, status, meaning in [*told, (_OTHER[0], "", _OTHER[1])]
    ]


def problem_body(status: int, detail: str, request_id: str) -> bytes:
    """The answer's body."""
    title = HTTPStatus(status).phrase
    problem = {"type": type_of(status), "title": title, "status": status, "detail": detail}
    return json.dumps(problem | {"request_id": request_id}, ensure_ascii=False).encode("utf-8", "replace")


def problem_response(problem: Problem, request_id: str) -> Response:
    """A problem as an answer."""
    body = problem_body(problem.status, problem.detail, request_id)
    return Response(body, problem.status, problem.headers, MEDIA_TYPE)
