"""Our ISIC figures against the official scorer's, and the rules one by one.

The numbers in `OFFICIAL` were printed once by isic-challenge-scoring 5.8.0 (Python 3.13, scikit-learn 1.9.1)
for the cases that `made_case` makes: `ClassificationScore.from_stream` on both tables written as CSV. It
stops at a category without images; there its own functions were asked for the main score and for the figures
of the other categories.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Groups
from lentigo.evaluation.isic.challenges import CHALLENGES
from lentigo.evaluation.isic.scoring import (
    FIGURES,
    Answered,
    balanced_accuracy,
    macro_f1,
    official_f1,
    score_answers,
)
from lentigo.settings.errors import DataError

Case = tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]

FIVE = ("MEL", "NV", "BCC", "BKL", "DF")
EIGHT = ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")
QUICK = Resampling(num_resamples=20)

# for each case: the main score by score_weight and by validation_weight; then of each category the figures in
# the order of FIGURES
OFFICIAL = {
    "plain": """
        score 0.4797637003519356 0.4797637003519356
        MEL 0.6 0.6857142857142857 0.5538461538461539 0.5454545454545454 0.4528301886792453
            0.7659574468085106 0.7280769230769231 0.42126373626373625 0.687643051495102
        NV 0.55 0.7272727272727273 0.5280898876404494 0.26229508196721313 0.16
           0.94 0.7266343207354443 0.2612359550561798 0.5498395315325211
        BCC 0.48 0.9444444444444444 0.4340659340659341 0.2463768115942029 0.14166666666666666
            0.9875 0.8635531135531135 0.6868131868131868 0.5457892584806893
        AK 0.515 0.6190476190476191 0.5027932960893855 0.21138211382113822 0.12745098039215685
           0.9183673469387755 0.6252992817238627 0.1252992817238627 0.5378364929982582
        BKL 0.58 0.6538461538461539 0.5689655172413793 0.288135593220339 0.18478260869565216
            0.9166666666666666 0.6903183023872679 0.3029796640141468 0.4616161209479026
        DF 0.485 0.7 0.47368421052631576 0.11965811965811966 0.06542056074766354
           0.967741935483871 0.7065789473684211 0.3071052631578947 0.46789773697181614
        VASC 0.545 0.8125 0.5217391304347826 0.2222222222222222 0.12871287128712872
             0.9696969696969697 0.764266304347826 0.55375 0.45660499876961447
        SCC 0.435 0.6470588235294118 0.41530054644808745 0.16296296296296298 0.09322033898305085
            0.926829268292683 0.6576663452266153 0.2764513018322083 0.43976667443636086
    """,
    "ties": """
        score 0.17788120567375884 0.17788120567375884
        MEL 0.6083333333333333 0.0 1.0 0.0 1.0
            0.6083333333333333 0.6235791314485573 0.2725304575925386 0.4859511889862328
        NV 0.7333333333333333 0.0 1.0 0.0 1.0
           0.7333333333333333 0.6111505681818181 0.3004460227272728 0.3305232558139535
        BCC 0.8666666666666667 0.0 1.0 0.0 1.0
            0.8666666666666667 0.6766826923076923 0.3406730769230769 0.22242413949275364
        BKL 0.875 0.0 1.0 0.0 1.0
            0.875 0.6114285714285715 0.24000000000000005 0.1789325842696629
        DF 0.9166666666666666 0.0 1.0 0.0 1.0
           0.9166666666666666 0.4645454545454545 0.10636363636363635 0.08547619047619047
    """,
    "weights": """
        score 0.44991987906273617 0.439536253606021
        MEL 0.46835443037974683 0.6326530612244898 0.35251798561151076 0.496 0.40789473684210525
            0.5764705882352941 0.589083834972838 0.061509910438995785 0.6598450737910737
        NV 0.48523206751054854 0.7407407407407407 0.4098360655737705 0.39603960396039606 0.2702702702702703
           0.8426966292134831 0.6835660797409431 0.17697632058287793 0.5994427431483078
        BCC 0.540084388185654 0.7380952380952381 0.49743589743589745 0.36257309941520466 0.24031007751937986
            0.8981481481481481 0.6278388278388278 0.39980561660561664 0.39289263839306954
        BKL 0.569620253164557 0.5555555555555556 0.5707762557077626 0.16393442622950818 0.09615384615384616
            0.9398496240601504 0.7293252156265856 0.4908675799086758 0.516508876770001
        DF 0.4641350210970464 0.72 0.4339622641509434 0.22085889570552147 0.13043478260869565
           0.9292929292929293 0.7371698113207548 0.22358490566037742 0.5533170995670995
    """,
    "ties and weights": """
        score 0.40288641824558924 0.3520315904139434
        MEL 0.5278810408921933 0.5595238095238095 0.5135135135135135 0.4253393665158371 0.34306569343065696
            0.7196969696969697 0.6436293436293435 0.32098429858429856 0.5544054422765577
        NV 0.5724907063197026 0.5483870967741935 0.5797101449275363 0.37158469945355194 0.2809917355371901
           0.8108108108108109 0.6319931432133395 0.14630762038335657 0.5638292328559127
        BCC 0.44981412639405205 0.6206896551724138 0.4028436018957346 0.32727272727272727 0.2222222222222222
            0.794392523364486 0.6407092662199707 0.1639483575747669 0.427593397296769
        BKL 0.550185873605948 0.5789473684210527 0.5454545454545454 0.26666666666666666 0.1732283464566929
            0.8873239436619719 0.6114718614718615 0.2514786967418547 0.26254156306979115
        DF 0.5464684014869888 0.8148148148148148 0.5165289256198347 0.26506024096385544 0.15827338129496402
           0.9615384615384616 0.7452555861646771 0.5353219059279665 0.2777187627286154
    """,
    "missing class": """
        score 0.36736241400875547 0.36736241400875547
        MEL 0.55 0.6341463414634146 0.5063291139240507 0.49056603773584906 0.4
            0.7272727272727273 0.6662550169805496 0.2933899351651745 0.6433024135343729
        NV 0.475 0.6153846153846154 0.4074074074074074 0.43243243243243246 0.3333333333333333
           0.6875 0.6016144349477683 0.1759354226020892 0.5780905301401003
        BCC 0.575 0.75 0.5480769230769231 0.32 0.2033898305084746
            0.9344262295081968 0.701923076923077 0.47055288461538464 0.46024352183563455
        BKL 0.525 0.625 0.5178571428571429 0.14925373134328357 0.0847457627118644
            0.9508196721311475 0.66015625 0.2238169642857143 0.4717418957075339
        DF 0.575 0.625 0.5673076923076923 0.28169014084507044 0.18181818181818182
           0.9076923076923077 0.6081730769230769 0.23001201923076925 0.3519648877932311
    """,
    "class without weight": """
        score 0.5383627946127946 0.5713166664877082
        MEL 0.6127450980392157 0.7272727272727273 0.5579710144927537 0.5485714285714286 0.44036697247706424
            0.8105263157894737 0.717171717171717 0.4165568730786122 0.6646618351515172
        NV 0.5980392156862745 0.7037037037037037 0.56 0.4810126582278481 0.36538461538461536
           0.84 0.727037037037037 0.27185185185185184 0.6480078485713141
        BCC 0.6666666666666666 0.7954545454545454 0.63125 0.5072463768115942 0.3723404255319149
            0.9181818181818182 0.8376420454545455 0.5992187499999999 0.734796287764492
        BKL 0.553921568627451 0.75 0.5060975609756098 0.3973509933774834 0.2702702702702703
            0.8924731182795699 0.6599085365853657 0.1262957317073171 0.5863628442715199
    """,
    "never and always": """
        score 0.36888794567062816 0.36888794567062816
        MEL 0.5666666666666667 0.6 0.55 0.48 0.4
            0.7333333333333333 0.6385937500000001 0.21890625000000002 0.6029510665916965
        NV 0.5583333333333333 0.6129032258064516 0.5393258426966292 0.4175824175824176 0.31666666666666665
           0.8 0.6366437114896701 0.18810438564697357 0.5625434721740854
        BCC 0.85 0.0 1.0 0.0 1.0
            0.85 0.5637254901960784 0.10539215686274506 0.41105331995424954
        BKL 0.15833333333333333 1.0 0.0 0.2733812949640288 0.15833333333333333
            1.0 0.6724856696195936 0.2295257946847316 0.551424825029213
        DF 0.5333333333333333 0.75 0.5092592592592593 0.24324324324324326 0.14516129032258066
           0.9482758620689655 0.6855709876543209 0.14930555555555558 0.5139238759405685
    """,
    "two categories": """
        score 0.7736585365853659 0.6333333333333333
        benign 0.7424242424242424 0.6829268292682927 0.84 0.7671232876712328 0.875
               0.6176470588235294 0.8048780487804879 0.47609756097560973 0.883086209867964
        malignant 0.5909090909090909 0.64 0.5609756097560976 0.5423728813559322 0.47058823529411764
                  0.71875 0.6512195121951219 0.11170731707317075 0.7054435483870968
    """,
    "perfect": """
        score 1.0 1.0
        MEL 1.0 1.0 1.0 1.0 1.0
            1.0 1.0 1.0 1.0
        NV 1.0 1.0 1.0 1.0 1.0
           1.0 1.0 1.0 1.0
        BCC 1.0 1.0 1.0 1.0 1.0
            1.0 1.0 1.0 1.0
        BKL 1.0 1.0 1.0 1.0 1.0
            1.0 1.0 1.0 1.0
        DF 1.0 1.0 1.0 1.0 1.0
           1.0 1.0 1.0 1.0
    """,
}


def made(
    seed: int, names: tuple[str, ...], num_images: int = 120, digits: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth (N,), answers (N, K) and weights (N, 2); the legacy generator, whose stream never changes."""
    draw = np.random.RandomState(seed)
    truth = np.minimum((draw.random_sample(num_images) ** 1.7 * len(names)).astype(int), len(names) - 1)
    raw = draw.random_sample((num_images, len(names)))
    raw[np.arange(num_images), truth] *= 1.5
    weights = np.array([0.0, 0.5, 1.0, 2.5])[draw.randint(4, size=(num_images, 2))]
    return truth, np.round(np.minimum(raw, 1.0), digits), weights


