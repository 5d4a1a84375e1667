"""Floods of taps and of passwords: who taps at the other doors doesn't notice.

USCIERE_SECONDS says for how long, USCIERE_RATE how many taps a second.
"""

import json
import time
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from sqlalchemy import func, select

from daemon.alarms.flood import MOST
from daemon.passwords import Passwords
from daemon.store import accounts
from daemon.store.tables import AnswerRow, JournalRow
from tests.e2e.brokers import wait_for_port
from tests.faults.flood import Flood, Passers
from tests.faults.guessers import TOO_SOON, WRONG, Guesser, Guessers, time_to_sign_in
from tests.faults.house import House, furnished
from tests.faults.oracle import assert_sound, compare, journal
from tests.faults.sizes import size
from tests.faults.street import SOON, Street
from tests.faults.test_many_daemons import staffed
from tests.postgresql import Server

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow, pytest.mark.alone]
SECONDS = size("USCIERE_SECONDS", 3)
RATE = size("USCIERE_RATE", 1000)
MOST_MEMORY = 256
PASSWORD = "una-porta-di-quercia"  # noqa: S105 - of nobody
SIGNED_IN_WITHIN = 6.0
MOST_TRIES = 10
"""A minute, for one account, from wherever."""
FREE = 20
"""Names that one source may try: a whole office may sit behind one address."""


@pytest.fixture
def house() -> Iterator[House]:
    with furnished() as house:
        house.daemon.start()
        with Street(house) as street:
            street.ask(house.cards[0], "lab")
        yield house


@pytest.fixture
def passers(house: House) -> Iterator[Passers]:
    with Passers(house) as passers:
        passers.begin()
        yield passers


def test_a_flood_at_one_reader_leaves_the_other_doors_in_time(
    house: House, passers: Passers, tell: Callable[[str], None]
) -> None:
    """Numbers of cards that are nobody's: written down together, but never silently."""
    with Flood(house, "front", RATE, _stranger) as flood:
        passers.pass_by(SECONDS)
        memory = house.daemon.resident("VmHWM")
    rows, answers = _count(house, JournalRow), _count(house, AnswerRow)
    tell(f"{flood}; {passers}; {memory:.0f} MiB; {rows} entries, {answers} answers kept")
    assert max(rows, answers) <= MOST + 10 + flood.took / 2  # seen over a minute, two a second
    assert "reader-flood" in _reasons(house)
    assert memory < MOST_MEMORY
    _assert_nobody_noticed(house, passers)


def test_a_member_who_floods_leaves_the_other_doors_in_time(
    house: House, passers: Passers, tell: Callable[[str], None]
) -> None:
    """A known badge is never throttled: each of its taps has its own entry, as promised."""
    uid = house.cards[0].uid
    with Flood(house, "front", RATE, lambda _: uid) as flood:
        passers.pass_by(SECONDS)
        memory = house.daemon.resident("VmHWM")
    limit = time.monotonic() + SOON
    while _count(house, JournalRow) < flood.sent and time.monotonic() < limit:
        time.sleep(0.1)
    tell(f"{flood}; {passers}; {memory:.0f} MiB")
    assert _count(house, JournalRow) == flood.sent
    assert memory < MOST_MEMORY
    _assert_nobody_noticed(house, passers)


def test_guessers_leave_the_doors_in_time(
    house: House, passers: Passers, tell: Callable[[str], None]
) -> None:
    """Four at one account, two at any name, two who come from everywhere; all of them at once."""
    guessers = [Guesser(n, "guessed" if n < 4 else "{}", moves=n > 5) for n in range(8)]
    _open_accounts(house, "guessed", "honest")
    began, took = time.monotonic(), [_let_in(house)]
    honest = Thread(target=_sign_in, args=(house, took), name="honest")
    with Guessers(house.api_port, guessers):
        honest.start()
        passers.pass_by(SECONDS)
        honest.join()
    one_account = sum(each.told[WRONG] for each in guessers[:4])
    one_source = max(each.told[WRONG] for each in guessers[4:6])
    tell(
        f"{sum(each.told.total() for each in guessers)} guesses, {one_account} looked at for one"
        f" account, {one_source} for one source; the right password let in after"
        f" {min(took):.2f} to {max(took):.2f} s; {passers}"
    )
    minutes = 1 + (time.monotonic() - began) // 60
    assert one_account <= MOST_TRIES * minutes
    assert one_source <= FREE + MOST_TRIES * minutes
    assert any(each.told[WRONG] for each in guessers)
    assert {status for each in guessers for status in each.told} == {WRONG, TOO_SOON}
    assert max(took) < SIGNED_IN_WITHIN
    assert "Traceback" not in house.api.said()
    _assert_nobody_noticed(house, passers)


@pytest.mark.postgresql
def test_each_of_two_doormen_tells_what_he_counted(
    postgresql: Server, tell: Callable[[str], None]
) -> None:
    """On duty or not: entries and sums together are all that was sent."""
    with staffed(postgresql, 2) as staff:
        with Flood(staff.house, "front", 600, _stranger) as flood:
            time.sleep(1.5)
        limit = time.monotonic() + SOON
        while (told := _told(staff.house))[0] < flood.sent and time.monotonic() < limit:
            time.sleep(0.2)
        tell(f"{flood}; {told[0]} are told of, in {told[1]} entries")
        assert told[0] == flood.sent
        assert told[1] < flood.sent / 2
        assert "Traceback" not in staff.said()


def _told(house: House) -> tuple[int, int]:
    """Return how many taps the journal tells of, and in how many entries."""
    rows = [row for row in journal(house, "tap") if row.door == "front"]
    sums = [json.loads(row.detail or "{}").get("taps", 1) for row in rows]
    return sum(sums), len(rows)


def _stranger(number: int) -> str:
    return f"04BAD{number:09X}"


def _open_accounts(house: House, *names: str) -> None:
    """Give some members an account and a password, and begin to serve them."""
    for card, name in zip(house.cards, names, strict=False):
        account = accounts.add_account(house.act(), card.member, name)
        accounts.change_password(house.act(), account.id, Passwords().hash(PASSWORD))
    house.api.start()
    wait_for_port(house.api_port)


def _sign_in(house: House, took: list[float]) -> None:
    """Sign in now and then with the right password."""
    for _ in range(SECONDS):
        took.append(_let_in(house))
        time.sleep(0.5)


def _let_in(house: House) -> float:
    return time_to_sign_in(house.api_port, "127.99.0.1", "honest", PASSWORD, SOON)


def _assert_nobody_noticed(house: House, passers: Passers) -> None:
    found = compare(house, passers.sent, passers.answers, [])
    assert not found.lost
    assert not found.doubled
    assert not found.unanswered
    assert passers.opened == set(passers.sent)
    assert passers.are_in_time()
    assert "Traceback" not in house.daemon.said()
    assert_sound(house)


def _count(house: House, rows: type[JournalRow | AnswerRow]) -> int:
    """Return how many rows the flooded door has."""
    with house.store.reading() as session:
        found = session.scalar(select(func.count()).select_from(rows).where(rows.door == "front"))
        return found or 0


def _reasons(house: House) -> set[str | None]:
    with house.store.reading() as session:
        return set(session.scalars(select(JournalRow.reason).where(JournalRow.door == "front")))
