"""A bundle in, an ASGI application out: the routes, and the gate before them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from lentigo.bundle.prediction import Bundle
from lentigo.service import openapi
from lentigo.service.admission.gate import Gate
from lentigo.service.admission.hosts import Hosts
from lentigo.service.admission.limits import Limits
from lentigo.service.admission.tokens import Tokens
from lentigo.service.answers import model_identity
from lentigo.service.docs_page import add_docs
from lentigo.service.page import add_page
from lentigo.service.problems import Failed, Problem, problem_response
from lentigo.service.routes import Service, router
from lentigo.service.watching.audit import Audit
from lentigo.service.watching.metrics import Metrics
from lentigo.service.work.readers import Readers
from lentigo.service.work.workers import Workers
from lentigo.settings.run import NOTICE


@dataclass(frozen=True)
class Access:
    """Who may ask, and by which name."""

    tokens: Tokens = field(default_factory=lambda: Tokens(environment={}))
    hosts: Hosts = field(default_factory=Hosts)


@dataclass(frozen=True)
class Application:
    """The ASGI application and what its server must get at."""

    gate: Gate
    service: Service


def create_application(
    bundle: Bundle,
    limits: Limits | None = None,
    access: Access | None = None,
    audit: Audit | None = None,
    num_threads: int = 0,
) -> Application:
    """Put a service together and let its network answer once, so that the first client need not wait.

    Args:
        bundle: from `load_bundle(..., num_threads=1)`: each worker computes one image on one thread.
        limits: default: those of `Limits`.
        access: default: everybody, by any name.
        audit: default: standard error.
        num_threads: that compute; 0: one a processor core.
    """
    limits, access = limits or Limits(), access or Access()
    metrics = Metrics(model_identity(bundle.facts))
    workers = Workers(limits.waiting_images, metrics, num_threads)
    audit = audit or Audit()
    service = Service(bundle, limits, metrics, workers, Readers(bundle.facts.input, limits), audit)
    gate = Gate(
        _routes(service),
        limits=limits,
        metrics=metrics,
        audit=audit,
        tokens=access.tokens,
        hosts=access.hosts,
    )
    size = bundle.facts.input
    bundle.answer(np.zeros((size.height, size.width, 3), np.uint8), with_saliency=True)
    service.is_ready = True
    return Application(gate, service)


def _routes(service: Service) -> FastAPI:
    app = FastAPI(
        title="Lentigo",
        version=openapi.VERSION,
        description=f"Dermoscopic images in, probabilities of a classifier out. **{NOTICE}**",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    app.include_router(router)
    add_docs(app)
    add_page(app)
    for kind, handle in _HANDLERS.items():
        app.add_exception_handler(kind, handle)
    return app


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(error, request.state.request_id)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = Problem(error.status_code, str(error.detail), dict(error.headers or {}))
    return problem_response(problem, request.state.request_id)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    reasons = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    return problem_response(Problem(422, "; ".join(reasons)), request.state.request_id)


async def _left(request: Request, _error: Exception) -> Response:
    """Nobody is there to read it; the log is told."""
    request.scope["state"]["has_left"] = True
    return problem_response(Problem(400, "the client has left"), request.state.request_id)


async def _failed(request: Request, _error: Exception) -> Response:
    """Starlette raises the error again once this is sent, and the gate logs it."""
    return problem_response(Failed(), request.state.request_id)


_HANDLERS: dict[type[Exception], Any] = {
    Problem: _problem,
    HTTPException: _http_error,
    RequestValidationError: _invalid,
    ClientDisconnect: _left,
    Exception: _failed,
}
