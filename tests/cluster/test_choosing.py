"""What `--on` may say."""

from __future__ import annotations

import os

import pytest

from lentigo.cluster.choosing import open_executor
from lentigo.cluster.executor import LocalExecutor
from lentigo.settings.errors import SettingsError


def test_forms_of_on() -> None:
    assert isinstance(open_executor(), LocalExecutor)
    assert open_executor("processes:3").slots == 3
    assert open_executor("processes").slots == os.cpu_count()
    workers = open_executor("processes:4x2")._workers  # type: ignore[attr-defined]
    assert workers.slots == 4
    assert workers._environment["TF_NUM_INTRAOP_THREADS"] == "2"


@pytest.mark.parametrize(
    "on", ["", "processes:0", "processes:two", "processes:-1", "local:2", "slurm", "processes:2x0", "dask:2"]
)
def test_anything_else_is_refused_with_what_there_is(on: str) -> None:
    with pytest.raises(SettingsError, match=r"expected local, processes:N"):
        open_executor(on)
