"""From a run or a bundle to a folder that answers in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from lentigo.api.bundling import browser
from lentigo.settings.errors import BundleError
from lentigo.web.folder import is_web_folder
from lentigo.web.runtime import FILES


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that stand for onnxruntime-web."""
    monkeypatch.setattr(browser, "find", lambda _given: dict.fromkeys(FILES, b"x"))


@pytest.mark.usefixtures("at_hand")
def test_a_bundle_becomes_a_folder(bundle_path: Path, tmp_path: Path) -> None:
    made = browser.export_web(bundle_path, tmp_path / "web")
    assert made["web"] == str(tmp_path / "web")
    assert set(made["sizes"]) == {"page", "model", "runtime"}
    assert is_web_folder(tmp_path / "web")


@pytest.mark.usefixtures("at_hand")
def test_a_bundle_is_never_replaced_by_its_folder(bundle_path: Path) -> None:
    with pytest.raises(BundleError, match="is the bundle itself"):
        browser.export_web(bundle_path, bundle_path)


@pytest.mark.usefixtures("at_hand")
def test_of_a_run_a_bundle_is_made_first(
    bundle_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from lentigo.api.bundling import exporting

    asked = {}

    def export(source: Path, out: Path, **options: object) -> None:
        asked.update(options, source=source)
        shutil.copytree(bundle_path, out)

    monkeypatch.setattr(exporting, "export", export)
    browser.export_web(tmp_path / "run", tmp_path / "web", int8=True)
    assert asked["int8"] is True
    assert asked["source"] == tmp_path / "run"
    assert is_web_folder(tmp_path / "web")


def test_without_the_runtime_nothing_is_begun(bundle_path: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="holds no ort"):
        browser.export_web(bundle_path, tmp_path / "web", runtime=tmp_path)
    assert not (tmp_path / "web").exists()
