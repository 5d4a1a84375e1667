"""What the doorman alarms staff of, through his real loop on a real database."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.alarms.flood import MOST, TOGETHER
from daemon.alarms.limits import Limits
from daemon.store.journal import Kind
from daemon.store.tables import JournalRow
from devices.contract import Level, Receipt, Tap, Trouble
from devices.moments import shown
from tests.daemon.porch import ANNA, STRANGER, Porch, level, locked, tap
from tests.daemon.store.building import NOON
from tests.daemon.test_adrift import nothing_written

MINUTE = timedelta(minutes=1)


def entries(porch: Porch, *reasons: str) -> list[tuple[str, str, str | None, dict[str, object]]]:
    """Return kind, reason, door and detail of what was written for these reasons."""
    j = JournalRow
    with porch.store.reading() as session:
        found = session.scalars(select(j).where(j.reason.in_(reasons)).order_by(j.seq)).all()
        return [(e.kind, str(e.reason), e.door, json.loads(e.detail or "{}")) for e in found]


def refusal(porch: Porch, number: int, reader: str = "outside") -> Tap:
    return tap(STRANGER, f"no{number}", porch.now, reader=reader, packet=number + 1)


def trouble(porch: Porch, device: str | None = "outside", code: str = "tampered") -> Trouble:
    return Trouble("entrance", device, code, porch.now, receipt=Receipt(1, 7, again=False))


def offline(porch: Porch, device: str | None = None, *, online: bool = False) -> Level:
    return Level("entrance", porch.now, online=online, device=device)


def with_contact(porch: Porch, held_open: timedelta = MINUTE / 2) -> Porch:
    """Fit a contact to the lab's door, closed until now."""
    doors = dict(porch.house.doors)
    doors["lab"] = replace(doors["lab"], has_contact=True, held_open=held_open)
    porch.doors._house = replace(porch.house, doors=doors)
    porch.takes(level(porch.now, is_open=False))
    return porch


def waits(porch: Porch, wait: timedelta) -> None:
    porch.passes(wait.total_seconds())
    porch.rests()


def test_a_device_that_is_tampered_with_is_an_alarm_and_acknowledged(porch: Porch) -> None:
    porch.takes(trouble(porch))
    assert entries(porch, "tampered") == [
        (Kind.ALARM, "tampered", "entrance", {"device": "outside"})
    ]
    assert porch.wires.acknowledged == [7]
    assert porch.wires.released == []


def test_a_device_that_goes_on_saying_so_is_one_alarm_in_five_minutes(porch: Porch) -> None:
    for _ in range(10):
        porch.takes(trouble(porch))
        porch.passes(45)
    porch.takes(trouble(porch, "lock"), trouble(porch, None, "jammed"))
    told = [(e[1], e[3]) for e in entries(porch, "tampered", "jammed")]
    own = ("tampered", {"device": "outside"})
    assert told == [own, own, ("tampered", {"device": "lock"}), ("jammed", {})]


def test_a_clock_that_was_put_back_mutes_no_device(porch: Porch) -> None:
    porch.takes(trouble(porch))
    porch.puts(-timedelta(hours=1))
    porch.takes(trouble(porch))
    assert len(entries(porch, "tampered")) == 2


def test_trouble_while_the_database_is_locked_lands_once_it_is_back(porch: Porch) -> None:
    with locked(porch.store):
        porch.takes(trouble(porch))
        assert porch.wires.acknowledged == [7]
    porch.rests()
    assert [e[:3] for e in entries(porch, "tampered")] == [(Kind.ALARM, "tampered", "entrance")]


def test_trouble_that_nothing_took_is_still_to_be_told(porch: Porch, tmp_path: Path) -> None:
    with locked(porch.store), nothing_written(tmp_path / "spool", porch):
        porch.takes(trouble(porch))
    porch.rests()
    assert len(entries(porch, "tampered")) == 1


