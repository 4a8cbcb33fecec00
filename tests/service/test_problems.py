"""Problems as RFC 9457 wants them."""

from __future__ import annotations

import json

from lentigo.service.problems import KINDS, Overloaded, kinds, problem_body, problem_response, type_of


def test_a_problem_has_its_members() -> None:
    problem = json.loads(problem_body(413, "too “large”", "id"))
    assert problem.pop("title")
    assert problem == {
        "type": "/docs#problem-too-large",
        "status": 413,
        "detail": "too “large”",
        "request_id": "id",
    }


def test_an_answer_says_when_to_come_back() -> None:
    said = problem_response(Overloaded(7), "id")
    assert said.status_code == 503
    assert said.headers["retry-after"] == "7"
    assert said.headers["content-type"] == "application/problem+json"


def test_a_lone_surrogate_can_be_said() -> None:
    assert json.loads(problem_body(422, "\udcff", "id"))["detail"] == "?"


def test_kinds_have_names_of_their_own_and_any_status_has_one() -> None:
    names = [name for name, _ in KINDS.values()]
    assert len(set(names)) == len(names)
    assert type_of(503) == "/docs#problem-busy"
    assert type_of(418) == "/docs#problem-other"
    assert {anchor for anchor, _, _ in kinds()} == {f"problem-{name}" for name in [*names, "other"]}
