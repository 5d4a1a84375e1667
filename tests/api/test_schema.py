"""What the API says of itself is so, whatever it is asked: no 5xx, no answer that is not promised.

schemathesis makes the questions up from the OpenAPI document, right ones and wrong ones. Every
other one is about somebody or something that is there.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.house import CARD, House
from tests.examples import MANY

Case = schemathesis.Case[Any]
_TRIES = max(2, MANY // 500)
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_ENDLESS = "/api/v1/stream"


@pytest.fixture(scope="module")
def furnished(
    tmp_path_factory: pytest.TempPathFactory, sqlite_ready: Path
) -> Iterator[tuple[House, dict[str, str]]]:
    """Return a house with one of everything, and what each is called."""
    house = House(tmp_path_factory.mktemp("schema"), sqlite_ready)
    member = house.member()
    there = {"member": member, "badge": house.badge(member, CARD), "door": "ingresso"}
    there |= {"room": "sala", "plan": "everyday", "calendar": "feed"}
    made: dict[str, tuple[str, dict[str, object]]] = {
        "plan": ("plans", {"id": "everyday"}),
        "calendar": ("calendars", {"id": "feed", "room": "sala"}),
        "booking": ("bookings", _slot("10") | {"member": member}),
        "gathering": ("gatherings", _slot("14") | {"capacity": 5}),
        "visitor": (
            "visitors",
            {"name": "V", "host": member, "from": "2026-11-23", "until": "2026-11-25",
             "doors": ["ingresso"]},
        ),
    }  # fmt: skip
    for name, (path, form) in made.items():
        answer = house.ask("POST", path, form)
        assert answer.status_code == 201, answer.text
        there[name] = answer.json()["id"]
    yield house, there
    house.close()


def _slot(hour: str) -> dict[str, object]:
    day = "2026-11-24T"
    start, end = f"{day}{hour}:00:00+01:00", f"{day}{hour}:45:00+01:00"
    return {"title": "x", "room": "sala", "start": start, "end": end}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_the_api_keeps_what_its_document_promises(
    furnished: tuple[House, dict[str, str]], mode: GenerationMode
) -> None:
    house, there = furnished
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", house.app)
    asked = 0

    def ask(case: Case) -> None:
        nonlocal asked
        asked += 1
        if asked % 2 and case.path_parameters:
            case.path_parameters.update(
                {name: there[name] for name in case.path_parameters if name in there}
            )
        answer = case.call(headers={"Authorization": f"Bearer {house.tokens['admin']}"})
        case.validate_response(answer, checks=_CHECKS)

    found = list(document.get_all_operations())
    operations = [each.ok() for each in found if isinstance(each, Ok)]
    assert len(operations) == len(found)
    assert len(operations) > 80
    for operation in operations:
        if operation.path != _ENDLESS:
            _try(operation.as_strategy(generation_mode=mode), ask)
    assert asked > len(operations)


def _try(cases: SearchStrategy[Case], ask: Callable[[Case], None]) -> None:
    @settings(
        max_examples=_TRIES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def tried(case: Case) -> None:
        ask(case)

    with suppress(Unsatisfiable):  # an operation that takes nothing has no wrong questions
        tried()
