"""Every key of a recipe as a row: path, type with bounds, default and meaning, read from `recipe.py`.

`lentigo keys`, the reference and the hints of error messages all show these rows, so they cannot disagree.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from lentigo.settings.recipe import POOLED_HEAD, Recipe

SYNONYMS = {
    "learning_rate": "lr",
    "learningrate": "lr",
    "num_epochs": "epochs",
    "n_epochs": "epochs",
    "batch": "batch_size",
    "bs": "batch_size",
    "image_size": "height",
    "img_size": "height",
    "imgsz": "height",
    "resolution": "height",
    "optim": "optimizer",
    "wd": "weight_decay",
    "decay": "weight_decay",
    "ema": "average_weights",
    "swa": "keep",
    "smoothing": "label_smoothing",
    "clip": "clip_gradients",
    "gradient_clipping": "clip_gradients",
    "tta": "prediction.views",
    "amp": "precision",
    "dtype": "precision",
    "scheduler": "schedule",
    "lr_schedule": "schedule",
    "architecture": "backbone",
    "arch": "backbone",
    "network": "backbone",
    "pretrained": "weights",
    "hflip": "horizontal_flip",
    "vflip": "vertical_flip",
    "scale": "zoom",
    "translate": "shift",
    "degrees": "rotation",
    "cutout": "shape_operations",
    "class_weight": "weight_power",
    "class_weights": "weight_power",
    "oversample": "draw_power",
    "checkpoint": "start_from",
    "resume": "start_from",
    "dropout": "head",
    "flip": "horizontal_flip",
    "augment": "augmentation",
}
"""What other tools call a key -> the last word of ours, or its path."""


@dataclass(frozen=True)
class Key:
    """One key of a recipe."""

    path: str
    """As `--set` and `lentigo keys` write it; the first of a list stands for all: `stages.0.lr`."""
    table: str
    """Name of the dataclass that it belongs to."""
    name: str
    kind: str
    """Its type in words, choices and bounds spelled out."""
    default: str
    """As TOML would write it; `required` where there is none."""
    meaning: str


@lru_cache
def recipe_keys() -> tuple[Key, ...]:
    """All keys in the order of the page, tables within tables."""
    return tuple(_keys_of(Recipe, ""))


def keys_meant(word: str) -> list[str]:
    """Paths of the keys that somebody may mean who typed `word`, a key or a path that there is not.

    Compares the last word with that of every key, by what other tools call it too (`SYNONYMS`).
    """
    last = word.rpartition(".")[2].lower().replace("-", "_")
    wanted = {last, SYNONYMS.get(last, last)}
    return [key.path for key in recipe_keys() if wanted & {key.name, key.path} and key.path != word]


def tables() -> dict[str, tuple[str, list[Key]]]:
    """Name of each table of a recipe -> (what it is for, its keys), each table once."""
    kinds = {kind.__name__: kind for kind in _kinds(Recipe)}
    found: dict[str, tuple[str, list[Key]]] = {
        name: (inspect.getdoc(kind) or "", []) for name, kind in kinds.items()
    }
    for key in recipe_keys():
        keys = found[key.table][1]
        if key.name not in {known.name for known in keys}:
            keys.append(key)
    return found


def _kinds(kind: Any) -> list[Any]:
    """The table and those inside it, outermost last."""
    inner = [_inner_table(hint) for hint in _hints(kind).values()]
    return [*(one for table in inner if table for one in _kinds(table)), kind]


def _keys_of(kind: Any, path: str) -> list[Key]:
    found = []
    meanings = _meanings(kind)
    for item in dataclasses.fields(kind):
        hint = _hints(kind)[item.name]
        where = f"{path}.{item.name}" if path else item.name
        inner = _inner_table(hint)
        text = meanings.get(item.name) or (inspect.getdoc(inner) or "").partition("\n\n")[0]
        row = (item.name, _kind_text(hint), _default_text(item), " ".join(text.split()))
        found.append(Key(where, kind.__name__, *row))
        if inner is not None:
            found += _keys_of(inner, f"{where}.0" if get_origin(hint) is tuple else where)
    return found


def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _inner_table(hint: Any) -> Any:
    """The dataclass that a value, or each value of a list, is; None for plain values."""
    kinds = (hint, *get_args(hint))
    return next((kind for kind in kinds if isinstance(kind, type) and dataclasses.is_dataclass(kind)), None)


def _meanings(kind: type) -> dict[str, str]:
    """The text literal below each field."""
    body = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for statement, following in zip(body.body, body.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = following.value if isinstance(following, ast.Expr) else None
            if isinstance(text, ast.Constant):
                found[statement.target.id] = str(text.value)
    return found


def _kind_text(hint: Any) -> str:
    """A short name of a type: choices spelled out, and the bounds of a number."""
    origin = get_origin(hint)
    if origin is Annotated:
        inner, bounds = get_args(hint)
        return f"`{inner.__name__}` {bounds}"
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(hint))
    if origin is tuple:
        return f"list of {_kind_text(get_args(hint)[0])}"
    if origin is not None:
        return f"{_kind_text(get_args(hint)[0])}, may be absent"
    return f"`{hint.__name__}`"


def _default_text(item: dataclasses.Field[Any]) -> str:
    if item.default is dataclasses.MISSING:
        return "required" if item.default_factory is dataclasses.MISSING else "its defaults"
    return _value_text(item.default)


def _value_text(value: Any) -> str:
    """As TOML would write it."""
    if value is None:
        return "absent"
    if value == POOLED_HEAD:
        return "`pooled`"
    if isinstance(value, tuple):
        inner = ", ".join("its defaults" if dataclasses.is_dataclass(one) else f'"{one}"' for one in value)
        return f"`[{inner}]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"
