"""One sends as fast as the machine lets it; who taps at the other doors doesn't notice.

USCIERE_SECONDS says for how long, USCIERE_RATE how many taps a second.
"""

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select

from daemon.alarms.flood import MOST
from daemon.store.tables import AnswerRow, JournalRow
from tests.faults.flood import Flood, Passers
from tests.faults.house import House, furnished
from tests.faults.oracle import assert_sound, compare
from tests.faults.sizes import size
from tests.faults.street import SOON, Street

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
SECONDS = size("USCIERE_SECONDS", 5)
RATE = size("USCIERE_RATE", 1000)
AT_OTHER_DOORS = 40
IN_TIME = 0.3
MOST_MEMORY = 256
MOST_ROWS = MOST + 10 + SECONDS // 2
"""For a minute 120, as RELIABILITY's two a second."""


@pytest.fixture
def house() -> Iterator[House]:
    with furnished() as house:
        house.daemon.start()
        with Street(house) as street:
            street.ask(house.cards[0], "lab")
        yield house


def test_a_flood_at_one_reader_leaves_the_other_doors_in_time(
    house: House, tell: Callable[[str], None]
) -> None:
    """Numbers of cards that are nobody's: written down together, but never silently."""
    with Passers(house) as passers, Flood(house, "front", RATE, _strangers) as flood:
        passers.pass_by(SECONDS, AT_OTHER_DOORS)
        memory = house.daemon.resident("VmHWM")
    rows = _rows(house)
    _assert_in_time(house, passers, flood, memory, tell)
    tell(f"{rows} rows of the journal and {_answers(house)} answers for {flood.sent} taps")
    assert rows <= MOST_ROWS
    assert _answers(house) <= MOST_ROWS
    assert "reader-flood" in _reasons(house)


def test_a_member_who_floods_leaves_the_other_doors_in_time(
    house: House, tell: Callable[[str], None]
) -> None:
    """A known badge is never throttled: each of its taps has its own entry, as promised."""
    uid = house.cards[0].uid
    with Passers(house) as passers, Flood(house, "front", RATE, lambda _: uid) as flood:
        passers.pass_by(SECONDS, AT_OTHER_DOORS)
        memory = house.daemon.resident("VmHWM")
    limit = time.monotonic() + SOON
    while _rows(house) < flood.sent and time.monotonic() < limit:
        time.sleep(0.1)
    _assert_in_time(house, passers, flood, memory, tell)
    assert _rows(house) == flood.sent


def _strangers(number: int) -> str:
    return f"04BAD{number:09X}"


def _assert_in_time(
    house: House, passers: Passers, flood: Flood, memory: float, tell: Callable[[str], None]
) -> None:
    half, most = passers.percentiles()
    tell(
        f"{flood.sent} taps at one reader, {flood.reached:.0f}/s; {len(passers.sent)} at others:"
        f" p50 {half * 1000:.0f} ms, p99 {most * 1000:.0f} ms; {memory:.0f} MiB"
    )
    found = compare(house, passers.sent, passers.answers, [])
    assert not found.lost
    assert not found.doubled
    assert not found.unanswered
    assert passers.opened == set(passers.sent)
    assert most < IN_TIME
    assert memory < MOST_MEMORY
    assert "Traceback" not in house.daemon.said()
    assert_sound(house)


def _rows(house: House) -> int:
    with house.store.reading() as session:
        return (
            session.scalar(
                select(func.count()).select_from(JournalRow).where(JournalRow.door == "front")
            )
            or 0
        )


def _answers(house: House) -> int:
    with house.store.reading() as session:
        return (
            session.scalar(
                select(func.count()).select_from(AnswerRow).where(AnswerRow.door == "front")
            )
            or 0
        )


def _reasons(house: House) -> set[str | None]:
    with house.store.reading() as session:
        return set(session.scalars(select(JournalRow.reason).where(JournalRow.door == "front")))
