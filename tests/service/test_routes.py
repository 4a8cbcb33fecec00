"""What can be asked, and what is said."""

from __future__ import annotations

import base64
import errno
import io
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from lentigo.bundle.prediction import Bundle
from lentigo.service.admission.limits import Limits
from lentigo.service.app import Application
from lentigo.settings.run import NOTICE

unix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals for that")


def test_answers_are_those_of_the_bundle(client: TestClient, bundle: Bundle, pngs: Any, form: Any) -> None:
    said = client.post("/v1/predict", files=form(*pngs))
    assert said.status_code == 200
    answer = said.json()
    assert answer["notice"] == NOTICE
    assert answer["model"]["split_hash"] == "ab" * 32
    assert answer["request_id"] == said.headers["x-request-id"]
    for place, (row, png) in enumerate(zip(answer["predictions"], pngs, strict=True)):
        expected = bundle.answer(png).row()
        assert row["index"] == place
        assert row["image"] == f"{place}.png"
        assert {name: row[name] for name in ("class", "MEL", "NV", "BCC", "malignant_probability")} == {
            name: expected[name] for name in ("class", "MEL", "NV", "BCC", "malignant_probability")
        }
        assert {*expected} - {*row} == {"notice"}


def test_the_same_image_has_the_same_answer_alone_and_among_others(
    client: TestClient, pngs: Any, form: Any
) -> None:
    alone = client.post("/v1/predict", files=form(pngs[0])).json()["predictions"][0]
    among = client.post("/v1/predict", files=form(*pngs, pngs[0])).json()["predictions"]
    for row in (among[0], among[-1]):
        assert {**row, "index": 0, "image": alone["image"]} == alone


@pytest.mark.parametrize(("asked", "names"), [("predicted", None), ("all", {"MEL", "NV", "BCC"})])
def test_maps_are_pictures_on_the_grid(
    client: TestClient, bundle: Bundle, png: bytes, form: Any, asked: str, names: set[str] | None
) -> None:
    row = client.post(f"/v1/predict?saliency={asked}", files=form(png)).json()["predictions"][0]
    assert set(row["saliency"]) == (names or {row["class"]})
    one = row["saliency"][row["class"]]
    heat = np.asarray(Image.open(io.BytesIO(base64.b64decode(one["png"]))))
    assert heat.shape == (one["height"], one["width"]) == (4, 6)
    assert heat.dtype == np.uint8
    expected = bundle.answer(png, with_saliency=True).saliency_grid()
    np.testing.assert_allclose(heat / 255, expected, atol=1 / 255)


def test_one_bad_file_of_several_is_a_row_with_its_reason(client: TestClient, png: bytes, form: Any) -> None:
    said = client.post("/v1/predict?saliency=all", files=form(png, b"no image", b"", png[:-40]))
    assert said.status_code == 200
    errors = [row["error"] for row in said.json()["predictions"]]
    assert errors[0] == ""
    for error, reason in zip(errors[1:], ("is text", "0 bytes", "truncated"), strict=True):
        assert reason in error


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"no image", "is text"), (b"", "0 bytes"), (b"%PDF-1.7", "is PDF"), (b"\x00\xff" * 99, "not an image")],
)
def test_a_lone_bad_file_is_refused_with_its_reason(
    client: TestClient, form: Any, content: bytes, reason: str
) -> None:
    said = client.post("/v1/predict", files=form(content))
    assert said.status_code == 422
    assert reason in said.json()["detail"]


def test_a_huge_image_is_refused_from_its_header(client: TestClient, form: Any) -> None:
    header = Image.new("1", (8000, 5001))
    buffer = io.BytesIO()
    header.save(buffer, format="PNG")
    said = client.post("/v1/predict", files=form(buffer.getvalue()))
    assert said.status_code == 422
    assert "more than 40 megapixels" in said.json()["detail"]


def test_an_unknown_wish_is_refused(client: TestClient, png: bytes, form: Any) -> None:
    said = client.post("/v1/predict?saliency=some", files=form(png))
    assert said.status_code == 422
    assert "saliency" in said.json()["detail"]
    assert said.headers["content-type"] == "application/problem+json"


def test_the_model_is_described(client: TestClient) -> None:
    told = client.get("/v1/model").json()
    assert [one["name"] for one in told["facts"]["classes"]] == ["MEL", "NV", "BCC"]
    assert told["card"].startswith("# Model card: small")
    assert told["limits"] == {"body_bytes": 20_000_000, "images": 32}
    assert "training_images" not in told["facts"]


