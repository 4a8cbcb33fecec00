"""A run in; whether its saliency maps can be believed, as `checks.json` and `checks.html`, out.

Maps of the true class, by each method, are put to four tests: does the heat lie on the evidence where masks
say where that is; do maps change when weights are random; does taking the hot pixels away hurt; does the heat
lie at the border. Every figure has an interval by group and stands beside chance and simple baselines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lentigo.api.explaining.explanation import layer_facts, open_lens
from lentigo.api.explaining.images_to_explain import ImagesToExplain, choose_images, masks_of
from lentigo.evaluation.intervals.bootstrap import mean_interval
from lentigo.explanation.agreement import rank_correlation, structural_similarity
from lentigo.explanation.heat import (
    area_share,
    border_mask,
    corner_mask,
    heat_share,
    middle_maps,
    random_heat,
)
from lentigo.explanation.methods import METHODS, explain_by_methods, usable_methods
from lentigo.explanation.removal import deletion_area, insertion_area
from lentigo.explanation.saliency import saliency_maps
from lentigo.models.network import probabilities
from lentigo.report.pages.saliency_page import write_checks_page
from lentigo.settings.files import write_json
from lentigo.settings.run import NOTICE, RunDirectory

if TYPE_CHECKING:
    from lentigo.explanation.gradcam import NetworkLens
    from lentigo.models.network import Network

SCHEMA_VERSION = 2
NUM_TWINS = 3
"""Networks with random weights; each image's figure is the mean over them."""
ALIKE = 0.5
"""A rank correlation above which maps of random weights count as still alike."""

Json = dict[str, Any]
Maps = NDArray[np.float32]
Say = Callable[[str], None]


@dataclass
class _Bench:
    """What all tests share: the network, N images, their true classes, masks and groups."""

    lens: NetworkLens
    twins: list[Network]
    to_explain: ImagesToExplain
    masks: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    """Kind -> (N, H, W)."""

    @cached_property
    def truth(self) -> NDArray[np.int64]:
        """(N, 1)."""
        return self.to_explain.classes("truth")

    @property
    def size(self) -> tuple[int, int]:
        height, width = self.to_explain.images.shape[1:3]
        return int(height), int(width)

    def maps(self, methods: Sequence[str]) -> dict[str, Maps]:
        """Method -> (N, H, W) of the true classes, with the weights that the network has now."""
        found = explain_by_methods(self.lens, self.to_explain.images, self.truth, methods)
        return {name: maps[:, 0] for name, maps in found.items()}

    def mean(self, values: NDArray[np.float64], is_share: bool = False) -> Json:
        """Mean over images with its interval by group."""
        return mean_interval(values, self.to_explain.groups, is_share).as_json()


def check_saliency(  # noqa: PLR0913 - options of one verb
    run: RunDirectory | str | Path,
    *,
    part: str = "validation",
    count: int = 24,
    out: str | Path | None = None,
    manifest: str | Path | None = None,
    masks: str | Path | None = None,
    to_explain: ImagesToExplain | None = None,
    say: Say = lambda _text: None,
) -> Json:
    """Put the saliency maps of a run to the test, every method that its head allows.

    Args:
        run: a finished run.
        part: where to take images from; their true class is explained.
        count: how many, spread over the classes; all where there are fewer.
        out: folder for `checks.json` and `checks.html`; default: `saliency` inside the run.
        manifest: where the manifest is now, if it has moved.
        masks: folder of lesion masks; default: those that lie beside drawn images.
        to_explain: images of a part that have been chosen already.
        say: told what happens.

    Returns:
        What `checks.json` holds.

    Raises:
        LentigoError: run, images or masks cannot be used.
    """
    opened = run if isinstance(run, RunDirectory) else RunDirectory.existing(run)
    to_explain = to_explain or choose_images(opened, (), part=part, count=count, manifest=manifest)
    bench = _set_up(opened, to_explain, masks)
    names = usable_methods(bench.lens)
    trained = _trained_maps(bench, names, say)
    by_chance = _random_maps(bench, names, say)
    facts = {
        "part": to_explain.part, "leaked": to_explain.leaked, "n_images": len(to_explain.images),
        "n_groups": len(set(to_explain.groups)), **layer_facts(bench.lens),
        "num_random_networks": NUM_TWINS, "area": _areas(bench),
        "methods": {name: _method_facts(bench, name, trained[name], by_chance[name], say) for name in names},
        "baselines": {name: _baseline_facts(bench, maps) for name, maps in _baseline_maps(bench).items()},
        "randomisation": _randomisation(bench, trained, say),
    }  # fmt: skip
    folder = Path(out) if out else opened.path / "saliency"
    return _written(folder, opened, facts, _Pictures(to_explain, trained, by_chance))


