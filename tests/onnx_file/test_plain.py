"""An ONNX file is walked without being run; what a plain network needs not is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from google.protobuf.message import DecodeError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import NodeProto, TensorProto, helper, numpy_helper

from lentigo.cli.app import main
from lentigo.onnx_file.plain import CLASS_NAMES, Origin, plain_network, with_class_names
from lentigo.settings.errors import BundleError

from ..bundle.conftest import small_model
from .conftest import field, number_field, with_hidden

MakeModel = Callable[..., Any]
SMALL_MODEL = small_model()


def test_a_plain_network_passes(make_model: MakeModel) -> None:
    plain_network(make_model().SerializeToString())


def test_operators_of_its_own_are_refused(make_model: MakeModel) -> None:
    node = helper.make_node("FusedConv", ["scaled"], ["own"], domain="com.microsoft")
    with pytest.raises(BundleError, match=r"operators of its own \('com\.microsoft'\)"):
        plain_network(make_model(extra_nodes=[node]).SerializeToString())


@pytest.mark.parametrize("domain", ["", "evil"])
def test_graphs_inside_operators_are_refused_and_with_them_loops(make_model: MakeModel, domain: str) -> None:
    inner = helper.make_node("Relu", [], ["inside"], domain=domain)
    body = helper.make_graph([inner], "b", [], [helper.make_tensor_value_info("inside", 1, [1])])
    for node in (
        helper.make_node("If", ["condition"], ["own"], then_branch=body, else_branch=body),
        helper.make_node("Loop", ["many", ""], ["own"], body=body),
    ):
        with pytest.raises(BundleError, match="graphs inside operators"):
            plain_network(make_model(extra_nodes=[node]).SerializeToString())


@pytest.mark.parametrize("operator", ["RandomNormal", "Loop", "ConstantOfShape", "Range", "Relu2", ""])
def test_operators_that_no_network_of_ours_has_are_refused(make_model: MakeModel, operator: str) -> None:
    node = helper.make_node(operator, ["scaled"], ["own"])
    with pytest.raises(BundleError, match=f"plain networks need not \\('{operator}'"):
        plain_network(make_model(extra_nodes=[node]).SerializeToString())


def test_other_sets_of_operators_are_refused_though_nothing_uses_them(make_model: MakeModel) -> None:
    model = make_model()
    model.opset_import.append(helper.make_opsetid("com.example", 1))
    with pytest.raises(BundleError, match=r"com\.example"):
        plain_network(model.SerializeToString())


def test_where_converters_may_name_them_they_are_left_out(make_model: MakeModel) -> None:
    model = make_model()
    model.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))
    plain = plain_network(model.SerializeToString(), Origin("encoder.onnx", "", True))
    assert [one.domain for one in onnx.load_model_from_string(plain.content).opset_import] == [""]
    node = helper.make_node("Own", ["scaled"], ["own"], domain="ai.onnx.ml")
    used = make_model(extra_nodes=[node]).SerializeToString()
    with pytest.raises(BundleError, match=r"encoder\.onnx is refused: it holds operators of its own"):
        plain_network(used, Origin("encoder.onnx", "", True))


def test_data_in_other_files_is_refused(make_model: MakeModel, tmp_path: Path) -> None:
    model = make_model()
    onnx.save_model(
        model, str(tmp_path / "m.onnx"), save_as_external_data=True, location="data", size_threshold=0
    )
    with pytest.raises(BundleError, match="data in other files"):
        plain_network((tmp_path / "m.onnx").read_bytes())


def test_external_data_in_a_constant_node_is_found(make_model: MakeModel) -> None:
    tensor = numpy_helper.from_array(np.zeros(3, np.float32), "hidden")
    tensor.data_location = TensorProto.EXTERNAL
    node = helper.make_node("Constant", [], ["own"], value=tensor)
    with pytest.raises(BundleError, match="data in other files"):
        plain_network(make_model(extra_nodes=[node]).SerializeToString())


def test_functions_of_its_own_are_refused(make_model: MakeModel) -> None:
    model = make_model()
    body = [helper.make_node("Relu", ["x"], ["y"])]
    model.functions.append(helper.make_function("own", "F", ["x"], ["y"], body, model.opset_import))
    with pytest.raises(BundleError, match="functions of its own"):
        plain_network(model.SerializeToString())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04\x95pickle", b"text, not a network"])
def test_what_is_no_network_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError, match=r"model\.onnx"):
        plain_network(content)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_end_in_an_answer(content: bytes) -> None:
    try:
        plain_network(content)
    except BundleError:
        return


def test_a_truncated_network_is_refused(make_model: MakeModel) -> None:
    content = make_model().SerializeToString()
    for length in range(10, len(content) - 40, 97):
        with pytest.raises(BundleError):
            plain_network(content[:length])


HIDDEN = {
    "external data of a constant": ("tensor", field, 13, field(1, b"location") + field(2, b"etc/passwd")),
    "external data, location": ("tensor", number_field, 14, 1),
    "a graph": ("attribute", field, 6, b""),
    "graphs": ("attribute", field, 11, b""),
    "a sparse tensor": ("attribute", field, 22, b""),
    "another tensor": ("attribute", field, 10, b""),
    "a domain": ("node", field, 7, b"com.example"),
    "another operator": ("node", field, 4, b"Loop"),
    "a sparse constant": ("graph", field, 15, b""),
    "another node": ("graph", field, 1, NodeProto(op_type="Own", domain="evil").SerializeToString()),
    "a function": ("model", field, 25, b""),
    "training": ("model", field, 20, b""),
    "another graph": ("model", field, 7, b""),
}
"""What a field hides -> in which message, how it is written, its number and what it says."""
SPELLINGS = [(0, 0), *((1 << bit, 0) for bit in range(0, 32, 2)), *((0, padding) for padding in range(1, 6))]
"""Bits beyond the 32nd, which ONNX Runtime drops, and bytes that a key need not have."""


def test_there_are_hundreds_of_ways_to_hide() -> None:
    assert len(HIDDEN) * len(SPELLINGS) > 200


@pytest.mark.parametrize("what", HIDDEN)
def test_hidden_fields_are_refused_in_every_spelling(what: str, make_model: MakeModel) -> None:
    where, write, number, content = HIDDEN[what]
    plain_network(with_hidden(make_model(), where, b""))  # without it, the same file is plain
    for high_bits, padding in SPELLINGS:
        hidden = write(number, content, high_bits, padding)
        with pytest.raises(BundleError, match=r"model\.onnx is (damaged|refused)"):
            plain_network(with_hidden(make_model(), where, hidden))


def test_a_file_beside_the_service_is_not_read(
    make_bundle: Callable[..., Path],
    make_model: MakeModel,
    image_paths: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The attack as it was: a constant whose numbers are a file in the folder the service was started in."""
    (tmp_path / "secret").write_bytes(b"root:x:0")
    monkeypatch.chdir(tmp_path)
    hidden = field(13, field(1, b"location") + field(2, b"secret"), high_bits=1) + number_field(
        14, 1, high_bits=1
    )
    content = with_hidden(make_model(), "tensor", hidden)
    assert b"\xea\x80\x80\x80\x10" in content
    assert main(["predict", str(make_bundle(content=content)), str(image_paths[0])]) == 2
    assert "model.onnx is damaged" in capsys.readouterr().err
    control = make_bundle(content=with_hidden(make_model(), "tensor", b""))
    assert main(["predict", str(control), str(image_paths[0])]) == 0


