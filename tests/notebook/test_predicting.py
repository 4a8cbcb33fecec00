"""What a model that is ready can be asked, and what is installed."""

from __future__ import annotations

import lentigo


def test_the_doctor_and_the_list_of_components_are_data() -> None:
    assert "extra train" in {line["name"] for line in lentigo.doctor()}
    assert lentigo.doctor().to_frame()["is_fine"].dtype == bool
    assert lentigo.sbom()["bomFormat"] == "CycloneDX"
