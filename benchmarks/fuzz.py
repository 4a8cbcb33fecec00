"""Mutated files against everything that reads a stranger's bytes: an answer, or an error that says why.

    python benchmarks/fuzz.py [TARGET ...] [--count 5000] [--seconds 600] [--seed 0] [--state FOLDER]

Targets: image, network, document, recipe, table, bundle, run (their words below). Case i of a seed is always
the same bytes. With --state the figures and the findings lie in that folder, and the same command goes on
after the last case; --again tries one finding. Requests: `fuzz_http.py`. Bundle and run: see --bundle, --run.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from made_images import KINDS

from lentigo.settings.errors import LentigoError, RunError
from lentigo.settings.files import write_bytes, write_json

Case = tuple[str, bytes]
"""Which seed it was made from, and its bytes."""
SAVE_EVERY = 500
LONGEST_SECONDS = 5.0
"""Of a processor, one case may take; more is a finding."""


@dataclass(frozen=True)
class Target:
    """What is attacked: seeds, how they are changed, and what reads the result."""

    seeds: dict[str, bytes]
    mutate: Callable[[random.Random, bytes, Sequence[bytes]], bytes]
    read: Callable[[str, bytes], object]
    """Called with a seed's name and a case; refuses by `LentigoError`. `AssertionError`: it lied."""


@dataclass
class Found:
    """What came of the cases so far."""

    done: int = 0
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    peak_mb: float = 0.0
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)