def made_case(name: str) -> Case:
    """Categories, truth (N,), answers (N, K), and score_weight and validation_weight (N, 2)."""
    names, arguments = {
        "plain": (EIGHT, {"seed": 1, "num_images": 200}),
        "ties": (FIVE, {"seed": 2, "digits": 1}),
        "weights": (FIVE, {"seed": 3}),
        "ties and weights": (FIVE, {"seed": 4, "digits": 1}),
        "missing class": ((*FIVE, "UNK"), {"seed": 5}),
        "class without weight": (FIVE, {"seed": 6}),
        "never and always": (FIVE, {"seed": 7}),
        "two categories": (("benign", "malignant"), {"seed": 8, "num_images": 40}),
        "perfect": (FIVE, {"seed": 9, "num_images": 60}),
    }[name]
    truth, answers, weights = made(names=names, **arguments)
    if name == "ties":
        answers = np.round(answers * 2) / 4
    elif name == "missing class":
        truth[truth == 5] = 1
    elif name == "class without weight":
        weights[truth == 4] = 0
    elif name == "never and always":
        answers[:, 2] /= 4
        answers[:, 3] = 0.6 + answers[:, 3] / 4
    elif name == "perfect":
        answers = np.eye(len(names))[truth]
    weighted = {"weights", "ties and weights", "class without weight", "two categories"}
    return names, truth, answers, weights if name in weighted else np.ones_like(weights)


