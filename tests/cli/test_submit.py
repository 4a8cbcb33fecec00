"""`lentigo submit`: files that score as the predictions they were made from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lentigo.cli.app import main
from lentigo.data.taxonomy import ISIC_2018_ORDER, ISIC_2019_ORDER, MILK10K_ORDER
from lentigo.settings.sealing import write_sealed


@pytest.fixture
def telling(small_job: Any, tmp_path: Path) -> Path:
    """A copy of the run, with too few groups for a threshold, that calls a fifth of validation unknown."""
    run = Path(shutil.copytree(small_job.run, tmp_path / "telling"))
    values = json.loads((run / "abstaining.json").read_text())
    values["unknown"]["threshold"] = values["unknown"]["quantiles"][80]
    write_sealed(run / "abstaining.json", values)
    return run


def test_a_part_in_the_columns_of_2019(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "submission.csv"
    command = ["submit", str(small_job.run), "--part", "validation", "--out", str(out)]
    assert main([*command, "--no-unknown", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    table = pd.read_csv(out)
    assert tuple(table.columns) == ("image", *ISIC_2019_ORDER)
    assert facts["n_images"] == len(table)
    assert facts["never_answered"] == ["UNK"]
    assert facts["unknown"]["reason"] == "--no-unknown"
    assert (table["UNK"] == 0.0).all()
    ours = pd.read_csv(small_job.run / "predictions.csv").set_index("image_id").loc[table["image"]]
    for name in set(ISIC_2019_ORDER) & set(ours.columns):
        assert table[name].to_numpy() == pytest.approx(ours[name].to_numpy(), abs=1e-6)


def test_unknown_images_fill_their_column(
    telling: Path, small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """UNK wins where the run calls an image unknown, and nowhere else does an answer change."""
    tables = {}
    for flag in ("--unknown", "--no-unknown"):
        out = tmp_path / f"{flag}.csv"
        command = ["submit", str(telling), "--part", "validation", "--out", str(out), flag]
        assert main([*command, "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        tables[flag] = pd.read_csv(out).set_index("image")
        if flag == "--unknown":
            told = facts
    filled, plain = tables["--unknown"], tables["--no-unknown"]
    is_unknown = filled["UNK"] > 0.5
    assert told["unknown"]["reason"] == ""
    assert told["unknown"]["n_images"] == is_unknown.sum()
    assert is_unknown.mean() == pytest.approx(0.2, abs=0.04)
    assert ((filled.idxmax(axis=1) == "UNK") == is_unknown).all()
    assert (filled.idxmax(axis=1) == plain.idxmax(axis=1))[~is_unknown].all()
    assert filled.sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-6)
    truth = pd.read_csv(small_job.lesions / "GroundTruth.csv").set_index("image").loc[filled.index]
    truth.assign(UNK=0.0).astype(float).to_csv(tmp_path / "truth.csv")
    scored = ["score", str(tmp_path / "--unknown.csv"), "--truth", str(tmp_path / "truth.csv"), "--json"]
    assert main(scored) == 0
    assert "UNK" in json.loads(capsys.readouterr().out)["absent_categories"]


def test_a_run_without_a_score_says_why(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = Path(shutil.copytree(small_job.run, tmp_path / "run")), tmp_path / "submission.csv"
    for reason in ("too few groups", "has no score for unknown images yet; `lentigo evaluate"):
        assert main(["submit", str(run), "--part", "validation", "--out", str(out)]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert "UNK: 0.0 for every image:" in told
        assert reason in told
        assert (pd.read_csv(out)["UNK"] == 0.0).all()
        (run / "abstaining.json").unlink(missing_ok=True)


def test_a_folder_is_answered_like_the_part(telling: Path, small_job: Any, tmp_path: Path) -> None:
    """By the network's own probabilities, not the calibrated ones, and with the same UNK."""
    by_part, by_files, images = tmp_path / "part.csv", tmp_path / "files.csv", tmp_path / "images"
    command = ["submit", str(telling), "--part", "validation", "--out", str(by_part)]
    assert main(command) == 0
    expected = pd.read_csv(by_part).set_index("image").iloc[:4]
    assert (expected["UNK"] > 0).any()
    images.mkdir()
    for name in expected.index:
        shutil.copy(next(small_job.lesions.rglob(f"{name}.*")), images)
    assert main(["submit", str(telling), "--images", str(images), "--out", str(by_files)]) == 0
    found = pd.read_csv(by_files).set_index("image").loc[expected.index]
    assert found.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-3)


