"""The folder of `lentigo export --web` in a real browser: each step as Python takes it, and nothing sent.

What needs onnxruntime-web is skipped where that is not at hand (`lentigo fetch-runtime`).
"""

from __future__ import annotations

import io
import shutil
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from browsing import a_file, give, image_bytes
from here import CALIBRATION, CARRIED, given_out, noise, pixels_of, text_of, write_rich
from PIL import Image

from lentigo.bundle.loading import load_bundle
from lentigo.data.images.input_checks import CHECK_SIDE, image_figures
from lentigo.data.images.pixels import decode_with_thumbnail
from lentigo.data.images.views import views_of
from lentigo.data.metadata.encoding import MetadataEncoding, known_from_texts
from lentigo.evaluation.abstaining.conformal import NONCONFORMITY, Conformal
from lentigo.evaluation.abstaining.pixel_figures import NUM_FIGURES, pixel_figures
from lentigo.evaluation.abstaining.unknown_scores import SCORES, Outputs
from lentigo.web import runtime
from lentigo.web.folder import write_web_folder

needs_runtime = pytest.mark.skipif(
    not runtime.is_at_hand(), reason="onnxruntime-web is not at hand: `lentigo fetch-runtime` fetches it"
)
IMAGE_FIELDS = (
    "prediction_set",
    "abstain_reason",
    "quality_warnings",
    "calibrated",
    "operating_point",
    "class",
)


