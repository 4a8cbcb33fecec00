"""Made-up, coherent inputs of a report: figures computed from drawn predictions, images painted by NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lentigo.report.pages.page import PartFacts, ReportInput, Sample

EIGHT = ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")
SHARES = np.array([0.18, 0.5, 0.13, 0.035, 0.1, 0.012, 0.013, 0.03])
RECIPE = """name = "lite0-eight"

[task]
classes = "all"
malignant = ["MEL", "BCC", "SCC"]

[input]
height = 224
width = 224

[model]
backbone = "efficientnet-lite0"
weights = "imagenet"
head = "pooled"

[[stages]]
learn = "head"
epochs = 4

[[stages]]
learn = "all"
epochs = 14
lr = 0.0003
schedule = "cosine"
"""
BASELINES = (
    ("majority_class", "always the commonest class", 0.125, 0.5),
    ("metadata_only", "age, sex and site, without the image", 0.24, 0.66),
    ("mean_colour", "mean and spread of the image's colours", 0.31, 0.69),
    ("feature_probe", "linear classifier on a fixed network's features", 0.52, 0.83),
)


def interval(value: float | None, spread: float = 0.03, n: int = 800) -> dict[str, Any]:
    """The JSON of one figure."""
    if value is None:
        return {"value": None, "low": None, "high": None, "n": n, "n_groups": n // 2}
    low, high = max(0.0, value - spread), min(1.0, value + spread)
    return {"value": value, "low": low, "high": high, "n": n, "n_groups": n // 2}


def drawn_predictions(num_classes: int, num_images: int) -> tuple[np.ndarray, np.ndarray]:
    """Truth (N,) and probabilities (N, K) of a model that is fairly good."""
    rng = np.random.default_rng(4)
    shares = SHARES[:num_classes] / SHARES[:num_classes].sum()
    truth = np.sort(rng.choice(num_classes, num_images, p=shares))
    scores = rng.normal(0, 1, (num_images, num_classes)) + 2.2 * np.eye(num_classes)[truth]
    powers = np.exp(1.6 * scores)
    return truth, powers / powers.sum(axis=1, keepdims=True)


def curve(positive: np.ndarray, scores: np.ndarray) -> tuple[dict[str, Any], dict[str, Any]]:
    """Points of the ROC and of the precision-recall curve, about 60 of them."""
    order = np.argsort(-scores)
    hits, misses = np.cumsum(positive[order]), np.cumsum(~positive[order])
    kept = np.unique(np.linspace(0, len(order) - 1, 60).astype(int))
    tpr, fpr = hits[kept] / hits[-1], misses[kept] / max(1, misses[-1])
    precision = hits[kept] / (hits[kept] + misses[kept])
    return (
        {"fpr": [0.0, *fpr.tolist()], "tpr": [0.0, *tpr.tolist()]},
        {"recall": tpr.tolist(), "precision": precision.tolist()},
    )


def area(points: dict[str, Any]) -> float:
    return float(np.trapezoid(points["tpr"], points["fpr"]))


def reliability(confidence: np.ndarray, right: np.ndarray) -> dict[str, Any]:
    bins = []
    for index in range(10):
        inside = (confidence > index / 10) & (confidence <= (index + 1) / 10)
        if inside.any():
            accuracy = interval(float(right[inside].mean()), 0.4 / np.sqrt(inside.sum()), int(inside.sum()))
            edges = {"low": index / 10, "high": (index + 1) / 10}
            bins.append({**edges, "confidence": float(confidence[inside].mean()), "accuracy": accuracy})
    return {"reliability": {"bins": bins}, "expected_calibration_error": interval(0.062, 0.01)}


def make_evaluation(class_names: tuple[str, ...] = EIGHT, num_images: int = 1500) -> dict[str, Any]:
    """The JSON of one part."""
    truth, probabilities = drawn_predictions(len(class_names), num_images)
    predicted = probabilities.argmax(axis=1)
    confusion = np.zeros((len(class_names), len(class_names)), int)
    np.add.at(confusion, (truth, predicted), 1)
    roc, precision_recall, per_class = {}, {}, {}
    for index, name in enumerate(class_names):
        support = int(confusion[index].sum())
        roc[name], precision_recall[name] = curve(truth == index, probabilities[:, index])
        recall = confusion[index, index] / support
        precision = confusion[index, index] / confusion[:, index].sum()
        spread = 0.6 / np.sqrt(support)
        per_class[name] = {
            "recall": interval(recall, spread, support),
            "precision": interval(precision, spread, support),
            "f1": interval(2 * recall * precision / (recall + precision), spread, support),
            "specificity": interval(0.97, 0.01),
            "roc_auc": interval(area(roc[name]), spread / 3, support),
            "support": support,
        }
    balanced = float(np.mean([row["recall"]["value"] for row in per_class.values()]))
    is_malignant = np.isin(np.array(class_names), ["MEL", "BCC", "SCC", "malignant"])
    malignant_probability = probabilities[:, is_malignant].sum(axis=1)
    own, _ = curve(is_malignant[truth], malignant_probability)
    return {
        "part": "validation",
        "n_images": num_images,
        "n_groups": num_images * 2 // 3,
        "split_hash": "4be0c1f2a39d5567e8b1c0ffee00112233445566778899aabbccddeeff001122",
        "class_names": list(class_names),
        "leaked": False,
        "metrics": {
            "accuracy": interval(float(np.diag(confusion).sum() / num_images)),
            "balanced_accuracy": interval(balanced),
        },
        "per_class": per_class,
        "confusion_matrix": confusion.tolist(),
        "malignant_vs_benign": {
            "malignant": [name for name, chosen in zip(class_names, is_malignant, strict=True) if chosen],
            "metrics": {
                "roc_auc": interval(area(own), 0.018),
                "sensitivity": interval(0.821, 0.034),
                "specificity": interval(0.874, 0.021),
            },
            "roc": own,
            **reliability(malignant_probability, is_malignant[truth]),
        },
        "curves": {
            "roc": roc,
            "precision_recall": precision_recall,
            **reliability(probabilities.max(axis=1), predicted == truth),
        },
        "baselines": {
            name: {
                "title": title,
                "metrics": {
                    "balanced_accuracy": interval(first, 0.02),
                    "malignant_roc_auc": interval(second, 0.02),
                },
                "model_minus_baseline": {"balanced_accuracy": interval(balanced - first, 0.025)},
            }
            for name, title, first, second in BASELINES
        },
    }


def make_history(epochs: tuple[int, ...] = (4, 14)) -> list[dict[str, Any]]:
    """Rows of two stages: the head, then everything."""
    rng = np.random.default_rng(2)
    rows, seen = [], 0
    for stage, count in enumerate(epochs):
        for epoch in range(count):
            seen += 1
            gone = 1 - np.exp(-seen / 5)
            noise = rng.normal(0, 0.008, 3)
            rows.append(
                {
                    "stage": stage, "stage_name": ("head", "all")[min(stage, 1)], "epoch": epoch, "lr": 1e-3,
                    "loss": 1.9 - 1.4 * gone, "accuracy": 0.35 + 0.55 * gone,
                    "balanced_accuracy": 0.2 + 0.68 * gone, "val_loss": 1.9 - 1.05 * gone + noise[0],
                    "val_accuracy": 0.35 + 0.44 * gone + noise[1],
                    "val_balanced_accuracy": 0.2 + 0.5 * gone + noise[2],
                    "seconds": 31.0, "images_per_second": 210.0, "input_wait_share": 0.02,
                }
            )  # fmt: skip
    return rows


def paint_lesion(seed: int, height: int = 96, width: int = 96) -> np.ndarray:
    """A brown spot on skin, uint8 (H, W, 3)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / np.array([[[height]], [[width]]]) - rng.uniform(0.4, 0.6, (2, 1, 1))
    angle = np.arctan2(y, x)
    edge = 0.22 + 0.05 * np.sin(3 * angle + rng.uniform(0, 6)) + 0.03 * np.sin(7 * angle)
    spot = 1 / (1 + np.exp((np.hypot(y, x) - edge) * 45))
    skin, pigment = np.array([226, 178, 158.0]), rng.uniform([60, 30, 25], [150, 90, 75])
    image = skin + spot[..., None] * (pigment - skin) + rng.normal(0, 5, (height, width, 1))
    return np.clip(image, 0, 255).astype(np.uint8)