@dataclass(frozen=True)
class _Pictures:
    """Maps that the page shows some of."""

    to_explain: ImagesToExplain
    trained: dict[str, Maps]
    by_chance: dict[str, list[Maps]]


def _set_up(run: RunDirectory, to_explain: ImagesToExplain, masks: str | Path | None) -> _Bench:
    from lentigo.explanation.randomisation import random_twin

    recipe, num_classes = run.recipe(), len(to_explain.class_names)
    lens = open_lens(run)
    twins = [random_twin(recipe.model, recipe.input, num_classes, seed) for seed in range(NUM_TWINS)]
    return _Bench(lens, twins, to_explain, masks_of(run, to_explain, masks))


def _trained_maps(bench: _Bench, names: Sequence[str], say: Say) -> dict[str, Maps]:
    say(f"maps of {len(bench.to_explain.images)} images by {', '.join(names)}")
    return bench.maps(names)


def _random_maps(bench: _Bench, names: Sequence[str], say: Say) -> dict[str, list[Maps]]:
    """Method -> maps with each twin's weights; of methods that are not quick with the first twin's alone."""
    from lentigo.explanation.randomisation import blocks_from_head, randomised

    say("the same with random weights")
    found: dict[str, list[Maps]] = {name: [] for name in names}
    for number, twin in enumerate(bench.twins):
        with randomised(bench.lens.network, twin, blocks_from_head(bench.lens.network)):
            wanted = [name for name in names if number == 0 or METHODS[name].is_quick]
            for name, maps in bench.maps(wanted).items():
                found[name].append(maps)
    return found


def _areas(bench: _Bench) -> Json:
    """What the share of heat would be by chance."""
    fixed = {"border": border_mask(*bench.size).mean(), "corners": corner_mask(*bench.size).mean()}
    drawn = {kind: bench.mean(area_share(mask), is_share=True) for kind, mask in bench.masks.items()}
    return {**drawn, **{name: {"value": float(share)} for name, share in fixed.items()}}


def _shares(bench: _Bench, maps: Maps) -> dict[str, NDArray[np.float64]]:
    """Place -> share of each map's heat in it, (N,)."""
    places = {**bench.masks, "border": border_mask(*bench.size), "corners": corner_mask(*bench.size)}
    return {name: heat_share(maps, mask) for name, mask in places.items()}


def _method_facts(bench: _Bench, name: str, trained: Maps, by_chance: list[Maps], say: Say) -> Json:
    say(f"{METHODS[name].title}: where heat lies, and what taking it away does")
    own, middle = _shares(bench, trained), _shares(bench, middle_maps(len(trained), *bench.size))
    of_twins = [_shares(bench, maps) for maps in by_chance]
    places = {}
    for place, share in own.items():
        chance = _mean_over_twins([found[place] for found in of_twins])
        places[place] = {
            "trained": bench.mean(share, is_share=True),
            "random_weights": bench.mean(chance, is_share=True),
            "difference": bench.mean(share - chance),
            "above_middle": bench.mean(share - middle[place]),
        }
    return {
        "title": METHODS[name].title,
        "num_random_networks": len(by_chance),
        "heat": places,
        **_removal(bench, trained),
        "random_weights": _likeness(bench, trained, by_chance),
    }


