"""Doors and the building over HTTP: named acts, carried out within seconds or taken back."""

import pytest

from daemon.store import journal
from daemon.store.book import book_of
from daemon.store.doors import keep_devices, keep_levels
from daemon.store.journal import Entry, Kind
from tests.api.house import CARD, House, slug

WHY = {"reason": "parcel"}


def test_a_remote_unlock_is_sent_and_named(house: House) -> None:
    anna = house.member("Anna", role="staff")
    house.tokens["anna"] = house.member_token(anna, "staff")
    sent = house.post("doors/ingresso/unlock", WHY, role="anna")
    assert sent == {"door": "ingresso", "action": "unlock", "sent": True}
    [command] = house.doorman.sent
    assert (command.door, command.action, command.seconds) == ("ingresso", "unlock", 5)
    assert (command.expires - command.issued).total_seconds() == 5
    said = house.last()
    assert (said["kind"], said["reason"], said["door"]) == ("staff", "remote-unlock", "ingresso")
    assert said["member"] == anna
    assert said["detail"]["reason"] == "parcel"
    assert said["detail"]["order"] == command.id


def test_nobody_opens_what_the_doorman_does_not_carry_out(house: House) -> None:
    house.doorman.on_duty = False
    answer = house.ask("POST", "doors/ingresso/unlock", WHY)
    assert (answer.status_code, slug(answer)) == (503, "doorman-away")
    assert [entry["reason"] for entry in house.journal()[-2:]] == ["remote-unlock", "order-expired"]
    house.doorman.on_duty = True
    house.doorman.ring()
    assert house.doorman.sent == []


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 201}, None])
def test_an_act_without_a_reason_is_refused(house: House, body: object) -> None:
    assert house.ask("POST", "doors/ingresso/unlock", body).status_code == 422
    assert house.doorman.sent == []


def test_there_is_no_such_door(house: House) -> None:
    for path in ("doors/garage/unlock", "doors/garage/hold"):
        body = WHY | ({"mode": "open"} if "hold" in path else {})
        assert slug(house.ask("POST", path, body)) == "no-such-door"
    assert slug(house.ask("GET", "doors/garage")) == "no-such-door"


def test_a_door_is_held_until_and_let_go(house: House) -> None:
    until = "2026-11-23T13:00:00Z"
    house.post("doors/ingresso/hold", WHY | {"mode": "open", "until": until})
    door = house.get("doors/ingresso")
    assert (door["hold"], door["hold_until"]) == ("open", until)
    house.post("doors/ingresso/hold", WHY | {"mode": "normal"})
    assert house.get("doors/ingresso")["hold"] == "normal"
    assert [command.action for command in house.doorman.sent] == ["hold-open", "lock"]
    reasons = [entry["reason"] for entry in house.journal() if entry["kind"] == "staff"]
    assert reasons == ["hold-open", "hold-ended"]


def test_a_hold_that_has_ended_is_no_longer_shown(house: House) -> None:
    hold = WHY | {"mode": "locked", "until": "2026-11-23T12:00:00Z"}
    house.post("doors/ingresso/hold", hold)
    house.clock.passes(hours=1)
    assert house.get("doors/ingresso")["hold"] == "normal"


def test_a_door_held_locked_refuses_at_once_even_without_the_doorman(house: House) -> None:
    house.badge(house.member(role="staff"))
    house.doorman.on_duty = False
    answer = house.post("doors/ingresso/hold", WHY | {"mode": "locked"})
    assert answer == {"door": "ingresso", "action": "locked", "sent": False}
    explained = house.post("explain", {"door": "ingresso", "uid": CARD})
    assert explained["reason"] == "held-locked"


def test_a_door_is_not_held_open_by_nobody(house: House) -> None:
    house.doorman.on_duty = False
    answer = house.ask("POST", "doors/ingresso/hold", WHY | {"mode": "open"})
    assert slug(answer) == "doorman-away"
    assert house.get("doors/ingresso")["hold"] == "normal"


@pytest.mark.parametrize(
    ("hold", "field"),
    [
        ({"mode": "ajar"}, "mode"),
        ({"mode": "open", "until": "2026-11-23T11:00:00Z"}, "until"),
        ({"mode": "open", "until": "tomorrow"}, "until"),
        ({"mode": "normal", "until": "2026-11-24T11:00:00Z"}, "until"),
    ],
)
def test_an_impossible_hold_is_refused(house: House, hold: dict[str, object], field: str) -> None:
    answer = house.ask("POST", "doors/ingresso/hold", WHY | hold)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert house.doorman.sent == []


def test_doors_tell_what_their_devices_told_and_what_was_wrong(house: House) -> None:
    with book_of(house.store, "cooffice") as book:
        told = {"contact": "open", "bolt": "unlocked", "online": True}
        keep_levels(book, "ingresso", house.clock(), told)
        keep_devices(book, "ingresso", {"lock": False})
        now = house.clock()
        forced = Entry(Kind.ALARM, now, now, door="ingresso", reason="door-forced")
        seq = journal.append(book, forced)
    first, second = house.get("doors")["items"]
    assert first == {
        "id": "ingresso",
        "name": "Ingresso",
        "room": "open-space",
        "entrance": True,
        "readers": [{"id": "main", "role": "entry"}],
        "hold": "normal",
        "hold_until": None,
        "contact": "open",
        "bolt": "unlocked",
        "online": True,
        "devices": [
            {"part": "reader", "id": "main", "driver": "mqtt", "online": None},
            {"part": "lock", "id": "lock", "driver": "mqtt", "online": False},
            {"part": "contact", "id": "contact", "driver": "mqtt", "online": None},
        ],
        "reported": "2026-11-23T11:00:00Z",
        "alarms": [{"seq": seq, "at": "2026-11-23T11:00:00Z", "reason": "door-forced"}],
    }
    assert (second["id"], second["contact"], second["alarms"]) == ("porta-sala", None, [])
    page = house.get("doors?limit=1")
    assert [d["id"] for d in house.get(f"doors?after={page['next']}")["items"]] == ["porta-sala"]


def test_a_lockdown_holds_from_the_next_tap_on_and_is_named(house: House) -> None:
    house.badge(house.member(role="staff"))
    question = {"door": "ingresso", "uid": CARD}
    order = {"active": True, "reason": "drill"}
    assert house.post("site/lockdown", order) == {"lockdown": True, "evacuation": False}
    assert house.post("explain", question)["reason"] == "lockdown"
    assert house.post("site/evacuation", order) == {"lockdown": True, "evacuation": True}
    assert house.post("explain", question)["reason"] == "fire"
    for name in ("evacuation", "lockdown"):
        house.post(f"site/{name}", {"active": False, "reason": "over"})
    assert house.get("site") == {"lockdown": False, "evacuation": False}
    assert house.post("explain", question)["reason"] == "staff"
    said = [entry["reason"] for entry in house.journal() if entry["kind"] == "staff"]
    assert said == ["lockdown", "evacuation", "evacuation-ended", "lockdown-ended"]


@pytest.mark.parametrize("order", [{"active": True}, {"reason": "x"}, {"active": 1, "reason": "x"}])
def test_half_an_order_is_none(house: House, order: dict[str, object]) -> None:
    assert house.ask("POST", "site/lockdown", order).status_code == 422
    assert house.get("site")["lockdown"] is False
