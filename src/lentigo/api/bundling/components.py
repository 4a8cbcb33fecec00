"""What is installed, out as a list of components (SBOM): CycloneDX 1.6, from the packages' own metadata.

https://cyclonedx.org/docs/1.6/json/. Listed is what serving needs: Lentigo and all that its base install
pulls in. Extras, as for training, are not listed: a machine that serves does not have them.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

ROOT = "lentigo"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*")


def bill_of_materials() -> dict[str, Any]:
    """The list as CycloneDX has it; the same installation gives the same list but for its time."""
    found = _installed(ROOT)
    parts = [_component(one) for name, one in sorted(found.items()) if name != ROOT]
    identity = ",".join(sorted(_reference(one) for one in found.values()))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, identity)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": _component(found[ROOT]) | {"type": "application"},
        },
        "components": parts,
        "dependencies": [
            {
                "ref": _reference(one),
                "dependsOn": sorted(_reference(found[n]) for n in _needs(one) & found.keys()),
            }
            for _, one in sorted(found.items())
        ],
    }


def _installed(root: str) -> dict[str, Distribution]:
    """A package and everything it needs, by name; what is meant for another system is not installed here."""
    found: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        waiting += sorted(_needs(found[name]) - found.keys())
    return found


def _needs(one: Distribution) -> set[str]:
    """Names of what a package requires without extras."""
    required = [line for line in one.requires or () if not re.search(r"\bextra\s*==", line)]
    return {_normal(match[0]) for line in required if (match := _NAME.match(line))}


def _normal(name: str) -> str:
    """The one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _reference(one: Distribution) -> str:
    """A package URL, https://github.com/package-url/purl-spec."""
    return f"pkg:pypi/{_normal(one.metadata['Name'])}@{one.version}"


def _component(one: Distribution) -> dict[str, Any]:
    reference, licences = _reference(one), list(_licences(one))
    facts = {
        "type": "library",
        "bom-ref": reference,
        "name": one.metadata["Name"],
        "version": one.version,
        "purl": reference,
    }
    return facts | ({"licenses": licences} if licences else {})


def _licences(one: Distribution) -> Iterator[dict[str, Any]]:
    """As an SPDX expression where the package gives one, else by the names it gives."""
    expression = _first(one, "License-Expression")
    if _EXPRESSION.fullmatch(expression):
        yield {"expression": expression}
        return
    classifiers = one.metadata.get_all("Classifier") or []
    names = [text.rsplit(" :: ", 1)[1] for text in classifiers if text.startswith("License ::")]
    short = expression or _first(one, "License")
    if not names and short and "\n" not in short:
        names = [short]
    for name in names:
        yield {"license": {"name": name}}


def _first(one: Distribution, key: str) -> str:
    return next(iter(one.metadata.get_all(key) or ()), "").strip()
