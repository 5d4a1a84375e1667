"""Webhooks of a whole API: its own thread tells, from each start on, and names nobody."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.store.tables import WebhookRow
from tests.api.house import CARD, House
from tests.e2e.receivers import Ear, ear, told_by


@pytest.fixture
def receiver() -> Iterator[Ear]:
    with ear() as running:
        yield running


def test_a_message_says_no_name_no_address_and_no_digit_of_a_badge(
    tmp_path: Path, sqlite_ready: Path, receiver: Ear
) -> None:
    house = House(tmp_path, sqlite_ready, told_by(tmp_path, f'url = "{receiver.url}"'))
    with house.client:
        eventually(lambda: began(house))
        anna = house.member("Anna Bianchi", email="anna@example.org")
        house.badge(anna)
        house.post("doors/ingresso/unlock", {"reason": "Anna forgot hers"})
        house.post(f"presence/{anna}/check-in", {"reason": "Anna forgot hers"})
        newest = house.last()["seq"]
        eventually(lambda: newest in receiver.seqs)
    house.close()
    assert {told.data["kind"] for told in receiver.told} >= {"change", "staff", "presence"}
    for told in receiver.told:
        text = told.body.decode().lower()
        for word in ("anna", "bianchi", "example.org", "token", CARD.lower(), CARD[-4:].lower()):
            assert word not in text.replace(told.id, "")
    assert anna in {told.data["member"] for told in receiver.told}


def test_an_api_that_is_started_again_tells_again(
    tmp_path: Path, sqlite_ready: Path, receiver: Ear
) -> None:
    house = House(tmp_path, sqlite_ready, told_by(tmp_path, f'url = "{receiver.url}"'))
    with house.client:
        eventually(lambda: began(house))
    house.member()
    with house.client:
        eventually(lambda: bool(receiver.told))
    house.close()


def began(house: House) -> bool:
    with house.store.reading() as session:
        return session.scalar(select(WebhookRow.seq)) is not None


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert holds()