def _mean_over_twins(values: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """(N,); nan only where all are."""
    stacked = np.stack(values)
    defined = ~np.isnan(stacked)
    total, number = np.where(defined, stacked, 0).sum(axis=0), defined.sum(axis=0)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _likeness(bench: _Bench, trained: Maps, others: list[Maps]) -> Json:
    """How alike maps are to those of other weights, each image's figure being the mean over those."""
    ranks = _mean_over_twins([rank_correlation(trained, maps) for maps in others])
    structure = _mean_over_twins([structural_similarity(trained, maps) for maps in others])
    return {"rank_correlation": bench.mean(ranks), "structural_similarity": bench.mean(structure)}


def _removal(bench: _Bench, maps: Maps) -> Json:
    """Areas under the deletion and insertion curves of the true class's probability."""
    images, found = bench.to_explain.images, {}
    for name, area in (("deletion", deletion_area), ("insertion", insertion_area)):
        values = [
            area(image, heat, partial(_probability, bench.lens, index))
            for image, heat, index in zip(images, maps, bench.truth[:, 0].tolist(), strict=True)
        ]
        found[name] = bench.mean(np.array(values), is_share=True)
    return found


def _probability(lens: NetworkLens, index: int, images: NDArray[np.uint8]) -> NDArray[np.float64]:
    return probabilities(lens.logits(images), "logits")[:, index]


def _baseline_maps(bench: _Bench) -> dict[str, Maps]:
    count, grid = len(bench.to_explain.images), bench.lens.network.feature_shape[:2]
    noise = saliency_maps(random_heat(count, grid, seed=0), *bench.size)
    return {"middle": middle_maps(count, *bench.size), "random": noise}


def _baseline_facts(bench: _Bench, maps: Maps) -> Json:
    shares = {place: bench.mean(share, is_share=True) for place, share in _shares(bench, maps).items()}
    return {"heat": shares, **_removal(bench, maps)}


def _randomisation(bench: _Bench, trained: dict[str, Maps], say: Say) -> Json:
    """Likeness to the trained maps, block after block from the head on: cascading, and each alone."""
    from lentigo.explanation.randomisation import blocks_from_head

    quick = {name: maps for name, maps in trained.items() if METHODS[name].is_quick}
    blocks = blocks_from_head(bench.lens.network)
    say(f"random weights in {len(blocks)} blocks, one after the other and each alone")
    cascade = [blocks[: place + 1] for place in range(len(blocks))]
    return {
        "blocks": blocks,
        "cascading": list(_likeness_by_blocks(bench, quick, cascade)),
        "independent": list(_likeness_by_blocks(bench, quick, [[block] for block in blocks])),
    }


def _likeness_by_blocks(
    bench: _Bench, trained: dict[str, Maps], steps: Sequence[Sequence[str]]
) -> Iterator[Json]:
    """Method -> likeness, for each set of blocks that get the first twin's weights."""
    from lentigo.explanation.randomisation import randomised

    for blocks in steps:
        with randomised(bench.lens.network, bench.twins[0], blocks):
            found = bench.maps(list(trained))
            yield {name: _likeness(bench, maps, [found[name]]) for name, maps in trained.items()}


def findings(facts: Json) -> list[str]:
    """What speaks against believing the maps, in words; empty when nothing does."""
    found = []
    for method in facts["methods"].values():
        title, heat = method["title"], method["heat"]
        if "evidence" in heat and not _is_above(heat["evidence"]["difference"], 0):
            found.append(f"{title}: no more heat on the evidence than with random weights")
        if "evidence" in heat and not _is_above(heat["evidence"]["above_middle"], 0):
            found.append(f"{title}: no more heat on the evidence than in the middle of the image")
        if _is_above(method["random_weights"]["rank_correlation"], ALIKE):
            found.append(f"{title}: maps of random weights are still alike")
        found.extend(
            f"{title}: heat is piled up in the {place}"
            for place in ("border", "corners")
            if _is_above(heat[place]["trained"], facts["area"][place]["value"])
        )
    return found


def _is_above(interval: Json, limit: float) -> bool:
    """Whether the whole interval lies above the limit."""
    return interval["low"] is not None and interval["low"] > limit


def _written(folder: Path, run: RunDirectory, facts: Json, pictures: _Pictures) -> Json:
    page = folder / "checks.html"
    result = {
        "schema_version": SCHEMA_VERSION,
        "run": run.record()["name"],
        **facts,
        "findings": findings(facts),
        "page": str(page),
        "notice": NOTICE,
    }
    write_json(folder / "checks.json", result)
    examples = [int(places[0]) for places in _by_class(pictures.to_explain)]
    first = {name: maps[0] for name, maps in pictures.by_chance.items()}
    images = pictures.to_explain.images
    shown = {
        "image": images[examples],
        **{name: (maps[examples], first[name][examples]) for name, maps in pictures.trained.items()},
    }
    write_checks_page(page, result, shown, [pictures.to_explain.truth[place] for place in examples])
    return result


def _by_class(to_explain: ImagesToExplain) -> Iterator[NDArray[np.int64]]:
    """Rows of the images of each class, the surest first."""
    truth = np.array(to_explain.truth)
    for name in to_explain.class_names:
        rows = np.flatnonzero(truth == name)
        if len(rows):
            yield rows
