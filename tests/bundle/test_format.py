"""`bundle.json` is read strictly: every mistake is named."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from lentigo.bundle.format import BundleFacts, BundleFile, hash_training_images, parse_facts, salted_hash
from lentigo.settings.errors import BundleError

FILES = {name: BundleFile("0" * 64, 1) for name in ("model.onnx", "MODEL_CARD.md")}


def values(facts: BundleFacts) -> dict[str, Any]:
    facts.files.update(FILES)
    return dict(json.loads(facts.to_json()))


def test_what_is_written_is_read(facts: BundleFacts) -> None:
    text = json.dumps(values(facts))
    assert parse_facts(text) == facts
    assert next(iter(json.loads(text))) == "schema_version"


CLASS = {"name": "MEL", "full_name": "melanoma", "plain_name": "melanoma", "colour": "#112233"}


@pytest.mark.parametrize(
    "text", ['{"schema_version": 2, "name": NaN}', r'{"schema_version": 2, "name": "\ud800"}']
)
def test_facts_that_no_answer_could_pass_on_are_refused(text: str) -> None:
    with pytest.raises(BundleError, match=r"bundle\.json is damaged or not valid JSON"):
        parse_facts(text)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("input", {"height": 0, "width": 5, "resize": "squash"}, "input: expected height"),
        ("input", {"height": 5, "width": 5, "resize": "stretch"}, "resize squash, crop or pad"),
        ("classes", [], "two or more classes with different names"),
        ("classes", [CLASS, CLASS], "two or more classes with different names"),
        ("classes", [CLASS, CLASS | {"name": "error"}], "none like a column of the answers"),
        ("malignant", ["MEL", "MEL"], "malignant: expected a list of different class names"),
        ("malignant", ["SCC"], "malignant: SCC is not a class"),
        ("metadata", {"fields": ["age"]}, "metadata: expected null, or an object with fields"),
        ("views", "many", "views: 'many': expected one, flips or dihedral"),
        ("views", "one+1.2x4", "is no crops of 0.2 or more"),
        ("views", ["one"], "views: expected a text"),
        ("calibration", {"temperature": 2.0}, "calibration: expected null, or method"),
        ("operating_points", [], "operating_points: expected null, or points"),
        ("training_images", {"salt": "zz", "hashes": []}, "training_images"),
        ("files", {"../model.onnx": {"sha256": "0" * 64, "size_bytes": 1}}, "files: expected model.onnx"),
        ("split_hash", None, "split_hash"),
        ("name", 5, "name: expected a text"),
    ],
)
def test_wrong_values_are_named(facts: BundleFacts, key: str, value: Any, said: str) -> None:
    with pytest.raises(BundleError, match=said):
        parse_facts(json.dumps(values(facts) | {key: value}))


def test_a_file_that_leaves_the_directory_is_no_file_of_a_bundle(facts: BundleFacts) -> None:
    outside = values(facts)["files"] | {"../outside": {"sha256": "0" * 64, "size_bytes": 1}}
    with pytest.raises(BundleError, match="files"):
        parse_facts(json.dumps(values(facts) | {"files": outside}))


def test_quarter_turns_need_a_square_input(facts: BundleFacts) -> None:
    oblong = values(facts) | {"views": "dihedral"}
    with pytest.raises(BundleError, match=r"which needs input.height = input.width, not 16 and 24"):
        parse_facts(json.dumps(oblong))
    square = oblong | {"input": {"height": 24, "width": 24, "resize": "pad"}}
    assert parse_facts(json.dumps(square)).views == "dihedral"


def test_all_mistakes_are_told_at_once(facts: BundleFacts) -> None:
    broken = values(facts) | {"unknown_key": 1, "name": ""}
    del broken["recipe"]
    with pytest.raises(BundleError) as told:
        parse_facts(json.dumps(broken))
    for said in ("recipe is missing", "unknown_key is not a key", "name: expected"):
        assert said in str(told.value)


@pytest.mark.parametrize(
    ("version", "remedy"), [(5, "update lentigo"), (1, "export"), (None, "export"), (True, "export")]
)
def test_another_schema_version_is_refused(facts: BundleFacts, version: Any, remedy: str) -> None:
    with pytest.raises(BundleError, match=f"schema version {version!r}.*{remedy}"):
        parse_facts(json.dumps(values(facts) | {"schema_version": version}))


def test_a_bundle_from_before_metadata_takes_images_alone(facts: BundleFacts) -> None:
    older = values(facts) | {"schema_version": 2}
    with pytest.raises(BundleError, match="metadata is not a key of this schema"):
        parse_facts(json.dumps(older))
    del older["metadata"]
    assert parse_facts(json.dumps(older)).encoding is None


@pytest.mark.parametrize("entry", [{"licence": "CC0", "n_images": 5}, {"source": "synthetic"}, {}])
def test_sources_that_are_not_said_are_no_drawings(facts: BundleFacts, entry: dict[str, Any]) -> None:
    older = values(facts) | {"schema_version": 3, "licences": [entry]}
    assert parse_facts(json.dumps(older)).drawn_warning == ""
    mixed = [{"source": "synthetic", "licence": "", "n_images": 2}, entry]
    said = parse_facts(json.dumps(values(facts) | {"licences": mixed})).drawn_warning
    assert said.endswith("never for real skin.")


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(BundleError, match=r"bundle\.json"):
        parse_facts(text)


def test_a_salted_hash_is_that_of_salt_and_digest() -> None:
    digest = hashlib.sha256(b"image").digest()
    assert salted_hash("0a0b", digest.hex()) == hashlib.sha256(b"\x0a\x0b" + digest).hexdigest()[:32]
    assert salted_hash("0a0c", digest.hex()) != salted_hash("0a0b", digest.hex())


def test_training_images_are_sorted_and_once_each() -> None:
    digests = [hashlib.sha256(bytes([number])).hexdigest() for number in (3, 1, 2, 1)]
    hashed = hash_training_images([*digests, ""], "ff")
    assert list(hashed.hashes) == sorted({salted_hash("ff", one) for one in digests})
    assert len(hashed.hashes) == 3
