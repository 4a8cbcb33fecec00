"""The facts of a bundle in, its model card (Markdown) out: what it is, data, figures, limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lentigo.bundle.card.card_metadata import metadata_lines
from lentigo.bundle.card.card_subgroups import shortcut_lines, subgroup_lines
from lentigo.bundle.card.card_text import interval_text, listed, plain
from lentigo.bundle.format import BundleFacts
from lentigo.bundle.quantization import in_words
from lentigo.evaluation.decisions.promises import promise_words
from lentigo.evaluation.metrics import OF_MALIGNANT, few_groups_warning, told_figures

_LIMITS = (
    "Figures hold for images like those of the split they come from: same devices, same clinics, same skin.",
    "A saliency map shows where evidence for an answer lies in the image, not whether the answer is right.",
)

_HOW = {
    "none": (
        "Its probabilities are as the network gives them: on validation no calibration was shown to be "
        "better."
    ),
    "temperature": "Its probabilities are calibrated by one temperature, {temperature:.3g}.",
    "bias_corrected_temperature": (
        "Its probabilities are calibrated by one temperature, {temperature:.3g}, and a bias for each class."
    ),
    "vector": "Its probabilities are calibrated by a scale and a bias for each class.",
}


def model_card(facts: BundleFacts) -> str:
    """The card as Markdown; texts from data are shown so that none can pass for markup."""
    sections = (
        _opening(facts),
        _classes(facts),
        _data(facts),
        _figures(facts),
        *_metadata(facts),
        *_served(facts),
        _decisions(facts),
        _limits(facts),
        _origin(facts),
    )
    return "\n".join(line for section in sections for line in (*section, ""))


def _opening(facts: BundleFacts) -> Iterator[str]:
    yield f"# Model card: {plain(facts.name)}"
    yield ""
    yield f"**{plain(facts.notice)}**"
    yield ""
    if facts.drawn_warning:
        yield f"**{facts.drawn_warning}** A drawing has none of what makes real skin hard."
        yield ""
    size = facts.input
    yield (
        f"Takes a dermoscopic image ({size.height} x {size.width} pixels after `{size.resize}`) and gives a "
        f"probability for each of {len(facts.classes)} classes and a Grad-CAM saliency map for each."
    )
    if facts.metadata is not None:
        yield f"Takes {_fields(facts.metadata)} too, each as far as it is known."


def _classes(facts: BundleFacts) -> Iterator[str]:
    yield "## Classes"
    yield ""
    yield "| output | diagnosis | in plain words | counted as |"
    yield "|---|---|---|---|"
    for one in facts.classes:
        side = "malignant" if one.name in facts.malignant else "benign" if facts.malignant else "not grouped"
        yield f"| {plain(one.name)} | {plain(one.full_name)} | {plain(one.plain_name)} | {side} |"
    if facts.malignant_diagnoses:
        yield ""
        yield f"Grouped as malignant in training: {listed(facts.malignant_diagnoses)}."


def _data(facts: BundleFacts) -> Iterator[str]:
    yield "## Data"
    yield ""
    counts = facts.run.get("image_counts", {})
    yield f"Images: {', '.join(f'{plain(part)} {n}' for part, n in counts.items()) or 'not recorded'}."
    yield (
        f"Split: `{plain(facts.split_hash)}`; no group of images (same patient, lesion or duplicates) is on "
        "two sides."
    )
    yield ""
    encoder = facts.run.get("encoder")
    if isinstance(encoder, dict):
        licence = plain(encoder.get("licence") or "not known")
        sha256 = plain(str(encoder.get("sha256")))
        yield f"Its encoder is somebody else's, frozen; licence: {licence}; SHA-256 {sha256}."
        yield ""
    yield "Sources and licences of the images trained on:"
    yield ""
    for entry in facts.licences:
        source, licence = (plain(entry.get(key) or "not known") for key in ("source", "licence"))
        yield f"* {source}, {licence}: {entry.get('n_images')} images"


def _figures(facts: BundleFacts) -> Iterator[str]:
    yield "## Figures"
    yield ""
    if not facts.metrics:
        yield "None: the run was not evaluated before it was exported."
        return
    yield "95 % intervals, by group."
    if "int8" in facts.parity:
        yield (
            "They are of the run, before its network was brought to 8 bits and its thresholds fitted again: "
            "what that changed on validation stands under Origin."
        )
    for part, figures in facts.metrics.items():
        yield from _part_figures(part, figures)


def _part_figures(part: str, figures: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    leaked = " **LEAKED: images or groups were seen in training**" if figures.get("leaked") else ""
    yield f"### {plain(part)}: {figures['n_images']} images in {figures['n_groups']} groups{leaked}"
    yield ""
    yield "| figure | value |"
    yield "|---|---|"
    for title, figure in told_figures(figures["metrics"]):
        yield f"| {plain(title)} | {interval_text(figure)} |"
    if malignant := figures.get("malignant_vs_benign"):
        for title, figure in told_figures(malignant["metrics"], OF_MALIGNANT):
            yield f"| malignant against benign: {plain(title)} | {interval_text(figure)} |"
    for rule, reached in (figures.get("operating_points") or {}).items():
        for name, value in reached.items():
            yield f"| at {plain(rule)}: {name.replace('_', ' ')} | {interval_text(value)} |"
    for name, figure in figures["per_class"].items():
        yield f"| recall of {plain(name)} | {interval_text(figure.get('recall'))} |"
    told = [promise_words(promise, plain(part)) for promise in (figures.get("promises") or {}).values()]
    for words in filter(None, (plain(few_groups_warning(figures)), *told)):
        yield ""
        yield f"{words[0].upper()}{words[1:]}."


def _fields(metadata: Mapping[str, Any]) -> str:
    """`age, sex and site`."""
    *first, last = metadata["fields"]
    return f"{', '.join(first)} and {last}" if first else str(last)


def _metadata(facts: BundleFacts) -> Iterator[Iterator[str]]:
    """What it takes beside the image, and what that gains and loses it; nothing where it takes none."""
    if facts.metadata is not None:
        yield metadata_lines(facts.metadata, facts.metrics or {})


def _served(facts: BundleFacts) -> Iterator[Iterator[str]]:
    """For whom it works, and what it could know without the lesion, as measured on the part named last."""
    metrics = facts.metrics or {}
    for part in ("test", "validation"):
        figures = metrics.get(part)
        if figures:
            mark = " LEAKED" if figures.get("leaked") else ""
            yield from subgroup_lines(figures.get("subgroups"), f"{part}{mark}")
            yield from shortcut_lines(figures.get("shortcuts"), f"{part}{mark}")
            return


def _decisions(facts: BundleFacts) -> Iterator[str]:
    yield "## Probabilities and decisions"
    yield ""
    if facts.calibration is None:
        yield "Its probabilities are as the network gives them: not calibrated on held-out images."
        return
    yield from _calibration(facts, facts.calibration)
    yield ""
    if facts.operating_points is None:
        yield "It has no operating point: its classes are not divided into malignant and benign."
        return
    yield from _operating_points(facts.operating_points)


def _calibration(facts: BundleFacts, calibration: Mapping[str, Any]) -> Iterator[str]:
    how = _HOW[calibration["method"]].format(temperature=1 / calibration["scale"][0])
    fitted = calibration["fitted_on"]
    yield (
        f"{how} Fitted on {fitted.get('n_images')} images in {fitted.get('n_groups')} groups of validation"
        f"{', on the answers of this 8-bit network' if 'int8' in facts.parity else ''}."
    )
    shares = zip(facts.class_names, calibration["shares"], strict=True)
    told = ", ".join(f"{plain(name)} {share:.1%}" for name, share in shares)
    yield (
        f"They hold for the mix of classes there: {told}. Where classes are more or less common, ask for "
        "that mix (`lentigo predict --prior`)."
    )
    yield (
        "The class answered is the one that the network itself finds most probable, as it was evaluated; a "
        "calibrated probability may be higher for another class."
    )


def _operating_points(points: Mapping[str, Any]) -> Iterator[str]:
    yield f"Decides by `{points['chosen']}`. Malignant from a malignant probability on, chosen on validation:"
    yield ""
    yield "| operating point | threshold | confidence |"
    yield "|---|---|---|"
    for point in points["points"]:
        threshold, confidence = point["threshold"], point.get("confidence")
        told = "undefined" if threshold is None else format(threshold, ".4f")
        yield f"| {point['rule']} | {told} | {'' if confidence is None else format(confidence, '.1%')} |"
    yield ""
    yield (
        "Confidence: that at least the level named is reached on images like those of validation. Elsewhere "
        "nothing is promised: measure it where it is to be used."
    )


def _limits(facts: BundleFacts) -> Iterator[str]:
    yield "## Limits"
    yield ""
    yield f"* {_abstaining(facts)}"
    for limit in _LIMITS:
        yield f"* {limit}"


def _abstaining(facts: BundleFacts) -> str:
    """When it does not answer, and how little that promises."""
    if facts.abstaining is None:
        return "It never abstains: an image that shows no skin lesion gets an answer too."
    sets, unknown = facts.abstaining["prediction_set"], facts.abstaining["unknown"]
    among = "each class" if sets["by_class"] else "all classes together"
    told = (
        f"Its prediction sets miss the truth in {sets['error']:.0%} of images of {among}, for images like "
        "those of validation and no others."
    )
    if unknown is None:
        return f"{told} It calls no image unknown."
    return (
        f"{told} It abstains from images stranger than all but {unknown['false_alarm']:.0%} of those of "
        "validation: this finds some images of other diseases and of other things, and misses many."
    )


def _origin(facts: BundleFacts) -> Iterator[str]:
    yield "## Origin"
    yield ""
    parity = facts.parity
    weights = plain(facts.run.get("weights_sha256"))
    yield f"Exported {plain(facts.created)}; its weights have SHA-256 `{weights}`."
    yield (
        f"Compared with the run on {parity['n_images']} image files: probabilities differ by at most "
        f"{parity['max_difference']:.1e}, saliency maps by at most {parity['max_saliency_difference']:.1e}."
    )
    if "int8" in parity:
        yield f"Then quantised: {in_words(parity['int8'])}."
    yield ""
    yield "Recipe:"
    yield ""
    yield "```toml"
    yield from facts.recipe.replace("```", "'''").rstrip().splitlines()
    yield "```"
    yield ""
    yield "Versions: " + ", ".join(f"{plain(name)} {plain(value)}" for name, value in facts.versions.items())
