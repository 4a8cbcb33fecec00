"""Every setting of a training, on one page.

A recipe is a TOML file; `settings/toml.py` turns it into the `Recipe` below and names every mistake.
Nothing is touched by reading settings: no file, no network, no framework.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from lentigo.settings.bounds import Within

Scaling = Literal["x/255", "x/127.5-1", "x/128-1", "(x-127)/128", "imagenet", "vgg"]
Resize = Literal["squash", "crop", "pad"]
ShapeOperation = Literal["shear", "stretch", "lens", "hair", "erasing"]
ColourOperation = Literal["hue", "cast", "illumination", "gamma", "noise", "blur", "jpeg", "vignette"]
MetadataField = Literal["age", "sex", "site"]
LesionView = Literal["all", "dermoscopic", "clinical", "pair"]
ISIC_SITES = (
    "anterior torso", "head/neck", "lateral torso", "lower extremity", "oral/genital", "palms/soles",
    "posterior torso", "upper extremity",
)  # fmt: skip

Monitor = Literal["val_accuracy", "val_balanced_accuracy", "val_loss", "val_balanced_loss", "val_roc_auc"]
Share = Annotated[float, Within(0, 1)]
Side = Annotated[int, Within(16, 1024)]
"""Pixels."""
Seed = Annotated[int, Within(0, 2**32 - 1)]
Patience = Annotated[int, Within(0, 100_000)]
"""Epochs."""
Beta = Annotated[float, Within(0, 10)]
"""Of the distribution that shares are drawn from; beyond it all mixtures are halves."""


@dataclass(frozen=True)
class Task:
    """What is to be told apart."""

    classes: Literal["all", "binary"] = "all"
    """`all`: every class of the manifest; `binary`: benign and malignant."""
    malignant: tuple[str, ...] = ("MEL", "BCC", "SCC")
    """The binary grouping. Default: the study's, where AK counts as benign."""


@dataclass(frozen=True)
class Input:
    """From image file to the uint8 pixels the network takes, and the scaling inside it."""

    height: Side = 224
    """Of the images that the network takes, in pixels."""
    width: Side = 224
    """Of the images that the network takes, in pixels."""
    resize: Resize = "squash"
    """How an image of another shape gets there: `squash` stretches it, `crop` cuts out the middle, `pad` adds
    black borders."""
    scaling: Scaling = "x/255"
    """What is done with a pixel x of 0 to 255; `imagenet`: the mean of ImageNet is subtracted and the rest
    divided by its deviation, by channel; `vgg`: the mean is subtracted from blue, green, red. Each backbone's
    published weights expect one of them (docs/reference/backbones.md)."""
    view: LesionView = "all"
    """Which photographs of a lesion are learnt from, validated on and answered, where the manifest has both
    (its column `view`): `all`, one by one; `dermoscopic` or `clinical` alone; or `pair`: both at once, by one
    backbone whose features of the two go to the head side by side. One of them may be missing."""


@dataclass(frozen=True)
class Augmentation:
    """Random changes of training images, none by default.

    One affine warp and one colour map an image; then perhaps one operation of shape, one of colour, and a
    mixture with another image.
    """

    horizontal_flip: bool = False
    """Left and right swapped in half of the draws."""
    vertical_flip: bool = False
    """Top and bottom swapped in half of the draws."""
    flips: Literal["random", "alternating"] = "random"
    """`random`: each flip at every second draw, by chance; `alternating`: an image that was flipped is not
    flipped when it is drawn next, so that all ways are seen equally often (Jordan, 2024)."""
    rotation: Annotated[float, Within(0, 0.5)] = 0.0
    """Largest rotation as a fraction of a full turn: 0.1 draws from -36 to +36 degrees."""
    zoom: Annotated[float, Within(0, 0.9)] = 0.0
    """Largest zoom as a fraction: 0.1 draws the scale of each axis together from 0.9 to 1.1."""
    shift: Annotated[float, Within(0, 0.5)] = 0.0
    """Largest translation as a fraction of height and width."""
    brightness: Share = 0.0
    """Largest relative change of brightness."""
    contrast: Share = 0.0
    """Largest relative change of contrast."""
    saturation: Share = 0.0
    """Largest relative change of saturation."""
    fill: Literal["reflect", "constant"] = "reflect"
    """What is seen where an image was moved away: its mirror image, or black."""
    shape_operations: tuple[ShapeOperation, ...] = ()
    """Of these one an image, chosen by chance: `shear`, `stretch`, `lens` (distortion), `hair` (drawn),
    `erasing` (a patch of the mean colour)."""
    colour_operations: tuple[ColourOperation, ...] = ()
    """Of these one an image, chosen by chance: `hue`, `cast`, `illumination` (the colour of the light taken
    away or doubled), `gamma`, `noise`, `blur`, `jpeg`, `vignette`."""
    operation_strength: Share = 0.5
    """Largest strength of both operations, 0 to 1; drawn evenly from 0 to it for each image."""
    operation_share: Share = 1.0
    """Share of images that each of the two is applied to."""
    mixup: Beta = 0.0
    """Images are laid over each other, their labels with them, by shares drawn from Beta(mixup, mixup);
    0.2 is usual (Zhang et al., 2018). 0: off."""
    cutmix: Beta = 0.0
    """A rectangle is cut out of another image, its share of the area drawn from Beta(cutmix, cutmix); 1 is
    usual (Yun et al., 2019). With `mixup` too, each mixed image is mixed in one of the two ways. 0: off."""
    mixing_share: Share = 0.5
    """Share of images that are mixed, where `mixup` or `cutmix` is on."""
    one_view: Share = 0.0
    """With `input.view = "pair"`, the share of pairs drawn of which only one photograph, either by chance, is
    shown, so that one alone is answered too."""


