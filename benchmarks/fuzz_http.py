"""Mutated HTTP requests against `lentigo serve`: no trace, no 5xx but 503, and the same answer afterwards.

    python benchmarks/fuzz_http.py --bundle demo/bundle [--requests 20000] [--seed 0]

Requests are made from seeds of all kinds by a generator that depends on the seed alone. A request that broke
a promise is printed as Python bytes, to be sent again with --again. Loopback only.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import io
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from loopback import Server, ask_once, get, post, running
from PIL import Image

PORT = 8240
PATIENCE_SECONDS = 0.4
"""For an answer; then the client leaves, as to a request that does not end."""
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
LONGEST_LINE = 600
"""Of the audit log, in characters."""

_TOKENS = r"""
\n
\r
\r\n\r\n
\0
\t
:
;
"
--x
--x--
%00
%
?
#
\xff\xfe
\xed\xa0\x80
=cmd()
../../../..
99999999999999999999999
-1
0x10
ffffffff\r\n
HTTP/0.9
HTTP/1.0
HTTP/2.0
HTTP/3.9
HTTP/1.1\n
PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n
Content-Length: 0
Content-Length: 99999999999999999999
Content-Length: -5
Content-Length: 1e3
Transfer-Encoding: chunked
Transfer-Encoding: gzip, chunked
Expect: 100-continue
Upgrade: websocket\r\nConnection: Upgrade
Connection: close
Host: other
Host: [::1
Origin: null
Origin: http://[
If-None-Match: *
X-Forwarded-Proto: gopher
Authorization: Bearer \xff
Range: bytes=0-
Content-Type: multipart/form-data
Content-Type: multipart/form-data; boundary=
charset=undefined;
charset=utf-16;
boundary*=utf-8''x;
filename*0="a";
name*="images";
Content-Transfer-Encoding: base64
saliency=all
saliency[]=none
&saliency=none
"""
TOKENS = [
    *(line.encode().decode("unicode_escape").encode("latin-1") for line in _TOKENS.split("\n")[1:-1]),
    *(b"a" * 5000, b"9" * 5000, b"X-Forwarded-For: " + b"x" * 3000, b"M" * 300 + b" "),
]
"""What servers have been found to stumble over."""


def seeds() -> list[bytes]:
    """Well-formed requests of every kind."""
    draw = random.Random(7)
    images = []
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"):
        stream = io.BytesIO()
        Image.frombytes("RGB", (24, 16), draw.randbytes(24 * 16 * 3)).save(stream, kind)
        images.append(stream.getvalue())
    paths = [
        "/",
        "/page/modules/main.js",
        "/docs",
        "/openapi.json",
        "/v1/model",
        "/metrics",
        "/health/ready",
        "/no",
    ]
    form = images[0].join(
        [b'--x\r\nContent-Disposition: form-data; name="images"; filename="a"\r\n\r\n', b"\r\n--x--\r\n"]
    )
    start = (
        b"POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    )
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (form[:99], form[99:])) + b"0\r\n\r\n"
    return [
        *map(get, paths),
        *(
            get(path).replace(b"GET", method)
            for path in paths[:4]
            for method in (b"HEAD", b"OPTIONS", b"PUT")
        ),
        *map(post, images),
        *(post(image, "/v1/predict?saliency=all") for image in images),
        start + b"Transfer-Encoding: chunked\r\n\r\n" + chunks,
        start + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(form) + form,
        post(images[0]).replace(b"HTTP/1.1", b"HTTP/1.0"),
        get("/health/live") * 3 + post(images[1]),
    ]


def mutated(count: int, seed: int) -> Iterator[bytes]:
    """So many requests, of which none but the first few are well-formed."""
    draw, known = random.Random(seed), seeds()
    for place in range(count):
        if place < len(known):
            yield known[place]
            continue
        request = bytearray(draw.choice(known))
        for _ in range(draw.choice((1, 1, 2, 3, 8))):
            _mutate(draw, request, known)
        yield bytes(request)


def _mutate(draw: random.Random, request: bytearray, known: list[bytes]) -> None:
    """One change; half of them before the body, where a server believes what it reads."""
    end = len(request) if draw.random() < 0.5 else max(1, request.find(b"\r\n\r\n") + 4)
    place = draw.randrange(max(1, end))
    match draw.randrange(8):
        case 0:
            request[place : place + 1] = bytes([draw.randrange(256)])
        case 1:
            del request[place : place + draw.choice((1, 2, 9, 99))]
        case 2:
            request[place:place] = draw.choice(TOKENS)
        case 3:
            request[place : place + draw.randrange(12)] = draw.choice(TOKENS)
        case 4:
            lines = request.split(b"\r\n")
            lines.insert(draw.randrange(len(lines)), draw.choice(TOKENS))
            request[:] = b"\r\n".join(lines)
        case 5:
            lines = request.split(b"\r\n")
            lines.insert(draw.randrange(len(lines)), draw.choice(lines))
            request[:] = b"\r\n".join(lines)
        case 6:
            other = draw.choice(known)
            request[place:] = other[draw.randrange(len(other)) :]
        case _:
            del request[place:]


@dataclass
class Found:
    """What came of all requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    bad: list[bytes] = field(default_factory=list)


async def send_all(port: int, requests: Iterator[bytes], parallel: int = 32) -> Found:
    """Each over a connection of its own."""
    found = Found()

    async def client() -> None:
        for request in requests:
            said = await send(port, request)
            statuses = [int(status) for status in STATUS.findall(said)]
            found.statuses.update(statuses)
            found.unanswered += not statuses
            if any(status >= 500 and status != 503 for status in statuses) or b"Traceback" in said:
                found.bad.append(request)

    await asyncio.gather(*(client() for _ in range(parallel)))
    return found


async def send(port: int, request: bytes) -> bytes:
    """Everything said until the server closes or says nothing for a while."""
    said = b""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        while part := await asyncio.wait_for(reader.read(65536), PATIENCE_SECONDS):
            said += part
    except (TimeoutError, OSError):
        pass
    writer.close()
    return said


def report(found: Found, log: str, errors: str, seconds: float) -> bool:
    """Print what came out; whether every promise was kept."""
    lines = [line for line in log.splitlines() if line]
    longest = max(map(len, lines), default=0)
    records = [json.loads(line) for line in lines]
    traces = errors.count("Traceback")
    print(
        f"{dict(sorted(found.statuses.items()))}, {found.unanswered} without an answer, in {seconds:.0f} s; "
        f"{len(found.bad)} with 5xx but 503; {traces} traces; {len(records)} lines in the audit log, "
        f"the longest of {longest} characters"
    )
    for request in found.bad[:20]:
        print(repr(request[:2000]))
    if errors.strip():
        print("standard error:", errors[-3000:])
    return not found.bad and not traces and longest <= LONGEST_LINE


def answer(port: int, image: bytes) -> object:
    """What is said of one image, without what differs each time."""
    status, body = asyncio.run(ask_once(port, post(image)))
    assert status == 200, status
    return json.loads(body)["predictions"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("demo/bundle"))
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", help="One request as Python bytes, such as were printed.")
    options = parser.parse_args()
    if not options.bundle.is_dir():
        print(f"no bundle at {options.bundle}: `make demo` makes one")
        return
    stream = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(stream, "PNG")
    again = ast.literal_eval(options.again) if options.again else None
    requests = iter([again]) if again else mutated(options.requests, options.seed)
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "errors").open("w+") as errors:
        log = Path(folder) / "audit.jsonl"
        command = [sys.executable, "-m", "lentigo", "serve", str(options.bundle), "--port", str(PORT)]
        with running([*command, "--audit-log", str(log)], PORT, "/health/ready", errors) as server:
            before, memory = answer(PORT, stream.getvalue()), _memory(server)
            began = time.monotonic()
            found = asyncio.run(send_all(PORT, requests))
            seconds = time.monotonic() - began
            assert answer(PORT, stream.getvalue()) == before
            print(f"memory {memory / 1e6:.0f} MB before, {_memory(server) / 1e6:.0f} MB after")
        errors.seek(0)
        is_kept = report(found, log.read_text(), errors.read(), seconds)
    sys.exit(not is_kept)


def _memory(server: Server) -> float:
    return server.metric("process_resident_memory_bytes")


if __name__ == "__main__":
    main()
