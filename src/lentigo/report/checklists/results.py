"""What a run knows in; answers on parts, figures and their limits, one function an item, out."""

from __future__ import annotations

from lentigo.evaluation.metrics import OF_MALIGNANT, metric_title, told_figures
from lentigo.report.checklists.facts import (
    ChecklistFacts,
    counts_text,
    figure_text,
    images_of,
    mark,
    parts_text,
)
from lentigo.report.checklists.method import method_in_words
from lentigo.report.drawing.numbers import count_text, is_beyond_chance, is_defined


def summary(facts: ChecklistFacts) -> str:
    """One sentence with the main figure."""
    part, metrics = facts.part, facts.part.get("metrics") or {}
    if not metrics:
        return ""
    figure = figure_text(metrics.get("balanced_accuracy"))
    return (
        f"{method_in_words(facts)}; trained on {count_text(images_of(facts, 'train'))} images, {mark(part)}"
        f"{part.get('part')} part of {count_text(part.get('n_images'))} images in "
        f"{count_text(part.get('n_groups'))} groups: balanced accuracy {figure}"
    )


def subsets(facts: ChecklistFacts) -> str:
    """All images of the manifest, by part."""
    return "All images of the manifest: " + parts_text(facts)


def partitions(facts: ChecklistFacts) -> str:
    """How the split was made."""
    seed = facts.split.get("seed")
    if facts.split.get("per_image"):
        return "Drawn image by image, to show what a leak does: LEAKED"
    drawn = f", seed {seed}" if seed is not None else ""
    split = str(facts.part.get("split_hash", ""))[:12]
    return f"By group, stratified by class{drawn}; split {split}: {parts_text(facts)}"


def robustness(facts: ChecklistFacts) -> str:
    """Subgroups and probes."""
    found = facts.part.get("subgroups") or {}
    probes = facts.part.get("shortcuts") or {}
    said = []
    if found.get("attributes"):
        said.append(
            f"{found['num_gaps_beyond_chance']} of {found['num_gaps']} gaps between subgroups are beyond "
            f"chance (p at most 0.05, adjusted by Holm's method; {', '.join(found['attributes'])})"
        )
    if probes.get("network"):
        border = probes["network"]["border_only"]["balanced_accuracy"]
        said.append(f"balanced accuracy on the border of the image alone {figure_text(border)}")
    for one in probes.get("sources") or []:
        said.append(
            f"linear classifier without source {one['source']}: {figure_text(one['without_minus_with'])}"
        )
    return "; ".join(said)


def inequalities(facts: ChecklistFacts) -> str:
    """Largest gaps of the main figure that are beyond chance."""
    found = (facts.part.get("subgroups") or {}).get("attributes") or {}
    rows = [
        (attribute, row["name"], row["gaps"]["balanced_accuracy"])
        for attribute, subgroups in found.items()
        for row in subgroups
        if not row["is_small"] and is_beyond_chance(row["gaps"]["balanced_accuracy"])
    ]
    if not found:
        return ""
    told = [f"{name} ({attribute.replace('_', ' ')}) {figure_text(gap)}" for attribute, name, gap in rows]
    return "Gaps in balanced accuracy to all other images: " + ("; ".join(told) or "none is beyond chance")


def flow(facts: ChecklistFacts) -> str:
    """Images and groups by part."""
    return parts_text(facts)


def characteristics(facts: ChecklistFacts) -> str:
    """Classes by part."""
    return "; ".join(f"{part}: {counts_text(counts)}" for part, counts in facts.counts.items())


def performance(facts: ChecklistFacts) -> str:
    """Balanced accuracy of each part evaluated."""
    rows = [
        (f"{mark(part)}{name}", (part.get("metrics") or {}).get("balanced_accuracy"))
        for name, part in facts.evaluation.items()
    ]
    return "; ".join(f"{name}: balanced accuracy {figure_text(figure)}" for name, figure in rows)


def accuracy_with_intervals(facts: ChecklistFacts) -> str:
    """Figures of the part quoted."""
    part = facts.part
    malignant = (part.get("malignant_vs_benign") or {}).get("metrics") or {}
    own = told_figures(part.get("metrics"))
    own += [(f"malignant {title}", figure) for title, figure in told_figures(malignant, OF_MALIGNANT)]
    told = [f"{title} {figure_text(figure)}" for title, figure in own if figure]
    return f"{mark(part)}{part.get('part')}: {'; '.join(told)}" if told else ""


def failures(facts: ChecklistFacts) -> str:
    """Classes least recognised."""
    rows = [(name, row.get("recall")) for name, row in (facts.part.get("per_class") or {}).items()]
    known = sorted(
        (row for row in rows if row[1] and is_defined(row[1]["value"])), key=lambda row: row[1]["value"]
    )
    told = ", ".join(f"{name} {figure_text(figure)}" for name, figure in known[:3])
    return f"Least recognised: {told}. Most confident errors: report.html" if told else ""


def limitations(facts: ChecklistFacts) -> str:
    """What a run can say of its own limits."""
    looks = len(facts.record.get("test_looks") or [])
    return (
        f"One collection of images ({', '.join(facts.sources) or 'source not known'}); test part looked at "
        f"{looks} time(s); no reader study, no outcome of patients"
    )


def prior_shift(facts: ChecklistFacts) -> str:
    """Shares of classes by part."""
    shares = []
    for part, counts in facts.counts.items():
        total = max(1, sum(counts.values()))
        shares.append(
            f"{part}: " + ", ".join(f"{name} {100 * count / total:.1f} %" for name, count in counts.items())
        )
    return "; ".join(shares)


def measures(facts: ChecklistFacts) -> str:
    """Main measure and the others."""
    names = ", ".join(metric_title(name) for name in facts.part.get("metrics") or {})
    return f"Main: balanced accuracy (mean recall over classes). Also {names}" if names else ""


def uncertainty(facts: ChecklistFacts) -> str:
    """How intervals are drawn."""
    method = facts.part.get("intervals") or {}
    if not method:
        return ""
    count = count_text(method.get("num_resamples"))
    return f"95 % intervals, {method.get('method')}, {count} resamples; differences paired"


def updating(facts: ChecklistFacts) -> str:
    """Calibration, or none."""
    return "calibrated on validation" if facts.part.get("calibration") else "none"


def output(facts: ChecklistFacts) -> str:
    """Probabilities and threshold."""
    malignant = facts.part.get("malignant_vs_benign") or {}
    called = f"; called malignant from {malignant.get('threshold')} on" if malignant else ""
    return f"A probability for each of {', '.join(facts.record.get('class_names') or [])}{called}"


def external_data(facts: ChecklistFacts) -> str:
    """Whether any were evaluated."""
    return (
        "see external/ in the run"
        if facts.has_external
        else "none yet: `lentigo evaluate RUN --manifest OTHER`"
    )
