from __future__ import annotations

import keras
import numpy as np
import pytest

from lentigo.training.steps.averaging import WeightAverage, assign, decay_at, values_of


def test_decay_grows_from_a_tenth_to_its_limit() -> None:
    assert decay_at(0.995, 0) == pytest.approx(0.1)
    assert decay_at(0.995, 8) == pytest.approx(0.5)
    assert decay_at(0.995, 10_000) == 0.995


def test_average_equals_a_numpy_reference() -> None:
    generator = np.random.default_rng(0)
    variables = [keras.Variable(generator.normal(size=shape).astype("float32")) for shape in ((3, 2), (4,))]
    average = WeightAverage(variables, 0.9)
    expected = [np.array(value, dtype=np.float64) for value in values_of(variables)]
    for step in range(60):
        assign(variables, [generator.normal(size=value.shape) for value in expected])
        average.update()
        decay = min(0.9, (1 + step) / (10 + step))
        for index, value in enumerate(values_of(variables)):
            expected[index] = decay * expected[index] + (1 - decay) * value
    num_updates, found = average.state()
    assert num_updates == 60
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_averages_stand_in_and_leave_even_after_an_error() -> None:
    variable = keras.Variable(np.zeros(2, "float32"))
    average = WeightAverage([variable], 0.5)
    variable.assign([8.0, 4.0])
    average.update()  # the first step keeps a tenth of the start
    seen = []

    def fail_midway() -> None:
        with average.in_place():
            seen.extend(values_of([variable]))
            raise KeyError

    with pytest.raises(KeyError):
        fail_midway()
    np.testing.assert_allclose(seen[0], [7.2, 3.6], rtol=1e-6)
    np.testing.assert_array_equal(values_of([variable])[0], [8.0, 4.0])


def test_a_restored_average_goes_on_bit_for_bit() -> None:
    variable = keras.Variable(np.ones(3, "float32"))
    first = WeightAverage([variable], 0.99)
    for value in range(5):
        variable.assign(np.full(3, value + 0.3, "float32"))
        first.update()
    second = WeightAverage([variable], 0.99)
    second.restore(*first.state())
    for one in (first, second):
        one.update()
    np.testing.assert_array_equal(first.state()[1][0], second.state()[1][0])