def test_a_folder_in_the_columns_of_2018(small_job: Any, tmp_path: Path) -> None:
    """The same images for both challenges: AKIEC is AK + SCC."""
    manifest = pd.read_csv(small_job.data / "manifest.csv", dtype=str)
    images = tmp_path / "images"
    images.mkdir()
    for path in manifest["path"][:5]:
        source = next(small_job.lesions.rglob(Path(path).name))
        shutil.copy(source, images)
    tables = {}
    for challenge in ("2018", "2019"):
        out = tmp_path / f"{challenge}.csv"
        command = ["submit", str(small_job.run), "--images", str(images), "--out", str(out)]
        assert main([*command, "--no-unknown", "--challenge", challenge]) == 0
        tables[challenge] = pd.read_csv(out)
    old, new = tables["2018"], tables["2019"]
    assert tuple(old.columns) == ("image", *ISIC_2018_ORDER)
    assert len(old) == 5
    assert old["AKIEC"].to_numpy() == pytest.approx((new["AK"] + new["SCC"]).to_numpy())


def test_a_file_that_cannot_be_used_stops_it(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, out = tmp_path / "images", tmp_path / "submission.csv"
    images.mkdir()
    (images / "broken.jpg").write_bytes(b"no image")
    assert main(["submit", str(small_job.run), "--images", str(images), "--out", str(out)]) == 2
    assert "broken.jpg" in capsys.readouterr().err
    assert not out.exists()


def test_a_run_with_other_classes_is_refused(
    small_job: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Path(shutil.copytree(small_job.run, tmp_path / "run"))
    record = json.loads((run / "run.json").read_text())
    write_sealed(run / "run.json", record | {"class_names": ["benign", "malignant"]})
    assert main(["submit", str(run), "--out", str(tmp_path / "submission.csv")]) == 2
    assert "benign, malignant are none of the challenge's" in capsys.readouterr().err


def draw_milk10k(folder: Path, lesions_a_class: int = 4) -> None:
    """Pairs of photographs of noise, the dermoscopic ones told apart by colour, in the form of MILK10k."""
    draw, truth, metadata = np.random.default_rng(0), [], []
    for place, name in enumerate(MILK10K_ORDER):
        hot = ",".join("1.0" if other == name else "0.0" for other in MILK10K_ORDER)
        for number in range(lesions_a_class):
            lesion = f"IL_{100 * place + number:07d}"
            truth.append(f"{lesion},{hot}")
            for kind in ("clinical: close-up", "dermoscopic"):
                image = f"ISIC_{len(metadata):07d}"
                metadata.append(f"{lesion},{kind},{image},MILK study team,CC-BY-NC,55,male,3,trunk")
                pixels = draw.integers(0, 120, (9, 10, 3), dtype=np.uint8)
                pixels[..., place % 3] += np.uint8(8 * place)
                path = folder / "MILK10k_Training_Input" / lesion / f"{image}.jpg"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(pixels).resize((50, 45)).save(path)
    tables = {"GroundTruth": (f"lesion_id,{','.join(MILK10K_ORDER)}", truth)}
    header = "lesion_id,image_type,isic_id,attribution,copyright_license,age_approx,sex,skin_tone_class,site"
    tables["Metadata"] = (header, metadata)
    for title, (first, rows) in tables.items():
        (folder / f"MILK10k_Training_{title}.csv").write_text("\n".join([first, *rows]) + "\n")


def macro_f1_by_hand(answers: pd.DataFrame, truth: pd.DataFrame) -> float:
    yes, is_true = answers >= 0.5, truth.loc[answers.index] == 1
    both = 2 * (yes & is_true).sum() + (yes & ~is_true).sum() + (~yes & is_true).sum()
    return float((2 * (yes & is_true).sum() / both).mean())


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty-four lesions, both photographs of each imported and divided."""
    folder = tmp_path_factory.mktemp("milk10k")
    draw_milk10k(folder / "in")
    assert main(["data", "import", str(folder / "in"), "--out", str(folder / "data"), "--view", "both"]) == 0
    assert main(["split", str(folder / "data"), "--fractions", "0.5,0.25,0.25"]) == 0
    return folder


def trained_on(pairs: Path, view: str, run: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """What evaluation says of a network trained on one view, or on all."""
    settings = ("input.height=32", "input.width=32", "task.classes=all", "stages.0.epochs=4")
    chosen = [word for setting in (*settings, f"input.view={view}") for word in ("--set", setting)]
    manifest = str(pairs / "data")
    assert main(["train", "baseline", "--manifest", manifest, "--out", str(run), *chosen]) == 0
    capsys.readouterr()
    assert main(["evaluate", str(run), "--no-baselines", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def truth_of(pairs: Path, lesions: set[str], out: Path) -> str:
    """The ground truth of some lesions, as a file of its own."""
    lines = (pairs / "in" / "MILK10k_Training_GroundTruth.csv").read_text().splitlines()
    kept = [line for line in lines if line.split(",")[0] in {"lesion_id", *lesions}]
    out.write_text("\n".join(kept) + "\n")
    return str(out)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("view", "num_images", "num_lesions"), [("all", 22, 11), ("clinical", 11, None), ("pair", 11, None)]
)
def test_milk10k_from_training_to_score(
    pairs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    view: str,
    num_images: int,
    num_lesions: int | None,
) -> None:
    """A network for both views, for one alone and for pairs: lesions answered, scored, leaks refused."""
    run, out = tmp_path / "run", tmp_path / "part.csv"
    found = trained_on(pairs, view, run, capsys)
    assert found["n_images"] == num_images
    assert (found["lesions"] and found["lesions"]["n_several"]) == num_lesions
    asked = ["submit", str(run), "--challenge", "milk10k", "--out"]
    assert main([*asked, str(out), "--part", "test"]) == 0
    answers = pd.read_csv(out, index_col="lesion_id")
    assert (answers.shape, tuple(answers.columns)) == ((11, 11), MILK10K_ORDER)
    truth = truth_of(pairs, set(answers.index), tmp_path / "truth.csv")
    options = ["--challenge", "milk10k", "--run", str(run), "--json"]
    capsys.readouterr()
    assert main(["score", str(out), "--truth", truth, *options]) == 0
    found = json.loads(capsys.readouterr().out)
    by_hand = macro_f1_by_hand(answers, pd.read_csv(truth, index_col="lesion_id"))
    assert found["macro_f1"]["value"] == pytest.approx(by_hand)
    assert (found["n_images"], found["leaked"], found["leak_checked"]) == (11, False, True)
    # the same lesions from their files, by the table of lesions and views; most were trained on
    files, metadata = pairs / "in" / "MILK10k_Training_Input", pairs / "in" / "MILK10k_Training_Metadata.csv"
    assert main([*asked, str(out), "--images", str(files), "--metadata", str(metadata)]) == 0
    table = pd.read_csv(out, index_col="lesion_id")
    assert len(table) == 44
    assert np.allclose(table.loc[answers.index], answers, atol=1e-5)
    truth = truth_of(pairs, set(table.index), tmp_path / "truth.csv")
    assert main(["score", str(out), "--truth", truth, *options]) == 2
    if view == "pair":
        asked_else = (
            ["predict", str(run), str(files)],
            ["export", str(run), "--out", str(tmp_path / "bundle")],
        )
        for command in (*asked_else, ["explain", str(run)], ["evaluate", str(run), "--views", "flips"]):
            capsys.readouterr()
            assert main(command) == 2
            assert "answers two photographs of a lesion at once" in capsys.readouterr().err
