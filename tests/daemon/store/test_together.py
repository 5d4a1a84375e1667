"""Under load many taps share one book; they must come to what they come to one by one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from daemon.house import House
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.schema import prepare
from daemon.store.tables import AnswerRow, JournalRow, VisitRow
from daemon.taps import Doorstep, take_tap
from devices.contract import Tap
from devices.uid import Uid, keyed_hash
from tests.daemon.store.building import NOON, SECOND, badge, member, plan

KEY = bytes(32)
UIDS = {name: Uid(bytes([number] * 7)) for number, name in enumerate("abcxy", 1)}
OWNERS = {"a": "anna", "b": "anna", "c": "carlo"}  # x and y are nobody's
READERS = [("entrance", "outside"), ("entrance", "inside"), ("lab", "main")]
_numbers = count()

Said = tuple[str, tuple[str, str], str | None]


def taps() -> st.SearchStrategy[list[Said]]:
    """Return who tapped where under which message id; the same message may come again."""
    one = st.tuples(
        st.sampled_from(sorted(UIDS)), st.sampled_from(READERS), st.sampled_from(["1", "2", None])
    )
    return st.lists(one, max_size=7)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # sites differ, not databases
)
@given(taps(), st.integers(2, 7))
@example([("x", READERS[0], "1"), ("y", READERS[0], "2"), ("y", READERS[0], "2")], 3)
@example([("a", READERS[2], "1"), ("a", READERS[2], "1")], 2)
@example([("a", READERS[2], "1"), ("c", READERS[2], "1")], 2)
def test_taps_in_one_book_come_to_what_they_come_to_one_by_one(
    store: Store, house: House, told: list[Said], at_once: int
) -> None:
    number = next(_numbers)
    alone = _aftermath(store, replace(house, site=f"alone{number}"), told, 1)
    together = _aftermath(store, replace(house, site=f"together{number}"), told, at_once)
    assert together == alone


def _aftermath(store: Store, house: House, told: Sequence[Said], at_once: int) -> object:
    """Take the taps, so many in a book; return all answers and all that is remembered."""
    _move_in(store, house.site)
    step, answers = Doorstep(house, KEY), []
    for first in range(0, len(told), at_once):
        with book_of(store, house.site) as book:
            for number, said in enumerate(told[first : first + at_once], first):
                deed = take_tap(book, step, _tap(number, said), guarded=False)
                answers.append((deed.seq, deed.feedback, deed.command is not None))
    return answers, _remembered(store, house.site)


def _tap(number: int, said: Said) -> Tap:
    name, (door, reader), message = said
    at = NOON + number * SECOND
    return Tap(door, reader, UIDS[name], message, None, at, f"print-{number}")


def _move_in(store: Store, site: str) -> None:
    prepare(store, site)
    with store.writing() as session:
        session.add_all(
            [plan("full", site=site, entries_per_month=2, rooms='["open-space", "lab"]')]
        )
        session.add_all([member(who, site=site) for who in set(OWNERS.values())])
        session.flush()
        session.add_all(
            badge(keyed_hash(UIDS[name], KEY), who, site=site, id=name)
            for name, who in OWNERS.items()
        )


def _remembered(store: Store, site: str) -> object:
    j, v, a = JournalRow, VisitRow, AnswerRow
    questions = (
        select(j.seq, j.id, j.at, j.kind, j.granted, j.reason, j.member, j.detail)
        .where(j.site == site)
        .order_by(j.seq),
        select(v.id, v.member, v.room, v.began, v.ended, v.ended_by)
        .where(v.site == site)
        .order_by(v.id),
        select(a.door, a.id, a.seq, a.feedback, a.unlock)
        .where(a.site == site)
        .order_by(a.door, a.id),
    )
    with store.reading() as session:
        return [[tuple(row) for row in session.execute(question)] for question in questions]
