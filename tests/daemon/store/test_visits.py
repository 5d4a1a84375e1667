"""Visits in the database against the fold of what moved, in whatever order it became known."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from daemon.house import House
from daemon.presence import (
    Bounds,
    By,
    Correction,
    Move,
    Movement,
    Presence,
    Visit,
    problem_with,
)
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.journal import append
from daemon.store.tables import CorrectionRow, JournalRow, VisitRow
from daemon.store.visits import close_day, foreseen, known_of, note_known, refold
from devices.clock import micros
from tests.daemon.store.building import HOUR, MINUTE, NOON, SECOND, SITE, something
from tests.daemon.store.ledger import Fact, Ledger, stored, tell

NIGHTS = {
    "ordinary": datetime.fromisoformat("2026-11-03T03:00:00+00:00"),  # 04:00 in Rome
    "spring": datetime.fromisoformat("2026-03-29T02:00:00+00:00"),  # 02:00 to 03:00 is missing
    "autumn": datetime.fromisoformat("2026-10-25T03:00:00+00:00"),  # 02:00 to 03:00 comes twice
}
DELAYS = (-9 * SECOND, 0 * SECOND, 20 * SECOND, 20 * MINUTE, 7 * HOUR, 30 * HOUR)
PLACES = st.sampled_from([0, 1, 5, 8, 30, 90 * 60, 5 * 3600, 9 * 3600, 25 * 3600])
_numbers = count()


@st.composite
def facts(draw: st.DrawFn, night: datetime) -> list[Fact]:
    """Return facts about two people around a day's end, in the order they became known."""
    told = []
    for _ in range(draw(st.integers(1, 8))):
        side = draw(st.sampled_from([-1, 1]))
        at = night + side * timedelta(seconds=draw(PLACES))
        who, room = draw(st.sampled_from("ab")), draw(st.sampled_from(["open-space", "lab"]))
        now = at + draw(st.sampled_from(DELAYS))
        told.append(Fact(who, at, now, draw(st.sampled_from(list(Move))), room))
    return sorted(told, key=lambda fact: fact.now)


some = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # people differ, not databases
)


@pytest.mark.parametrize("night", NIGHTS)
@some
@given(st.data(), st.integers(1, 8))
def test_visits_are_the_fold_of_every_day_whatever_came_late(
    store: Store, house: House, night: str, data: st.DataObject, at_once: int
) -> None:
    told = data.draw(facts(NIGHTS[night]))
    number = next(_numbers)
    ledgers = {who: Ledger(house, f"{who}{number}") for who in "ab"}
    for first in range(0, len(told), at_once):
        batch = told[first : first + at_once]
        with book_of(store, SITE) as book:
            for fact in batch:
                tell(book, ledgers[fact.member], fact)
        for ledger in ledgers.values():
            assert stored(store, ledger, batch[-1].now) == ledger.visits(batch[-1].now)


@some
@given(st.data(), st.integers(1, 5))
def test_what_staff_set_right_holds_whatever_becomes_known_afterwards(
    store: Store, house: House, data: st.DataObject, at_once: int
) -> None:
    ledger = Ledger(house, f"c{next(_numbers)}")
    now = NOON
    for _ in range(data.draw(st.integers(1, 3))):
        with book_of(store, SITE) as book:
            for _ in range(at_once):
                now += data.draw(st.integers(1, 30)) * MINUTE
                at = now - data.draw(st.sampled_from([0, 0, 3, 40])) * MINUTE
                kind = data.draw(st.sampled_from(list(Move)))
                tell(book, ledger, Fact(ledger.member, at, now, kind, "lab"))
        visits = ledger.day(house.days.around(NOON))
        if visits:
            _set_right(store, ledger, data.draw(corrections(visits, now)), now)
        assert stored(store, ledger, now) == ledger.visits(now)


@st.composite
def corrections(draw: st.DrawFn, visits: Sequence[Visit], now: datetime) -> Correction:
    """Return a correction of one of the visits, sound or not."""
    back = st.none() | st.integers(0, 90).map(lambda minutes: now - minutes * MINUTE)
    return Correction(0, draw(st.sampled_from(visits)).id, draw(back), draw(back))


def _set_right(store: Store, ledger: Ledger, wish: Correction, now: datetime) -> None:
    """Write a correction as staff would make it, if they may."""
    begins, ends = ledger.house.days.around(NOON)
    bounds = Bounds(begins, ends, now)
    if problem_with(wish, ledger.day((begins, ends)), bounds) or not (wish.began or wish.ended):
        return
    with book_of(store, SITE) as book:
        told = Correction(append(book, something()), wish.visit_id, wish.began, wish.ended)
        ledger.corrections.append(told)
        book.run(
            insert(CorrectionRow),
            visit=told.visit_id,
            seq=told.seq,
            member=ledger.member,
            began=None if told.began is None else micros(told.began),
            ended=None if told.ended is None else micros(told.ended),
        )
        for at in filter(None, (told.began, told.ended)):
            note_known(book, ledger.member, at)
        refold(book, ledger.house, ledger.member, NOON, now)


