"""What a run knows in; answers on data preparation, network and training, one function an item, out."""

from __future__ import annotations

from typing import Any

from lentigo.data.metadata.drawn import drawn_warning
from lentigo.report.checklists.facts import ChecklistFacts, counts_text
from lentigo.report.drawing.numbers import count_text
from lentigo.settings.recipe import Stage


def method_in_words(facts: ChecklistFacts) -> str:
    """Kind of network and what it tells apart."""
    count = len(facts.record.get("class_names") or [])
    return (
        f"Convolutional neural network ({facts.recipe.model.backbone}); dermoscopic images; {count} classes"
    )


def intended_use(facts: ChecklistFacts) -> str:
    """What the product is for."""
    told = f"{facts.record.get('notice', '')} For researchers, students and engineers; not for care"
    return f"{told}. {drawn_warning(facts.sources)}" if drawn_warning(facts.sources) else told


def retrospective(facts: ChecklistFacts) -> str:
    """Images that were there before."""
    return "Retrospective: existing images" if facts.sources else ""


def data_sources(facts: ChecklistFacts) -> str:
    """Sources with their images."""
    told = drawn_warning(facts.sources)
    return counts_text(facts.sources) + (f". {told}" if told else "")


def preprocessing(facts: ChecklistFacts) -> str:
    """From file to network."""
    size = facts.recipe.input
    return (
        f"Orientation and colour profile applied once; {size.resize} to {size.height} x {size.width} pixels; "
        f"scaling {size.scaling} inside the network"
    )


def definitions(facts: ChecklistFacts) -> str:
    """Where the words are defined."""
    grouping = " + ".join(facts.record.get("malignant") or [])
    return f"Classes as in ISIC 2019; malignant = {grouping}" if grouping else "Classes as in the manifest"


def deidentification(_: ChecklistFacts) -> str:
    """What this program does about it."""
    return "EXIF, GPS and comments of files are never copied into anything written; ids are the source's"


def missing_data(facts: ChecklistFacts) -> str:
    """What is not known of how many images."""
    rows = [f"{name} of {count_text(count)} images" for name, count in facts.missing.items() if count]
    unused = "The network uses pixels only; metadata are used for groups, subgroups and baselines"
    return f"Not known: {', '.join(rows)}. {unused}" if rows else unused


def reference_standard(facts: ChecklistFacts) -> str:
    """Labels as the source gives them."""
    return f"Diagnosis as given by the source ({', '.join(facts.sources)})" if facts.sources else ""


def disjoint_level(facts: ChecklistFacts) -> str:
    """Groups."""
    if facts.split.get("per_image"):
        return "Images only; patients, lesions and near-duplicates are on both sides: LEAKED"
    return "Group: images that share a patient, a lesion, a near-duplicate cluster or bytes are on one side"


def network(facts: ChecklistFacts) -> str:
    """Backbone, head, parameters."""
    model = facts.recipe.model
    head = ", ".join(_layer(layer) for layer in model.head)
    return (
        f"{model.backbone}, then {head}, then {len(facts.record.get('class_names') or [])} {model.output}; "
        f"{count_text(facts.record.get('num_parameters'))} parameters"
    )


def software(facts: ChecklistFacts) -> str:
    """Versions."""
    versions = facts.record.get("versions") or {}
    return f"backend {facts.record.get('backend')}; " + ", ".join(
        f"{name} {of}" for name, of in versions.items()
    )


def initial_weights(facts: ChecklistFacts) -> str:
    """Random, ImageNet, or a run."""
    start, weights = facts.recipe.training.start_from, facts.recipe.model.weights
    if start:
        return f"from the run or file {start}"
    named = {"none": "random", "imagenet": "pretrained on ImageNet"}
    return f"{named.get(weights, f'from the file {weights}')}; seed {facts.recipe.training.seed}"


def training(facts: ChecklistFacts) -> str:
    """Optimizer, batches, stages."""
    recipe = facts.recipe
    precision = facts.record.get("precision", recipe.training.precision)
    stages = "; ".join(_stage(stage) for stage in recipe.stages)
    return (
        f"{recipe.training.optimizer}, batches of {recipe.training.batch_size}, {precision}. "
        f"Stages: {stages}. Augmentation and balancing: see recipe.toml"
    )


def selection(facts: ChecklistFacts) -> str:
    """Which epoch is kept."""
    loop = facts.recipe.training
    kept = {
        "best": f"best epoch of each stage by {loop.monitor}",
        "last": "last epoch of each stage",
        "average": "mean of the weights over the last third of each stage",
    }[loop.keep]
    return f"{kept}; on validation only"


def ensembles(facts: ChecklistFacts) -> str:
    """Members, or none."""
    members = facts.record.get("members")
    return f"mean of {len(members)} runs" if members else "none"


def explanations(facts: ChecklistFacts) -> str:
    """Saliency maps."""
    if facts.recipe.input.view == "pair":
        return "None: no map is drawn of two photographs at once"
    return "Grad-CAM of the class logit; see report.html and `lentigo explain`"


def predictors(facts: ChecklistFacts) -> str:
    """Which pixels, and what beside them."""
    pixels = {
        "all": "one image",
        "dermoscopic": "one dermoscopic image",
        "clinical": "one clinical image",
        "pair": "a dermoscopic and a clinical photograph of the lesion, or one of them",
    }[facts.recipe.input.view]
    return f"The pixels of {pixels}; {', '.join(facts.recipe.metadata.use) or 'no metadata'}"


def computing(facts: ChecklistFacts) -> str:
    """How to get a prediction."""
    if facts.recipe.input.view == "pair":
        return "`lentigo submit --challenge milk10k RUN --images FOLDER`; softmax of the logits"
    return "`lentigo predict RUN IMAGE`, or an exported bundle; softmax of the logits"


def imbalance(facts: ChecklistFacts) -> str:
    """What was done about unequal classes."""
    balance = facts.recipe.balance
    used = {
        "classes resampled to": balance.resample_to if balance.resample_to != "none" else "",
        "drawn by count to the power": 1 - balance.draw_power if balance.draw_power else "",
        "loss weights by count to the power": -balance.weight_power if balance.weight_power else "",
        "logits lowered by log share times": balance.prior_power or "",
    }
    told = ", ".join(f"{name} {value}" for name, value in used.items() if value != "")
    return (
        f"In the training part only: {told}"
        if told
        else "Nothing: classes as they come; figures weight classes equally"
    )


def licences(facts: ChecklistFacts) -> str:
    """Licences of the images."""
    return "Licences of the images: " + counts_text(
        {name or "not known": count for name, count in facts.licences.items()}
    )


def code_and_recipe(facts: ChecklistFacts) -> str:
    """Command, recipe, hashes."""
    weights = (facts.record.get("weights") or {}).get("sha256", "")
    return f"`{facts.record.get('command', '')}`; recipe.toml, split.csv; weights SHA-256 {str(weights)[:16]}"


def poor_input(_: ChecklistFacts) -> str:
    """What happens to bad images."""
    return "Unreadable or truncated files are refused with a reason; a bundle abstains where it was fitted to"


def _layer(layer: Any) -> str:
    return f"{layer.layer} {layer.units or layer.rate or ''}".strip()


def _stage(stage: Stage) -> str:
    return f"{'+'.join(stage.learn)} {stage.epochs} epochs at {stage.lr:g}"
