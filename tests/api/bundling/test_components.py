"""The list of components: complete, without extras, in CycloneDX' form."""

from __future__ import annotations

import re
from importlib.metadata import version

from lentigo.api.bundling.components import bill_of_materials


def test_the_base_install_is_listed_and_nothing_more() -> None:
    names = {one["name"].lower() for one in bill_of_materials()["components"]}
    assert {"fastapi", "numpy", "onnxruntime", "pillow", "uvicorn", "starlette", "h11"} <= names
    assert not names & {"keras", "tensorflow", "pandas", "scikit-learn", "pytest", "lentigo"}


def test_every_component_says_what_it_is() -> None:
    bill = bill_of_materials()
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == version("lentigo")
    for one in bill["components"]:
        assert one["version"] == version(one["name"])
        assert re.fullmatch(r"pkg:pypi/[a-z0-9-]+@\S+", one["purl"])
        assert one["licenses"], one["name"]


def test_dependencies_lead_to_components() -> None:
    bill = bill_of_materials()
    known = {one["bom-ref"] for one in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}
    assert {one["ref"] for one in bill["dependencies"]} == known
    needs = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    assert all(set(found) <= known for found in needs.values())
    fastapi = next(ref for ref in known if ref.startswith("pkg:pypi/fastapi@"))
    assert any(ref.startswith("pkg:pypi/starlette@") for ref in needs[fastapi])


def test_the_same_installation_has_the_same_number() -> None:
    assert bill_of_materials()["serialNumber"] == bill_of_materials()["serialNumber"]
