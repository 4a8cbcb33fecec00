"""What a bundle takes beside an image in; the section of the model card about it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lentigo.bundle.card.card_text import plain
from lentigo.bundle.quantization import difference_text
from lentigo.evaluation.metrics import metric_title

MAIN = ("balanced_accuracy", "malignant_roc_auc")


def metadata_lines(metadata: Mapping[str, Any], metrics: Mapping[str, Any]) -> Iterator[str]:
    """Words it knows, how it was trained with them, and the figures with less those without.

    Args:
        metadata: of `bundle.json`.
        metrics: part -> its figures, of which `metadata` are those of `compare_samples`.
    """
    yield "## Metadata"
    yield ""
    known = ", ".join(f"{plain(name)} of {share:.0%}" for name, share in metadata["known"].items())
    yield (
        f"They move the logits of the image, and what is not known moves nothing. Known were {known} of the "
        f"training images; of {metadata['dropout']:.0%} of the images drawn nothing was told."
    )
    yield (
        "Calibration and operating points are fitted on answers that were told what the manifest knows; "
        "where less is known they hold less well. Saliency maps show what of the image speaks for a class, "
        "whatever is known beside it."
    )
    if "site" in metadata["fields"]:
        yield ""
        yield f"Words for sites: {', '.join(map(plain, metadata['sites']))}."
    for part, figures in metrics.items():
        if figures.get("metadata"):
            yield from _gains(f"{part}{' LEAKED' if figures.get('leaked') else ''}", figures["metadata"])


def _gains(part: str, compared: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"On {plain(part)}, with metadata less the image alone, paired by group:"
    yield ""
    yield "| figure | difference |"
    yield "|---|---|"
    for name in MAIN:
        if name in compared["figures"]:
            yield f"| {metric_title(name)} | {difference_text(compared['figures'][name]['difference'])} |"
    for name, figure in compared["recall"].items():
        yield f"| recall of {plain(name)} | {difference_text(figure['difference'])} |"
