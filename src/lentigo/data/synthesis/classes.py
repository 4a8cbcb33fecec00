"""The eight classes: tissue and a generator in, one lesion of the class drawn into the tissue.

Each class is known by structures, not by its colour: base pigment and redness of all classes overlap.
Structures that make the class are added with `evidence=True`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lentigo.data.synthesis import keratin, pigment, vessels
from lentigo.data.synthesis.noise import Generator, Map, blur, fractal_noise, ramp, smooth_noise
from lentigo.data.synthesis.shapes import Outline, OutlineStyle, blob, draw_outline
from lentigo.data.synthesis.tissue import Tissue

Painter = Callable[[Tissue, Generator], Outline]


def draw_melanoma(tissue: Tissue, rng: Generator) -> Outline:
    """MEL: asymmetric, several colours; atypical network, streaks, blue-white veil, blotches, regression."""
    outline = draw_outline(rng, OutlineStyle(irregularity=0.2, ragged=5, edge=3.5, elongation=0.5))
    _base(tissue, rng, outline, melanin=rng.uniform(0.2, 0.55), blood=rng.uniform(0.0, 0.25))
    dark = ramp(smooth_noise(rng, outline.radius * 0.8), -0.3, 0.5)
    tissue.add("melanin", outline.cover * dark * rng.uniform(0.3, 0.9))
    net_region = outline.cover * ramp(smooth_noise(rng, 30), -0.7, 0.3)
    net = pigment.network(rng, net_region, rng.uniform(8, 12), 0.45, (1, 3.6))
    tissue.add("melanin", net * rng.uniform(0.35, 0.8), evidence=True)
    dots = pigment.globules(rng, outline.cover * ramp(smooth_noise(rng, 28), 0.0, 0.8), 9, (1, 3), 0.5)
    tissue.add("melanin", dots * rng.uniform(0.4, 1.1), evidence=True)
    tissue.name("atypical network", "irregular globules")
    if rng.random() < 0.65:
        arc = (rng.uniform(0, 6.28), rng.uniform(1.0, 2.6))
        rays = pigment.streaks(rng, outline, arc, int(arc[1] * rng.uniform(5, 11)))
        tissue.add("melanin", rays * rng.uniform(0.6, 1.1), evidence=True)
        tissue.name("streaks")
    if rng.random() < 0.85:
        _veil(tissue, rng, outline)
    if rng.random() < 0.6:
        _blotch(tissue, rng, outline)
    if rng.random() < 0.35:
        _regression(tissue, rng, outline)
    return outline


def draw_nevus(tissue: Tissue, rng: Generator) -> Outline:
    """NV: symmetric, one or two shades; a regular network, or regular globules (cobblestones)."""
    outline = draw_outline(rng, OutlineStyle(irregularity=0.05, ragged=2, edge=9, elongation=0.35))
    _base(tissue, rng, outline, melanin=rng.uniform(0.15, 0.65), blood=rng.uniform(0.0, 0.35))
    middle = outline.ring(0.0, rng.uniform(0.2, 0.7))
    tissue.add("melanin", middle * rng.uniform(-0.1, 0.4))
    strength = rng.uniform(0.35, 0.75)
    if rng.random() < 0.6:
        region = ramp(outline.depth, -6, outline.radius * 0.4)
        net = pigment.network(rng, region, rng.uniform(7, 10.5), 0.26, (1, 2.4))
        tissue.add("melanin", net * strength, evidence=True)
        tissue.name("regular network")
    else:
        spacing = rng.uniform(7, 11)
        radius = spacing * rng.uniform(0.26, 0.42)
        region = ramp(outline.depth, 0, 10)
        drops = pigment.globules(rng, region, spacing, (radius * 0.8, radius * 1.2), 0.22)
        tissue.add("melanin", drops * strength, evidence=True)
        tissue.name("regular globules")
    return outline


def draw_basal_cell_carcinoma(tissue: Tissue, rng: Generator) -> Outline:
    """BCC: arborising vessels, blue-grey ovoid nests and leaves, ulceration, shiny white lines."""
    outline = draw_outline(rng, OutlineStyle(irregularity=0.12, ragged=4, edge=8))
    _base(tissue, rng, outline, melanin=rng.uniform(-0.05, 0.2), blood=rng.uniform(0.0, 0.25))
    tissue.add("white", outline.cover * rng.uniform(0.1, 0.35))
    tissue.add("relief", outline.dome() * rng.uniform(2, 10))
    trees = vessels.arborising(rng, outline, int(rng.integers(2, 6)), rng.uniform(2.0, 3.6))
    tissue.add("blood", trees * rng.uniform(0.7, 1.2), evidence=True)
    tissue.name("arborising vessels")
    if rng.random() < 0.75:
        region = outline.ring(0.2, 0.95) * ramp(smooth_noise(rng, 34), -0.2, 0.5)
        nests = pigment.nests(rng, region, rng.uniform(10, 18))
        tissue.add("deep", nests * rng.uniform(0.6, 1.1), evidence=True)
        tissue.add("melanin", nests * rng.uniform(0.0, 0.6), evidence=True)
        tissue.name("blue-grey nests")
    if rng.random() < 0.4:
        _ulcer(tissue, rng, outline)
    if rng.random() < 0.5:
        lines = keratin.white_lines(rng, outline.cover, int(rng.integers(6, 18)), 14)
        tissue.add("white", lines * rng.uniform(0.2, 0.5))
    return outline


def draw_actinic_keratosis(tissue: Tissue, rng: Generator) -> Outline:
    """AK: strawberry pattern (red mesh about pale follicles), rosettes, scale; ill-defined border."""
    outline = draw_outline(rng, OutlineStyle(radius=(40, 78), irregularity=0.12, ragged=7, edge=14))
    is_pigmented = rng.random() < 0.33
    melanin = rng.uniform(0.15, 0.45) if is_pigmented else rng.uniform(0.0, 0.15)
    _base(tissue, rng, outline, melanin=melanin, blood=rng.uniform(0.05, 0.3))
    region = ramp(outline.depth, -12, 14)
    halos, plugs = keratin.follicles(rng, region, rng.uniform(12, 17), rng.uniform(3.0, 4.4))
    mesh = region * (1 - halos) * ramp(fractal_noise(rng, 18, 3), -1.6, 0.8)
    tissue.add("melanin" if is_pigmented else "blood", mesh * rng.uniform(0.4, 0.7), evidence=True)
    tissue.add("white", halos * rng.uniform(0.25, 0.5), evidence=True)
    tissue.add("keratin", plugs * rng.uniform(0.15, 0.6), evidence=True)
    tissue.name("grey-brown pseudonetwork" if is_pigmented else "strawberry pattern")
    if rng.random() < 0.85:
        flakes = keratin.scale(rng, region, rng.uniform(0.15, 0.6))
        tissue.add("white", flakes * rng.uniform(0.4, 0.8), evidence=True)
        tissue.name("scale")
    if rng.random() < 0.5:
        clovers = keratin.rosettes(rng, region, int(rng.integers(3, 9)), 2.4)
        tissue.add("white", clovers * rng.uniform(0.5, 0.8), evidence=True)
        tissue.name("rosettes")
    return outline


def draw_benign_keratosis(tissue: Tissue, rng: Generator) -> Outline:
    """BKL: seborrheic keratosis (cysts, openings, ridges, sharp border) or solar lentigo (fingerprint)."""
    if rng.random() < 0.25:
        return _lentigo(tissue, rng)
    outline = draw_outline(rng, OutlineStyle(irregularity=0.08, ragged=3, edge=2.2, elongation=0.5))
    _base(tissue, rng, outline, melanin=rng.uniform(0.25, 0.8), blood=rng.uniform(0.0, 0.2))
    wax = outline.cover * ramp(fractal_noise(rng, 12), -1.2, 1.2)
    tissue.add("keratin", wax * rng.uniform(0.05, 0.3))
    tissue.add("deep", outline.cover * rng.uniform(0.0, 0.3))
    tissue.add("relief", outline.dome() * rng.uniform(2, 10))
    core = ramp(outline.depth, 1, 8)
    if rng.random() < 0.6:
        furrows = keratin.gyri(rng, core, rng.uniform(8, 14))
        tissue.add("melanin", furrows * rng.uniform(0.25, 0.6), evidence=True)
        tissue.add("relief", -furrows * 0.8)
        tissue.name("fissures and ridges")
    cysts = keratin.milia(rng, core, int(rng.integers(8, 30)), (1.1, 2.9))
    tissue.add("white", cysts * rng.uniform(0.5, 0.9), evidence=True)
    plugs = pigment.globules(rng, core * ramp(smooth_noise(rng, 30), -0.3, 0.2), 16, (1.4, 3.6), 0.5)
    tissue.add("melanin", plugs * rng.uniform(0.7, 1.3), evidence=True)
    tissue.name("milia-like cysts", "comedo-like openings")
    return outline


def draw_dermatofibroma(tissue: Tissue, rng: Generator) -> Outline:
    """DF: central white scar-like patch within a ring of delicate pigment network."""
    outline = draw_outline(rng, OutlineStyle(irregularity=0.06, ragged=4, edge=13, elongation=0.2))
    _base(tissue, rng, outline, melanin=rng.uniform(0.05, 0.4), blood=rng.uniform(0.0, 0.45))
    ring = outline.ring(0.35, 0.9)
    tissue.add("melanin", ring * rng.uniform(0.1, 0.35))
    net = pigment.network(rng, ring, rng.uniform(6.5, 9.5), 0.28, (1, 1.6))
    tissue.add("melanin", net * rng.uniform(0.2, 0.5), evidence=True)
    patch = keratin.scar(rng, outline, rng.uniform(0.28, 0.5))
    tissue.add("white", patch * rng.uniform(0.5, 0.85), evidence=True)
    tissue.add("melanin", -patch * 0.2, evidence=True)
    tissue.name("central white patch", "peripheral delicate network")
    if rng.random() < 0.4:
        tissue.add("white", keratin.white_lines(rng, ramp(patch, 0.2, 0.6), 8, 12) * 0.5)
    return outline


def draw_vascular_lesion(tissue: Tissue, rng: Generator) -> Outline:
    """VASC: red to purple to black lagoons, parted by pale septa."""
    outline = draw_outline(rng, OutlineStyle(radius=(34, 68), irregularity=0.09, ragged=2.5, edge=4))
    _base(tissue, rng, outline, melanin=rng.uniform(0.0, 0.25), blood=rng.uniform(0.1, 0.6))
    tissue.add("relief", outline.dome() * rng.uniform(2, 10))
    lakes = vessels.lagoons(rng, outline, rng.uniform(15, 30), rng.uniform(1.4, 3.4))
    depth = ramp(smooth_noise(rng, outline.radius * 0.5), -1.2, 1.2)
    tissue.add("blood", lakes * (rng.uniform(0.45, 1.0) + depth * rng.uniform(0.1, 0.5)), evidence=True)
    tissue.add("deep", lakes * rng.uniform(0, 1.0) * rng.random(), evidence=True)
    tissue.add("deep", lakes * depth * rng.uniform(0, 0.8), evidence=True)
    tissue.name("lagoons")
    if rng.random() < 0.4:
        veil = outline.cover * ramp(fractal_noise(rng, 30, 3), 0.0, 1.4)
        tissue.add("white", veil * rng.uniform(0.2, 0.5))
        tissue.name("whitish veil")
    return outline


def draw_squamous_cell_carcinoma(tissue: Tissue, rng: Generator) -> Outline:
    """SCC: keratin masses with blood spots, white circles, coiled and hairpin vessels with halos."""
    outline = draw_outline(rng, OutlineStyle(irregularity=0.14, ragged=5, edge=9))
    _base(tissue, rng, outline, melanin=rng.uniform(-0.05, 0.25), blood=rng.uniform(0.1, 0.45))
    tissue.add("relief", outline.dome() * rng.uniform(2, 10))
    rim = outline.ring(0.55, 0.95)
    loops, halos = vessels.hairpins(rng, rim, rng.uniform(15, 22), rng.uniform(3.4, 5.4))
    tissue.add("white", halos * rng.uniform(0.15, 0.4), evidence=True)
    tissue.add("blood", loops * rng.uniform(0.8, 1.4), evidence=True)
    coils = vessels.coils(rng, rim * ramp(smooth_noise(rng, 22), -0.2, 0.5), 8, 2.2)
    tissue.add("blood", coils * rng.uniform(0.6, 1.1), evidence=True)
    mass = keratin.keratin_mass(rng, outline, rng.uniform(0.4, 0.62))
    tissue.keratin_colour = _keratin_colour(rng)
    tissue.add("keratin", mass * rng.uniform(0.6, 0.92), evidence=True)
    tissue.add("relief", mass * (1 + 0.7 * fractal_noise(rng, 8, 3)))
    spots = pigment.globules(rng, ramp(mass, 0.2, 0.5), 13, (1.0, 3.4), 0.5)
    tissue.add("blood", spots * rng.uniform(0.7, 1.4), evidence=True)
    tissue.add("deep", spots * rng.uniform(0.1, 0.8), evidence=True)
    tissue.name("keratin mass", "hairpin vessels", "blood spots")
    return outline


PAINTERS: dict[str, Painter] = {
    "MEL": draw_melanoma,
    "NV": draw_nevus,
    "BCC": draw_basal_cell_carcinoma,
    "AK": draw_actinic_keratosis,
    "BKL": draw_benign_keratosis,
    "DF": draw_dermatofibroma,
    "VASC": draw_vascular_lesion,
    "SCC": draw_squamous_cell_carcinoma,
}
"""Class name to painter, in ISIC 2019 order."""


def _base(tissue: Tissue, rng: Generator, outline: Outline, melanin: float, blood: float) -> None:
    """Colour and texture of the lesion's body; the same for every class."""
    texture = np.clip(1 + 0.22 * fractal_noise(rng, 16, 4, 0.7), 0.2, 2)
    tissue.add("melanin", np.asarray(outline.cover * texture * melanin, np.float32))
    halo = ramp(outline.depth, -18, 6)
    flush = np.clip(1 + 0.35 * fractal_noise(rng, 14, 3), 0, 2)
    tissue.add("blood", np.asarray((0.7 * outline.cover + 0.3 * halo) * flush * blood, np.float32))


