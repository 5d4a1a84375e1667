"""Where small counts are not told, the public learns no more than that somebody is in."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.occupancy import Occupancy, RoomOccupancy, blurred
from tests.api.house import TOML, House


@pytest.fixture
def house(tmp_path: Path, sqlite_ready: Path) -> Iterator[House]:
    made = House(
        tmp_path, sqlite_ready, TOML.replace("capacity = 50", "capacity = 50\nblur_below = 5")
    )
    yield made
    made.close()


def come_in(house: House, people: int) -> None:
    for number in range(people):
        member = house.member(f"Person {number}")
        house.ask("POST", f"presence/{member}/check-in", {"reason": "test"})


def asked(house: House, role: str) -> dict[str, Any]:  # JSON documents
    headers = {} if role == "public" else {"Authorization": f"Bearer {house.tokens[role]}"}
    answer = house.client.get("/api/v1/occupancy", headers=headers)
    assert answer.status_code == 200
    return dict(answer.json())


@pytest.mark.parametrize(("people", "told"), [(0, 0), (1, 4), (4, 4), (5, 5)])
def test_the_public_is_told_the_most_that_it_can_be(house: House, people: int, told: int) -> None:
    come_in(house, people)
    said = asked(house, "public")
    assert (said["present"], said["open"]) == (told, people > 0)
    assert said["blurred"] is (0 < people < 5)
    assert said["rooms"][0]["present"] == told
    assert (asked(house, "kiosk")["present"], "blurred" in asked(house, "kiosk")) == (people, False)


def test_so_is_whoever_reads_the_board_or_the_directory(house: House) -> None:
    come_in(house, 2)
    page = house.client.get("/").text
    assert re.search(r'id="present">≤ 4<', page)
    assert re.search(r'class="room-present">≤ 4<', page)
    rooms = house.client.get("/api/v1/rooms").json()["items"]
    assert "2" not in str([room.get("present") for room in rooms])


def test_without_the_setting_every_count_is_told(tmp_path: Path, sqlite_ready: Path) -> None:
    plain = House(tmp_path, sqlite_ready)
    come_in(plain, 1)
    said = asked(plain, "public")
    assert (said["present"], "blurred" in said) == (1, False)
    plain.close()


@given(st.lists(st.integers(0, 20), min_size=1, max_size=4), st.integers(1, 10))
def test_nobody_can_tell_small_counts_apart(people: list[int], below: int) -> None:
    rooms = [
        RoomOccupancy(
            id=str(number),
            name="",
            present=count,
            capacity=None,
            status="free",
            until=None,
            next=None,
        )
        for number, count in enumerate(people)
    ]
    whole = Occupancy(
        site="x", name="", at="", open=True, present=sum(people), capacity=None, rooms=rooms
    )
    told = blurred(whole, below)
    for count, place in zip([sum(people), *people], [told, *told["rooms"]], strict=True):
        assert place["present"] == (below - 1 if 0 < count < below else count)
        assert place["blurred"] is (0 < count < below)
