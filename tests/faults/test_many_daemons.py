"""Several doormen of one site on PostgreSQL and one broker: every tap once, whoever dies."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.faults.house import House, Program, Terms, furnished
from tests.faults.oracle import assert_nothing_wrong, assert_sound, compare, journal
from tests.faults.street import NOBODY, Crowd, Street, dice_of
from tests.postgresql import Server

pytestmark = [pytest.mark.mosquitto, pytest.mark.postgresql, pytest.mark.slow]
ANSWERED_WITHIN = 5.0
_VAULT = """\
[[doors]]
id = "vault"
room = "lab"
[doors.contact]
driver = "mqtt"
"""


@dataclass(frozen=True)
class Staff:
    """A house and its doormen, all of them the same."""

    house: House
    doormen: Sequence[Program]

    def said(self) -> str:
        return self.house.daemon.said()

    def on_duty(self) -> int:
        """Return how often somebody has taken the duty."""
        return self.said().count("all that is to be done once")


@contextmanager
def staffed(postgresql: Server, doormen: int, more: str = "") -> Iterator[Staff]:
    """Give a house whose doormen have all begun."""
    with furnished(Terms(database=postgresql.new_database(), more=more)) as house:
        programs = [house.daemon, *(house.another_daemon() for _ in range(doormen - 1))]
        try:
            for number, each in enumerate(programs, 1):
                each.start()
                _wait_for_connections(house, number)
            yield Staff(house, programs)
        finally:
            for each in programs:
                each.kill()


def _wait_for_connections(house: House, number: int) -> None:
    _wait_until(lambda: house.daemon.said().count("connected to the broker") == number)


def _wait_until(true: Callable[[], bool], seconds: float = 10.0) -> float:
    """Return how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it never came true"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.parametrize("doormen", [2, 4])
def test_every_tap_is_served_once_though_doormen_are_killed(
    doormen: int, seed: int, tell: Callable[[str], None], postgresql: Server
) -> None:
    dice = dice_of(seed)
    with staffed(postgresql, doormen) as staff, Street(staff.house) as street:
        crowd = Crowd(staff.house, street, dice)
        crowd.begin()
        waits = []
        for _ in range(doormen):
            time.sleep(dice.uniform(0.3, 0.9))
            victim = dice.choice(staff.doormen)
            victim.kill()
            began = time.monotonic()
            assert street.ask(NOBODY, "lab")["granted"] is False
            waits.append(time.monotonic() - began)
            victim.start()
        crowd.finish()
        time.sleep(1.0)
        sent = crowd.doors()
        findings = compare(staff.house, sent, street.answers(), street.commands())
        entries = assert_sound(staff.house)
        heard = {int(str(each.said()["seq"])) for each in street.heard if each.word == "journal"}
    tell(
        f"{doormen} doormen, {len(waits)} kills, {len(sent)} taps, {crowd.resent} sent again,"
        f" {entries} entries, {entries - len(heard)} of them not announced; {findings};"
        f" next tap answered in {min(waits):.2f} to {max(waits):.2f} s"
    )
    assert "Traceback" not in staff.said()
    assert_nothing_wrong(findings)
    assert max(waits) < ANSWERED_WITHIN
    assert heard == set(range(min(heard), entries + 1))


def test_the_broker_shares_the_taps_out(postgresql: Server) -> None:
    with staffed(postgresql, 2) as staff, Street(staff.house) as street:
        for _ in range(2):
            names = [street.tap(staff.house.somebody()) for _ in range(10)]
            for name in names:
                street.answer(name)
            staff.doormen[0].kill()  # the second time all of them are the other's
            time.sleep(0.5)  # what the broker hands to one just dead waits for his return
        assert len(journal(staff.house, "tap")) == 20
        answers = [each.said()["tap"] for each in street.feedback()]
        assert len(answers) == len(set(answers)) == 20


def test_a_door_is_watched_by_whoever_is_left(postgresql: Server) -> None:
    """Levels are written by one, known to all: an opening after anybody's grant is no break-in."""
    with staffed(postgresql, 2, _VAULT) as staff, Street(staff.house) as street:
        _wait_until(lambda: staff.on_duty() == 1)
        street.say("vault", "state", {"contact": "closed"}, retain=True)
        street.say("lab", "state", {"contact": "closed", "bolt": "locked"})
        for _ in range(4):  # whoever of the two serves it
            tap = street.tap(staff.house.somebody(), "lab")
            assert street.answer(tap)["granted"] is True
            street.say("lab", "state", {"contact": "open", "bolt": "unlocked"})
            street.say("lab", "state", {"contact": "closed", "bolt": "locked"})
            time.sleep(0.3)  # until both know that it is closed
        _wait_until(lambda: len(_said(staff, "used")) == 4)
        assert not _said(staff, "door-forced")
        _wait_until(lambda: len(_said(staff, "state")) == 10)  # each level by one of them, once
        for forced, victim in enumerate(staff.doormen, 1):
            victim.kill()
            street.say("vault", "state", {"contact": "open"}, retain=True)
            street.say("vault", "state", {"contact": "closed"}, retain=True)
            assert _forced_within(staff, forced) < ANSWERED_WITHIN
            victim.start()
            _wait_for_connections(staff.house, 2 + forced)
            time.sleep(0.5)  # until it has been told how the doors stand


def _forced_within(staff: Staff, times: int) -> float:
    return _wait_until(lambda: len(_said(staff, "door-forced")) == times)


def _said(staff: Staff, reason: str) -> list[str]:
    """Return the ids of the entries with this reason."""
    return [row.id for row in journal(staff.house) if row.reason == reason]