def _veil(tissue: Tissue, rng: Generator, outline: Outline) -> None:
    centre = outline.points(rng.uniform(0, 6.28, 1), rng.uniform(0.15, 0.5, 1))[0]
    veil = blob(rng, centre, outline.radius * rng.uniform(0.25, 0.5), 12) * ramp(outline.depth, 0, 10)
    veil = veil * ramp(fractal_noise(rng, 20, 3), -1.8, 0.6)
    tissue.add("deep", veil * rng.uniform(0.4, 0.9), evidence=True)
    tissue.add("white", veil * rng.uniform(0.1, 0.35), evidence=True)
    tissue.name("blue-white veil")


def _blotch(tissue: Tissue, rng: Generator, outline: Outline) -> None:
    centre = outline.points(rng.uniform(0, 6.28, 1), rng.uniform(0.3, 0.7, 1))[0]
    blotch = blob(rng, centre, outline.radius * rng.uniform(0.2, 0.4), 3) * outline.cover
    tissue.add("melanin", blotch * rng.uniform(0.5, 1.2), evidence=True)
    tissue.name("blotch")


def _regression(tissue: Tissue, rng: Generator, outline: Outline) -> None:
    centre = outline.points(rng.uniform(0, 6.28, 1), rng.uniform(0.3, 0.8, 1))[0]
    area = blob(rng, centre, outline.radius * rng.uniform(0.2, 0.35), 6) * outline.cover
    tissue.add("white", area * rng.uniform(0.4, 0.7), evidence=True)
    peppering = pigment.globules(rng, area, 6, (0.6, 1.2), 0.5)
    tissue.add("deep", peppering * 0.7, evidence=True)
    tissue.name("regression")


