"""One training: (recipe, manifest, split) in, one run directory out. The same call again resumes it.

A trial of a search, a fold, a row of a study is one call of `train`, whoever makes it and wherever.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lentigo.data.cache import open_cache
from lentigo.data.manifest import Manifest, sources_of
from lentigo.data.metadata.encoding import encoding_of, strangers_in_words
from lentigo.data.split import PARTS, Split
from lentigo.data.taxonomy import targets
from lentigo.models import Network, backbone_named, backbone_of, build_network, join_metadata, save_weights
from lentigo.settings.errors import LentigoError, RunError, SettingsError, SplitError
from lentigo.settings.files import require_room, sha256_of
from lentigo.settings.processes.interrupt import Interrupted, stop_on_signals
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory, command_line, now, rows_hash, versions
from lentigo.training import backend
from lentigo.training.batches.balance import drawn_shares
from lentigo.training.batches.batches import Part
from lentigo.training.loop import Trainer
from lentigo.training.precision import choose_precision
from lentigo.training.prior import correct_prior
from lentigo.training.progress import TrainingProgress
from lentigo.training.resuming.checkpoint import SPARE_BYTES
from lentigo.training.resuming.starting import check_start, find_start, start_network
from lentigo.training.resuming.state import TrainingState
from lentigo.training.setup.sizes import Building, check_sizes
from lentigo.training.setup.stage_setup import Material, StagePreparation, TrainingSetup
from lentigo.training.setup.storing import Place
from lentigo.training.stages import plan_stages
from lentigo.training.steps.objective import raised_logits
from lentigo.training.steps.statistics import check_statistics


def train_network(
    recipe: Recipe,
    manifest: Manifest,
    split: Split,
    out: str | Path,
    progress: TrainingProgress | None = None,
) -> RunDirectory:
    """Train one network.

    Given the same arguments again, a training that was stopped or killed goes on from its last checkpoint and
    ends with the same weights; a finished one is left as it is.

    Args:
        recipe: what to train.
        manifest: the images.
        split: their parts; `train` is learnt, `validation` watched, `test` not touched.
        out: the run directory.
        progress: told what happens.

    Returns:
        The run directory, with `recipe.toml`, `run.json`, `history.jsonl` and `model.weights.h5`.

    Raises:
        RunError: the directory is in use or holds another training; the training failed or was stopped.
        SettingsError: the recipe does not fit the network.
        SplitError: nothing to learn from, or a recipe that watches validation has no validation part.
    """
    watch = progress or TrainingProgress()
    run, split = RunDirectory(out), split.of_view(manifest, recipe.input.view)
    with run.locked():
        _check_same_training(run, recipe, manifest, split)
        if run.record().get("status") == "finished" and run.weights_file.is_file():
            watch.note(f"{run.path} is finished already; nothing to do")
            return run
        _open(run, recipe, manifest, split)
        _train_watched(run, recipe, (manifest, split), watch)
    return run


def _train_watched(
    run: RunDirectory, recipe: Recipe, data: tuple[Manifest, Split], watch: TrainingProgress
) -> None:
    """Train what was opened; how it ended is written down, and told."""
    watch.training_started(run)
    try:
        start = _find_start(run, recipe, *data)
        _train(run, _material(run, *data, watch), start, watch)
    except Interrupted:
        run.update_record(status="interrupted")
        raise
    except LentigoError as error:
        run.update_record(status="failed", error=str(error))
        raise
    finally:
        watch.training_ended(run)


def _open(run: RunDirectory, recipe: Recipe, manifest: Manifest, split: Split) -> None:
    """Save what is about to be trained, once it is known to make sense."""
    backbone_of(recipe.model)
    _check_parts(recipe, manifest, split)
    run.write_recipe(recipe)
    run.update_record(**_opening(run, recipe, manifest, split))


def _warn_of_crossings(manifest: Manifest, split: Split, watch: TrainingProgress) -> None:
    """Say that the manifest knows links which the split does not keep; what is then measured is a leak."""
    crossings = split.crossings(manifest)
    if crossings:
        watch.note(
            f"LEAKED: groups of linked images that lie in two parts of this split: {len(crossings):,}, the "
            f"first {crossings[0]}; `lentigo evaluate` will refuse figures on them. Make the split again: "
            "`lentigo split`"
        )


def _warn_of_scaling(recipe: Recipe, watch: TrainingProgress) -> None:
    """Say so where the backbone's weights expect other numbers than they are given."""
    row, scaling = backbone_named(recipe.model.backbone), recipe.input.scaling
    has_published = row.published != "none" and recipe.model.weights != "none"
    if has_published and scaling != row.scaling:
        watch.note(
            f"the published weights of {row.name} expect input.scaling {row.scaling!r}, and the recipe says "
            f"{scaling!r}"
        )


