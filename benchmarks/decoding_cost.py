"""What decoding one image costs, for every accepted format and mode at the largest size that is taken.

    python benchmarks/decoding_cost.py [--only TEXT] [--side 224]

Each row is a file made by code (`made_images.py`) of 40 megapixels, or the most below that is not refused.
It is read in fresh processes by `inspect`, `decode` and `decode_with_thumbnail`: memory is the peak of the
process less what it held before the call (the file's own bytes among it, unless they are more than 20 MB,
when the file is read from the disk), time is of the processor. Linux only.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from made_images import KINDS, MOST_BYTES

from lentigo.data.images.pixels import decode, decode_with_thumbnail, inspect
from lentigo.settings.errors import ImageError

MEGAPIXELS = (40.0, 35.0, 30.0, 25.0, 20.0, 17.5, 15.0, 12.5, 10.0, 7.5, 5.0, 4.0, 3.0, 2.0, 1.0)
CALLS: dict[str, Callable[[Any, int], object]] = {
    "inspect": lambda source, _: inspect(source),
    "decode": lambda source, side: decode(source, side, side),
    "thumbnail": lambda source, side: decode_with_thumbnail(source, side, side, "squash", 128),
}


def main() -> None:
    options = _options()
    if options.call:
        print(json.dumps(_measured(options.call, options.kind, Path(options.file), options.side)))
        return
    print("| format and mode | megapixels | file | memory | processor |\n|---|---|---|---|---|")
    for name in KINDS:
        if options.only.lower() in name.lower():
            print(_row(name, options.side), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="part of the names to measure")
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--call", choices=CALLS, help=argparse.SUPPRESS)
    parser.add_argument("--kind", help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    return parser.parse_args()


def _row(name: str, side: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file, reason = Path(folder) / "image", ""
        for megapixels in MEGAPIXELS:
            if megapixels > _said(reason) or not _is_made(name, megapixels, file):
                continue
            found = []
            for call in CALLS:
                found.append(_in_a_process(call, name, file, side))
                if found[-1]["refused"]:
                    break
            reason = found[-1]["refused"] or reason
            if not found[-1]["refused"]:
                memory, seconds = (max(one[what] for one in found) for what in ("bytes", "seconds"))
                size = _size(file.stat().st_size)
                return f"| {name} | {megapixels:g} | {size} | {memory / 1e6:.0f} MB | {seconds:.2f} s |"
        return f"| {name} | none | {reason} | | |"


def _is_made(name: str, megapixels: float, file: Path) -> bool:
    """Write the file; False where its encoder cannot (libwebp, of much noise)."""
    height = round((megapixels * 1e6 / 1.6) ** 0.5)
    try:
        file.write_bytes(KINDS[name](int(megapixels * 1e6 / height), height))
    except (ValueError, OSError):
        return False
    return True


def _said(reason: str) -> float:
    """How many megapixels would do, by the words of a refusal."""
    found = re.search(r"([\d.]+) megapixels", reason)
    return float(found[1]) if found else MEGAPIXELS[0]


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e3:.0f} KB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def _in_a_process(call: str, kind: str, file: Path, side: int) -> dict[str, Any]:
    command = [
        sys.executable,
        __file__,
        "--call",
        call,
        "--kind",
        kind,
        "--file",
        str(file),
        "--side",
        str(side),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{kind}, {call}: ended with {done.returncode}\n{done.stderr}")
    return dict(json.loads(done.stdout))


def _measured(call: str, kind: str, file: Path, side: int) -> dict[str, Any]:
    """One call in this process, after a small image of the same kind has loaded what is loaded once."""
    run = CALLS[call]
    try:
        run(KINDS[kind](96, 80), side)
    except ImageError as error:
        return {"refused": str(error), "bytes": 0, "seconds": 0}
    source = file if file.stat().st_size > MOST_BYTES else file.read_bytes()
    Path("/proc/self/clear_refs").write_text("5")
    before, start, refused = _memory("VmRSS"), time.process_time(), ""
    try:
        run(source, side)
    except ImageError as error:
        refused = str(error)
    return {"refused": refused, "bytes": _memory("VmHWM") - before, "seconds": time.process_time() - start}


def _memory(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith(name)))


if __name__ == "__main__":
    main()
