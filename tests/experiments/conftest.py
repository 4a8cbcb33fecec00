"""Runs as files, made without any training; small manifests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lentigo.api.answers.runs.parts import save_answers
from lentigo.data.manifest import COLUMNS, Manifest, load_manifest, replace_manifest
from lentigo.data.split import Split, make_split, save_split
from lentigo.evaluation.predictions import Predictions
from lentigo.experiments.study.rows import ROWS, StudyRow
from lentigo.settings.files import write_json, write_text
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe

ROW_OF: dict[str, StudyRow] = {row.id: row for row in ROWS}


def interval(value: float | None, half: float = 0.05) -> dict[str, Any]:
    """A figure as `evaluation.json` holds it."""
    low, high = (None, None) if value is None else (value - half, value + half)
    return {"value": value, "low": low, "high": high, "n": 100, "n_groups": 80}


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., RunDirectory]:
    """A finished, measured run of two stages, as files; `leaked` and `training` can be chosen."""

    def make(
        recipe: str = "baseline", leaked: bool = False, training: float = 0.9, place: str = ""
    ) -> RunDirectory:
        run = RunDirectory(tmp_path / "runs" / (place or recipe))
        run.path.mkdir(parents=True)
        run.write_recipe(load_recipe(recipe))
        run.update_record(
            name=recipe, status="finished", command=f"lentigo study --rows {recipe} <x>", seconds=754.0,
            image_counts={"train": 400, "validation": 100, "test": 100}, weights={"sha256": "w"},
            class_names=["benign", "malignant"],
            stages=[
                {"name": "head", "epochs": 2, "kept_epoch": 1}, {"name": "all", "epochs": 1, "kept_epoch": 1}
            ],
        )  # fmt: skip
        rows = ((0, 1, 0.6, 0.7), (0, 2, 0.7, 0.65), (1, 1, 0.9, 0.8))
        lines = [
            f'{{"stage": {stage}, "epoch": {epoch}, "accuracy": {acc}, "val_accuracy": {val}, '
            f'"val_balanced_accuracy": {val - 0.1}}}'
            for stage, epoch, acc, val in rows
        ]
        write_text(run.history_file, "\n".join(lines) + "\n")
        binary = {name: interval(0.6) for name in ("precision", "sensitivity", "recall", "f1")}
        part = {
            "metrics": {"accuracy": interval(0.81)}, "class_weighted": {"accuracy": interval(0.77)},
            "malignant_vs_benign": {
                "metrics": binary, "class_weighted": binary, "confusion_matrix": [[50, 10], [9, 31]]
            },
            "leaked": leaked, "split_hash": "0123456789abcdef", "n_images": 100, "n_groups": 80,
        }  # fmt: skip
        write_json(run.evaluation_file, {"parts": {"test": part}})
        measures = {
            "weights_sha256": "w", "scale": "small", "median_image": {"height": 192, "width": 256},
            "training": {
                "n": 400, "accuracy": training, "majority_share": 0.66,
                "balanced_accuracy": 0.7, "class_share": 0.5,
            },
        }  # fmt: skip
        write_json(run.path / "study.json", measures)
        return run

    return make


@pytest.fixture
def pairs_manifest(tmp_path: Path) -> Manifest:
    """120 images in 60 lesions of two, three classes; no image file."""
    count = 120
    table = pd.DataFrame({name: [""] * count for name in COLUMNS})
    table["image_id"] = [f"I{number:03d}" for number in range(count)]
    table["path"] = [f"I{number:03d}.jpg" for number in range(count)]
    table["lesion_id"] = [f"L{number // 2:02d}" for number in range(count)]
    table["class"] = [("NV", "NV", "NV", "MEL", "MEL", "DF")[number // 2 % 6] for number in range(count)]
    table["age_years"] = np.nan
    table[["width", "height"]] = 0
    folder = tmp_path / "pairs"
    replace_manifest(folder, table, tmp_path, ("MEL", "NV", "DF"), {})
    return load_manifest(folder)


@pytest.fixture
def make_answered(pairs_manifest: Manifest, tmp_path: Path) -> Callable[..., RunDirectory]:
    """A finished run of three classes as files, whose answers on validation and test are made up.

    `skill` is what the true class's logit has more than the others; another seed has other noise.
    """
    split = make_split(pairs_manifest, (0.4, 0.4, 0.2), folds=3)

    def make(name: str, skill: float = 1.0, seed: int = 0, used: Split = split) -> RunDirectory:
        run = RunDirectory(tmp_path / name)
        run.path.mkdir(parents=True)
        run.write_recipe(load_recipe("lite0-eight"))
        save_split(run.path / "split.csv", used)
        run.update_record(
            name=name, status="finished", class_names=list(pairs_manifest.class_names), malignant=["MEL"],
            manifest={"path": str(pairs_manifest.path), "sha256": pairs_manifest.sha256},
            split={"hash": used.hash}, weights={"sha256": f"{name}{seed}"}, seconds=1.0, command="train",
            started="2026-01-01T00:00:00+00:00", image_counts={},
        )  # fmt: skip
        for part in ("validation", "test"):
            if not len(used.rows(pairs_manifest, part)):
                continue
            save_answers(run, part, made_up(pairs_manifest, used, part, (skill, seed)))
        return run

    return make


def made_up(manifest: Manifest, split: Split, part: str, noise: tuple[float, int]) -> Predictions:
    """Answers of a model of some skill; its noise by the seed."""
    rows = split.rows(manifest, part)
    truth = manifest.labels()[rows]
    is_true = truth[:, np.newaxis] == np.array(manifest.class_names)
    skill, seed = noise
    powers = np.exp(np.random.default_rng([seed, len(part)]).normal(size=is_true.shape) + skill * is_true)
    return Predictions(
        manifest.image_ids()[rows], np.array(part), split.folds(manifest)[rows], truth,
        powers / powers.sum(axis=1, keepdims=True), manifest.class_names,
    )  # fmt: skip