def answered(case: Case, weights: np.ndarray | None = None) -> Answered:
    names, truth, answers, both = case
    used = both[:, 0] if weights is None else weights
    return Answered(names, truth, answers, used, Groups.of(np.arange(len(truth))))


def official(name: str) -> tuple[list[float], dict[str, list[float]]]:
    """The two main scores, and the figures of each category."""
    words = OFFICIAL[name].split()
    rows = {
        words[at]: [float(number) for number in words[at + 1 : at + 10]] for at in range(3, len(words), 10)
    }
    return [float(number) for number in words[1:3]], rows


@pytest.mark.parametrize("name", OFFICIAL)
def test_figures_equal_the_official_scorer(name: str) -> None:
    case = made_case(name)
    found = score_answers(answered(case), QUICK)
    main, rows = official(name)
    ours = [found["balanced_accuracy"]["value"], balanced_accuracy(answered(case), case[3][:, 1])]
    assert ours == pytest.approx(main, abs=1e-12)
    for category, numbers in rows.items():
        own = [found["per_category"][category][figure]["value"] for figure in FIGURES]
        assert own == pytest.approx(numbers, abs=1e-12), category


@pytest.mark.parametrize("name", ["plain", "ties and weights"])
def test_macro_averages_are_means_of_the_official_figures(name: str) -> None:
    found = score_answers(answered(made_case(name)), QUICK)["macro_average"]
    means = np.mean(list(official(name)[1].values()), axis=0)
    assert [found[figure]["value"] for figure in FIGURES] == pytest.approx(means, abs=1e-12)


