"""A bundle and onnxruntime-web in; a folder that any server of files can give out, put in place whole, out.

index.html, page/          the page of the service, but for `page/modules/source.js`
here/                      what answers in the browser
model/                     the bundle as it is
runtime/                   onnxruntime-web
trial.json                 what the network says of trial pixels, for the browser to say the same
service-worker.js          keeps the folder for use without a network
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from lentigo.bundle.format import BUNDLE_FILE, MODEL_FILE, SUMS_FILE, BundleFacts
from lentigo.bundle.loading import VerifiedBundle, verify_bundle
from lentigo.bundle.running import RunningNetwork
from lentigo.bundle.writing import staged
from lentigo.page import FRONT, page_files
from lentigo.page.files import files_below
from lentigo.settings.errors import BundleError
from lentigo.settings.files import make_folder, write_bytes
from lentigo.settings.run import NOTICE
from lentigo.web.runtime import GRAPHICS
from lentigo.web.trial import trial_of

TRIAL_FILE = "trial.json"
SERVICE_WORKER = "service-worker.js"
SOURCE = "page/modules/source.js"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types lentigo default"
)
"""Only files of the folder are read, and nothing can be sent elsewhere. A worker obeys it because it is begun
from a `blob:` of the page."""
READ_ME = """{name}, answered in the browser
{notice}

Any server of files can give this folder out; nothing has to be installed. To try it on this machine:

    python -m http.server --directory {folder} --bind 127.0.0.1 8080

and open http://127.0.0.1:8080 in a browser. The images stay in the browser. By https, or on this machine,
the browser also keeps the folder, so that the page opens without a network.
"""


def is_web_folder(path: Path) -> bool:
    """Whether a directory says that `write_web_folder` made it."""
    return (path / TRIAL_FILE).is_file() and (path / "model" / BUNDLE_FILE).is_file()


def write_web_folder(bundle: Path, out: Path, runtime: Mapping[str, bytes]) -> dict[str, int]:
    """Write the folder.

    Args:
        bundle: its directory; verified first.
        out: the folder; an earlier one there is replaced.
        runtime: files of onnxruntime-web, from `runtime.find`.

    Returns:
        Sizes in bytes: page, model, runtime.

    Raises:
        BundleError: the bundle cannot be used, or at `out` is something else.
    """
    verified = verify_bundle(bundle)
    parts = {
        "page": _page(verified.facts),
        "model": _model(bundle, verified),
        "runtime": {f"runtime/{name}": content for name, content in runtime.items()},
    }
    files = {name: content for part in parts.values() for name, content in part.items()}
    files[TRIAL_FILE] = _json(_trial(verified))
    files[SERVICE_WORKER] = _service_worker(files)
    files["README.txt"] = READ_ME.format(name=verified.facts.name, notice=NOTICE, folder=out.name).encode()
    with staged(out, is_web_folder, "a folder made by --web") as folder:
        for name, content in files.items():
            make_folder((folder / name).parent)
            write_bytes(folder / name, content)
    return {part: sum(map(len, held.values())) for part, held in parts.items()}


def _page(facts: BundleFacts) -> dict[str, bytes]:
    """The page's files by their paths in the folder."""
    files = {f"page/{name}": file.content for name, file in page_files().items() if name != FRONT}
    own = {
        name: file.content
        for name, file in files_below(resources.files("lentigo.web") / "static").items()
        if name != SERVICE_WORKER
    }
    files[SOURCE] = own.pop("source.js")
    front = page_files()[FRONT].content.decode()
    return {FRONT: _front(front).encode(), "manifest.webmanifest": _manifest(facts)} | files | own


def _front(text: str) -> str:
    """The page with its policy inside, because servers of files send none; and with its manifest."""
    charset = '<meta charset="utf-8">\n'
    if text.count(charset) != 1:
        raise AssertionError(f"{FRONT} says its character set once, and first")
    policy = f'  <meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    return text.replace(charset, f'{charset}{policy}  <link rel="manifest" href="manifest.webmanifest">\n')


def _manifest(facts: BundleFacts) -> bytes:
    icon = {"src": "page/lentigo.svg", "sizes": "any", "type": "image/svg+xml"}
    return _json(
        {
            "name": f"Lentigo · {facts.name}",
            "short_name": "Lentigo",
            "description": NOTICE,
            "start_url": "./",
            "scope": "./",
            "display": "standalone",
            "background_color": "#f5f4f2",
            "theme_color": "#20262c",
            "icons": [icon],
        }
    )


def _model(bundle: Path, verified: VerifiedBundle) -> dict[str, bytes]:
    """Files of the bundle; of the network what was understood of it, which is the same in one of ours."""
    names = [BUNDLE_FILE, SUMS_FILE, *verified.facts.files]
    files = {f"model/{name}": (bundle / name).read_bytes() for name in names}
    if files[f"model/{MODEL_FILE}"] != verified.network.content:
        raise BundleError(f"{bundle / MODEL_FILE} is not as lentigo writes it; export the run again")
    return files


def _trial(verified: VerifiedBundle) -> dict[str, Any]:
    size = verified.facts.input
    return trial_of(RunningNetwork(verified.network), size.height, size.width)


def _service_worker(files: Mapping[str, bytes]) -> bytes:
    """The script with the list of what it keeps, and a name that changes with any of it."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\n{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    kept = [name for name in sorted(files) if name.removeprefix("runtime/") not in GRAPHICS]
    script = (resources.files("lentigo.web") / "static" / SERVICE_WORKER).read_text(encoding="utf-8")
    told = {"'VERSION'": f"lentigo-{digest.hexdigest()[:16]}", "['FILES']": ["./", *kept], "'POLICY'": POLICY}
    for place, value in told.items():
        script = script.replace(place, json.dumps(value))
    return script.encode()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
