"""A model and image files in; their answers in shards, each written once and vouched for by its hash, out.

    OUT/plan.json             which model, which files, how many a shard
    OUT/shards/00012.json     the files of a shard
    OUT/shards/00012.jsonl    their answers, one line a file; a bad file is a line with its error
    OUT/shards/00012.done     how many lines, and their SHA-256: with it the shard is finished

A shard is a task: one that has lost its worker is done again elsewhere, and the same call again goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lentigo.api.bundling.prediction import image_files, model_hash, predict
from lentigo.cluster.executor import Executor, run_all
from lentigo.cluster.tasks import Task, Teller
from lentigo.data.metadata.encoding import NOTHING, Known
from lentigo.settings.errors import FileError, RunError
from lentigo.settings.files import make_folder, sha256_of, sha256_of_text, write_json, write_text
from lentigo.settings.reading import read_json, read_json_lines
from lentigo.settings.run import RunDirectory

SHARD_FILES = 1024
"""Files a shard: whole batches, so that an answer does not depend on how files are shared out."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Sharding:
    """Who is asked about which files, and where the answers go."""

    model: Path
    files: tuple[Path, ...]
    out: Path
    options: dict[str, Any]
    """`prior`, `is_calibrated`, `metadata` and `known`, plain."""

    @property
    def numbers(self) -> range:
        """Of the shards."""
        return range(-(-len(self.files) // SHARD_FILES))


def predict_shards(
    model: str | Path, paths: Iterable[str | Path], out: str | Path, executor: Executor, **options: Any
) -> Iterator[Row]:
    """Have files answered shard by shard, wherever the executor is.

    Args:
        model: as for `predict`.
        paths: image files, and folders whose images are all taken.
        out: folder for plan and shards; the same call again does what is missing.
        executor: where shards are answered.
        options: `prior`, `is_calibrated`, `metadata` and `known` of `predict`.

    Yields:
        The rows that `predict` yields, in the order of the files, once all shards are whole.

    Raises:
        InUseError: another command works in `out`.
        RunError: `out` holds answers of another model, other files or options; or several shards have failed.
        LentigoError: as `predict`.
    """
    known, metadata = options.pop("known", NOTHING), options.pop("metadata", None)
    plain = {**options, "known": asdict(known), "metadata": str(metadata) if metadata else None}
    job = Sharding(Path(model), tuple(image_files(paths)), Path(out), plain)
    make_folder(job.out / "shards")
    with RunDirectory(job.out).locked():
        _open_plan(job)
        missing = [number for number in job.numbers if not is_whole(job.out, number)]
        run_all(executor, [_task(job, number) for number in missing])
        for number in job.numbers:
            yield from read_json_lines(place(job.out, number, "jsonl"))


def answer_shard(teller: Teller, out: str, number: int, model: str, options: Mapping[str, Any]) -> int:
    """Answer the files of one shard and put the answers down; returns their number."""
    files = [Path(name) for name in read_json(place(Path(out), number, "json"))["files"]]
    asked = {**options, "known": Known(**options["known"])}

    def advance(done: int, total: int) -> None:
        teller.share(done / total, f"{done:,}/{total:,} files")

    rows = list(predict(model, files, advance, **asked))
    text = "".join(json.dumps(row, ensure_ascii=True, allow_nan=False) + "\n" for row in rows)
    write_text(place(Path(out), number, "jsonl"), text)
    # last of all, so that a shard is either vouched for or done again
    write_json(place(Path(out), number, "done"), {"rows": len(rows), "sha256": sha256_of_text(text)})
    return len(rows)


def place(out: Path, number: int, suffix: str) -> Path:
    """A file of a shard."""
    return out / "shards" / f"{number:05d}.{suffix}"


def is_whole(out: Path, number: int) -> bool:
    """Whether a shard is finished, and its answers are those that were put down."""
    answers, done = place(out, number, "jsonl"), place(out, number, "done")
    if not (answers.is_file() and done.is_file()):
        return False
    try:
        return bool(read_json(done).get("sha256") == sha256_of(answers))
    except FileError:  # damaged: answered again
        return False


def _task(job: Sharding, number: int) -> Task:
    arguments = {
        "out": str(job.out.resolve()),
        "number": number,
        "model": str(job.model),
        "options": job.options,
    }
    return Task(f"shard {number + 1} of {len(job.numbers)}", answer_shard, arguments)


def _open_plan(job: Sharding) -> None:
    """Put down what is asked, or see that it is what was asked before.

    Raises:
        RunError: it is not.
    """
    names = [str(path) for path in job.files]
    plan = {
        "model_sha256": model_hash(job.model),
        "num_files": len(names),
        "files_sha256": sha256_of_text(json.dumps(names)),
        "shard_files": SHARD_FILES,
        "options": job.options,
    }
    file = job.out / "plan.json"
    if file.is_file() and read_json(file) != plan:
        raise RunError(
            f"{job.out} holds answers of another model, to other files or options; give another folder"
        )
    for number in job.numbers:
        chosen = names[number * SHARD_FILES : (number + 1) * SHARD_FILES]
        write_json(place(job.out, number, "json"), {"files": chosen})
    write_json(file, plan)
