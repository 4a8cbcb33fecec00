"""Heads: layers in order, sizes counted by hand, and mistakes named."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.models.head import build_head
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import HeadLayer, Model

S6 = (
    HeadLayer("flatten"),
    HeadLayer("batchnorm"),
    HeadLayer("dense", units=128),
    HeadLayer("dropout", rate=0.2),
    HeadLayer("batchnorm"),
)


def test_layers_stand_in_order_and_are_named_by_kind() -> None:
    head = build_head(Model(head=S6, output="softmax"), (2, 3, 4), 5)
    assert [layer.name for layer in head.layers] == [
        "features", "flatten_1", "batchnorm_1", "dense_1", "dropout_1", "batchnorm_2", "logits",
        "probabilities",
    ]  # fmt: skip
    assert head.count_params() == 4 * 24 + (24 * 128 + 128) + 4 * 128 + (128 * 5 + 5)


def test_softmax_is_the_same_function_as_logits() -> None:
    logits = build_head(Model(head=S6), (1, 1, 4), 3)
    softmax = build_head(Model(head=S6, output="softmax"), (1, 1, 4), 3)
    softmax.set_weights(logits.get_weights())
    features = np.random.default_rng(0).normal(size=(6, 1, 1, 4)).astype(np.float32)
    powers = np.exp(np.asarray(logits(features)))
    np.testing.assert_allclose(softmax(features), powers / powers.sum(1, keepdims=True), rtol=1e-5)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((), "add one of them"),
        ((HeadLayer("dense", units=4),), "needs a .flatten. or .pool. before it"),
        ((HeadLayer("pool"), HeadLayer("flatten")), "pooled already"),
        ((HeadLayer("pool"), HeadLayer("dense")), "units of at least 1"),
        ((HeadLayer("pool"), HeadLayer("dropout", rate=1.0)), "rate from 0 to below 1"),
    ],
)
def test_a_head_that_makes_no_sense_is_refused(layers: tuple[HeadLayer, ...], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        build_head(Model(head=layers), (2, 2, 8), 2)
