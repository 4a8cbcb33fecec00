"""A check as a whole is in tests/api/explaining/test_saliency_checks.py; here the pictures of its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lentigo.report.drawing.dots import dots_height
from lentigo.report.pages.saliency_page import save_evidence_picture, save_likeness_picture


@pytest.fixture
def facts() -> dict[str, Any]:
    figure = {"value": 0.4, "low": 0.3, "high": 0.5}
    method = {"title": "CAM", "heat": {"evidence": {"trained": figure, "random_weights": figure}}}
    steps = [{"cam": {"rank_correlation": figure}}]
    return {
        "methods": {"cam": method},
        "baselines": {"middle": {"heat": {"evidence": figure}}},
        "area": {"evidence": figure},
        "randomisation": {"blocks": ["head"], "cascading": steps},
    }


def test_pictures_are_saved_at_twice_their_size(tmp_path: Path, facts: dict[str, Any]) -> None:
    evidence = Image.open(save_evidence_picture(tmp_path / "evidence.png", facts))
    assert evidence.size == (1040, 2 * dots_height(3))
    likeness = Image.open(save_likeness_picture(tmp_path / "likeness.png", facts))
    assert likeness.size == (1240, 680)