@dataclass(frozen=True)
class HeadLayer:
    """One layer of the head."""

    layer: Literal["flatten", "pool", "batchnorm", "dense", "dropout"]
    """What the layer does."""
    units: Annotated[int, Within(0, 65_536)] = 0
    """For `dense` (relu)."""
    rate: Annotated[float, Within(0, 1, below=True)] = 0.0
    """For `dropout`."""


POOLED_HEAD = (HeadLayer("pool"), HeadLayer("dropout", rate=0.2))


@dataclass(frozen=True)
class Model:
    """Backbone and head. The last layer, one unit a class, is always added and is called `logits`."""

    backbone: str = "small-cnn"
    """A name from `lentigo.models.BACKBONES` (docs/reference/backbones.md): `small-cnn`, `xception` ..., or
    `onnx`: any encoder that `weights` names, frozen; only the head learns."""
    weights: str = "none"
    """`imagenet`, `none` (random), or the path of a weights file; with `onnx` that of an ONNX file, which
    takes float images (N, 3, H, W) or (N, H, W, 3) and gives a vector, tokens or a map an image."""
    stochastic_depth: Annotated[float, Within(0, 1, below=True)] = 0.0
    """EfficientNet-Lite only: share of the steps in which a residual block is left out while it learns, for
    each image anew (Huang et al., 2016). It grows evenly with depth: block b of B is left out with this times
    b / B, as in the published EfficientNet, where it is 0.2. 0: off."""
    licence: str = ""
    """Of the weights, as far as you know it; put down in run, bundle and card."""
    head: tuple[HeadLayer, ...] = POOLED_HEAD
    """From the last feature map to the logits, in order; `head = "pooled"` is short for pool, dropout 0.2."""
    output: Literal["logits", "softmax"] = "logits"
    """`softmax` puts the activation into the network, as the study did from S3 on: the same function."""


@dataclass(frozen=True)
class Metadata:
    """What may be known beside the image: it moves the logits, and what is not known moves nothing."""

    use: tuple[MetadataField, ...] = ()
    """`age`, `sex`, `site`, or some of them; none by default: the image alone."""
    dropout: Annotated[float, Within(0, 1, below=True)] = 0.3
    """Share of the images drawn in training of which nothing is told, so that the image alone gets an answer
    too; of the others each field is left out on its own with the same share."""
    sites: tuple[str, ...] = ISIC_SITES
    """The words for sites, as the manifest has them in its column `site`; any other counts as not known. The
    default is ISIC's; HAM10000 says `abdomen`, `back`, `face` ..."""


@dataclass(frozen=True)
class Balance:
    """How training answers unequal class counts. Only the training part is ever touched."""

    resample_to: str = "none"
    """`none`, `min`, `median`, `geometric` (mean of the extremes) or a number: the count of every class."""
    draw_power: Share = 0.0
    """0: images are drawn as they come; 1: classes are drawn equally often; 0.5: square root in between."""
    weight_power: Share = 0.0
    """Loss weights proportional to class count to the power of minus this; 1: full inverse frequency."""
    weight_start: Patience = 0
    """Epochs, counted over all stages, in which all images still weigh the same."""
    weight_ramp: Patience = 0
    """Over how many epochs after `weight_start` the power grows evenly to `weight_power`; 0: it is there at
    once. Rare classes then count for more only when features of all classes are learnt."""
    logit_adjustment: Annotated[float, Within(0, 10)] = 0.0
    """While learning, each class's logit is raised by this times the log of its share of the images drawn
    (the logit-adjusted loss, Menon et al. 2021), so that without the raise it answers as if classes were
    even; 1: fully. 0: off."""
    prior_power: Share = 0.0
    """After training, each class's logit is lowered by this times the log of its share of the training part
    (logit adjustment, Menon et al. 2021): helps where a network has memorised its images."""


