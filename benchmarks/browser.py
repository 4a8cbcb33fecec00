"""The browser beside the service: equal answers, what decoding changes, milliseconds an image.

    python benchmarks/browser.py --bundle demo/bundle --images FOLDER [--runtime FOLDER] [--count 200]

Needs Playwright, a Chromium and onnxruntime-web (`lentigo fetch-runtime`). Loopback only. Each image is
answered by the bundle in Python and by the folder of `lentigo export --web` in Chromium: from pixels that
Python has decoded (what is left is arithmetic), and from the file (decoding too).
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import functools
import http.server
import io
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from loopback import ask_once, ours, post
from PIL import Image
from playwright.sync_api import sync_playwright

from lentigo.bundle.loading import load_bundle
from lentigo.data.images.input_checks import CHECK_SIDE
from lentigo.data.images.pixels import decode_with_thumbnail
from lentigo.web.folder import write_web_folder
from lentigo.web.runtime import find

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]
TIMED = 30
SALIENCY = "/v1/predict?saliency=all"
WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]
OPEN = """async () => {
    const { Model } = await import("/here/model.js");
    const { read } = await import("/here/pixels.js");
    globalThis.read = read;
    globalThis.model = await Model.open(new URL("/model/", location), new URL("/runtime/", location));
    globalThis.bytesOf = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    globalThis.textOf = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return model.network.runsOn;
}"""
ROW = "async ([pixels, thumbnail]) => model.row('a', bytesOf(pixels), bytesOf(thumbnail))"
READ = """async (file) => {
    const { pixels, thumbnail } = await read(bytesOf(file), model.facts.input);
    return [textOf(pixels), textOf(thumbnail)];
}"""
ANSWER = """async (file) => {
    const given = new File([bytesOf(file)], "a.jpg");
    const start = performance.now();
    const row = await model.answer(given, null);
    return [row, performance.now() - start];
}"""


def text_of(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def pixels_of(text: str, height: int, width: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 3)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def browser_of(playwright: Any, arguments: list[str]) -> Any:
    path = next(filter(None, map(shutil.which, BROWSERS)))
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS + arguments)


def made(count: int) -> list[bytes]:
    """Smooth blobs and noise as JPEG (all samplings), PNG and WebP of many sizes, turned by EXIF."""
    rng = np.random.default_rng(0)
    files = []
    for number in range(count):
        height, width = rng.integers(150, 900, 2)
        small = Image.fromarray(rng.integers(0, 256, (9, 12, 3), np.uint8)).resize((width, height), 3)
        noise = rng.normal(0, 8, (height, width, 1))
        image = Image.fromarray(np.clip(np.asarray(small) + noise, 0, 255).astype(np.uint8))
        exif = Image.Exif()
        exif[0x0112] = number % 8 + 1
        kind, options = (
            ("JPEG", {"quality": int(rng.integers(70, 98)), "subsampling": number % 3, "exif": exif}),
            ("PNG", {"exif": exif}),
            ("WEBP", {"lossless": True, "exif": exif}),
        )[0 if number % 4 else 1 + number // 4 % 2]
        buffer = io.BytesIO()
        image.save(buffer, kind, **options)
        files.append(buffer.getvalue())
    return files


def compare(page: Any, bundle: Any, files: list[bytes], title: str) -> None:
    """Print how far the browser is from Python, on pixels decoded once and on pixels decoded by each."""
    size, names = bundle.facts.input, bundle.facts.class_names
    arithmetic, decoding, whole, changed, reasons, sets = [], [], [], 0, 0, 0
    for content in files:
        pixels, thumbnail = decode_with_thumbnail(content, size.height, size.width, size.resize, CHECK_SIDE)
        expected = bundle.answer(content, with_saliency=True).row()
        same = page.evaluate(ROW, [text_of(pixels.tobytes()), text_of(thumbnail.tobytes())])
        [own, _] = page.evaluate(READ, text_of(content))
        [row, _] = page.evaluate(ANSWER, text_of(content))
        arithmetic.append(max(abs(same[name] - expected[name]) for name in names))
        whole.append(max(abs(row[name] - expected[name]) for name in names))
        found = pixels_of(own, size.height, size.width)
        decoding.append(np.abs(found.astype(int) - pixels.astype(int)))
        changed += row["class"] != expected["class"]
        reasons += same["abstain_reason"] != expected["abstain_reason"]
        sets += same["prediction_set"] != expected["prediction_set"]
    kinds = sorted({str(Image.open(io.BytesIO(content)).format) for content in files})
    print(f"{title}: {len(files)} images of {', '.join(kinds)}")
    print(f"  the same pixels: probabilities within {max(arithmetic):.1e}; sets {sets}, reasons {reasons}")
    means, largest = [one.mean() for one in decoding], max(one.max() for one in decoding)
    print(
        f"  decoded by each: pixels differ by {np.mean(means):.3f} of 255 in the mean (worst image "
        f"{max(means):.3f}), {largest} at most; equal in {sum(not one.any() for one in decoding)} images"
    )
    print(
        f"  from the file: probabilities within {max(whole):.1e} (median {np.median(whole):.1e}); another "
        f"class: {changed}"
    )


def measure(page: Any, files: list[bytes]) -> list[float]:
    """Milliseconds an image in the browser, with the saliency of all classes, after a first one."""
    page.evaluate(ANSWER, text_of(files[0]))
    return [page.evaluate(ANSWER, text_of(content))[1] for content in files]


def measure_service(bundle_path: Path, files: list[bytes]) -> list[float]:
    """The same by the service, over HTTP."""

    async def ask(port: int) -> list[float]:
        taken = []
        for content in [files[0], *files]:
            start = time.perf_counter()
            await ask_once(port, post(content, SALIENCY))
            taken.append(1000 * (time.perf_counter() - start))
        return taken[1:]

    with ours(bundle_path) as server:
        return asyncio.run(ask(server.port))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--images", type=Path)
    parser.add_argument("--runtime", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--webgpu", action="store_true", help="try WebGPU, by Chromium's SwiftShader")
    told = parser.parse_args()
    bundle = load_bundle(told.bundle)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch) / "web"
        sizes = write_web_folder(told.bundle, folder, find(told.runtime))
        print("folder:", ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items()))
        with served(folder) as home:
            browser = browser_of(playwright, WEBGPU if told.webgpu else [])
            page = browser.new_page()
            page.set_default_timeout(240_000)
            page.goto(home)
            page.wait_for_selector("body[data-ready]")
            print("runs on", page.evaluate(OPEN))
            sets = {"made": made(told.count)}
            if told.images:
                paths = sorted(path for path in told.images.rglob("*") if path.suffix in (".jpg", ".png"))
                chosen = paths[:: max(1, len(paths) // told.count)][: told.count]
                sets["given"] = [path.read_bytes() for path in chosen]
            for title, files in sets.items():
                compare(page, bundle, files, title)
            timed = {title: measure(page, files[:TIMED]) for title, files in sets.items()}
            browser.close()
    for title, files in sets.items():
        by_service = measure_service(told.bundle, files[:TIMED])
        for who, times in (("browser", timed[title]), ("service", by_service)):
            print(
                f"{title}, {who}: {np.median(times):.0f} ms an image (90 %: {np.percentile(times, 90):.0f})"
            )


if __name__ == "__main__":
    main()
