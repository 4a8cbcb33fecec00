"""What two trainings took, ours and anybody's: the seconds of each, and their ratio.

    python benchmarks/finetuning.py time OUT.json -- COMMAND ...
    python benchmarks/finetuning.py ratio OURS.json THEIRS.json
    lentigo compare RUN ANSWERS.csv --part validation

`time` runs a command and writes down what it took, on the clock and of processors, children included: on a
machine that does other work too only the latter compares. How well each answers is what `lentigo compare`
says of the run and of the table that the other has written, paired by group.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from lentigo.settings.files import write_json


def run_timed(out: Path, command: list[str]) -> int:
    """Run a command and write down its seconds."""
    began = time.perf_counter()
    status = subprocess.call(command)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = {
        "clock": round(time.perf_counter() - began, 1),
        "processors": round(used.ru_utime + used.ru_stime, 1),
    }
    write_json(out, {"command": command, "exit_status": status, "seconds": seconds})
    print(f"{seconds['clock']} s on the clock, {seconds['processors']} s of processors")
    return status


def compare_times(ours: Path, theirs: Path) -> None:
    """Print the seconds of both and the ratio, theirs over ours."""
    first, second = (json.loads(path.read_text())["seconds"] for path in (ours, theirs))
    for kind in ("processors", "clock"):
        ratio = second[kind] / max(first[kind], 0.1)  # what is written is rounded to tenths
        print(f"seconds ({kind}): ours {first[kind]:,.0f}, theirs {second[kind]:,.0f}, ratio {ratio:.2f}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = ask.add_subparsers(dest="way", required=True)
    timed = ways.add_parser("time")
    timed.add_argument("out", type=Path)
    timed.add_argument("command", nargs=argparse.REMAINDER)
    compared = ways.add_parser("ratio")
    compared.add_argument("ours", type=Path)
    compared.add_argument("theirs", type=Path)
    options = ask.parse_args()
    if options.way == "ratio":
        compare_times(options.ours, options.theirs)
        return
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    sys.exit(run_timed(options.out, command))


if __name__ == "__main__":
    main()