@dataclass(frozen=True)
class Prediction:
    """How the trained network is asked."""

    views: str = "one"
    """The mean over so many views of each image, at so many times the cost. `flips`: 4, the image, its two
    mirror images and its half turn; `dihedral`: 8, the same of the image turned by a quarter too, which needs
    input.height = input.width. With crops: `flips+0.8x4` are 20, the same of four crops of 0.8 of both
    sides too; `dihedral+0.85x1+0.7x1` are 24, three scales; `one+0.7x16` are 17, a grid of 16. A scale
    may have 1, 4, 9, 16 or 25 crops. `lentigo evaluate RUN --views` compares them without training anew."""


@dataclass(frozen=True)
class ReduceLROnPlateau:
    """Multiply lr by `factor` when `monitor` has not improved for `patience` epochs."""

    monitor: Monitor = "val_accuracy"
    """The figure that should improve; see `training.monitor`."""
    patience: Patience = 5
    """Epochs without an improvement."""
    factor: Annotated[float, Within(0, 1, above=True, below=True)] = 0.5
    """What lr is multiplied by."""
    min_lr: Annotated[float, Within(0, 10)] = 1e-5
    """It falls no further."""


@dataclass(frozen=True)
class EarlyStopping:
    """End the stage when `monitor` has not improved for `patience` epochs."""

    monitor: Monitor = "val_accuracy"
    """The figure that should improve; see `training.monitor`."""
    patience: Patience = 20
    """Epochs without an improvement."""


@dataclass(frozen=True)
class Stage:
    """One phase of fine-tuning."""

    learn: tuple[str, ...] = ("all",)
    """`head`, `all`, or names of the backbone's blocks; a plain text stands for a list of one."""
    epochs: Annotated[int, Within(1, 100_000)] = 1
    """Times that all training images are gone through."""
    lr: Annotated[float, Within(0, 10, above=True)] = 1e-3
    """Learning rate; with `cosine` the highest."""
    schedule: Literal["constant", "cosine"] = "constant"
    """`cosine`: warm up over the first tenth of the stage's steps, then fall to zero along a half cosine."""
    layer_decay: Annotated[float, Within(0, 1, above=True)] = 1.0
    """The head learns at `lr`, the backbone's last block at this times as much, the one before it at this
    times that, and so on to the image: 0.9 is gentle. 1: all at `lr`."""
    reduce_lr_on_plateau: ReduceLROnPlateau | None = None
    """Lower lr where a figure no longer improves; `{}` for its defaults."""
    early_stopping: EarlyStopping | None = None
    """End the stage where a figure no longer improves; `{}` for its defaults."""
    size: Annotated[int, Within(0, 1024)] = 0
    """Shorter side, in pixels, of the images that the stage learns from and is validated on: shrunk from
    input.height x input.width, their shape kept. 0: as they are, which the last stage must have. Small images
    first are most of the learning for a part of the time; the head must pool, not flatten."""