def test_a_tie_is_wrong_and_counted() -> None:
    tied = Answered(
        ("A", "B"), np.array([0, 1]), np.array([[0.4, 0.4], [0.1, 0.4]]), np.ones(2), Groups.of(["x", "y"])
    )
    found = score_answers(tied, QUICK)
    assert found["undecided"] == 1
    assert found["balanced_accuracy"]["value"] == 0.5


@pytest.mark.parametrize("name", ["missing class", "class without weight"])
def test_a_category_without_images_is_undefined_and_skipped(name: str) -> None:
    found = score_answers(answered(made_case(name)), QUICK)
    (absent,) = found["absent_categories"]
    assert absent == {"missing class": "UNK", "class without weight": "DF"}[name]
    assert all(found["per_category"][absent][figure]["value"] is None for figure in FIGURES)
    present = [name for name in found["categories"] if name != absent]
    sensitivities = [found["per_category"][name]["sensitivity"]["value"] for name in present]
    assert found["macro_average"]["sensitivity"]["value"] == pytest.approx(np.mean(sensitivities))


def test_images_without_weight_change_nothing() -> None:
    names, truth, answers, both = made_case("weights")
    kept = both[:, 0] > 0
    whole = score_answers(answered((names, truth, answers, both)), QUICK)
    part = score_answers(answered((names, truth[kept], answers[kept], both[kept])), QUICK)
    assert whole["without_weight"] == int((~kept).sum())
    assert whole["n_images"] == part["n_images"]
    for figure in FIGURES:
        ours, theirs = (found["macro_average"][figure]["value"] for found in (whole, part))
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_intervals_hold_their_figures_and_count_what_they_rest_on() -> None:
    names, truth, answers, _ = made_case("plain")
    found = score_answers(answered(made_case("plain")), Resampling(200))
    for place, name in enumerate(names):
        own = found["per_category"][name]
        assert own["sensitivity"]["n"] == own["positives"] == int((truth == place).sum())
        assert own["ppv"]["n"] == int((answers[:, place] > 0.5).sum())
        for figure in FIGURES:
            assert own[figure]["low"] <= own[figure]["value"] <= own[figure]["high"]


def test_whole_groups_are_drawn() -> None:
    """Each image four times over: the same figures, and with groups the same intervals."""
    names, truth, answers, both = made_case("plain")
    once = score_answers(answered((names, truth, answers, both)), Resampling(100))
    four = [np.repeat(array, 4, axis=0) for array in (truth, answers, both[:, 0])]
    groups = Groups.of(np.repeat(np.arange(len(truth)), 4))
    again = score_answers(Answered(names, four[0], four[1], four[2], groups), Resampling(100))
    for bound in ("value", "low", "high"):
        assert again["balanced_accuracy"][bound] == pytest.approx(once["balanced_accuracy"][bound], abs=1e-9)


