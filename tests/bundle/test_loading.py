"""A bundle is verified to the last byte before anything of it is used."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import lentigo
from lentigo.bundle.loading import is_bundle, load_bundle, verify_bundle
from lentigo.bundle.writing import seal
from lentigo.settings.errors import BundleError


def test_a_whole_bundle_opens(small_bundle: Path) -> None:
    assert is_bundle(small_bundle)
    bundle = lentigo.load_bundle(small_bundle)
    assert bundle.facts.class_names == ("MEL", "NV", "BCC")
    assert bundle.card.startswith("# Model card: small")


def test_the_usual_program_finds_its_hashes_right(small_bundle: Path) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not installed")
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=small_bundle, check=True)


def test_no_flipped_bit_of_its_facts_opens(small_bundle: Path) -> None:
    for name in ("bundle.json", "SHA256SUMS"):
        whole = (small_bundle / name).read_bytes()
        for place in range(0, 8 * len(whole), 37):
            changed = bytearray(whole)
            changed[place // 8] ^= 1 << place % 8
            (small_bundle / name).write_bytes(changed)
            with pytest.raises(BundleError):
                verify_bundle(small_bundle)
        (small_bundle / name).write_bytes(whole)


def test_an_earlier_schema_says_to_export_again(small_bundle: Path) -> None:
    path = small_bundle / "bundle.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 1}))
    (small_bundle / "SHA256SUMS").unlink()
    with pytest.raises(BundleError, match="schema version 1, expected 4; export the run again"):
        load_bundle(small_bundle)


def test_classes_in_another_order_than_the_networks_are_refused(small_bundle: Path) -> None:
    facts = verify_bundle(small_bundle).facts
    seal(small_bundle, replace(facts, classes=facts.classes[::-1]))
    with pytest.raises(BundleError, match=r"calls its outputs MEL, NV, BCC, bundle\.json BCC, NV, MEL"):
        load_bundle(small_bundle)


@pytest.mark.parametrize("name", ["model.onnx", "MODEL_CARD.md", "bundle.json"])
def test_one_changed_byte_is_found(small_bundle: Path, name: str) -> None:
    content = bytearray((small_bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (small_bundle / name).write_bytes(content)
    with pytest.raises(BundleError, match=rf"{name} is not the file that was exported"):
        load_bundle(small_bundle)


def test_a_missing_file_is_named(small_bundle: Path) -> None:
    (small_bundle / "MODEL_CARD.md").unlink()
    with pytest.raises(BundleError, match=r"MODEL_CARD\.md is missing"):
        load_bundle(small_bundle)


def test_a_link_is_not_followed(small_bundle: Path, tmp_path: Path) -> None:
    (small_bundle / "model.onnx").rename(tmp_path / "elsewhere.onnx")
    (small_bundle / "model.onnx").symlink_to(tmp_path / "elsewhere.onnx")
    with pytest.raises(BundleError, match="not a plain file"):
        load_bundle(small_bundle)


@pytest.mark.parametrize("name", ["m.pkl", "m.keras", "weights.h5", "m.pt", "M.PTH", "setup.py", "ops.so"])
def test_files_that_can_run_code_are_refused(small_bundle: Path, tmp_path: Path, name: str) -> None:
    for path in (small_bundle / name, tmp_path / name):
        path.write_bytes(b"")
    for opened in (small_bundle, tmp_path / name):
        with pytest.raises(BundleError, match="can run code"):
            load_bundle(opened)


def test_other_files_beside_it_are_left_alone(small_bundle: Path) -> None:
    (small_bundle / ".DS_Store").write_bytes(b"x")
    load_bundle(small_bundle)


def test_a_folder_that_is_none_is_told_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"has no bundle\.json; make one with `lentigo export"):
        load_bundle(tmp_path)
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(BundleError, match="it is a run"):
        load_bundle(tmp_path)
    with pytest.raises(BundleError, match="not a bundle"):
        load_bundle(tmp_path / "nowhere")


def test_operators_of_its_own_are_refused_with_the_right_hash_too(
    make_bundle: Callable[..., Path], make_model: Callable[..., object]
) -> None:
    from onnx import helper

    node = helper.make_node("Own", ["scaled"], ["own"], domain="com.example")
    with pytest.raises(BundleError, match="operators of its own"):
        verify_bundle(make_bundle(model=make_model(extra_nodes=[node])))


def test_a_network_that_is_not_the_one_described_is_refused(small_bundle: Path) -> None:
    facts = verify_bundle(small_bundle).facts
    seal(small_bundle, replace(facts, input=replace(facts.input, height=facts.input.height + 1)))
    with pytest.raises(BundleError, match=r"not the network that bundle\.json describes"):
        load_bundle(small_bundle)


BLOCKED = (
    *("pandas", "matplotlib", "cv2", "scipy", "sklearn"),
    *("keras", "tensorflow", "jax", "onnx", "tf2onnx", "optuna"),
)
CHILD = """
import sys
for name in {blocked}:
    sys.modules[name] = None
from lentigo.cli.app import main
code = main(["predict", {bundle!r}, {image!r}, "--overlays", {overlays!r}])
import lentigo
lentigo.load_bundle({bundle!r}).predict({image!r}, with_saliency=True)[0].overlay()
sys.exit(code)
"""


def test_a_base_install_predicts_and_explains(
    small_bundle: Path, image_paths: list[Path], tmp_path: Path
) -> None:
    text = CHILD.format(
        blocked=BLOCKED, bundle=str(small_bundle), image=str(image_paths[0]), overlays=str(tmp_path / "seen")
    )
    home = tmp_path / "home"
    home.mkdir()
    known = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    child = subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**known, "HOME": str(home), "XDG_CACHE_HOME": ""},
    )
    assert child.returncode == 0, child.stderr
    assert not list(home.rglob("onnxruntime*")), "ONNX Runtime keeps what it is about to report to its makers"
    assert str(image_paths[0]) in child.stdout
    assert len(list((tmp_path / "seen").glob("*.png"))) == 1
