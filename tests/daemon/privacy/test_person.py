"""All that is kept of somebody is shown to them, and can be made nobody's."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from daemon.privacy import person
from daemon.store import accounts
from daemon.store.engine import Store
from daemon.store.headfile import head_path
from daemon.store.objections import Unknown
from daemon.store.schema import prepare
from daemon.store.tables import Base
from daemon.store.verify import Sound, verify
from tests.api.house import CARD, TOML, House

PERSONAL = {"member", "host", "organiser", "email"}
"""Columns that name somebody: a table that has one is part of what is told and erased."""
UNTOLD = {"journal", "member"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    path = tmp_path / "ready" / "usciere.db"
    path.parent.mkdir()
    store = Store(f"sqlite:///{path}")
    prepare(store, "cooffice")
    store.close()
    made = House(tmp_path, path, TOML)
    yield made
    made.close()


@pytest.fixture
def anna(house: House) -> str:
    """Return Anna, of whom there is something in every corner."""
    member = house.member("Anna Dimenticabile", email="anna@dimenticabile.example")
    house.tokens["anna"] = house.member_token(member)
    account = accounts.add_account(house.act(), member, "anna.dimenticabile")
    accounts.change_password(house.act(), account.id, "its hash")
    house.badge(member)
    house.post(f"presence/{member}/check-in", {})
    span = {"start": "2026-11-23T14:00:00+01:00", "end": "2026-11-23T15:00:00+01:00"}
    house.post("bookings", {"room": "sala", "member": member, "title": "Psicologa"} | span)
    house.post("visitors", {"name": "Vera", "until": "2026-11-24"}, role="anna")
    evening = {"start": "2026-11-23T18:00:00+01:00", "end": "2026-11-23T19:00:00+01:00"}
    made = house.post(
        "gatherings", {"title": "Yoga", "room": "sala", "organiser": member} | evening
    )
    path = f"gatherings/{made['id']}/attendees"
    house.post(path, {"name": "Anna", "email": "anna@dimenticabile.example"})
    house.post(f"members/{member}/carnets", {"entries": 10})
    house.clock.passes(hours=1)
    house.post(f"presence/{member}/check-out", {})
    return member


@pytest.mark.usefixtures("anna")
def test_everything_is_in_the_export_and_no_secret(house: House) -> None:
    said = house.get("me/export", role="anna")
    assert said["member"]["name"] == "Anna Dimenticabile"
    for part in (
        "badge",
        "booking",
        "visit",
        "visitor",
        "attendee",
        "gathering",
        "carnet",
        "token",
        "account",
    ):
        assert said[part], part
    assert said["booking"][0]["title"] == "Psicologa"
    assert said["visit"][0]["began"] == "2026-11-23T11:00:00Z"
    reasons = {entry["reason"] for entry in said["journal"]}
    assert {"member-added", "badge-added", "booking-added", "check-in"} <= reasons
    text = json.dumps(said)
    assert CARD not in text
    assert "its hash" not in text
    assert not [part for part in said if part != "journal" and '"hash"' in json.dumps(said[part])]
    with house.store.reading() as session, pytest.raises(Unknown):
        person.export(session, "cooffice", "nobody")


def test_no_table_that_names_somebody_is_forgotten() -> None:
    told = {table.name for table, _ in person._parts("x")}
    named = {
        table.name
        for table in Base.metadata.sorted_tables
        if PERSONAL & set(table.c.keys()) - {"email"}
    }
    assert told == named


def test_who_is_erased_is_nobody_and_sums_stay(house: House, anna: str, tmp_path: Path) -> None:
    other = house.member("Bruno")
    before = house.get("reports/attendance?month=2026-11")["items"]
    person.erase(house.act(), house.app.state.parts.house.calendar, anna)
    [after] = house.get("reports/attendance?month=2026-11")["items"]
    assert after["member"] == "past"
    assert (after["days"], after["hours"], after["entries"]) == (
        before[0]["days"],
        before[0]["hours"],
        before[0]["entries"],
    )
    file = tmp_path / "usciere.db"
    text = file.read_bytes().decode("latin-1")
    text += file.with_name("usciere.db-wal").read_bytes().decode("latin-1")
    for word in (anna, "Dimenticabile", "dimenticabile", "Psicologa"):
        assert word not in text, word
    verdict = verify(house.store, "cooffice", head_path(house.settings), lambda _, __: None)
    assert isinstance(verdict, Sound), verdict
    assert house.last()["reason"] == "person-erased"
    assert house.get(f"members/{other}")["name"] == "Bruno"
    with pytest.raises(Unknown):
        person.erase(house.act(), house.app.state.parts.house.calendar, anna)


def test_what_is_left_of_who_left_before_can_still_be_erased(house: House, anna: str) -> None:
    assert house.ask("DELETE", f"members/{anna}").status_code == 204
    person.erase(house.act(), house.app.state.parts.house.calendar, anna)
    with house.store.reading() as session:
        left: list[Any] = [
            name
            for name, table in Base.metadata.tables.items()
            if "member" in table.c and session.scalars(select(table.c.member)).all() == [anna]
        ]
    assert left == []
