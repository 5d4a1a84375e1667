"""How far receivers were told: kept over restarts, held by one process, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.store import journal
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.journal import Entry, Kind
from daemon.store.webhooks import HOLD, Lost, Place, Standing, keep, settle, standing, take, waiting
from tests.postgresql import SITE

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HERE = Place(SITE, "hook")
MICROSECOND = timedelta(microseconds=1)


def write(store: Store, *kinds: Kind) -> None:
    with book_of(store, SITE) as book:
        for kind in kinds:
            journal.append(book, Entry(kind, NOON, NOON))


def stands(store: Store, place: Place = HERE) -> Standing | None:
    with store.reading() as session:
        return standing(session, place)


def taken(store: Store, seq: int = 0, at: datetime = NOON) -> datetime:
    held = take(store, HERE, seq, at)
    assert held is not None
    return held


def test_a_receiver_begins_behind_the_newest_entry_and_stays_where_it_was(store: Store) -> None:
    write(store, Kind.TAP, Kind.TAP)
    settle(store, SITE, {"hook": "a"})
    write(store, Kind.TAP)
    settle(store, SITE, {"hook": "a", "other": "b"})
    settle(store, SITE, {"hook": "changed", "other": "b"})
    assert stands(store) == Standing(2)
    assert stands(store, Place(SITE, "other")) == Standing(3)


def test_who_is_taken_out_of_the_settings_begins_anew_when_put_back(store: Store) -> None:
    settle(store, SITE, {"hook": "a"})
    settle(store, "annex", {"hook": "a"})
    write(store, Kind.TAP)
    settle(store, SITE, {})
    assert stands(store) is None
    assert stands(store, Place("annex", "hook")) == Standing(0)
    settle(store, SITE, {"hook": "a"})
    assert stands(store) == Standing(1)


def test_who_is_gone_stays_so_until_the_settings_are_others(store: Store) -> None:
    settle(store, SITE, {"hook": "a"})
    keep(store, HERE, taken(store), Standing(0, NOON, "why", NOON), None)
    write(store, Kind.TAP)
    settle(store, SITE, {"hook": "a"})
    assert stands(store) == Standing(0, NOON, "why", NOON)
    assert take(store, HERE, 0, NOON) is None
    settle(store, SITE, {"hook": "b"})
    assert stands(store) == Standing(1)


def test_the_entries_that_wait_are_those_of_the_kinds_wanted_in_order(store: Store) -> None:
    write(store, Kind.TAP, Kind.DOOR, Kind.TAP, Kind.ALARM, Kind.DOOR)
    with store.reading() as session:

        def seqs(after: int, kinds: set[str], most: int = 10) -> tuple[list[int], int]:
            found, upto = waiting(session, SITE, after, kinds, most)
            return [entry["seq"] for entry in found], upto

        assert seqs(0, {"tap", "alarm"}) == ([1, 3, 4], 5)
        assert seqs(1, {"tap", "alarm"}) == ([3, 4], 5)
        assert seqs(0, {"tap", "alarm"}, most=2) == ([1, 3], 3)
        assert seqs(4, {"tap"}) == ([], 5)
        assert seqs(5, {"tap"}) == ([], 5)
        assert seqs(9, {"tap"}) == ([], 9)


def test_one_process_has_a_receiver_until_it_gives_it_back(store: Store) -> None:
    settle(store, SITE, {"hook": "a"})
    held = taken(store)
    assert held == NOON + HOLD
    assert take(store, HERE, 0, NOON) is None
    keep(store, HERE, held, Standing(1), NOON + timedelta(seconds=5))
    assert take(store, HERE, 1, NOON) is None
    keep(store, HERE, NOON + timedelta(seconds=5), Standing(2, NOON, "why"), None)
    assert take(store, HERE, 1, NOON) is None  # it was told more than that meanwhile
    assert taken(store, 2) == held
    assert stands(store) == Standing(2, NOON, "why")


def test_who_died_with_a_receiver_has_it_for_a_minute_longer(store: Store) -> None:
    settle(store, SITE, {"hook": "a"})
    held = taken(store)
    assert take(store, HERE, 0, NOON + HOLD - MICROSECOND) is None
    later = taken(store, at=NOON + HOLD)
    with pytest.raises(Lost):
        keep(store, HERE, held, Standing(7), None)
    keep(store, HERE, later, Standing(1), None)
    assert stands(store) == Standing(1)


def test_a_clock_that_was_put_back_keeps_nobody_waiting(store: Store) -> None:
    settle(store, SITE, {"hook": "a"})
    taken(store)
    assert taken(store, at=NOON - timedelta(days=1)) == NOON - timedelta(days=1) + HOLD
