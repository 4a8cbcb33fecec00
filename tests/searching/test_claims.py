"""Claims: one owner at a time, free when the owner has died."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lentigo.searching.claims import claimed, try_claim

HOLD = """
import sys, time
from pathlib import Path
from lentigo.searching.claims import try_claim
claim = try_claim(Path(sys.argv[1]))
print("held" if claim else "refused", flush=True)
time.sleep(60)
"""


def test_a_claim_excludes_others_until_released(tmp_path: Path) -> None:
    path = tmp_path / "trials" / "0001.claim"
    with claimed(path):
        assert try_claim(path) is None
    claim = try_claim(path)
    assert claim is not None
    assert try_claim(path) is None
    claim.release()
    with claimed(path):
        pass


def test_a_killed_owner_leaves_it_free(tmp_path: Path) -> None:
    path = tmp_path / "claim"
    owner = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "held\n"
    assert try_claim(path) is None
    owner.kill()
    owner.wait()
    with claimed(path):
        pass
