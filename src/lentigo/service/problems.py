"""What goes wrong, as `application/problem+json` (RFC 9457): a reason and a request id, never a trace."""

from __future__ import annotations

import json
import random
from http import HTTPStatus

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


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


def problem_body(status: int, detail: str, request_id: str) -> bytes:
    """The answer's body."""
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return json.dumps(problem | {"request_id": request_id}, ensure_ascii=False).encode("utf-8", "replace")


def problem_response(problem: Problem, request_id: str) -> Response:
    """A problem as an answer."""
    body = problem_body(problem.status, problem.detail, request_id)
    return Response(body, problem.status, problem.headers, MEDIA_TYPE)
