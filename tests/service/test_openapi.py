"""What the description says is what the service does: schemathesis asks every operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from starlette.testclient import TestClient

from lentigo.service.app import Application

OPERATIONS = [
    ("POST", "/v1/predict"),
    ("GET", "/v1/model"),
    ("GET", "/metrics"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
]


def ask_everything(application: Application, method: str, path: str, max_examples: int) -> None:
    import schemathesis  # one process needs it, and it takes a second
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    schema = schemathesis.openapi.from_asgi("/openapi.json", application.gate)
    operation = schema[path][method]

    @given(case=operation.as_strategy())
    @settings(
        max_examples=max_examples,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[*HealthCheck],
        derandomize=True,
        database=None,
    )
    def ask(case: Any) -> None:
        said = case.call()
        # no schema can say which bytes are an image: those that are none may be refused
        case.validate_response(said, excluded_checks=[positive_data_acceptance])
        assert "Traceback" not in said.text

    ask()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_does_what_is_said(application: Application, method: str, path: str) -> None:
    ask_everything(application, method, path, max_examples=15)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_does_what_is_said_many_times(
    application: Application, method: str, path: str
) -> None:
    ask_everything(application, method, path, max_examples=500)


def test_no_operation_is_left_out(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {(method.upper(), path) for path, found in paths.items() for method in found} == {*OPERATIONS}


def test_the_examples_fit_what_is_said(
    client: TestClient, make_application: Callable[..., Application]
) -> None:
    """Schemathesis checks answers against the schema; here the example is."""
    import jsonschema

    content = client.get("/openapi.json").json()["paths"]["/v1/predict"]["post"]["responses"]["200"][
        "content"
    ]
    jsonschema.validate(content["application/json"]["example"], content["application/json"]["schema"])