def seen_by_onnx(model: Any) -> list[str]:
    """What onnx's own parser finds that a plain network needs not."""
    found = [f"function {one.name}" for one in model.functions]
    found += [f"domain {one.domain}" for one in model.opset_import if one.domain not in ("", "ai.onnx")]
    for node in model.graph.node:
        found += [f"domain {node.domain}"] if node.domain not in ("", "ai.onnx") else []
        for one in node.attribute:
            found += ["graph"] if one.HasField("g") or one.graphs else []
            found += ["sparse"] if one.HasField("sparse_tensor") or one.sparse_tensors else []
    tensors = [*model.graph.initializer, *(one.t for node in model.graph.node for one in node.attribute)]
    found += ["external" for one in tensors if one.external_data or one.data_location]
    return found + ["sparse" for _ in model.graph.sparse_initializer]


def without_notes(parts: Any) -> Any:
    """Nodes or tensors, without what people write into them."""
    for one in parts:
        one.ClearField("doc_string")
        del one.metadata_props[:]
        for attribute in getattr(one, "attribute", []):
            attribute.ClearField("doc_string")
            without_notes([attribute.t] if attribute.HasField("t") else [])
        if getattr(one, "domain", None) == "":
            one.ClearField("domain")
    return parts


@st.composite
def changed(draw: st.DrawFn, content: bytes) -> bytes:
    """A file with a few bytes changed, put in or left out."""
    found = bytearray(content)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(found) - 1))
        kind = draw(st.sampled_from(["flip", "put", "leave", "copy"]))
        if kind == "flip":
            found[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == "put":
            found[place:place] = draw(st.binary(min_size=1, max_size=6))
        elif kind == "leave":
            del found[place : place + draw(st.integers(1, 4))]
        else:
            found += found[place : place + draw(st.integers(1, 40))]
    return bytes(found)


@st.composite
def networks(draw: st.DrawFn) -> bytes:
    """A plain file, one with something hidden in it, or either of them changed."""
    where, write, number, said = draw(st.sampled_from(list(HIDDEN.values())))
    high_bits, padding = draw(st.sampled_from(SPELLINGS))
    hidden = write(number, said, high_bits, padding) if draw(st.booleans()) else b""
    content = with_hidden(SMALL_MODEL, where, hidden)
    return draw(changed(content)) if draw(st.booleans()) else content


@given(networks())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.large_base_example])
def test_what_onnx_sees_is_seen_here(content: bytes) -> None:
    try:
        theirs = onnx.load_from_string(content)
    except DecodeError:
        theirs = None
    try:
        ours = plain_network(content).content
    except BundleError:
        return
    assert theirs is not None, "what is accepted here is a message for everyone"
    assert not seen_by_onnx(theirs)
    written = onnx.load_from_string(ours)
    assert written.graph.node == without_notes(theirs.graph.node)
    assert written.graph.initializer == without_notes(theirs.graph.initializer)
    assert plain_network(ours).content is ours, "written once, it stays the same"


def test_names_of_classes_are_all_that_is_kept_of_the_metadata(make_model: MakeModel) -> None:
    model = make_model()
    assert plain_network(model.SerializeToString()).class_names == ("MEL", "NV", "BCC")
    model.metadata_props.add(key="ort_config", value='{"session_options": {}}')
    found = with_class_names(plain_network(model.SerializeToString()), ["a", "\u00e4"])
    assert found.class_names == plain_network(found.content).class_names == ("a", "\u00e4")
    (entry,) = onnx.load_from_string(found.content).metadata_props
    assert entry.key == CLASS_NAMES


@pytest.mark.parametrize("value", ["", "MEL", "[1]", "{}", "[" * 10_000])
def test_names_that_are_none_name_nothing(make_model: MakeModel, value: str) -> None:
    model = make_model()
    model.metadata_props[0].value = value
    assert plain_network(model.SerializeToString()).class_names == ()
