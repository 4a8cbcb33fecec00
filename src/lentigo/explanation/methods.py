"""The one table of saliency methods: a network's look at images in, heat for each asked class out.

All explain the *logit* of a class, not its probability: a saturated softmax has no gradient left, and it
mixes in the other classes. Adding a method is one function and one row. NumPy only: what a method needs to
know of a network comes through a `Look`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lentigo.explanation.occlusion import occluded_drops
from lentigo.explanation.saliency import Floats, saliency_maps, weigh_channels
from lentigo.settings.errors import ModelError, SettingsError

BATCH_SIZE = 16

Pixels = NDArray[np.uint8]
Classes = NDArray[np.int64]


class Look(Protocol):
    """What a network makes of one batch of N images."""

    @property
    def images(self) -> Pixels:
        """uint8 (N, H, W, 3)."""

    @property
    def features(self) -> Floats:
        """Last feature map, (N, h, w, C)."""

    def gradients(self, classes: Classes) -> Floats:
        """Of the logits of `classes` (N, M) with respect to `features`: (N, M, h, w, C)."""

    def kernel(self) -> Floats | None:
        """Of logits on the pooled features, (C, K), where the head is linear after pooling; else None."""

    def logits(self, images: Pixels) -> Floats:
        """(P, K) of other images uint8 (P, H, W, 3)."""


class Lens(Protocol):
    """A network that can be looked through; `gradcam.NetworkLens` is one."""

    @property
    def num_classes(self) -> int:
        """K."""

    def kernel(self) -> Floats | None:
        """As in `Look`."""

    def look(self, images: Pixels) -> Look:
        """At a batch of images, uint8 (N, H, W, 3)."""


Heat = Callable[[Look, Classes], Floats]
"""A look and classes (N, M) in; heat (N, M, a, b), not negative, on a grid of any size out."""


def grad_cam(look: Look, classes: Classes) -> Floats:
    """Channels weighted by their mean gradient (Selvaraju et al. 2017, equations 1 and 2)."""
    return weigh_channels(look.features, look.gradients(classes).mean(axis=(2, 3), dtype=np.float64))


def grad_cam_plus_plus(look: Look, classes: Classes) -> Floats:
    """Channels weighted by their positive gradients, each counted by its alpha (Chattopadhay et al. 2018).

    Equations 10 and 19 of https://arxiv.org/abs/1710.11063 with Y = exp(logit) and a head that is linear by
    pieces: alpha = g^2 / (2 g^2 + S g^3) = 1 / (2 + S g), S being the channel's sum. It presumes features
    that are not negative; a sum below 0 counts as 0, or alpha would have a pole.
    """
    rising = np.maximum(look.gradients(classes), 0.0)
    sums = np.maximum(look.features.sum(axis=(1, 2)), 0.0)[:, np.newaxis, np.newaxis, np.newaxis]
    return weigh_channels(look.features, (rising / (2.0 + sums * rising)).sum(axis=(2, 3)))


def layer_cam(look: Look, classes: Classes) -> Floats:
    """Every cell of every channel weighted by its own positive gradient (Jiang et al. 2021, equation 5)."""
    rising = np.maximum(look.gradients(classes), 0.0)
    heat = np.einsum("nmhwc,nhwc->nmhw", rising, look.features)
    return np.asarray(np.maximum(heat, 0.0), np.float32)


def cam(look: Look, classes: Classes) -> Floats:
    """Channels weighted by the kernel of the logit (Zhou et al. 2016, equation 2), negatives cut off.

    Raises:
        ModelError: the head is not linear after pooling.
    """
    kernel = look.kernel()
    if kernel is None:
        raise ModelError(
            "CAM needs a head that is linear after pooling, and this one has a hidden layer or flattens; "
            "use gradcam, which equals CAM where CAM exists"
        )
    return weigh_channels(look.features, kernel.T[classes])


def occlusion(look: Look, classes: Classes) -> Floats:
    """How far the logit falls when a patch is covered (Zeiler and Fergus 2014); knows only answers."""
    before = look.logits(look.images)
    found = [
        occluded_drops(image, before[place], classes[place], look.logits)
        for place, image in enumerate(look.images)
    ]
    return np.maximum(np.stack(found), 0.0)


@dataclass(frozen=True)
class Method:
    """One row of the table."""

    title: str
    heat: Heat
    needs_linear_head: bool = False
    is_quick: bool = True
    """It asks for one pass of the network or a few; else tests repeat it less often."""
    looks_at_features: bool = True
    """Its heat is as coarse as the last feature map."""


METHODS: dict[str, Method] = {
    "gradcam": Method("Grad-CAM", grad_cam),
    "gradcam++": Method("Grad-CAM++", grad_cam_plus_plus),
    "layercam": Method("LayerCAM", layer_cam),
    "cam": Method("CAM", cam, needs_linear_head=True),
    "occlusion": Method("Occlusion", occlusion, is_quick=False, looks_at_features=False),
}
"""What `lentigo explain` draws by, and puts to its tests."""


def method_named(name: str) -> Method:
    """Find a row of the table.

    Raises:
        SettingsError: there is none; the message lists those there are.
    """
    if name not in METHODS:
        raise SettingsError(f"there is no saliency method {name!r}; choose one of {', '.join(METHODS)}")
    return METHODS[name]


def usable_methods(lens: Lens) -> list[str]:
    """Names of the methods that work on this network."""
    has_kernel = lens.kernel() is not None
    return [name for name, method in METHODS.items() if has_kernel or not method.needs_linear_head]


def explain_images(lens: Lens, images: Pixels, classes: Classes, method: str = "gradcam") -> Floats:
    """Where each image speaks for each of its classes.

    Args:
        lens: the network.
        images: uint8 (N, H, W, 3), as the network takes them.
        classes: (N, M), M classes to explain for each image; `all_classes` asks for every one. The backbone
            runs once for all of them.
        method: a name from `METHODS`.

    Returns:
        float32 (N, M, H, W) in [0, 1]. Each map is divided by its own maximum: compare places, not strengths.
        A map is all zero where nothing speaks for the class.

    Raises:
        SettingsError: there is no such method.
        ModelError: the method does not fit the head, or a class does not exist.
    """
    return explain_by_methods(lens, images, classes, [method])[method]


def explain_by_methods(
    lens: Lens, images: Pixels, classes: Classes, methods: Sequence[str]
) -> dict[str, Floats]:
    """As `explain_images`, by several methods that share one pass of the backbone; method -> maps."""
    heats = {name: method_named(name).heat for name in methods}
    _check_classes(classes, len(images), lens.num_classes)
    size = images.shape[1:3]
    maps = {name: [np.zeros((0, classes.shape[1], *size), np.float32)] for name in methods}
    for start in range(0, len(images), BATCH_SIZE):
        batch = slice(start, start + BATCH_SIZE)
        look = lens.look(images[batch])
        for name, heat in heats.items():
            maps[name].append(saliency_maps(heat(look, classes[batch]), *size))
    return {name: np.concatenate(parts) for name, parts in maps.items()}


def all_classes(num_images: int, num_classes: int) -> Classes:
    """Every class for every image, (N, K)."""
    return np.tile(np.arange(num_classes), (num_images, 1))


def _check_classes(classes: Classes, num_images: int, num_classes: int) -> None:
    if classes.ndim != 2 or len(classes) != num_images:
        raise ModelError(
            f"{num_images} images but class indices of shape {classes.shape}; give (N, M), M for each image"
        )
    if classes.size and (classes.min() < 0 or classes.max() >= num_classes):
        raise ModelError(f"class indices must lie in 0 to {num_classes - 1}, found {classes.tolist()}")
