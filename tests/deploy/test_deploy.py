"""What is in `deploy/`: accepted by the programs it is for, and no looser than the service itself."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lentigo.cli.app import build_app
from lentigo.service.admission.limits import Limits

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNIT = (DEPLOY / "lentigo.service").read_text(encoding="utf-8")


@pytest.fixture
def installed_unit(tmp_path: Path) -> Path:
    """The unit with a program that is there on this machine."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    path = tmp_path / "lentigo.service"
    path.write_text(UNIT.replace("/opt/lentigo/bin/lentigo", sys.executable), encoding="utf-8")
    return path


def test_systemd_accepts_the_unit(installed_unit: Path) -> None:
    found = subprocess.run(
        ["systemd-analyze", "verify", installed_unit], check=False, capture_output=True, text=True
    )
    assert (found.returncode, found.stderr) == (0, "")


def test_systemd_finds_it_hardened(installed_unit: Path) -> None:
    """Exposure in tenths, from 0 to 100; below 20 is what systemd calls OK."""
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", installed_unit]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_the_unit_starts_a_command_that_exists() -> None:
    command = re.search(r"^ExecStart=\S+ serve (.*)$", UNIT, re.M)
    assert command
    help_text = CliRunner().invoke(build_app(), ["serve", "--help"], env={"COLUMNS": "300"}).output
    options = set(re.findall(r"--[a-z-]+", command[1] + UNIT.split("[Unit]")[0]))
    assert options
    assert all(option in help_text for option in options)


def test_it_is_started_in_an_empty_folder() -> None:
    (made,) = re.findall(r"^RuntimeDirectory=(\S+)$", UNIT, re.M)
    assert re.findall(r"^WorkingDirectory=(\S+)$", UNIT, re.M) == [f"%t/{made}"]


def test_it_is_given_the_time_and_files_it_needs() -> None:
    limits = Limits()
    assert (
        int(re.findall(r"TimeoutStopSec=(\d+)", UNIT)[0]) > limits.draining_seconds + limits.stopping_seconds
    )
    assert int(re.findall(r"LimitNOFILE=(\d+)", UNIT)[0]) > limits.connections + 100
    assert int(re.findall(r"MemoryMax=(\d+)G", UNIT)[0]) * 10**9 > 2 * limits.held_bytes


def test_the_proxy_lets_lentigo_say_what_is_too_large() -> None:
    size = re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
    assert size
    assert int(size[1]) * 2**20 > Limits().body_bytes


def instructions(text: str) -> list[tuple[str, str]]:
    """Instructions of a Dockerfile with their arguments, lines that go on joined."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    pairs = [line.partition(" ") for line in lines if line.strip() and not line.startswith("#")]
    return [(word, " ".join(rest.split())) for word, _, rest in pairs]


def test_the_container_runs_the_service_without_root_and_asks_it_how_it_is() -> None:
    steps = instructions((DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    last = max(place for place, (word, _) in enumerate(steps) if word == "FROM")
    final = dict(steps[last:])
    assert {image.split(" AS ")[0] for word, image in steps if word == "FROM"} == {"python:3.12-slim"}
    assert int(final["USER"].partition(":")[0]) > 0
    assert f"--uid {final['USER'].partition(':')[0]} " in final["RUN"]
    assert final["WORKDIR"] in final["RUN"]
    check = json.loads(final["HEALTHCHECK"].partition("CMD ")[2])
    assert compile(check[2], "check", "exec")
    assert "/health/ready" in check[2]
    _, verb, *options = json.loads(final["ENTRYPOINT"])
    assert verb == "serve"
    known = CliRunner().invoke(build_app(), ["serve", "--help"], env={"COLUMNS": "300"}).output
    assert all(option in known for option in options if option.startswith("--"))


def test_the_container_is_built_of_what_is_copied_and_nothing_else_is_sent() -> None:
    steps = instructions((DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    copied = {
        name for word, what in steps if word == "COPY" and "--from" not in what for name in what.split()[:-1]
    }
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in sent if line.startswith("!")} == copied
    assert all((DEPLOY.parent / name).exists() for name in copied)
    built = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {built["readme"], *built["license-files"]} <= copied