def _find_start(run: RunDirectory, recipe: Recipe, manifest: Manifest, split: Split) -> Path | None:
    """The run or weights file the recipe starts from, if any, and known to have learnt nothing held out."""
    start = find_start(recipe.training, run.path)
    if start:
        check_start(start, manifest.sha256, split.hash)
    return start


def _start(run: RunDirectory, setup: TrainingSetup, start: Path, watch: TrainingProgress) -> None:
    """Fill the network with the weights the recipe starts from, and say so in the run."""
    found = start_network(setup.network, start, setup.recipe.training.start_layers)
    run.update_record(started_from=found)
    fresh = (
        f"; these layers start afresh: {', '.join(found['fresh_layers'])}" if found["fresh_layers"] else ""
    )
    watch.note(f"starts from the weights of {start}{fresh}")


def _train(run: RunDirectory, setup: TrainingSetup, start: Path | None, watch: TrainingProgress) -> None:
    """Run the loop and save its end; checkpoints go only after the weights are safe."""
    if start:
        _start(run, setup, start, watch)
    with stop_on_signals() as stop, closing(Trainer(setup, run, watch, stop)) as trainer:
        state = trainer.run()
        _save(run, setup, state)
        trainer.store.remove()


def _save(run: RunDirectory, setup: TrainingSetup, state: TrainingState) -> None:
    """Save the weights and what the record says of the training."""
    correct_prior(setup.network, run.record()["training_class_counts"], setup.recipe.balance.prior_power)
    num_bytes = sum(weight.nbytes for weight in setup.network.model.get_weights())
    require_room(run.weights_file, num_bytes, SPARE_BYTES)
    save_weights(setup.network, run.weights_file)
    run.update_record(**_closing(run, setup, state))


def _check_same_training(run: RunDirectory, recipe: Recipe, manifest: Manifest, split: Split) -> None:
    """Refuse a directory that holds another training, and a recipe that is many trainings."""
    if recipe.search:
        raise SettingsError(
            f"{recipe.name} is a recipe for a search: use `lentigo search`, or take out its table [search]"
        )
    record = run.record()
    has_something_to_lose = run.checkpoints.is_dir() or run.weights_file.is_file()
    if not record or not has_something_to_lose:
        return
    differences = []
    if run.recipe_file.is_file() and run.recipe() != recipe:
        differences.append("recipe")
    if record.get("manifest", {}).get("sha256") != manifest.sha256:
        differences.append("manifest")
    if record.get("split", {}).get("hash") != split.hash:
        differences.append("split")
    if differences:
        raise RunError(
            f"{run.path} holds a training with another {' and '.join(differences)}; "
            "give another folder, or delete this one to train again"
        )


def _check_parts(recipe: Recipe, manifest: Manifest, split: Split) -> None:
    if len(split.rows(manifest, "train")) == 0:
        raise SplitError("the split has no training images")
    watches = recipe.training.keep == "best" or any(
        stage.reduce_lr_on_plateau or stage.early_stopping for stage in recipe.stages
    )
    if watches and len(split.rows(manifest, "validation")) == 0:
        raise SplitError(
            "the split has no validation images, and the recipe chooses by them; make a split with some, or "
            "set training.keep = 'last' and drop reduce_lr_on_plateau and early_stopping"
        )


def _material(run: RunDirectory, manifest: Manifest, split: Split, watch: TrainingProgress) -> TrainingSetup:
    """Decode what is not decoded yet, and build the network as it starts."""
    _warn_of_crossings(manifest, split, watch)
    recipe = run.recipe()
    _warn_of_scaling(recipe, watch)
    labels, class_names = targets(manifest.table["class"].tolist(), manifest.class_names, recipe.task)
    cache = open_cache(manifest, recipe.input, progress=watch.preparing)
    backend.prepare(recipe.training.seed)
    precision: Any = run.precision()
    network = build_network(recipe.model, recipe.input, len(class_names), precision, recipe.training.seed)
    network, known = _with_metadata(run, network, manifest, split, watch)
    check_statistics(recipe.training, network)
    _note_encoder(run, network)
    has_start = recipe.model.weights != "none" or bool(recipe.training.start_from)
    plan = plan_stages(recipe.stages, network.blocks, has_start)
    run.update_record(never_learning=list(plan.never_learning))
    building = Building(recipe, len(class_names), precision)
    check_sizes(building)
    learnt, watched = (Part(rows, labels[rows]) for rows in _rows(manifest, split))
    material = Material(cache.images, Place(cache.folder, cache.made_of), learnt, watched, known)
    shares = drawn_shares(learnt.labels, recipe.balance, len(class_names))
    raised = raised_logits(shares, recipe.balance.logit_adjustment)
    return TrainingSetup(recipe, network, StagePreparation(building, network, material, watch), raised)


