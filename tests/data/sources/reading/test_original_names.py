"""Names of copies, and the photograph that each was made from."""

from __future__ import annotations

import pytest

from lentigo.data.sources.reading.original_names import names_within, original_name, original_names


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("ISIC_0024306_aug_1", "ISIC_0024306"),
        ("ISIC_0024306_downsampled", "ISIC_0024306"),
        ("isic-0024306 (2)", "ISIC_0024306"),
        ("0_nv_ISIC0024306_x", "ISIC_0024306"),
        ("train_original_ISIC_0024306.jpg_f3a2-4b", "ISIC_0024306"),
        ("nv_original_mole7.jpg_f3a2-4b", "mole7"),
        ("mole_0007_rot90", "mole_0007"),
        ("mole_0007_flip_h", "mole_0007"),
        ("mole_0007_aug_brightness_1.3", "mole_0007"),
        ("mole_0007 - Copy", "mole_0007"),
        ("mole_0007_224x224", "mole_0007"),
        ("aug_3_mole_0007", "mole_0007"),
        ("aug_0_1234", "0_1234"),
        ("x12_jpg.rf.0a1b2c3d", "x12"),
        ("PAT_8_15_820_hflip", "PAT_8_15_820"),
        ("PAT_8_15_820", "PAT_8_15_820"),
        ("ISIC_00243061", "ISIC_00243061"),
        ("rot90", "rot90"),
        ("melanoma (3)", "melanoma (3)"),
        ("___", "___"),
        ("", ""),
    ],
)
def test_one_name(name: str, original: str) -> None:
    assert original_name(name) == original


def test_what_is_left_must_be_a_name_that_tells_images_apart() -> None:
    named = [
        "melanoma_aug_1",
        "melanoma_aug_2",
        "q",
        "q_aug_1",
        "m7_aug_1",
        "m7_aug_2",
        "a (1)",
        "a (2)",
        "b",
        "b (1)",
    ]
    assert original_names(named) == [
        "melanoma_aug_1", "melanoma_aug_2", "q", "q", "m7", "m7", "a (1)", "a (2)", "b", "b",
    ]  # fmt: skip
    assert original_names(["12", "12_aug_1", "34_aug_1", "34_aug_2"]) == [
        "12",
        "12_aug_1",
        "34_aug_1",
        "34_aug_2",
    ]
    many = [f"class2_aug_{number}" for number in range(51)]
    assert original_names(many) == many
    assert set(original_names(many[:50])) == {"class2"}


def test_names_within_names() -> None:
    named = ["mole_0007", "mole_0007_2", "x mole_0007", "mole_00071", "a1", "a1_2", "spot", "spot_1"]
    assert names_within(named) == ["", "mole_0007", "mole_0007", "", "", "", "", ""]