def test_what_was_taken_in_with_a_book_that_was_thrown_away_is_taken_in_again(
    porch: Porch,
) -> None:
    nowhere = tap(name="x", packet=9)._replace(door="nowhere")  # nobody can serve it
    porch.takes(trouble(porch), *(refusal(porch, number) for number in range(4)), nowhere)
    assert len(entries(porch, "tampered")) == 1
    assert entries(porch, "repeated-refusals") == []


@pytest.mark.parametrize("device", [None, "outside"])
def test_a_device_offline_for_ten_minutes_is_one_alarm_and_its_return_a_word(
    porch: Porch, device: str | None
) -> None:
    porch.takes(offline(porch, device))
    waits(porch, 9 * MINUTE)
    porch.takes(offline(porch, device))
    assert entries(porch, "device-silent") == []
    waits(porch, MINUTE)
    waits(porch, 60 * MINUTE)
    porch.takes(offline(porch, device))
    [(kind, _, door, detail)] = entries(porch, "device-silent")
    assert (kind, door, detail.get("device")) == (Kind.ALARM, "entrance", device)
    assert detail["since"] == shown(NOON)
    porch.takes(offline(porch, device, online=True))
    [(kind, _, door, back)] = entries(porch, "device-back")
    assert (kind, door, back) == (Kind.DOOR, "entrance", detail)


def test_a_device_that_comes_back_in_time_is_nobodys_business(porch: Porch) -> None:
    porch.takes(offline(porch))
    waits(porch, 9 * MINUTE)
    porch.takes(offline(porch, online=True))
    waits(porch, 60 * MINUTE)
    assert entries(porch, "device-silent", "device-back") == []


def test_a_door_of_two_devices_is_told_by_the_one_that_is_away(porch: Porch) -> None:
    porch.takes(offline(porch, "outside"), offline(porch, "lock", online=True))
    waits(porch, 10 * MINUTE)
    assert [e[3].get("device") for e in entries(porch, "device-silent")] == ["outside"]


def test_five_refusals_in_a_minute_are_one_alarm_a_reader(porch: Porch) -> None:
    for number in range(12):
        porch.takes(refusal(porch, number))
        porch.passes(5)
    for number in range(12, 16):
        porch.takes(refusal(porch, number, "inside"))
    assert entries(porch, "repeated-refusals") == [
        (Kind.ALARM, "repeated-refusals", "entrance", {"reader": "outside", "refusals": 5})
    ]


def flood(porch: Porch, count: int, start: int = 0) -> None:
    """Let strangers come all at once, at a reader that five of them have put to rest."""
    for number in range(start, start + 5):
        porch.takes(refusal(porch, number))
    porch.takes(*(refusal(porch, start + 5 + number) for number in range(count)))


def test_more_strangers_than_a_reader_reads_are_counted_and_all_answered(porch: Porch) -> None:
    flood(porch, MOST + 30)
    assert len(entries(porch, "throttled")) == MOST
    assert len(porch.answers()) == 5 + MOST + 30
    assert '"reason":"throttled"' in porch.answers()[-1]
    assert len(porch.wires.acknowledged) == 5 + MOST + 30
    assert entries(porch, "reader-flood") == [
        (Kind.ALARM, "reader-flood", "entrance", {"reader": "outside"})
    ]
    waits(porch, TOGETHER)
    said = {"taps": 30, "since": shown(NOON)}
    assert entries(porch, "throttled")[MOST:] == [(Kind.TAP, "throttled", "entrance", said)]
    waits(porch, 4 * TOGETHER)
    assert len(entries(porch, "throttled")) == MOST + 1


def test_who_goes_off_duty_in_a_flood_writes_down_how_many_he_counted(porch: Porch) -> None:
    flood(porch, MOST + 30)
    porch.doorman.end(1)
    said = {"taps": 30, "since": shown(NOON)}
    assert entries(porch, "throttled")[MOST:] == [(Kind.TAP, "throttled", "entrance", said)]