def paint_heat(seed: int, height: int = 96, width: int = 96) -> np.ndarray:
    """A saliency map float32 (H, W)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / np.array([[[height]], [[width]]]) - rng.uniform(0.35, 0.65, (2, 1, 1))
    heat = np.exp(-(y**2 + x**2) / 0.04)
    return (heat / heat.max()).astype(np.float32)


def make_samples(class_names: tuple[str, ...], each: int = 3) -> list[Sample]:
    samples = []
    for index, name in enumerate(class_names):
        for number in range(each):
            seed = 10 * index + number
            predicted = name if number < 2 else class_names[(index + 1) % len(class_names)]
            facts = (name, predicted, 0.93 - 0.1 * number)
            samples.append(Sample(f"ISIC_00{seed:05d}", paint_lesion(seed), paint_heat(seed), *facts))
    return samples


def make_report_input(class_names: tuple[str, ...] = EIGHT, num_images: int = 1500) -> ReportInput:
    evaluation = make_evaluation(class_names, num_images)
    support = {name: row["support"] for name, row in evaluation["per_class"].items()}
    samples = make_samples(class_names)
    return ReportInput(
        record={
            "name": "lite0-eight", "started": "2025-05-04T09:12:11+00:00", "seconds": 1261.0,
            "backend": "tensorflow", "seed": 0, "command": "lentigo train lite0-eight --manifest data",
            "versions": {"python": "3.11.9", "keras": "3.15.0", "numpy": "2.4.1"},
            "manifest": {"path": "data/manifest.csv", "sha256": "9f2c" * 16},
            "split": {"path": "data/split.csv", "hash": evaluation["split_hash"]}, "test_looks": [],
        },
        recipe_text=RECIPE,
        history=make_history(),
        evaluation=evaluation,
        parts=[
            PartFacts("train", 4 * num_images, 3 * num_images, {name: 4 * n for name, n in support.items()}),
            PartFacts("validation", num_images, num_images * 2 // 3, support),
            PartFacts("test", num_images, num_images * 2 // 3, support),
        ],
        groups_on_two_sides=0,
        samples=samples,
        errors=[sample for sample in samples if sample.truth != sample.predicted][:6],
        commands=["lentigo train lite0-eight ...", "lentigo evaluate runs/lite0-eight"],
    )  # fmt: skip


@pytest.fixture(scope="session")
def report_input() -> ReportInput:
    """A whole report of eight classes."""
    return make_report_input()


@pytest.fixture(scope="session")
def binary_input() -> ReportInput:
    """A whole report of two classes."""
    return make_report_input(("benign", "malignant"), 400)


@pytest.fixture(scope="session")
def with_evaluation(report_input: ReportInput) -> Callable[..., ReportInput]:
    """The report of eight classes with some keys of its evaluation changed."""

    def change(**changes: Any) -> ReportInput:
        return replace(report_input, evaluation={**report_input.evaluation, **changes})

    return change