def test_health(client: TestClient, application: Application) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "ready"}
    application.service.is_ready = False
    said = client.get("/health/ready")
    assert said.status_code == 503
    assert said.headers["retry-after"] == "1"
    assert client.get("/health/live").status_code == 200


def test_readiness_and_metrics_say_that_lines_of_the_audit_log_are_lost(
    application: Application, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_line: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(application.service.audit, "_append", fails)
        assert client.get("/health/live").status_code == 200
        said = client.get("/health/ready")
        assert said.status_code == 503
        assert "lines are lost" in said.json()["detail"]
    assert "lentigo_lost_audit_lines_total 2.0" in client.get("/metrics").text
    assert client.get("/health/ready").status_code == 200


def test_metrics_count_what_happened(client: TestClient, png: bytes, form: Any) -> None:
    client.post("/v1/predict", files=form(png, b"bad"))
    text = client.get("/metrics").text
    assert 'lentigo_requests_total{route="/v1/predict",status="200"} 1' in text
    assert 'lentigo_images_total{result="answered"} 1' in text
    assert 'lentigo_images_total{result="unusable"} 1' in text
    assert "lentigo_waiting_images 0" in text


def test_a_full_queue_is_said_with_when_to_come_back(
    client: TestClient, application: Application, png: bytes, form: Any
) -> None:
    application.service.metrics.waiting_images = application.service.limits.waiting_images
    said = client.post("/v1/predict", files=form(png))
    assert said.status_code == 503
    assert int(said.headers["retry-after"]) >= 1


def test_nothing_of_a_request_reaches_the_disk(
    make_application: Callable[..., Application], form: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file larger than what Starlette keeps in memory by itself."""
    import tempfile

    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    said = TestClient(make_application().gate).post("/v1/predict", files=form(b"\x00" * 3_000_000))
    assert said.status_code == 422


@unix_only
def test_a_request_has_a_time_after_which_its_place_is_free(
    make_application: Callable[..., Application], halted: Any, png: bytes, form: Any
) -> None:
    application = make_application(Limits(answering_seconds=1))
    client = TestClient(application.gate)
    halted(application)
    said = client.post("/v1/predict", files=form(png, png, png))
    assert said.status_code == 503
    assert int(said.headers["retry-after"]) >= 1
    assert "send fewer" in said.json()["detail"]
    assert application.service.metrics.waiting_images == 0
    later = [client.post("/v1/predict", files=form(png)).status_code for _ in range(5)]
    assert later[-1] == 200, "processes that have started anew answer, on a busy machine after a while"


@unix_only
def test_what_takes_long_to_read_is_answered_all_the_same(
    make_application: Callable[..., Application], bundle: Bundle, form: Any
) -> None:
    """A large image, and one that is ended at the short time and read again: both as if alone."""
    large = io.BytesIO()
    Image.fromarray(np.random.default_rng(5).integers(0, 256, (900, 1000, 3), dtype=np.uint8)).save(
        large, "PNG"
    )
    for limits in (Limits(quick_pixels=10_000), Limits(quick_seconds=0.001)):
        client = TestClient(make_application(limits).gate)
        row = client.post("/v1/predict", files=form(large.getvalue())).json()["predictions"][0]
        assert row["MEL"] == bundle.answer(large.getvalue()).row()["MEL"]


def damaged(draw: random.Random, content: bytes) -> bytes:
    """An image file cut, flipped, written over in its header, or with its parts exchanged."""
    bad = bytearray(content)
    place = draw.randrange(1, len(bad))
    match draw.randrange(4):
        case 0:
            del bad[place:]
        case 1:
            bad = bad[place:] + bad[:place]
        case way:
            for _ in range(draw.randrange(1, 20)):
                bad[draw.randrange(len(bad) if way == 2 else min(200, len(bad)))] = draw.randrange(256)
    return bytes(bad)


def send_damaged(client: TestClient, form: Any, count: int) -> Counter[int]:
    """Damaged images of every format that is read; returns how often each status was answered."""
    draw, statuses = random.Random(0), Counter[int]()
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8))
    files = []
    for name in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"):
        buffer = io.BytesIO()
        image.save(buffer, format=name)
        files.append(buffer.getvalue())
    for _ in range(count):
        said = client.post("/v1/predict", files=form(damaged(draw, draw.choice(files))))
        assert "Traceback" not in said.text
        statuses[said.status_code] += 1
    return statuses


def test_damaged_images_are_answered_or_refused(client: TestClient, form: Any) -> None:
    assert {*send_damaged(client, form, 100)} == {200, 422}


@pytest.mark.slow
def test_two_thousand_damaged_images_are_answered_or_refused(client: TestClient, form: Any) -> None:
    assert {*send_damaged(client, form, 2000)} == {200, 422}
