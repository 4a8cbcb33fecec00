"""What tables call their columns, and the ids in them."""

from __future__ import annotations

from lentigo.data.metadata.column_names import IMAGE_NAMES, columns_called, fact_columns, plain_id, plain_name


def test_an_id_is_the_files_name_without_what_says_that_it_is_an_image() -> None:
    assert [plain_id(name) for name in ("a/b.JPEG", "c\\d.dcm", " e.x ", "f")] == ["b", "d", "e.x", "f"]


def test_columns_go_by_letters_and_digits() -> None:
    assert plain_name("Anatom_Site-General ") == "anatomsitegeneral"
    assert fact_columns(["isic_id", "Age_Approx", "SEX", "anatom_site_general"]) == {
        "age_years": "Age_Approx",
        "sex": "SEX",
        "site": "anatom_site_general",
    }


def test_the_first_of_two_columns_of_one_name_counts() -> None:
    assert fact_columns(["sex", "Sex"]) == {"sex": "sex"}


def test_images_are_named_by_the_best_of_the_names() -> None:
    assert columns_called(["name", "path", "isic_id"], IMAGE_NAMES) == ["isic_id", "path", "name"]
