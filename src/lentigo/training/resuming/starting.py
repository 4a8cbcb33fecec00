"""Weights of an earlier training in, a network that starts from them out: `training.start_from`.

Weights know the images they were trained on. A run may therefore be the start only of a training on the same
split of the same manifest; else images it learnt could be validated or tested here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lentigo.data.metadata.encoding import width_of
from lentigo.models import Network, build_network, join_metadata, load_weights
from lentigo.settings.errors import LeakError, ModelError, RunError
from lentigo.settings.files import sha256_of
from lentigo.settings.recipe import Training
from lentigo.settings.run import RunDirectory


def find_start(training: Training, out: Path) -> Path | None:
    """The run directory or weights file to start from; None when the recipe names none.

    Args:
        training: of the recipe.
        out: the new run; a name that is no path from here is looked for beside it.

    Raises:
        RunError: there is nothing of that name.
    """
    if not training.start_from:
        return None
    named = Path(training.start_from).expanduser()
    for path in (named, out.resolve().parent / named):
        if path.is_file() or (path / "run.json").is_file():
            return path
    raise RunError(
        f"training.start_from: there is no run and no weights file {training.start_from}, neither here nor "
        f"beside {out}; train one first, or give --set training.start_from=RUN"
    )


def check_start(path: Path, manifest_sha256: str, split_hash: str) -> None:
    """Refuse a start that may have learnt images which are held out here, or that is not finished.

    Args:
        path: from `find_start`; a weights file that lies in no run says nothing of what it learnt.
        manifest_sha256: of the new training.
        split_hash: of the new training.

    Raises:
        LeakError: the run was trained on another manifest or split.
        RunError: the run is not finished.
    """
    run = RunDirectory(path.parent if path.is_file() else path)
    record = run.record()
    if not record:
        return
    if record.get("status") != "finished":
        raise RunError(f"training.start_from: {run.path} is not finished; give its train command again")
    if record["manifest"]["sha256"] != manifest_sha256 or record["split"]["hash"] != split_hash:
        raise LeakError(
            f"training.start_from: {run.path} was trained on another manifest or split, so it may know "
            "images that are held out here; train it on this split first"
        )


def start_network(network: Network, path: Path, start_layers: str) -> dict[str, Any]:
    """Fill the network with the weights it starts from.

    Args:
        network: changed in place.
        path: from `find_start`.
        start_layers: `all` or `fitting`, see `Training`.

    Returns:
        What `run.json` says of it: path, sha256, fresh_layers.

    Raises:
        ModelError: the weights do not fit.
    """
    run = RunDirectory(path.parent if path.is_file() else path)
    file = path if path.is_file() and path.name != run.weights_file.name else run.verified_weights()
    fresh: list[str] = []
    if start_layers == "all":
        load_weights(network, file)
    else:
        fresh = _copy_fitting(network, run, file)
    return {"path": str(path), "sha256": sha256_of(file), "fresh_layers": fresh}


def _copy_fitting(network: Network, run: RunDirectory, file: Path) -> list[str]:
    """Copy each layer that has a namesake of the same shapes; returns the layers that start afresh."""
    if not run.recipe_file.is_file():
        raise ModelError(
            f"training.start_from: {file} lies in no run, so its layers are unknown; give a run, or "
            "training.start_layers = 'all'"
        )
    recipe, record = run.recipe(), run.record()
    source = join_metadata(
        build_network(recipe.model, recipe.input, len(record["class_names"])), width_of(recipe.metadata)
    )
    load_weights(source, file)
    known = {layer.name: layer.get_weights() for layer in _layers(source)}
    fresh = []
    for layer in _layers(network):
        weights = known.get(layer.name, [])
        if [value.shape for value in weights] == [tuple(weight.shape) for weight in layer.weights]:
            layer.set_weights(weights)
        else:
            fresh.append(layer.name)
    if len(fresh) == len(_layers(network)):
        raise ModelError(f"training.start_from: no layer of {run.path} fits this network; give a run like it")
    return fresh


def _layers(network: Network) -> list[Any]:
    """Layers with weights, from the image to the output."""
    backbone = [layer for block in network.blocks.values() for layer in block]
    return [layer for layer in (*backbone, *network.head_layers) if layer.weights]
