"""`/spaceapi.json`: what directory and displays rely on, in both versions."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.spaceapi import last_change
from daemon.store.engine import Store
from daemon.store.schema import prepare
from tests.api.house import MONDAY_NOON, TOML, House, slug

ABOUT = """
[spaceapi]
url = "https://cooffice.example.org"
logo = "https://cooffice.example.org/logo.svg"
address = "Piazza Costituzione 4, 37047 San Bonifacio, Italia"
lat = 45.39
lon = 11.27
email = "cooffice@example.org"
"""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def space(tmp_path: Path) -> Any:
    path = tmp_path / "ready" / "usciere.db"
    path.parent.mkdir()
    store = Store(f"sqlite:///{path}")
    prepare(store, "cooffice")
    store.close()
    house = House(tmp_path, path, ABOUT + TOML)
    yield house
    house.close()


def shown(house: House) -> dict[str, Any]:
    answer = house.ask("GET", "/spaceapi.json", role="public")
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def test_nobody_in_is_closed_and_still_counted(space: House) -> None:
    said = shown(space)
    assert said["api_compatibility"] == ["14", "15"]
    assert {"space", "logo", "url", "contact", "location"} <= said.keys()
    assert said["state"] == {"open": False}
    assert said["location"]["lat"] == 45.39
    assert said["location"]["lon"] == 11.27
    people = said["sensors"]["people_now_present"]
    assert [each["value"] for each in people] == [0, 0, 0]
    assert "location" not in people[0]
    assert [each["location"] for each in people[1:]] == ["Open space", "Sala riunioni"]


def test_it_opens_with_the_first_and_closes_with_the_last(space: House) -> None:
    anna, bruno = space.member("Anna"), space.member("Bruno")
    space.post(f"presence/{anna}/check-in", {})
    space.clock.passes(minutes=10)
    space.post(f"presence/{bruno}/check-in", {"room": "sala"})
    noon = int(MONDAY_NOON.timestamp())
    said = shown(space)
    assert said["state"] == {"open": True, "lastchange": noon}
    assert [each["value"] for each in said["sensors"]["people_now_present"]] == [2, 1, 1]
    space.post(f"presence/{anna}/check-out", {})
    assert shown(space)["state"] == {"open": True, "lastchange": noon}
    space.clock.passes(minutes=5)
    space.post(f"presence/{bruno}/check-out", {})
    assert shown(space)["state"] == {"open": False, "lastchange": noon + 15 * 60}
    assert "Anna" not in str(said)


def test_who_is_hidden_neither_opens_nor_counts(space: House) -> None:
    ghost = space.member("Ghost", visibility="hidden")
    space.post(f"presence/{ghost}/check-in", {})
    assert shown(space)["state"] == {"open": False}


def test_without_its_table_there_is_no_such_page(house: House) -> None:
    answer = house.ask("GET", "/spaceapi.json", role="public")
    assert (answer.status_code, slug(answer)) == (404, "no-such-page")


def test_a_gap_with_nobody_in_begins_anew() -> None:
    at = [MONDAY_NOON + n * MINUTE for n in range(10)]
    first, overlapping, later = (at[0], at[3]), (at[2], at[5]), (at[7], None)
    assert last_change([first, overlapping], is_open=False) == at[5]
    assert last_change([first, overlapping, later], is_open=True) == at[7]
    assert last_change([first, (at[3], None)], is_open=True) == at[0]
    assert last_change([(at[0], None), (at[1], at[2]), (at[8], None)], is_open=True) == at[0]
    assert last_change([], is_open=False) is None