def test_in_a_flood_of_strangers_a_member_comes_in(porch: Porch) -> None:
    flood(porch, MOST + 30)
    porch.takes(tap(ANNA, "t1", porch.now, packet=900))
    assert porch.wires.released[-1].tap == "t1"


def test_a_flood_at_one_reader_is_none_at_another(porch: Porch) -> None:
    flood(porch, MOST + 30)
    porch.takes(refusal(porch, 900, "inside"))
    assert entries(porch, "unknown-badge")[-1][2] == "entrance"
    assert len(porch.answers()) == 5 + MOST + 31


def test_after_a_flood_that_is_over_each_has_its_entry_again(porch: Porch) -> None:
    flood(porch, MOST + 30)
    waits(porch, TOGETHER)
    waits(porch, TOGETHER)
    flood(porch, 3, 1000)
    assert len(entries(porch, "throttled")) == MOST + 1 + 8


def test_late_and_granted_taps_are_no_refusals(porch: Porch) -> None:
    for number in range(20):
        late = tap(STRANGER, f"late{number}", porch.now, late=True, packet=number + 1)
        porch.takes(late, tap(ANNA, f"yes{number}", porch.now, packet=100 + number))
    assert entries(porch, "repeated-refusals") == []


def test_the_same_message_again_is_no_further_refusal(porch: Porch) -> None:
    for _ in range(9):
        porch.takes(refusal(porch, 1))
    assert entries(porch, "repeated-refusals") == []


def test_a_reader_whose_clock_is_wrong_is_one_alarm_a_day(porch: Porch) -> None:
    for number in range(20):
        said = porch.now + timedelta(seconds=7)
        porch.takes(tap(ANNA, f"d{number}", porch.now, packet=number + 1)._replace(at=said))
        porch.passes(60)
    assert entries(porch, "clock-drift") == [
        (Kind.ALARM, "clock-drift", "entrance", {"reader": "outside", "seconds": 7})
    ]


def test_a_door_that_stands_open_is_warned_of_before_it_is_an_alarm(porch: Porch) -> None:
    told = ["held-open-warning", "door-held-open"]
    with_contact(porch).takes(level(porch.now, is_open=True))
    waits(porch, timedelta(seconds=18))
    assert entries(porch, *told) == []
    waits(porch, timedelta(seconds=2))
    assert [e[:2] for e in entries(porch, *told)] == [(Kind.DOOR, "held-open-warning")]
    waits(porch, timedelta(seconds=4))
    assert len(entries(porch, *told)) == 1
    waits(porch, timedelta(seconds=10))
    waits(porch, timedelta(seconds=90))
    assert [e[:2] for e in entries(porch, *told)[1:]] == [(Kind.ALARM, "door-held-open")]


def test_a_door_that_may_stand_open_shorter_than_the_warning_is_not_warned_of(
    porch: Porch,
) -> None:
    with_contact(porch, held_open=timedelta(seconds=10)).takes(level(porch.now, is_open=True))
    waits(porch, timedelta(seconds=30))
    assert [e[1] for e in entries(porch, "held-open-warning", "door-held-open")] == [
        "door-held-open"
    ]


def test_what_is_switched_off_is_never_told(porch: Porch, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    off = Limits(None, None, None, MINUTE, None)
    deaf = Porch(porch.store, replace(porch.house, alarms=off), tmp_path / "other")
    for number in range(9):
        deaf.takes(refusal(deaf, number)._replace(at=deaf.now - timedelta(seconds=9)))
    deaf.takes(offline(deaf), level(deaf.now, is_open=True))
    waits(deaf, 25 * timedelta(seconds=1))
    waits(deaf, 60 * MINUTE)
    told = entries(deaf, "repeated-refusals", "clock-drift", "device-silent", "held-open-warning")
    deaf.leaves()
    assert told == []
