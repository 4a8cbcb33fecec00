"""Learning curves in text."""

from __future__ import annotations

from lentigo.cli.curve import bars, learning_curves


def test_each_figure_is_a_line() -> None:
    history = [
        {"loss": 2.0, "val_loss": 3.0, "val_balanced_accuracy": 0.2},
        {"loss": 1.0, "val_loss": 1.0, "val_balanced_accuracy": 0.9},
        {"loss": 0.0, "val_loss": 2.0, "val_balanced_accuracy": 0.55},
    ]
    assert learning_curves(history).splitlines() == [
        "training loss      █▅▁  2.000 -> 0.000, best 0.000 at epoch 3",
        "validation loss    █▁▅  3.000 -> 2.000, best 1.000 at epoch 2",
        "balanced accuracy  ▁█▅  0.200 -> 0.550, best 0.900 at epoch 2",
    ]


def test_what_was_not_measured_has_no_curve() -> None:
    row = {"loss": 1.0, "val_loss": None, "val_balanced_accuracy": None}
    assert learning_curves([row, row]).startswith("training loss")
    assert "validation" not in learning_curves([row, row])
    assert learning_curves([row]) == ""


def test_long_trainings_fit_a_line() -> None:
    assert len(bars([float(n) for n in range(1000)])) <= 60
    assert bars([5.0, 5.0]) == "▁▁"
