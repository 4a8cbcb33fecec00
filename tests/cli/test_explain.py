"""`lentigo explain`: overlays, a sheet and a JSON, of a part or of files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lentigo.cli.app import main
from lentigo.cli.explain import summary
from lentigo.explanation.methods import METHODS, Look, Method


def test_every_method_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--help"]) == 0
    assert f"one of {', '.join(METHODS)}." in " ".join(capsys.readouterr().out.split())


def brightness(look: Look, classes: np.ndarray) -> np.ndarray:
    """Heat where the image is light, for any class: (N, M, H, W)."""
    light = look.images.mean(axis=-1)
    return np.repeat(light[:, np.newaxis], classes.shape[1], axis=1).astype(np.float32)


def test_one_row_adds_a_method(
    small_job: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(METHODS, "brightness", Method("Brightness", brightness, looks_at_features=False))
    arguments = ["explain", str(small_job.run), "--count", "8", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--method", "brightness"]) == 0
    found = json.loads((tmp_path / "out" / "explanation.json").read_text())
    assert found["method"] == "brightness"
    shares = [image["maps"][0]["heat_shares"]["border"] for image in found["images"]]
    assert all(0.2 < share < 0.6 for share in shares), "light skin is everywhere"
    assert main(["explain", "--help"]) == 0
    assert "occlusion, brightness." in " ".join(capsys.readouterr().out.split())


def test_an_unknown_method_stops_before_images_are_looked_at(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["explain", str(small_job.run), "--part", "test", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--method", "gradcam+"]) == 2
    assert "choose one of gradcam, gradcam++" in capsys.readouterr().err
    assert not json.loads((small_job.run / "run.json").read_text()).get("test_looks")


def test_images_of_a_part(small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "saliency"
    arguments = ["explain", str(small_job.run), "--count", "8", "--out", str(out), "--json"]
    assert main(arguments) == 0
    drawn = json.loads(capsys.readouterr().out)
    assert len(drawn["overlays"]) == len(drawn["images"]) > 0
    for path in drawn["overlays"]:
        assert np.asarray(Image.open(path)).shape == (32, 40, 3)
    assert Image.open(drawn["sheet"]).width > 500
    assert json.loads((out / "explanation.json").read_text())["method"] == "gradcam"


def test_files_of_ones_own(small_job: Any, tmp_path: Path) -> None:
    images = sorted((small_job.lesions / "images").iterdir())[:2]
    arguments = ["explain", str(small_job.run), *map(str, images), "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    assert len(list((tmp_path / "out").glob("000*.png"))) == 2


@pytest.mark.parametrize("method", ["gradcam++", "occlusion"])
def test_other_methods_and_the_true_class(method: str, small_job: Any, tmp_path: Path) -> None:
    arguments = ["explain", str(small_job.run), "--count", "8", "--out", str(tmp_path)]
    assert main([*arguments, "--method", method, "--target", "truth"]) == 0
    found = json.loads((tmp_path / "explanation.json").read_text())
    assert found["method"] == method
    assert all(image["maps"][0]["class"] == image["truth"] for image in found["images"])


def test_a_method_that_does_not_fit_the_head_is_refused(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["explain", str(small_job.run), "--count", "8", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--method", "cam"]) == 2  # the small job's head flattens
    assert "use gradcam" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_truth_of_files_of_ones_own_is_not_known(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = next((small_job.lesions / "images").iterdir())
    arguments = ["explain", str(small_job.run), str(image), "--out", str(tmp_path)]
    assert main([*arguments, "--target", "truth"]) == 2
    assert "not known" in capsys.readouterr().err


def test_a_file_that_is_no_image_is_named(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "text.jpg"
    path.write_text("no image")
    assert main(["explain", str(small_job.run), str(path), "--out", str(tmp_path / "out")]) == 2
    assert "text.jpg" in capsys.readouterr().err


def test_checks_need_images_whose_class_is_known(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = next((small_job.lesions / "images").iterdir())
    assert main(["explain", str(small_job.run), str(image), "--check", "--out", str(tmp_path / "out")]) == 2
    assert "--part" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_showing_and_checking_test_images_is_one_look(
    small_job: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, checked = tmp_path / "run", []
    shutil.copytree(small_job.run, run)

    def check_some(*_arguments: Any, to_explain: Any, **_options: Any) -> dict[str, Any]:
        checked.extend(to_explain.image_ids)
        area = {"lesion": {"value": 0.5, "low": 0.4, "high": 0.6}}
        return {"area": area, "methods": {}, "findings": [], "page": "p.html"}

    monkeypatch.setattr("lentigo.api.check_saliency", check_some, raising=False)
    arguments = ["explain", str(run), "--part", "test", "--count", "8", "--check"]
    assert main(arguments) == 0
    assert len(json.loads((run / "run.json").read_text())["test_looks"]) == 1
    shown = json.loads((run / "saliency" / "explanation.json").read_text())
    assert shown["part"] == "test"
    assert [image["image_id"] for image in shown["images"]] == checked


@pytest.mark.slow
def test_checks_of_a_run_that_learnt_nothing_have_findings(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    shutil.copytree(small_job.run, run)
    options = ["--part", "test", "--count", "8", "--check", "--out", str(tmp_path)]
    assert main(["explain", str(run), *options]) == 1
    assert len(json.loads((run / "run.json").read_text())["test_looks"]) == 1
    shown = capsys.readouterr().out
    assert "share of heat on the evidence" in shown
    assert "finding: " in shown
    assert (tmp_path / "checks.html").is_file()


def test_a_summary_has_a_line_a_method_and_every_finding() -> None:
    figure = {"value": 0.5, "low": 0.4, "high": 0.6}
    method = {
        "title": "CAM",
        "heat": {"lesion": {"trained": figure, "random_weights": figure}},
        "random_weights": {"rank_correlation": figure},
        "deletion": figure,
        "insertion": {"value": None, "low": None, "high": None},
    }
    checks = {"area": {"lesion": figure}, "methods": {"cam": method}, "findings": [], "page": "p.html"}
    lines = summary(checks).splitlines()
    assert lines[0].startswith("share of heat on the lesion")
    assert "0.500 [0.400, 0.600]" in lines[1]
    assert lines[1].endswith("insertion undefined")
    assert lines[2:] == ["no findings", "page: p.html"]
    assert "finding: x" in summary({**checks, "findings": ["x"]})