@pytest.fixture(scope="module")
def rich_bundle(small_bundles: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rich(small_bundles, tmp_path_factory.mktemp("rich") / "bundle")


@pytest.fixture(scope="module")
def web(rich_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web") / "web"
    files = runtime.find() if runtime.is_at_hand() else dict.fromkeys(runtime.FILES, b"")
    write_web_folder(rich_bundle, folder, files)
    return folder


@pytest.fixture(scope="module")
def home(web: Path) -> Iterator[str]:
    with given_out(web) as (address, _):
        yield address


@pytest.fixture(scope="module")
def steps(browser: Any, home: str) -> Iterator[Callable[..., Any]]:
    """A function of (module of `here/`, function of it and a value as text, value) that gives its result."""
    page = browser.new_page()
    page.goto(f"{home}/README.txt")  # the modules alone, without the page
    page.evaluate(CARRIED)

    def run(module: str, function: str, value: Any = None) -> Any:
        return page.evaluate(
            f"async (value) => ({function})(await import('/here/{module}.js'), value)", value
        )

    yield run
    page.close()


def rows_first(image: np.ndarray, rows: int, columns: int, box: list[float]) -> np.ndarray:
    """As Pillow resizes, in the order that it takes for most images."""
    left, top, right, bottom = box
    kind, height = Image.Resampling.BILINEAR, image.shape[0]
    across = Image.fromarray(image).resize((columns, height), kind, (left, 0, right, height))
    return np.asarray(across.resize((columns, rows), kind, (0, top, columns, bottom)))


def test_resizing_is_pillows_pixel_by_pixel(steps: Callable[..., Any]) -> None:
    rng = np.random.default_rng(1)
    cases = []
    for seed in range(40):
        height, width, rows, columns = (int(side) for side in rng.integers(1, 50, 4))
        box = [0.0, 0.0, float(width), float(height)]
        if seed % 2:
            left, top = rng.uniform(0, 0.4, 2) * (width, height)
            box = [left, top, *(np.array([left, top]) + rng.uniform(0.3, 0.6, 2) * (width, height)).tolist()]
        cases.append((noise(seed, height, width), rows, columns, box))
    cases += [
        (noise(99, 401, 4), 7, 3, [0.0, 0.0, 4.0, 401.0]),
        (noise(98, 9, 9), 9, 9, [0.0, 0.0, 9.0, 9.0]),
    ]
    given = [[text_of(image), *image.shape[:2], *case] for image, *case in cases]
    found = steps(
        "resize",
        """({ resize }, cases) => cases.map(([text, height, width, rows, columns, box]) =>
            textOf(resize({ data: bytesOf(text), height, width }, rows, columns, box).data))""",
        given,
    )
    for text, (image, rows, columns, box) in zip(found, cases, strict=True):
        found_one = pixels_of(text, rows, columns)
        assert np.array_equal(found_one, rows_first(image, rows, columns, box)), (image.shape, rows, box)
        at_once = Image.fromarray(image).resize((columns, rows), Image.Resampling.BILINEAR, box)
        assert np.abs(found_one.astype(int) - np.asarray(at_once)).max() <= 1


@pytest.mark.parametrize("plan", ["dihedral+0.8x4", "flips+0.5x1+0.63x9"])
def test_views_are_pythons(steps: Callable[..., Any], plan: str) -> None:
    image = noise(5, 20, 20)
    found = steps(
        "views",
        """({ viewsOf }, [plan, text]) => viewsOf(plan).map((view) =>
            textOf(view({ data: bytesOf(text), height: 20, width: 20 }).data))""",
        [plan, text_of(image)],
    )
    expected = [view.of(image[np.newaxis])[0] for view in views_of(plan)]
    assert len(found) == len(expected)
    for text, one in zip(found, expected, strict=True):
        assert np.abs(pixels_of(text, 20, 20).astype(int) - one).max() <= ("+" in plan)


def test_the_checks_of_images_measure_the_same(steps: Callable[..., Any]) -> None:
    smooth = np.asarray(Image.open(io.BytesIO(image_bytes(2))).resize((CHECK_SIDE, CHECK_SIDE)))
    thumbnails = [noise(1, CHECK_SIDE, CHECK_SIDE), smooth, smooth // 8 * 8, np.full_like(smooth, 90)]
    found = steps(
        "checks",
        "({ imageFigures }, texts) => texts.map((text) => imageFigures(bytesOf(text)))",
        [text_of(one) for one in thumbnails],
    )
    for figures, thumbnail in zip(found, thumbnails, strict=True):
        assert figures == pytest.approx(vars(image_figures(thumbnail)), rel=1e-3, abs=1e-3)


def test_calibration_and_sets_are_pythons(steps: Callable[..., Any]) -> None:
    rng = np.random.default_rng(2)
    rows = rng.dirichlet([0.4, 0.4, 0.4], 50)
    rows[:3] = [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3]]
    thresholds = [0.35, None, 0.8]
    found = steps(
        "decisions",
        """({ Thresholding, Sets, argmax }, { calibration, rows, thresholds, methods }) => {
            const others = { operating_points: null, malignant: [], classes: [] };
            const thresholding = new Thresholding({ calibration, ...others });
            const sets = (method) => rows.map((row) => new Sets({ method, thresholds }).of(row, argmax(row)));
            return [rows.map((row) => thresholding.calibrate(row)), methods.map(sets)];
        }""",
        {
            "calibration": {"method": "vector", "scale": CALIBRATION.scale, "bias": CALIBRATION.bias},
            "rows": rows.tolist(),
            "thresholds": thresholds,
            "methods": list(NONCONFORMITY),
        },
    )
    assert np.allclose(found[0], CALIBRATION.apply(rows), atol=1e-12)
    for method, sets in zip(NONCONFORMITY, found[1], strict=True):
        fitted = Conformal(
            method, True, 0.1, np.array([np.inf if one is None else one for one in thresholds])
        )
        expected = fitted.sets(rows)
        for row, chosen, held in zip(rows, sets, expected, strict=True):
            order = np.argsort(-row, kind="stable")
            assert chosen == [place for place in order if held[place]]


def test_strangeness_is_pythons(steps: Callable[..., Any]) -> None:
    rng = np.random.default_rng(4)
    images = (rng.integers(0, 256, (6, 70, 97, 3)) * np.linspace(0, 1, 97)[:, None]).astype(np.uint8)
    outputs: Outputs = {
        "logits": rng.normal(size=(6, 5)) * 4,
        "features": rng.normal(size=(6, 3)),
        "pixels": pixel_figures(images).astype(np.float64),
    }
    train: Outputs = {
        "logits": rng.normal(size=(250, 5)),
        "features": rng.normal(size=(250, 3)),
        "pixels": outputs["pixels"].mean(axis=0) + rng.normal(size=(250, NUM_FIGURES)),
    }
    for name, score in SCORES.items():
        arrays = score.scale(train, score.fit(train, np.arange(250) % 2))
        listed = [{"name": one, "shape": list(values.shape)} for one, values in arrays.items()]
        found = steps(
            "unknown",
            """({ openUnknown }, { score, listed, content, logits, features, images }) => {
                const unknown = openUnknown({ score, threshold: null, arrays: listed }, bytesOf(content));
                return logits.map((row, at) => unknown.score({
                    logits: Float64Array.from(row), pooled_features: Float64Array.from(features[at]),
                    image: { data: Uint8Array.from(images[at]), height: 70, width: 97 } }));
            }""",
            {
                "score": name,
                "listed": listed,
                "content": text_of(b"".join(one.tobytes() for one in arrays.values())),
                "logits": outputs["logits"].tolist(),
                "features": outputs["features"].tolist(),
                "images": images.reshape(6, -1).tolist(),
            },
        )
        assert found == pytest.approx(score.judge(outputs, arrays), rel=1e-4, abs=1e-6)


def test_what_is_known_beside_an_image_becomes_the_same_numbers(steps: Callable[..., Any]) -> None:
    encoding = MetadataEncoding(("age", "site"), ("back", "head/neck"))
    typed = [{"age": "52.5", "site": "Back "}, {"age": "0"}, {"age": "120"}, {"site": "head/neck"}, {}]
    wrong = [{"age": "121"}, {"age": "-1"}, {"age": "1e1"}, {"site": "elbow"}, {"sex": "male"}]
    found = steps(
        "metadata",
        """({ Metadata }, { facts, typed }) => typed.map((one) => {
            try {
                const { numbers, told } = new Metadata(facts).read(one);
                return [Array.from(numbers), told];
            } catch (error) { return error.message; }
        })""",
        {"facts": encoding.as_json(), "typed": typed + wrong},
    )
    for one, (numbers, told) in zip(typed, found[: len(typed)], strict=True):
        known = known_from_texts(**one)
        assert numbers == pytest.approx(encoding.encode([known])[0].tolist())
        assert told == encoding.told(known)
    assert all(isinstance(one, str) and len(one) > 15 for one in found[len(typed) :])


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def files_of_all_kinds() -> dict[str, bytes]:
    """Name -> file; `exact` where the browser must decode the very pixels."""
    image = Image.open(io.BytesIO(image_bytes(3, size=(203, 141)))).convert("RGB")
    found = {}
    for number in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = number
        found[f"exact png turned {number}"] = encoded(image, "PNG", exif=exif)
        found[f"jpeg turned {number}"] = encoded(image, "JPEG", exif=exif, subsampling=number % 3)
    exif = Image.Exif()
    exif[0x0112] = 6
    found["exact webp turned"] = encoded(image, "WEBP", lossless=True, exif=exif)
    found["exact bmp"] = encoded(image, "BMP")
    found["exact gif"] = encoded(image.quantize(32), "GIF")
    found["exact grey"] = encoded(image.convert("L"), "PNG")
    found["jpeg large"] = encoded(image.resize((812, 700)), "JPEG", subsampling=1, progressive=True)
    found["jpeg grey"] = encoded(image.convert("L"), "JPEG")
    veil = image.copy()
    veil.putalpha(Image.fromarray(np.tile(np.arange(203, dtype=np.uint8), (141, 1))))
    found["transparent"] = encoded(veil, "PNG")
    return found


@pytest.mark.parametrize(
    "way",
    ["squash", pytest.param("crop", marks=pytest.mark.slow), pytest.param("pad", marks=pytest.mark.slow)],
)
def test_files_become_the_services_pixels(steps: Callable[..., Any], way: Any) -> None:
    files = files_of_all_kinds()
    found = steps(
        "pixels",
        """async ({ read }, { texts, input }) => {
            const both = [];
            for (const text of texts) {
                const { pixels, thumbnail } = await read(bytesOf(text), input);
                both.push([textOf(pixels), textOf(thumbnail)]);
            }
            return both;
        }""",
        {
            "texts": [text_of(one) for one in files.values()],
            "input": {"height": 48, "width": 60, "resize": way},
        },
    )
    for (name, content), texts in zip(files.items(), found, strict=True):
        expected = decode_with_thumbnail(content, 48, 60, way, CHECK_SIDE)
        for text, pixels in zip(texts, expected, strict=True):
            difference = np.abs(pixels_of(text, *pixels.shape[:2]).astype(int) - pixels)
            most, mean = (1, 0.2) if name.startswith("exact") else (12, 0.6)
            assert difference.max() <= most, (name, difference.max())
            assert difference.mean() <= mean, (name, difference.mean())


def test_files_that_cannot_be_used_are_refused_with_the_reason(steps: Callable[..., Any]) -> None:
    jpeg = encoded(Image.fromarray(noise(1, 90, 90)), "JPEG")
    files = {
        "is empty": b"",
        "is text": b"hello, this is text",
        "is TIFF": encoded(Image.fromarray(noise(1, 9, 9)), "TIFF"),
        "is PDF": b"%PDF-1.7 \x00",
        "is SVG": b'<svg xmlns="x"/>',
        "is DICOM": bytes(128) + b"DICM" + bytes(9),
        "end of the file is missing": jpeg[: len(jpeg) // 2],
        "is damaged": b"\x89PNG\r\n\x1a\n" + bytes(100) + b"IEND",
    }
    found = steps(
        "pixels",
        """async ({ read }, texts) => Promise.all(texts.map((text) =>
            read(bytesOf(text), { height: 9, width: 9, resize: "squash" })
                .then(() => "", (error) => error.message)))""",
        [text_of(one) for one in files.values()],
    )
    for reason, message in zip(files, found, strict=True):
        assert reason in message, (reason, message)


# what follows runs the network


@pytest.fixture
def answering(browser: Any, home: str) -> Iterator[Callable[..., Any]]:
    """A function of options of a context that opens the page; nothing may be asked of anybody else."""
    contexts, strangers = [], []

    def open_one(address: str = home, is_ready: bool = True, **options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)
        context.on(
            "request",
            lambda one: one.url.startswith((address, f"blob:{address}")) or strangers.append(one.url),
        )
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("body[data-ready]" if is_ready else "#server-problem:not([hidden])")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert strangers == []


ROWS = """async (texts) => {
    const { Model } = await import("/here/model.js");
    const bytesOf = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const model = await Model.open(new URL("/model/", location), new URL("/runtime/", location));
    const rows = [];
    for (const pair of texts) rows.push(await model.row("a", ...pair.map(bytesOf)));
    return rows;
}"""


@needs_runtime
@pytest.mark.parametrize("count", [24, pytest.param(200, marks=pytest.mark.slow)])
def test_the_same_pixels_get_the_services_answer(
    answering: Callable[..., Any], rich_bundle: Path, count: int
) -> None:
    bundle = load_bundle(rich_bundle)
    size = bundle.facts.input
    contents = [image_bytes(seed % 32, size=(60 + seed, 130 - seed // 2)) for seed in range(count)]
    read = [decode_with_thumbnail(one, size.height, size.width, size.resize, CHECK_SIDE) for one in contents]
    rows = answering().evaluate(ROWS, [[text_of(pixels), text_of(thumbnail)] for pixels, thumbnail in read])
    for row, expected in zip(rows, bundle.predict(contents, with_saliency=True), strict=True):
        told = expected.row()
        for name in (*bundle.facts.class_names, "malignant_probability"):
            assert row[name] == pytest.approx(told[name], abs=1e-4)
        assert {name: row[name] for name in IMAGE_FIELDS} == {name: told[name] for name in IMAGE_FIELDS}
        for name, picture in row["saliency"].items():
            grid = np.asarray(Image.open(io.BytesIO(b64decode(picture["png"]))))
            assert np.abs(grid - 255 * expected.saliency_grid(name)).max() <= 1


@needs_runtime
def test_images_are_answered_and_nothing_can_leave(
    answering: Callable[..., Any], web: Path, home: str
) -> None:
    page = answering(viewport={"width": 390, "height": 800}, service_workers="block")
    assert "stay in this browser" in page.locator("#limits").inner_text()
    give(page, a_file("mole.png", image_bytes(3)), a_file("notes.txt", b"hello, this is text"))
    assert page.locator(".rank").count() == 3
    assert page.locator(".glance").count() == 3
    assert page.locator("#tally").inner_text() == "1 of 2 images answered, 1 not usable or unanswered"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with given_out(web) as (elsewhere, _):
        leak = f"fetch('{elsewhere}/README.txt').then(() => 'sent', (error) => 'refused')"
        assert page.evaluate(leak) == "refused"
        [worker] = page.workers
        assert worker.evaluate(leak) == "refused"
        assert worker.evaluate(f"fetch('{home}/README.txt').then((answer) => answer.status)") == 200


@needs_runtime
@pytest.mark.slow
def test_it_opens_and_answers_without_a_network(
    answering: Callable[..., Any], web: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(web, tmp_path / "web")
    with given_out(folder) as (address, server):
        page = answering(address)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_selector("body[data-ready]")
        assert page.evaluate("crossOriginIsolated")  # and computes on several threads
        server.shutdown()
        server.server_close()
        page.reload()
        page.wait_for_selector("body[data-ready]")
        give(page, a_file("mole.png", image_bytes(3)))
        assert page.locator(".rank").count() == 3


@needs_runtime
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("trial.json", lambda text: text.replace(b"0.", b"0.9", 1), "differ by"),
        (
            "model/model.onnx",
            lambda content: content[:-1] + b"\0",
            "model.onnx is not the file that was exported",
        ),
    ],
)
def test_a_browser_that_computes_otherwise_or_other_files_give_no_answers(
    answering: Callable[..., Any], web: Path, tmp_path: Path, name: str, change: Any, expected: str
) -> None:
    folder = shutil.copytree(web, tmp_path / "web")
    (folder / name).write_bytes(change((folder / name).read_bytes()))
    with given_out(folder) as (address, _):
        page = answering(address, is_ready=False, service_workers="block")
        assert expected in page.locator("#server-problem").inner_text()
