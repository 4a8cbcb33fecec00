"""Known chatter on file descriptor 2 disappears; real messages, native and Python's, come through."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import os, sys
from lentigo.cli.native_messages import hide_chatter
hide_chatter()
os.write(2, b"I0000 port.cc:153] oneDNN custom operations are on. Blah\\n")
os.write(2, b"native: out of memory\\n")
print("from Python", file=sys.stderr)
os.write(2, b"no line end")
"""


def test_only_the_chatter_is_dropped() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    for message in ("native: out of memory", "from Python", "no line end"):
        assert message in done.stderr
    assert "oneDNN" not in done.stderr
