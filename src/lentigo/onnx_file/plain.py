"""The bytes of an ONNX file in; the bytes that the runtime is given out, or a refusal.

The `onnx` package is no part of the base install, and no two parsers agree on every malformed file. The
file is therefore read here by strict rules, and what was understood is written again: the runtime sees
nothing else. What a plain network needs not is refused: data in other files, functions, graphs inside
operators (and with them loops), operators that are not among those that networks are exported with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lentigo.onnx_file.messages import Message, Reading, joined, read_message, write_message
from lentigo.onnx_file.tensors import check_tensor
from lentigo.onnx_file.wire import DamagedError
from lentigo.settings.errors import BundleError

STANDARD_DOMAINS = ("", "ai.onnx")
CLASS_NAMES = "lentigo.class_names"
"""The one entry of a file's metadata that is kept: a list in JSON."""
_OPERATORS = """
    Add AveragePool BatchNormalization Cast Clip Concat Constant Conv DequantizeLinear Div Erf Exp Expand
    Flatten Gather Gelu Gemm GlobalAveragePool GlobalMaxPool Greater HardSigmoid HardSwish Identity
    LayerNormalization LeakyRelu MatMul Max MaxPool Min Mul Neg Pad Pow QuantizeLinear Reciprocal ReduceMax
    ReduceMean ReduceSum Relu Reshape ReverseSequence Shape Sigmoid Slice Softmax Split Sqrt Squeeze Sub Tanh
    Transpose Unsqueeze
"""
OPERATORS = frozenset(_OPERATORS.split())
"""Those of the backbones there are and of their like, of heads, of 8-bit versions; no loop, no chance."""
# attribute type of onnx.proto -> the field that holds its value
_ATTRIBUTES = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings"}


@dataclass(frozen=True)
class PlainNetwork:
    """A network that may be run; only `plain_network` makes one."""

    content: bytes
    """ONNX, without anything that was not understood."""
    class_names: tuple[str, ...] = ()
    """Of its outputs, in order, where the file says them."""


@dataclass(frozen=True)
class Origin:
    """Where a network comes from: whether it was written by us, and what messages say of it."""

    name: str = "model.onnx"
    remedy: str = "export the run again"
    may_name_unused_operators: bool = False
    """Whether it may name sets of operators that no node is of, as converters do; they are left out."""


def plain_network(content: bytes, origin: Origin = Origin()) -> PlainNetwork:
    """Read a network and write it again.

    Raises:
        BundleError: the file is no ONNX network, keeps data in other files, or has operators, functions or
            graphs inside operators that a plain network needs not.
    """
    reading = Reading()
    try:
        model = read_message(memoryview(content), "model", reading)
        if not reading.refused:
            reading.refused |= set(_refusals(model, origin))
    except ValueError as error:
        raise BundleError(
            f"{origin.name} is damaged or not an ONNX network ({error}); {origin.remedy}"
        ) from error
    if reading.refused:
        raise BundleError(
            f"{origin.name} is refused: it holds {', '.join(sorted(reading.refused))}. Expected one file of "
            f"standard operators; {origin.remedy}"
        )
    return _written(model, _class_names(model), content)


def with_class_names(network: PlainNetwork, names: Sequence[str]) -> PlainNetwork:
    """The same network, whose file says what its outputs are called."""
    model = read_message(memoryview(network.content), "model", Reading())
    return _written(model, tuple(names), network.content)


def _written(model: Message, names: tuple[str, ...], original: bytes) -> PlainNetwork:
    return PlainNetwork(joined(write_message(_cleaned(model, names), "model"), original), names)


def _class_names(model: Message) -> tuple[str, ...]:
    """What the file says of them; nothing where that is no list of texts."""
    for entry in model.get("metadata_props", []):
        if entry.get("key") == [CLASS_NAMES]:
            try:
                found = json.loads(entry.get("value", [""])[0])
            except (ValueError, RecursionError):
                return ()
            is_texts = isinstance(found, list) and all(isinstance(name, str) for name in found)
            return tuple(found) if is_texts else ()
    return ()


def _refusals(model: Message, origin: Origin) -> Iterator[str]:
    """What is well written and yet no part of a plain network; raises where it is no network at all."""
    if "graph" not in model:
        raise DamagedError("it holds no network")
    domains = [opset.get("domain", [""])[0] for opset in model.get("opset_import", [])]
    if not origin.may_name_unused_operators:
        yield from (f"operators of its own ({one[:80]!r})" for one in domains if one not in STANDARD_DOMAINS)
    if sum(one in STANDARD_DOMAINS for one in domains) != 1:
        raise DamagedError("it does not name the version of its operators, once")
    graph = model["graph"][0]
    for tensor in graph.get("initializer", []):
        check_tensor(tensor)
    for value in [*graph.get("input", []), *graph.get("output", [])]:
        _check_shape(value)
    for node in graph.get("node", []):
        yield from _node_refusals(node)


def _node_refusals(node: Message) -> Iterator[str]:
    domain, operator = node.get("domain", [""])[0], node.get("op_type", [""])[0]
    if domain not in STANDARD_DOMAINS:
        yield f"operators of its own ({domain[:80]!r})"
    elif operator not in OPERATORS:
        yield f"an operator that plain networks need not ({operator[:80]!r})"
    attributes = node.get("attribute", [])
    if len({one.get("name", [""])[0] for one in attributes}) < len(attributes):
        raise DamagedError(f"a {operator} has an attribute twice")
    for attribute in attributes:
        _check_attribute(attribute)


def _check_attribute(attribute: Message) -> None:
    """The type an attribute has must be that of its value, or two parsers could take two values."""
    kind = attribute.get("type", [0])[0]
    held = [name for name in _ATTRIBUTES.values() if name in attribute]
    expected = _ATTRIBUTES.get(kind)
    if expected is None or held not in ([expected], [] if kind > 4 else [expected]):
        raise DamagedError(f"an attribute of type {kind} holds {held}")
    for tensor in attribute.get("t", []):
        check_tensor(tensor)


def _check_shape(value: Message) -> None:
    """A side of an array is a number or a name, never both."""
    for kind in value.get("type", []):
        for tensor in kind.get("tensor_type", []):
            for shape in tensor.get("shape", []):
                if any({"dim_value", "dim_param"} <= side.keys() for side in shape.get("dim", [])):
                    raise DamagedError("a side is both a number and a name")


def _cleaned(model: Message, names: tuple[str, ...]) -> Message:
    """Without entries that some runtime might take for settings, or sets of operators that no node is of."""
    standard = [one for one in model["opset_import"] if one.get("domain", [""])[0] in STANDARD_DOMAINS]
    entries = [{"key": [CLASS_NAMES], "value": [json.dumps(names)]}] if names else []
    return {**model, "opset_import": standard, "metadata_props": entries}
