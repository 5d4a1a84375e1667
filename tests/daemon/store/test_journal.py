import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Thread

import pytest
from sqlalchemy import select, update

from daemon.store.book import Book, UnknownSite, book_of
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.entries import entries
from daemon.store.journal import FIRST_HASH, Entry, Kind, append
from daemon.store.tables import JournalRow, SiteRow
from daemon.store.verify import Sound, verify
from tests.daemon.store.building import NOON, SITE, something, write


def silent(_: int, __: int) -> None:
    pass


def test_entries_are_numbered_from_one_and_each_builds_on_the_last(store: Store) -> None:
    write(store, *map(something, range(3)))
    with store.reading() as session:
        rows = session.scalars(select(JournalRow).order_by(JournalRow.seq)).all()
        site = session.get_one(SiteRow, SITE)
        assert [row.seq for row in rows] == [1, 2, 3]
        assert (site.seq, site.head) == (3, rows[-1].hash)
        assert len({row.hash for row in rows}) == len({row.commitment for row in rows}) == 3
    assert verify(store, SITE, None, silent) == Sound(3, site.head, apart=False)


def test_an_entry_comes_back_as_the_outside_sees_it(store: Store) -> None:
    told = {"move": "entry", "room": "open-space", "note": "perché"}
    write(store, something(member="anna", badge="1234", granted=True, reason="plan", detail=told))
    write(store, something(1, granted=None))
    with store.reading() as session:
        first, second = entries(session, SITE, 0, 10)
        assert [entry["seq"] for entry in entries(session, SITE, 1, 10)] == [2]
        assert [entry["seq"] for entry in entries(session, SITE, 0, 1)] == [1]
    assert re.fullmatch("[0-9a-f]{64}", first.pop("hash"))  # type: ignore[misc]  # a required key
    assert first == {
        "seq": 1,
        "id": "tap-0",
        "at": "2026-11-03T12:00:00Z",
        "received_at": "2026-11-03T12:00:00Z",
        "kind": "tap",
        "door": "entrance",
        "reader": "outside",
        "member": "anna",
        "badge": "1234",
        "granted": True,
        "reason": "plan",
        "late": False,
        "detail": told,
    }
    assert second["granted"] is None
    assert second["detail"] is None


def test_what_fails_half_way_leaves_no_entry_and_no_gap(store: Store) -> None:
    desk = Desk(store.engine, SITE)
    for opened in (book_of(store, SITE), desk.open()):
        with pytest.raises(ZeroDivisionError):
            _break_off(opened)
    with desk.open() as book:
        assert append(book, something(1)) == 1
    desk.close()
    assert isinstance(verify(store, SITE, None, silent), Sound)


def _break_off(opened: AbstractContextManager[Book]) -> None:
    with opened as book:
        append(book, something())
        raise ZeroDivisionError


def test_two_threads_at_desks_and_two_programs_leave_neither_gap_nor_double(store: Store) -> None:
    def at_a_desk() -> None:
        desk = Desk(store.engine, SITE)
        for number in range(15):
            with desk.open() as book:
                append(book, something(number))
                append(book, something(number))
        desk.close()

    def as_a_program() -> None:
        own = Store(store.url.render_as_string())
        for number in range(15):
            write(own, something(number), something(number))
        own.close()

    children = [_forked(as_a_program) for _ in range(2)]
    threads = [Thread(target=at_a_desk) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    with store.reading() as session:
        numbers = session.scalars(select(JournalRow.seq).order_by(JournalRow.seq)).all()
    assert list(numbers) == list(range(1, 121))
    assert isinstance(verify(store, SITE, None, silent), Sound)


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - the child must end here
            os._exit(1)
        os._exit(0)
    return child


def test_who_is_forgotten_leaves_a_chain_that_still_holds(store: Store) -> None:
    write(store, *(something(n, member="anna", badge="1234", detail={"n": n}) for n in range(5)))
    forgotten = update(JournalRow).where(JournalRow.seq.between(2, 3))
    with store.writing() as session:
        session.execute(forgotten.values(member=None, badge=None, detail=None, salt=None))
    verdict = verify(store, SITE, None, silent)
    assert isinstance(verdict, Sound)
    assert verdict.entries == 5


def test_the_same_entry_written_twice_tells_nobody_that_it_is_the_same(store: Store) -> None:
    write(store, something(member="anna"), something(member="anna"))
    with store.reading() as session:
        first, second = session.scalars(select(JournalRow)).all()
    assert first.commitment != second.commitment
    assert first.salt != second.salt


def test_sites_in_one_database_have_journals_of_their_own(store: Store) -> None:
    with store.writing() as session:
        session.add(
            SiteRow(
                id="annex",
                seq=0,
                head=FIRST_HASH,
                released=0,
                announced=0,
                settled=0,
                lockdown=False,
                fire=False,
            )
        )
    with book_of(store, "annex") as book:
        assert append(book, something()) == 1
    write(store, something(), something(1))
    assert [verify(store, site, None, silent) for site in (SITE, "annex")] == [
        Sound(2, _head(store, SITE), apart=False),
        Sound(1, _head(store, "annex"), apart=False),
    ]


def _head(store: Store, site: str) -> str:
    with store.reading() as session:
        return session.get_one(SiteRow, site).head


def test_a_site_that_was_never_prepared_has_no_book(store: Store) -> None:
    with pytest.raises(UnknownSite, match="run `usciere migrate`"), book_of(store, "nowhere"):
        pass


def test_moments_are_kept_to_the_microsecond(store: Store) -> None:
    at = NOON.replace(microsecond=123456)
    write(store, Entry(Kind.SYSTEM, at, at))
    with store.reading() as session:
        assert [entry["at"] for entry in entries(session, SITE, 0, 1)] == [
            "2026-11-03T12:00:00.123456Z"
        ]