def test_arrays_that_do_not_fit_are_refused() -> None:
    names, truth, answers, both = made_case("plain")
    with pytest.raises(DataError, match="do not fit"):
        answered((names, truth, answers[:, :3], both))
    with pytest.raises(DataError, match="weight 0"):
        answered((names, truth, answers, both * 0))


OFFICIAL_MACRO_F1 = {
    "plain": (0.257310931362593, 0.257310931362593),
    "ties": (0.0, 0.0),
    "weights": (0.3278812050621261, 0.3747505300591142),
    "ties and weights": (0.3311847401745277, 0.3221743649262837),
    "never and always": (0.28284139115793794, 0.28284139115793794),
    "two categories": (0.6547480845135825, 0.49962962962962965),
}
"""Printed once by the same scorer asked for `ClassificationMetric.DICE`, as MILK10k asks it, for tables with
the column `lesion_id` in order: by score_weight and by validation_weight. Its code counts a yes above 0.5."""
MILK10K = replace(CHALLENGES["milk10k"], has_fixed_categories=False)


@pytest.mark.parametrize("name", OFFICIAL_MACRO_F1)
def test_macro_f1_is_that_of_the_official_scorer(name: str) -> None:
    case = made_case(name)
    above = replace(MILK10K, is_yes_from_half=False)
    ours, validation = (replace(answered(case, case[3][:, at]), challenge=above) for at in (0, 1))
    expected = OFFICIAL_MACRO_F1[name]
    assert score_answers(ours, QUICK)["macro_f1"]["value"] == pytest.approx(expected[0], abs=1e-12)
    assert macro_f1(validation, validation.weights) == pytest.approx(expected[1], abs=1e-12)


def lesions(*answers: tuple[float, float, float, float]) -> Answered:
    """Five lesions, two of A, two of B, one of C, none of D."""
    names, truth = ("A", "B", "C", "D"), np.array([0, 0, 1, 1, 2])
    found = np.array(answers)
    return Answered(names, truth, found, np.ones(5), Groups.of(np.arange(5)), MILK10K)


def test_milk10k_by_hand() -> None:
    """A: 2 right, 1 too many: 4/5. B: 1 right, 1 too many, 1 missed: 2/4. C: missed. D: rightly never: 1."""
    rows = [(0.5, 0, 0, 0), (0.6, 0.7, 0, 0), (0.4, 0.4, 0.1, 0.1), (0, 0.9, 0.1, 0), (0.5, 0, 0.2, 0)]
    found = score_answers(lesions(*rows), QUICK)
    assert found["macro_f1"]["value"] == pytest.approx((0.8 + 0.5 + 0 + 1) / 4)
    assert [found["per_category"][name]["f1"]["value"] for name in "ABCD"] == [0.8, 0.5, 0.0, None]
    assert (found["at_half"], found["absent_categories"]) == (2, ["D"])
    # 0.5 itself is a no in the scorer's code: A has 1 right and 1 missed
    above = replace(lesions(*rows), challenge=replace(MILK10K, is_yes_from_half=False))
    assert score_answers(above, QUICK)["macro_f1"]["value"] == pytest.approx((2 / 3 + 0.5 + 0 + 1) / 4)
    # D answered once, as a second category of a lesion
    rows[1] = (0.6, 0.7, 0, 0.5)
    assert score_answers(lesions(*rows), QUICK)["macro_f1"]["value"] == pytest.approx((0.8 + 0.5) / 4)
    assert "macro_f1" not in score_answers(answered(made_case("plain")), QUICK)


def test_a_category_of_which_nothing_is_drawn_is_left_out_of_that_draw() -> None:
    cells = np.array([[[3.0, 0, 0, 2], [3, 0, 0, 0], [3, 1, 0, 0]]])
    is_absent = np.array([False, False, True])
    assert official_f1(cells, is_absent).tolist()[0][0::2] == [1.0, 0.0]
    assert np.isnan(official_f1(cells, is_absent)[0, 1])