def _with_metadata(
    run: RunDirectory, network: Network, manifest: Manifest, split: Split, watch: TrainingProgress
) -> tuple[Network, NDArray[np.float32] | None]:
    """The network as it takes metadata, and those of every image; the run says how many are known."""
    encoding = encoding_of(run.recipe().metadata)
    if encoding is None:
        return network, None
    rows = manifest.known()
    learnt = [rows[row] for row in split.rows(manifest, "train")]
    shares, strangers = encoding.known_shares(learnt), encoding.strangers(learnt)
    run.update_record(metadata={"known": shares, "not_taken": strangers})
    if strangers:
        watch.note(strangers_in_words(strangers, "metadata.sites names the words for sites"))
    return join_metadata(network, encoding.width), encoding.encode(rows)


def _note_encoder(run: RunDirectory, network: Network) -> None:
    """Put down which file an encoder came from; nothing where the backbone is one of ours."""
    if network.encoder is not None:
        model = run.recipe().model
        file = Path(model.weights).expanduser()
        found = {"path": str(file.absolute()), "sha256": sha256_of(file), "licence": model.licence}
        run.update_record(encoder=found)


def _rows(manifest: Manifest, split: Split) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the manifest to learn from and to watch."""
    return split.rows(manifest, "train"), split.rows(manifest, "validation")


def _opening(run: RunDirectory, recipe: Recipe, manifest: Manifest, split: Split) -> dict[str, Any]:
    """What `run.json` says from the start."""
    labels, class_names = targets(manifest.table["class"].tolist(), manifest.class_names, recipe.task)
    before = run.record()
    choice = choose_precision(recipe.training.precision, before, run.checkpoints.is_dir())
    return {
        "name": recipe.name,
        "command": command_line(),
        "started": before.get("started", now()),
        "finished": None,
        "seconds": None,
        "status": "running",
        "error": None,
        "backend": backend.backend_name(),
        "precision": choice.precision,
        "precision_reason": choice.reason,
        "versions": versions(),
        "seed": recipe.training.seed,
        "manifest": {"path": str(manifest.path) if manifest.path else None, "sha256": manifest.sha256},
        "split": {**before.get("split", {}), "hash": split.hash},
        "class_names": list(class_names),
        "malignant": [name for name in recipe.task.malignant if name in manifest.class_names],
        "image_counts": {part: len(split.rows(manifest, part)) for part in PARTS},
        "training_class_counts": np.bincount(
            labels[split.rows(manifest, "train")], minlength=len(class_names)
        ).tolist(),
        "sources": sources_of(manifest, split.rows(manifest, "train")),
        "test_looks": before.get("test_looks", []),
    }


def _closing(run: RunDirectory, setup: TrainingSetup, state: TrainingState) -> dict[str, Any]:
    """What `run.json` says at the end."""
    rows = state.history
    seconds = sum(row["seconds"] for row in rows)
    learning = {key: _weighted_mean(rows, key) for key in ("images_per_second", "input_wait_share")}
    return {
        "status": "finished",
        "finished": now(),
        "seconds": round(seconds, 1),
        **learning,
        "num_parameters": setup.network.model.count_params(),
        "num_rescues": state.num_rescues,
        "micro_batch": state.micro_batch or setup.recipe.training.batch_size,
        "stages": state.stages,
        "history_sha256": rows_hash(rows),
        "weights": {"path": run.weights_file.name, "sha256": sha256_of(run.weights_file)},
    }


def _weighted_mean(rows: list[dict[str, Any]], key: str) -> float | None:
    """Mean over epochs, weighted by their time."""
    if not rows:
        return None
    seconds = [max(row["seconds"], 1e-9) for row in rows]
    return round(float(np.average([row[key] for row in rows], weights=seconds)), 4)