def _ulcer(tissue: Tissue, rng: Generator, outline: Outline) -> None:
    centre = outline.points(rng.uniform(0, 6.28, 1), rng.uniform(0, 0.6, 1))[0]
    wound: Map = blob(rng, centre, outline.radius * rng.uniform(0.12, 0.28), 2) * outline.cover
    tissue.add("blood", wound * rng.uniform(0.7, 1.4))
    tissue.add("melanin", wound * rng.uniform(0.1, 0.6))
    tissue.add("relief", -wound * 2)
    tissue.name("ulceration")


def _lentigo(tissue: Tissue, rng: Generator) -> Outline:
    """Solar lentigo: light brown, moth-eaten border, fingerprint lines."""
    outline = draw_outline(rng, OutlineStyle(irregularity=0.16, ragged=4, edge=1.8, elongation=0.5))
    left = pigment.bites(rng, outline, int(rng.integers(6, 14)))
    cover = outline.cover * left
    kept = Outline(outline.radius, outline.radii, np.asarray(outline.depth * left), cover)
    _base(tissue, rng, kept, melanin=rng.uniform(0.2, 0.5), blood=rng.uniform(0.0, 0.15))
    lines = pigment.fingerprint(rng, cover, rng.uniform(5, 7))
    tissue.add("melanin", lines * rng.uniform(0.15, 0.35), evidence=True)
    edge = np.clip(cover - blur(cover, 4), 0, 1)
    tissue.add("melanin", edge * 0.4, evidence=True)
    tissue.name("fingerprint lines", "moth-eaten border")
    return kept


def _keratin_colour(rng: Generator) -> tuple[float, float, float]:
    """From white over yellow to orange-brown."""
    share = rng.random()
    pale, dark = np.array([0.95, 0.90, 0.80]), np.array([0.80, 0.62, 0.34])
    red, green, blue = pale + share * (dark - pale)
    return float(red), float(green), float(blue)
