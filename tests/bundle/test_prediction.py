"""Answers of a small bundle: equal by every way in, in order, with errors in their place."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lentigo.bundle.ending import Ended, Ending
from lentigo.bundle.loading import load_bundle
from lentigo.bundle.one_answer import NO_ANSWER
from lentigo.bundle.prediction import Bundle
from lentigo.data.metadata.encoding import NOTHING, Known, MetadataEncoding
from lentigo.explanation.overlay import overlay
from lentigo.settings.errors import BundleError, ImageError, SettingsError

ENCODING = MetadataEncoding(("age", "sex", "site"), ("back", "face"))
"""Of `told_bundle`."""


@pytest.fixture
def bundle(small_bundle: Path) -> Bundle:
    return load_bundle(small_bundle)


def test_paths_bytes_and_arrays_get_the_same_answers(
    bundle: Bundle, pixels: Any, image_paths: list[Path]
) -> None:
    expected, _ = bundle.compute(pixels)
    for images in (image_paths, [path.read_bytes() for path in image_paths], list(pixels), pixels):
        found = [one.probabilities for one in bundle.predict(images)]
        np.testing.assert_allclose(np.stack([f for f in found if f is not None]), expected, atol=1e-6)
    np.testing.assert_allclose(expected.sum(axis=1), 1, atol=1e-6)


def test_what_is_known_changes_answers_and_is_told(
    told_bundle: Path, pixels: Any, image_paths: list[Path], tmp_path: Path
) -> None:
    bundle, old = load_bundle(told_bundle), Known(80.0, "female", "face")
    (tmp_path / "bad.jpg").write_bytes(b"text")
    files = [*image_paths[:2], tmp_path / "bad.jpg", *image_paths[2:]]
    beside = [old, NOTHING, old, Known(20.0), Known(site="elsewhere"), Known(sex="male")]
    answers = bundle.predict(files, known=beside, batch_size=2)
    assert [one.row()["metadata"] for one in answers] == [
        ["age 80", "female", "face"], [], ["age 80", "female", "face"], ["age 20"], [], ["male"],
    ]  # fmt: skip
    assert answers[2].error
    usable = [one for place, one in enumerate(answers) if place != 2]
    encoded = ENCODING.encode([one.known or NOTHING for one in usable])
    expected, _ = bundle.compute(pixels, known=encoded)
    alone, saliency = bundle.compute(pixels, with_saliency=True)
    for place, one in enumerate(usable):
        assert one.probabilities is not None
        np.testing.assert_allclose(one.probabilities, expected[place], atol=1e-6)
        assert np.allclose(expected[place], alone[place], atol=1e-6) == (not one.told)
    one = bundle.answer(image_paths[0], known=old, with_saliency=True)
    assert saliency is not None
    assert one.saliency is not None
    np.testing.assert_allclose(one.saliency, saliency[0], atol=1e-6)
    np.testing.assert_allclose(one.probabilities, answers[0].probabilities, atol=1e-6)
    for every in bundle.predict(image_paths, known=old):
        assert every.told == ("age 80", "female", "face")


def test_something_is_known_of_each_image_or_of_all(told_bundle: Path, pixels: Any) -> None:
    with pytest.raises(SettingsError, match="give one Known for each"):
        load_bundle(told_bundle).predict(pixels, known=[NOTHING] * (len(pixels) - 1))


def test_a_network_that_takes_images_alone_passes_over_what_is_known(bundle: Bundle, pixels: Any) -> None:
    told, plain = bundle.predict(pixels, known=Known(80.0)), bundle.predict(pixels)
    for one, other in zip(told, plain, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)
    assert "metadata" not in told[0].row()


def test_one_image_needs_no_list(bundle: Bundle, pixels: Any, image_paths: list[Path]) -> None:
    for image in (image_paths[0], str(image_paths[0]), image_paths[0].read_bytes(), pixels[0]):
        assert len(bundle.predict(image)) == 1


def test_batches_do_not_change_answers_or_their_order(bundle: Bundle, image_paths: list[Path]) -> None:
    whole = bundle.predict(image_paths * 9)
    assert [one.source for one in whole] == [str(path) for path in image_paths * 9]
    for batch_size in (1, 7):
        again = bundle.predict(image_paths * 9, batch_size=batch_size)
        for one, other in zip(whole, again, strict=True):
            np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-6)


def test_an_array_of_another_size_is_resized_as_a_file_is(bundle: Bundle, tmp_path: Path) -> None:
    large = np.random.default_rng(0).integers(0, 256, (70, 90, 3), dtype=np.uint8)
    Image.fromarray(large).save(tmp_path / "large.png")
    by_array, by_file = bundle.predict([large, tmp_path / "large.png"])
    np.testing.assert_array_equal(by_array.probabilities, by_file.probabilities)


def test_bad_images_are_answers_with_errors(
    bundle: Bundle, image_paths: list[Path], tmp_path: Path, pixels: Any
) -> None:
    (tmp_path / "text.jpg").write_text("no image")
    bad = [tmp_path / "text.jpg", tmp_path / "gone.jpg", tmp_path, b"", pixels.astype(np.float32)[0]]
    answers = bundle.predict([image_paths[0], *bad, image_paths[1]], batch_size=3)
    assert [bool(one.error) for one in answers] == [False, *[True] * len(bad), False]
    assert all(one.class_name == "" and one.malignant_probability is None for one in answers[1:-1])
    assert "expected uint8" in answers[-2].error
    assert set(answers[1].row()) == set(answers[0].row())


def test_malignant_probability_is_the_sum_of_the_malignant_classes(bundle: Bundle, pixels: Any) -> None:
    answer = bundle.predict(pixels[0])[0]
    assert answer.probabilities is not None
    assert answer.malignant_probability == pytest.approx(answer.probabilities[0] + answer.probabilities[2])
    assert answer.class_name == ("MEL", "NV", "BCC")[answer.probabilities.argmax()]


def test_without_malignant_classes_there_is_no_such_probability(
    make_bundle: Callable[..., Path], pixels: Any
) -> None:
    answer = load_bundle(make_bundle(malignant=())).predict(pixels[0])[0]
    assert answer.malignant_probability is None
    assert answer.row()["malignant_probability"] is None


def test_files_trained_on_are_recognised_by_their_bytes(
    make_bundle: Callable[..., Path], image_paths: list[Path], pixels: Any
) -> None:
    trained = [hashlib.sha256(image_paths[1].read_bytes()).hexdigest()]
    bundle = load_bundle(make_bundle(trained=trained))
    answers = bundle.predict([*image_paths[:2], image_paths[1].read_bytes(), pixels[1]])
    assert [one.seen_in_training for one in answers] == [False, True, True, None]


def test_saliency_is_given_when_asked_for(bundle: Bundle, pixels: Any) -> None:
    plain, told = bundle.predict(pixels[0])[0], bundle.predict(pixels[0], with_saliency=True)[0]
    np.testing.assert_allclose(plain.probabilities, told.probabilities, atol=1e-6)
    for name in told.class_names:
        heat = told.saliency_map(name)
        assert heat.shape == (16, 24)
        assert 0 <= heat.min() <= heat.max() <= 1
    np.testing.assert_array_equal(told.overlay(), overlay(pixels[0], told.saliency_map()))
    with pytest.raises(ImageError, match="with_saliency=True"):
        plain.saliency_map()
    with pytest.raises(BundleError, match="there is no class 'XYZ'"):
        told.saliency_map("XYZ")


def test_probabilities_are_averaged_over_the_views_the_run_was_measured_with(
    bundle: Bundle, make_bundle: Callable[..., Path], pixels: Any
) -> None:
    flips = load_bundle(make_bundle(views="flips"))
    found, saliency = flips.compute(pixels, with_saliency=True)
    turned = (pixels, pixels[:, ::-1], pixels[:, :, ::-1], pixels[:, ::-1, ::-1])
    np.testing.assert_allclose(found, np.mean([bundle.compute(one)[0] for one in turned], axis=0), atol=1e-6)
    np.testing.assert_array_equal(saliency, bundle.compute(pixels, with_saliency=True)[1])


def test_a_stream_reads_only_a_little_ahead(bundle: Bundle, pixels: Any) -> None:
    asked: list[int] = []

    def endless() -> Any:
        while True:
            asked.append(1)
            yield pixels[0]

    stream = bundle.stream(endless(), batch_size=4)
    assert next(stream).error == ""
    assert len(asked) <= 12
    stream.close()


def test_no_image_gives_no_answer(bundle: Bundle) -> None:
    assert bundle.predict([]) == []


def test_the_same_image_twice_gets_identical_answers(bundle: Bundle, image_paths: list[Path]) -> None:
    first, second = bundle.predict(image_paths[0])[0], bundle.predict(image_paths[0])[0]
    np.testing.assert_array_equal(first.probabilities, second.probabilities)


FITTED_ON = {"part": "validation", "n_images": 9, "n_groups": 7, "split_hash": "ab"}
DECISIONS = {
    "calibration": {
        "method": "temperature",
        "scale": [0.5] * 3,
        "bias": [0.0] * 3,
        "shares": [0.2, 0.7, 0.1],
        "fitted_on": FITTED_ON,
    },
    "operating_points": {
        "chosen": "sensitivity=0.95",
        "points": [{"rule": "sensitivity=0.95", "threshold": 0.6}],
        "fitted_on": FITTED_ON,
    },
}


def test_probabilities_are_calibrated_and_called_by(make_bundle: Callable[..., Path], pixels: Any) -> None:
    bundle = load_bundle(make_bundle(**DECISIONS))
    network, _ = bundle.compute(pixels)
    roots = np.sqrt(network)
    for place, one in enumerate(bundle.predict(pixels)):
        np.testing.assert_allclose(one.probabilities, roots[place] / roots[place].sum())
        np.testing.assert_array_equal(one.verdict.uncalibrated, network[place])
        row = one.row()
        assert row["calibrated"] is True
        assert row["operating_point"] == "sensitivity=0.95"
        assert row["malignant_at_operating_point"] is (row["malignant_probability"] >= 0.6)


def test_the_answer_stays_the_networks_but_for_another_mix(
    make_bundle: Callable[..., Path], pixels: Any
) -> None:
    biased = {**DECISIONS["calibration"], "method": "vector", "bias": [-9.0, 18.0, -9.0]}
    bundle = load_bundle(make_bundle(calibration=biased))
    network, _ = bundle.compute(pixels)
    answers = bundle.predict(pixels)
    assert [one.class_name for one in answers] == [("MEL", "NV", "BCC")[row.argmax()] for row in network]
    assert all(one.probabilities is not None and one.probabilities.argmax() == 1 for one in answers)
    asked = bundle.for_prior("malignant=0.02")
    assert [one.class_name for one in asked.predict(pixels)] == ["NV"] * len(pixels)
    assert all(one.row()["operating_point"] is None for one in answers)


def test_another_mix_needs_a_calibration(
    bundle: Bundle, make_bundle: Callable[..., Path], pixels: Any
) -> None:
    with pytest.raises(SettingsError, match="not known for which mix"):
        bundle.for_prior("uniform")
    assert bundle.predict(pixels[0])[0].row()["calibrated"] is False
    calibrated = load_bundle(make_bundle(**DECISIONS))
    rare, plain = (one.predict(pixels[0])[0] for one in (calibrated.for_prior("MEL=0.001"), calibrated))
    assert rare.probabilities is not None
    assert plain.probabilities is not None
    assert rare.probabilities[0] < plain.probabilities[0]


def test_nothing_is_computed_after_its_ending(bundle: Bundle, pixels: Any) -> None:
    ending = Ending()
    assert bundle.until(ending).answer(pixels[0]).class_name
    ending.set()
    with pytest.raises(Ended):
        bundle.until(ending).answer(pixels[0])
    assert bundle.answer(pixels[0]).class_name, "the bundle itself goes on"


def test_a_real_network_is_ended_within(bundle: Bundle) -> None:
    size = bundle.facts.input
    many = np.zeros((60_000, size.height, size.width, 3), np.uint8)
    start = time.monotonic()
    bundle.compute(many)
    whole = time.monotonic() - start
    ending = Ending()
    threading.Timer(whole / 10, ending.set).start()
    start = time.monotonic()
    with pytest.raises(Ended):
        bundle.until(ending).compute(many)
    assert time.monotonic() - start < whole


def test_another_way_of_reading_gives_what_the_network_sees(bundle: Bundle, image_paths: list[Path]) -> None:
    content = image_paths[0].read_bytes()
    expected = bundle.answer(content)
    shown = bundle.answer(content, with_saliency=True).image
    assert shown is not None
    read = bundle.answer(b"something else", reading=lambda _content: (shown, ("the image is dark",)))
    np.testing.assert_array_equal(read.probabilities, expected.probabilities)
    assert read.quality_warnings == ("the image is dark",)

    def refuse(_content: bytes) -> Any:
        raise ImageError("no")

    assert bundle.answer(content, reading=refuse).error == "no"


@pytest.mark.parametrize("wrong", [(np.nan, 0.5, 0.5), (0.0, 0.0, 0.0), (8.0, 0.0, 0.0), (np.inf, 0.0, 0.0)])
def test_what_is_no_probability_is_an_error_and_never_a_class(
    bundle: Bundle, pixels: Any, monkeypatch: pytest.MonkeyPatch, wrong: tuple[float, ...]
) -> None:
    def answers(names: list[str], images: Any, ending: Any = None, known: Any = None) -> list[Any]:
        found = np.full((len(images), 3), 1 / 3, np.float32)
        found[1] = wrong
        return [found for _ in names]

    monkeypatch.setattr(bundle._network, "run", answers)
    good, bad = bundle.predict(pixels[:2])
    assert (good.class_name, good.error) == ("MEL", "")
    assert (bad.class_name, bad.probabilities, bad.malignant_probability) == ("", None, None)
    assert bad.error == NO_ANSWER
    assert bad.row()["class"] == ""
