"""Rules, read as people write them; and what a threshold decides."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.decisions.operating_points import DEFAULT_RULES, OperatingPoint, parse_rule
from lentigo.settings.errors import SettingsError


@pytest.mark.parametrize("text", [*DEFAULT_RULES, "observed_sensitivity=0.9"])
def test_rules_are_read_as_they_are_written(text: str) -> None:
    assert parse_rule(text).text == text


@pytest.mark.parametrize(
    "text",
    ["", "sensitivity", "sensitivity=95", "sensitivity=0", "recall=0.9", "cost=10", "cost=0:1", "cost=a:b"],
)
def test_what_is_no_rule_is_told(text: str) -> None:
    with pytest.raises(SettingsError, match="expected sensitivity=LEVEL"):
        parse_rule(text)


def test_a_promise_is_told_from_what_is_observed() -> None:
    promised, observed = parse_rule("sensitivity=0.9"), parse_rule("observed_sensitivity=0.9")
    assert (promised.kind, promised.level, promised.is_promise) == ("sensitivity", 0.9, True)
    assert (observed.kind, observed.level, observed.is_promise) == ("sensitivity", 0.9, False)
    assert not parse_rule("cost=10:1").is_promise


def test_from_the_threshold_on_images_are_called_malignant() -> None:
    rule = parse_rule("cost=1:1")
    assert OperatingPoint(rule, 0.5).decide(np.array([0.4, 0.5, 0.6])).tolist() == [False, True, True]
    assert OperatingPoint(rule, None).decide(np.array([0.4])) is None
