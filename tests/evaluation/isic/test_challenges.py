"""The rows of challenges, as published."""

from __future__ import annotations

from lentigo.evaluation.isic.challenges import CHALLENGES


def test_milk10k_answers_lesions_in_the_columns_of_its_ground_truth() -> None:
    header = "lesion_id,AKIEC,BCC,BEN_OTH,BKL,DF,INF,MAL_OTH,MEL,NV,SCCKA,VASC"
    challenge = CHALLENGES["milk10k"]
    assert ",".join((challenge.key, *challenge.categories)) == header
    assert (challenge.main, challenge.is_yes_from_half, challenge.noun) == ("macro_f1", True, "lesion")


def test_2018_and_2019_have_one_rule() -> None:
    for year in ("2018", "2019"):
        challenge = CHALLENGES[year]
        assert (challenge.key, challenge.main, challenge.is_yes_from_half) == (
            "image",
            "balanced_accuracy",
            False,
        )
