"""Makes `tiny_tasks.py` importable by the tests of this folder and by the workers they start."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
