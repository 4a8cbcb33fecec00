"""What can be asked: predictions, the model, health, metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response

from lentigo.bundle.ending import Ending
from lentigo.bundle.prediction import Bundle
from lentigo.service import openapi
from lentigo.service.admission.limits import Limits
from lentigo.service.admission.uploads import Upload, read_uploads
from lentigo.service.answers import Saliency, answer_row, model_facts, model_identity
from lentigo.service.problems import Overloaded, Problem
from lentigo.service.watching.audit import Audit
from lentigo.service.watching.metrics import MEDIA_TYPE as METRICS_TYPE
from lentigo.service.watching.metrics import Metrics
from lentigo.service.work.readers import Readers
from lentigo.service.work.workers import Workers
from lentigo.settings.run import NOTICE

T = TypeVar("T")
SECONDS_AFTER_TIMEOUT = 5
router = APIRouter()


@dataclass
class Service:
    """What the routes work with, one for each application."""

    bundle: Bundle
    limits: Limits
    metrics: Metrics
    workers: Workers
    readers: Readers
    audit: Audit
    is_ready: bool = False
    """False until the network has answered once, and again when the server stops."""
    identity: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.identity = model_identity(self.bundle.facts)

    def start(self) -> None:
        """Let everything that computes start, so that the first client need not wait."""
        self.readers.start(self.workers.num_threads)

    def stop(self) -> None:
        """End everything that computes."""
        self.workers.stop()
        self.readers.stop()


@router.post("/v1/predict", summary="Classify images", **openapi.PREDICT)
async def predict(
    request: Request,
    saliency: Annotated[
        Saliency, Query(description="Maps of where the image speaks for no, the predicted, or every class.")
    ] = "none",
) -> Response:
    """One answer an image, in order. One bad file of several has its reason in `error`; a lone one is 422.

    What a model takes beside an image (`facts.metadata` of `/v1/model`) is said once, of all the images.
    """
    service: Service = request.app.state.service
    uploads = await read_uploads(request, service.limits, service.bundle.facts.encoding)
    rows = await _unless_gone(request, _rows(service, uploads, saliency))
    unusable = sum(1 for row in rows if row["error"])
    service.metrics.count_images(len(rows) - unusable, unusable)
    request.scope["state"].update(num_images=len(rows), num_unusable=unusable)
    if len(rows) == unusable == 1:
        raise Problem(422, f"the image cannot be used: {rows[0]['error']}")
    answer = {"request_id": request.state.request_id, "notice": NOTICE, "model": service.identity}
    return JSONResponse(answer | {"predictions": rows})


async def _rows(service: Service, uploads: list[Upload], saliency: Saliency) -> list[dict[str, Any]]:
    """Answers to all files, computed at once as far as there are threads; ended when the caller is.

    Raises:
        Problem: 503, too many images wait, or the time for one request is over.
    """
    ending = Ending()
    bundle = service.bundle.until(ending)

    def answer(place: int, is_slow: bool = False) -> dict[str, Any]:
        reading = partial(service.readers.read, ending=ending, is_slow=is_slow)
        return answer_row(bundle, place, uploads[place], saliency, reading)

    try:
        async with asyncio.timeout(service.limits.answering_seconds):
            return await service.workers.run(
                [partial(answer, place) for place in range(len(uploads))], ending
            )
    except TimeoutError:
        raise Overloaded(SECONDS_AFTER_TIMEOUT, "took too long; send fewer images at once") from None


@router.get("/v1/model", summary="What the model is", **openapi.MODEL)
async def model(request: Request) -> Response:
    """Facts of the bundle, its model card, and the limits of this service."""
    service: Service = request.app.state.service
    limits = {"body_bytes": service.limits.body_bytes, "images": service.limits.images}
    told: dict[str, Any] = {"request_id": request.state.request_id, "notice": NOTICE}
    told |= {"model": service.identity, "facts": model_facts(service.bundle.facts)}
    return JSONResponse(told | {"card": service.bundle.card, "limits": limits})


@router.get("/health/live", summary="Is the process there", **openapi.HEALTH)
async def live() -> Response:
    """Always 200: when this is not answered, restart the service."""
    return JSONResponse({"status": "live"})


@router.get("/health/ready", summary="May requests be sent", **openapi.READY)
async def ready(request: Request) -> Response:
    """200 once the network has answered; 503 before, when stopping, and while the audit log loses lines."""
    service: Service = request.app.state.service
    if not service.is_ready:
        raise Problem(503, "not ready, or about to stop", {"retry-after": "1"})
    if service.audit.is_losing:
        raise Problem(503, "the audit log cannot be written, and lines are lost", {"retry-after": "1"})
    return JSONResponse({"status": "ready"})


@router.get("/metrics", summary="Counts, for Prometheus", **openapi.PROMETHEUS)
async def metrics(request: Request) -> Response:
    """Prometheus text, version 0.0.4."""
    service: Service = request.app.state.service
    return PlainTextResponse(service.metrics.text(), media_type=METRICS_TYPE)


async def _unless_gone(request: Request, work: Awaitable[T]) -> T:
    """Await some work; drop it when the client leaves, so that nobody waits for an answer to nobody.

    Raises:
        ClientDisconnect: the client has left.
    """
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