@dataclass(frozen=True)
class Training:
    """The loop."""

    batch_size: Annotated[int, Within(1, 65_536)] = 32
    """Images a step."""
    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    """What a step does with the gradients; `sgd` has Nesterov's momentum of 0.9."""
    weight_decay: Annotated[float, Within(0, 10)] = 0.0
    """Share of each weight, times lr, that a step takes away."""
    label_smoothing: Annotated[float, Within(0, 0.5)] = 0.0
    """Share of each label that is spread over all classes, against too great certainty."""
    clip_gradients: Annotated[float, Within(0, 1_000_000)] = 0.0
    """Largest norm of all gradients of a step together; longer ones are shortened to it. 0: as they are."""
    average_weights: Annotated[float, Within(0, 0.99999)] = 0.0
    """Decay of the moving average of weights; 0 is off. The averages are what is evaluated and kept."""
    statistics_batches: Annotated[int, Within(0, 10_000)] = 0
    """Batches that the means and variances of batch normalisation are measured on anew, by the weights of
    that moment, before each validation and at the end of a stage (Wu and Johnson, 2021), such as 20. 0: as
    the layers remember them, which lags by some hundred steps."""
    keep: Literal["best", "last", "average"] = "best"
    """Which weights a stage hands on: those of the best epoch by `monitor`, of the last one, or the mean over
    the ends of the epochs in the last third of the stage, which no single figure chooses."""
    monitor: Monitor = "val_accuracy"
    """`val_accuracy`, `val_balanced_accuracy`, `val_loss`, or figures with less noise where classes are rare:
    `val_balanced_loss` (log loss, every class weighted equally), `val_roc_auc` (mean over the classes)."""
    precision: Literal["auto", "float32", "mixed_bfloat16"] = "float32"
    """What the network computes in; weights and probabilities are float32 in any case. `auto`:
    `mixed_bfloat16` where the machine is found to multiply it faster, else `float32`; decided when a run
    begins, written into `run.json` and kept by a resume."""
    seed: Seed = 0
    """Of everything drawn: weights, order, augmentation. The same seed gives the same run."""
    start_from: str = ""
    """Whose weights to start from: a run, or a weights file of a whole network; empty: none. A path, or the
    name of a run that lies beside the new one. A run must have been trained on the same split."""
    start_layers: Literal["all", "fitting"] = "all"
    """`all`: every layer must fit; `fitting`: layers of another shape start afresh, which the run records."""


@dataclass(frozen=True)
class Stored:
    """What frozen layers make of a few augmented views of each image: computed once, not in every epoch.

    It lies beside the pixel cache; `lentigo data cache` shows and deletes it.
    """

    when: Literal["auto", "never", "always"] = "auto"
    """`auto`: where a stage has more epochs than `views`, mixes no images, its frozen layers are at least a
    quarter of the work (an encoder in ONNX is), and disk and budget have room; `always`: also where a stage
    has fewer epochs, since other trainings will read the same. A search says `always` for its trials, unless
    this says `never`."""
    views: Annotated[int, Within(1, 1000)] = 4
    """Augmented views of an image that take turns, the same for every seed."""
    type: Literal["float16", "float32"] = "float16"
    """Of what is put down; the network computes on in its own precision."""
    budget_gib: Annotated[float, Within(0, 1_000_000)] = 20.0
    """Most that may be stored beside one pixel cache, in GiB."""


@dataclass(frozen=True)
class Gene:
    """One number of a recipe that a search may change."""

    key: str
    """Path of the key, such as `model.head.2.units` or `stages.0.lr`."""
    kind: Literal["int", "float"]
    """Whole numbers, or any."""
    low: Annotated[float, Within(-1e9, 1e9)]
    """Smallest value."""
    high: Annotated[float, Within(-1e9, 1e9)]
    """Largest value."""
    log: bool = False
    """Whether equal ratios are equal steps, as for a learning rate; else equal differences are."""


@dataclass(frozen=True)
class Search:
    """A genetic search: which keys of this recipe vary, and how generations follow each other."""

    genes: tuple[Gene, ...]
    """The numbers that vary."""
    population: Annotated[int, Within(2, 10_000)] = 6
    """Individuals a generation."""
    elite: Annotated[int, Within(1, 10_000)] = 2
    """How many of the best so far, of whatever generation, are the parents of the next one."""
    lowest_mutation_rate: Share = 0.05
    """Smallest rate at which an individual's numbers change."""
    highest_mutation_rate: Share = 0.5
    """Each individual carries its own rate between these, drawn at first, then inherited with a change."""
    external_mutation_rate: Share = 0.0
    """A rate for all instead of each individual's own; 0: none."""
    inherit_weights: bool = False
    """Whether offspring start from their parent's weights, where those fit."""
    seed: Seed = 0
    """Of parents, mutations and the first generation."""


@dataclass(frozen=True)
class Recipe:
    """One training, whole."""

    name: str
    """What runs of it are called."""
    task: Task = field(default_factory=Task)
    input: Input = field(default_factory=Input)
    augmentation: Augmentation = field(default_factory=Augmentation)
    model: Model = field(default_factory=Model)
    metadata: Metadata = field(default_factory=Metadata)
    balance: Balance = field(default_factory=Balance)
    training: Training = field(default_factory=Training)
    stored: Stored = field(default_factory=Stored)
    prediction: Prediction = field(default_factory=Prediction)
    stages: tuple[Stage, ...] = (Stage(),)
    """What learns one after the other, `[[stages]]` each."""
    search: Search | None = None
    """Given, the recipe is for `lentigo search`, which trains many of it, each without this table."""