# --- by hand


def anna(house: House) -> Ledger:
    return Ledger(house, "anna")


def moved(
    store: Store, ledger: Ledger, kind: Move, at: datetime, **said: object
) -> Presence | None:
    """Write one movement in a book of its own."""
    now = said.get("now", at)
    assert isinstance(now, datetime)
    with book_of(store, SITE) as book:
        return tell(book, ledger, Fact(ledger.member, at, now, kind, "open-space"))


def test_the_reader_is_told_in_and_out_and_nothing_where_nothing_changed(
    store: Store, house: House
) -> None:
    who = anna(house)
    assert moved(store, who, Move.EXIT, NOON) is None
    assert moved(store, who, Move.TOGGLE, NOON + HOUR) is Presence.IN
    assert moved(store, who, Move.TOGGLE, NOON + 2 * HOUR) is Presence.OUT
    assert moved(store, who, Move.ENTRY, NOON + 3 * HOUR) is Presence.IN
    assert moved(store, who, Move.ROOM, NOON + 3 * HOUR + SECOND) is None
    assert moved(store, who, Move.ROOM, NOON + HOUR / 2) is Presence.IN


def test_the_word_foreseen_is_the_word_that_comes_true(store: Store, house: House) -> None:
    who = anna(house)
    for number, kind in enumerate([Move.TOGGLE, Move.ROOM, Move.EXIT, Move.EXIT, Move.ENTRY]):
        with book_of(store, SITE) as book:
            visit, _ = known_of(book, "anna")
        movement = Movement(NOON + number * HOUR, 0, "anna", kind, "open-space")
        assert foreseen(visit, movement) is moved(store, who, kind, movement.at)


def test_nobody_has_two_open_visits_whoever_says_so(store: Store, house: House) -> None:
    moved(store, anna(house), Move.ENTRY, NOON)
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(
            VisitRow(site=SITE, id="v99", member="anna", room="lab", began=0, began_by="tap")
        )


@pytest.mark.parametrize("night", NIGHTS)
def test_the_day_ends_once_and_says_so_in_the_journal(
    store: Store, house: House, night: str
) -> None:
    ends = NIGHTS[night]
    moved(store, anna(house), Move.ENTRY, ends - HOUR)
    moved(store, Ledger(house, "bea"), Move.ENTRY, ends + SECOND)
    for now, closed in ((ends - SECOND, 0), (ends, 1), (ends + SECOND, 0)):
        with book_of(store, SITE) as book:
            assert close_day(book, house, now) == closed
    with store.reading() as session:
        (entry,) = session.scalars(select(JournalRow).where(JournalRow.kind == "presence"))
        assert (entry.member, entry.reason, entry.at) == ("anna", "day-ended", micros(ends))
        visits = {
            each.member: (each.ended, each.ended_by) for each in session.scalars(select(VisitRow))
        }
    assert visits == {"anna": (None, "auto"), "bea": (None, None)}


def test_who_taps_in_the_morning_did_not_stay_the_night(store: Store, house: House) -> None:
    who = anna(house)
    moved(store, who, Move.ENTRY, NOON)
    assert moved(store, who, Move.TOGGLE, NOON + 20 * HOUR) is Presence.IN
    first, second = stored(store, who, NOON + 20 * HOUR)
    assert (first.ended, first.ended_by) == (None, By.AUTO)
    assert second.ended_by is None


def test_an_exit_of_yesterday_that_arrives_today_ends_yesterdays_visit(
    store: Store, house: House
) -> None:
    who, today = anna(house), NOON + 24 * HOUR
    moved(store, who, Move.ENTRY, NOON)
    with book_of(store, SITE) as book:
        close_day(book, house, today)
    moved(store, who, Move.ENTRY, today)
    moved(store, who, Move.EXIT, NOON + HOUR, now=today + MINUTE)
    first, second = stored(store, who, today + HOUR)
    assert (first.ended, first.ended_by) == (NOON + HOUR, By.TAP)
    assert (second.began, second.ended_by) == (today, None)


def test_a_reader_ahead_of_the_day_end_leaves_yesterday_closed(store: Store, house: House) -> None:
    who, ends = anna(house), NIGHTS["ordinary"]
    moved(store, who, Move.ENTRY, ends - HOUR)
    moved(store, who, Move.ENTRY, ends + 3 * SECOND, now=ends - 5 * SECOND)
    moved(store, who, Move.ROOM, ends - 4 * SECOND, now=ends - 4 * SECOND)
    first, second = stored(store, who, ends)
    assert (first.ended_by, second.ended_by) == (By.AUTO, None)