def mutated(draw: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """A few changes, every second one among the first bytes, where a reader learns what to expect."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 2, 4, 12))):
        end = len(changed) if draw.random() < 0.5 else min(len(changed), 512)
        place = draw.randrange(max(1, end))
        match draw.randrange(9):
            case 0:
                changed[place : place + 1] = bytes([draw.randrange(256)])
            case 1 if place < len(changed):
                changed[place] ^= 1 << draw.randrange(8)
            case 2:
                changed[place : place + 4] = draw.choice(NUMBERS)
            case 3:
                del changed[place : place + draw.choice((1, 2, 8, 100))]
            case 4:
                changed[place:place] = changed[place : place + draw.choice((1, 4, 64))]
            case 5:
                other = draw.choice(others)
                start = draw.randrange(max(1, len(other)))
                changed[place : place + 16] = other[start : start + draw.choice((4, 16, 64))]
            case 6 if draw.random() < 0.3:
                del changed[place:]
            case 7:
                changed[place : place + 2] = draw.choice(NUMBERS)[:2]
            case _:
                changed += draw.randbytes(draw.choice((1, 9, 99)))
    return bytes(changed)


NUMBERS = [
    *(bytes.fromhex(one) for one in ("00000000", "ffffffff", "7fffffff", "80000000", "00000001", "01000000")),
    *(bytes.fromhex(one) for one in ("ffffff7f", "00000080", "0000ffff", "ffff0000", "00010000", "ff0fff0f")),
]


def retold(draw: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """A text with words, values and lines put elsewhere; every fourth changed as bytes besides."""
    words = content.decode(errors="replace")
    for _ in range(draw.choice((1, 1, 2, 3))):
        match draw.randrange(5):
            case 0 | 1:
                cut = [place for place, letter in enumerate(words) if letter in "=:,"]
                place = draw.choice(cut or [0])
                _, newline, rest = words[place + 1 :].partition("\n")
                words = f"{words[: place + 1]} {draw.choice(VALUES)}{newline}{rest}"
            case 2:
                lines = words.split("\n")
                lines.insert(draw.randrange(len(lines)), draw.choice(lines))
                words = "\n".join(lines)
            case 3:
                lines = words.split("\n")
                del lines[draw.randrange(len(lines))]
                words = "\n".join(lines)
            case _:
                place = draw.randrange(max(1, len(words)))
                words = words[:place] + draw.choice(VALUES) + words[place + draw.randrange(9) :]
    raw = words.encode(errors="replace")
    return mutated(draw, raw, others) if draw.random() < 0.25 else raw


VALUES = [
    *(
        "nan",
        "inf",
        "-inf",
        "1e400",
        "-1",
        "0",
        "1e-320",
        "9" * 25,
        "-" + "9" * 25,
        "9" * 5000,
        "true",
        "null",
    ),
    *('""', "[]", "{}", "[[]]", '"\\ud800"', '"\u202e"', "\u00b2", "'" * 3, '"', "2020-01-01", "0x10", "1_0"),
    *(
        "[" * 500 + "]" * 500,
        '{"a":' * 300 + "1" + "}" * 300,
        '"' + "x" * 5000 + '"',
        "=cmd()",
        "../../x",
        "\0",
    ),
    *(
        "[1, 'a', {}]",
        "-0.0",
        "00",
        "+1",
        "1,5",
        "\ufeff",
        "\r",
        "\t",
        "NA",
        "None",
        "[stages]",
        "[[stages]]",
    ),
]


def image_target(_options: argparse.Namespace) -> Target:
    """Every accepted format and mode: looked at, decoded, decoded with a thumbnail."""
    import numpy as np

    from lentigo.data.images.pixels import decode, decode_with_thumbnail, inspect

    def read(_name: str, content: bytes) -> None:
        inspect(content)
        pixels = decode(content, 24, 32)
        again, _ = decode_with_thumbnail(content, 24, 32, "squash", 16)
        assert pixels.shape == (24, 32, 3)
        assert pixels.dtype == np.uint8
        assert (pixels == again).all(), "two ways to decode give two answers"

    seeds = {}
    for name, make in KINDS.items():
        with suppress(OSError):  # Pillow is not built everywhere with every codec of TIFF
            seeds[name] = make(50, 40)
    return Target(seeds, mutated, read)


def network_target(options: argparse.Namespace) -> Target:
    """`model.onnx`: in what is let through, onnx itself finds nothing outside and no other operators."""
    import onnx

    from lentigo.onnx_file.plain import OPERATORS, plain_network

    def read(_name: str, content: bytes) -> None:
        plain = plain_network(content)
        model = onnx.load_model_from_string(plain.content)
        assert not model.functions
        assert not model.graph.sparse_initializer
        assert all(not one.external_data and one.data_location == 0 for one in model.graph.initializer)
        for node in model.graph.node:
            assert node.domain in ("", "ai.onnx")
            assert node.op_type in OPERATORS
            for one in node.attribute:
                assert not one.HasField("g")
                assert not one.graphs
                assert not one.t.external_data
        assert plain_network(plain.content).content == plain.content

    return Target({"network": (options.bundle / "model.onnx").read_bytes()}, mutated, read)


def document_target(options: argparse.Namespace) -> Target:
    """JSON as it lies in runs and bundles: read as such, and as `bundle.json` and `run.json`."""
    from lentigo.bundle.format import parse_facts
    from lentigo.settings.reading import Document, decode_text, parse_json
    from lentigo.settings.run_record import checked_record

    def read(name: str, content: bytes) -> None:
        document = Document(name)
        text = decode_text(content, document)
        values = parse_json(text, document)
        json.dumps(values, allow_nan=False).encode()
        if name == "run.json":
            checked_record(values, document)
        if name == "bundle.json":
            parse_facts(text)

    places = (options.bundle / "bundle.json", *sorted(options.run.glob("*.json")))
    return Target({path.name: path.read_bytes() for path in places}, retold, read)


def recipe_target(_options: argparse.Namespace) -> Target:
    """Every recipe that comes along: what is taken is finite and is read back as the same."""
    from lentigo.settings.reading import Document, decode_text
    from lentigo.settings.toml import dump_recipe, parse_recipe, recipe_names, recipe_text

    def read(name: str, content: bytes) -> None:
        recipe = parse_recipe(decode_text(content, Document(name)), name)
        assert parse_recipe(dump_recipe(recipe)) == recipe

    seeds = {name: recipe_text(name)[1].encode() for name in recipe_names()}
    return Target(seeds, retold, read)


def table_target(options: argparse.Namespace) -> Target:
    """Tables of labels, by whatever reads them: as a list, as a manifest, a split, predictions."""
    from lentigo.data.sources.listing import read_list
    from lentigo.data.tables import read_table, write_table
    from lentigo.evaluation.predictions import load_predictions

    folder = Path(tempfile.mkdtemp())
    readers: list[Callable[[Path], object]] = [read_list, load_predictions]

    def read(_name: str, content: bytes) -> None:
        path, again = folder / "table.csv", folder / "again.csv"
        path.write_bytes(content)
        table = read_table(path, ())
        write_table(again, table)
        assert read_table(again, ()).equals(table), "a table that was written is not read back"
        refusals = []
        for one in readers:
            try:
                one(path)
            except LentigoError as error:
                refusals.append(error)
        if len(refusals) == len(readers):
            raise refusals[0]

    places = [*options.run.glob("*.csv"), *options.run.parent.glob("*/*.csv")]
    seeds = {path.name: b"".join(path.read_bytes().splitlines(keepends=True)[:12]) for path in places}
    seeds["semicolons"] = b'\xef\xbb\xbfimage;class\r\na.jpg;NV\r\n"b;c.jpg";MEL\r\n'
    return Target(seeds, retold, read)


def bundle_target(options: argparse.Namespace) -> Target:
    """One flipped bit in one file of a bundle: an error, or the bundle that it was."""
    from lentigo.bundle.loading import verify_bundle

    expected = verify_bundle(options.bundle)
    return _flips(options.bundle, lambda folder, _: verify_bundle(folder) == expected)


def run_target(options: argparse.Namespace) -> Target:
    """One flipped bit in one file of a run: an error, or the run that it was, by whatever reads that file."""
    from lentigo.api.answers.runs.abstaining import stored_abstaining
    from lentigo.api.answers.runs.fit import kept_rules, stored_thresholding
    from lentigo.data.split import load_split
    from lentigo.evaluation.abstaining.rule import abstaining_json, arrays_bytes
    from lentigo.evaluation.predictions import load_predictions
    from lentigo.settings.run import RunDirectory

    def answers(run: RunDirectory) -> str:
        found = load_predictions(run.predictions_file, "validation").hash
        if found != run.record()["answers_sha256"]["validation"]:
            raise RunError("the answers would be computed again")
        return found

    def abstaining(run: RunDirectory) -> Any:
        found = stored_abstaining(run)
        return found and (abstaining_json(found), arrays_bytes(found))

    readers: dict[str, Callable[[RunDirectory], object]] = {
        "recipe": RunDirectory.recipe,
        "history": RunDirectory.history,
        "split": lambda run: load_split(run.split_file).hash,
        "predictions": answers,
        "calibration": lambda run: repr(stored_thresholding(run)),
        "operating_points": lambda run: (repr(stored_thresholding(run)), kept_rules(run)),
        "abstaining": abstaining,
        "model": lambda run: run.verified_weights().read_bytes(),
    }
    original = RunDirectory.existing(options.run)
    known = sorted(original.record())
    expected = {name: read(original) for name, read in readers.items()}
    record = {name: original.record().get(name) for name in known}

    def is_same(folder: Path, file: str) -> bool:
        name, run = file.partition(".")[0], RunDirectory.existing(folder)
        if name == "run":
            run.verified_weights()
            return {key: run.record().get(key) for key in known} == record
        return name not in readers or readers[name](run) == expected[name]

    return _flips(options.run, is_same)


def _flips(folder: Path, is_same: Callable[[Path, str], bool]) -> Target:
    """Every file by turns, in a copy."""
    copy = Path(tempfile.mkdtemp()) / "copy"
    shutil.copytree(folder, copy)
    seeds = {
        str(path.relative_to(copy)): path.read_bytes()
        for path in sorted(copy.rglob("*"))
        if path.is_file() and path.stat().st_size
    }

    def flip(draw: random.Random, content: bytes, _others: Sequence[bytes]) -> bytes:
        changed = bytearray(content)
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
        return bytes(changed)

    def read(name: str, content: bytes) -> None:
        (copy / name).write_bytes(content)
        try:
            assert is_same(copy, name), f"a bit of {name} was flipped, and nobody noticed"
        finally:
            (copy / name).write_bytes(seeds[name])

    return Target(seeds, flip, read)


TARGETS: dict[str, Callable[[argparse.Namespace], Target]] = {
    "image": image_target,
    "network": network_target,
    "document": document_target,
    "recipe": recipe_target,
    "table": table_target,
    "bundle": bundle_target,
    "run": run_target,
}


def case(target: Target, seed: int, number: int) -> Case:
    """One case, the same every time."""
    draw = random.Random(f"{seed}/{number}")
    name = sorted(target.seeds)[draw.randrange(len(target.seeds))]
    return name, target.mutate(draw, target.seeds[name], list(target.seeds.values()))


def attempt(target: Target, one: Case, found: Found) -> str:
    """Try one case; returns what is wrong with how it was taken, if anything."""
    name, content = one
    start, trace = time.process_time(), ""
    try:
        target.read(name, content)
        found.read += 1
    except LentigoError as error:
        found.refused += 1
        if not str(error).strip() or len(str(error)) > 20_000:
            trace = f"a message of {len(str(error))} characters"
    except Exception:  # noqa: BLE001 - this is what is looked for
        trace = traceback.format_exc()
    took = time.process_time() - start
    found.slowest = max(found.slowest, took)
    return trace or (f"took {took:.1f} s" if took > LONGEST_SECONDS else "")


def run_target_on(name: str, options: argparse.Namespace) -> Found:
    """Try cases until their number or the time is reached; what is found is kept as it goes."""
    target, found = TARGETS[name](options), Found()
    state = options.state / f"{name}.json" if options.state else None
    if state and state.is_file():
        found = Found(**json.loads(state.read_text(encoding="utf-8")))
    start, before = time.monotonic(), found.seconds
    while found.done < options.count and time.monotonic() - start < options.seconds:
        one = case(target, options.seed, found.done)
        wrong = attempt(target, one, found)
        found.done += 1
        if wrong:
            found.findings.append(f"case {found.done - 1} of {one[0]}: {wrong}")
            if options.state:
                write_bytes(options.state / f"{name}-{found.done - 1}", one[1])
        if state and (wrong or found.done % SAVE_EVERY == 0):
            _note(found, before + time.monotonic() - start)
            write_json(state, asdict(found))
    _note(found, before + time.monotonic() - start)
    if state:
        write_json(state, asdict(found))
    return found


def _note(found: Found, seconds: float) -> None:
    found.seconds = round(seconds, 1)
    found.peak_mb = max(found.peak_mb, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", help=f"default: all of {', '.join(TARGETS)}")
    parser.add_argument("--count", type=int, default=5000, help="cases of each target")
    parser.add_argument("--seconds", type=float, default=600, help="of each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--state", type=Path, help="folder for figures and findings")
    parser.add_argument("--bundle", type=Path, default=Path("demo/bundle"))
    parser.add_argument("--run", type=Path, default=Path("demo/run"))
    parser.add_argument("--again", type=Path, help="a file of --state, TARGET-NUMBER")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.again:
        name, _, number = options.again.name.rpartition("-")
        target = TARGETS[name](options)
        target.read(case(target, options.seed, int(number))[0], options.again.read_bytes())
        return 0
    print(
        "| target | cases | read | refused | findings | slowest | memory peak | in all |\n" + "|---" * 8 + "|"
    )
    is_bad = False
    for name in options.targets or TARGETS:
        one = run_target_on(name, options)
        is_bad |= bool(one.findings)
        print(
            f"| {name} | {one.done:,} | {one.read:,} | {one.refused:,} | {len(one.findings)} "
            f"| {one.slowest:.2f} s | {one.peak_mb:.0f} MB | {one.seconds:.0f} s |",
            flush=True,
        )
        for finding in one.findings[:20]:
            print(finding, file=sys.stderr)
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
