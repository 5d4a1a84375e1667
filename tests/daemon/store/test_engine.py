import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from daemon.store.book import book_of
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.journal import append
from daemon.store.tables import FollowerRow, JournalRow, PlanRow, SiteRow
from daemon.store.trouble import Unavailable
from tests.daemon.porch import locked
from tests.daemon.store.building import SITE, badge, plan, something, write
from tests.postgresql import Server

_END_THE_OTHERS = text(
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


@pytest.fixture
def lite(sqlite_ready: Path, tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "usciere.db").write_bytes(sqlite_ready.read_bytes())
    store = Store(f"sqlite:///{tmp_path}/usciere.db")
    yield store
    store.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: a commit is on disk
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("trusted_schema", 0),
        ("journal_size_limit", 67108864),
    ],
)
def test_every_connection_has_the_settings_that_make_a_commit_lasting(
    lite: Store, pragma: str, value: object
) -> None:
    first, second = lite.engine.connect(), lite.engine.connect()
    for connection in (first, second):
        assert connection.execute(text(f"pragma {pragma}")).scalar() == value
        connection.close()
    driver = Desk(lite.engine, SITE)
    with driver.open() as book:
        book.cursor.execute(f"pragma {pragma}", ())
        assert book.cursor.fetchone() == (value,)
    driver.close()


def test_who_writes_takes_the_lock_at_once_and_who_reads_takes_none(lite: Store) -> None:
    said: list[str] = []

    @event.listens_for(lite.engine, "before_cursor_execute")
    def _listen(*words: object) -> None:
        said.append(str(words[2]))

    with lite.writing() as session:
        session.get(SiteRow, SITE)
    with lite.reading() as session:
        session.get(SiteRow, SITE)
    assert [each for each in said if each.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]


def test_a_read_that_turns_into_a_write_finds_the_state_it_has_read(store: Store) -> None:
    """A deferred transaction would fail here: it read before the other one wrote."""
    begun, written = Event(), Event()

    def other() -> None:
        begun.wait(5)
        write(store, something())
        written.set()

    thread = Thread(target=other)
    thread.start()
    with book_of(store, SITE) as book:
        begun.set()
        assert not written.wait(0.1)
        append(book, something())
    thread.join()
    with store.reading() as session:
        assert session.get_one(SiteRow, SITE).seq == 2


def test_reading_holds_up_nobody_and_sees_one_moment(store: Store) -> None:
    with store.reading() as session:
        assert session.get_one(SiteRow, SITE).seq == 0
        write(store, something())
        session.expire_all()
        assert session.get_one(SiteRow, SITE).seq == 0
    with store.reading() as session:
        assert session.get_one(SiteRow, SITE).seq == 1


def test_writing_holds_up_no_reader(store: Store) -> None:
    with book_of(store, SITE) as book:
        append(book, something())
        with store.reading() as session:
            assert session.get_one(SiteRow, SITE).seq == 0


def test_a_book_that_is_kept_holds_nothing(lite: Store) -> None:
    with lite.writing() as session:
        session.add_all([plan("a"), plan("b")])
    with book_of(lite, SITE) as book:
        book.cursor.execute("select id from plan", ())
        assert book.cursor.fetchone() == ("a",)  # and leaves the second unread
    elsewhere = sqlite3.connect(str(lite.url.database))
    with elsewhere:
        elsewhere.execute("delete from plan")
    elsewhere.close()
    with lite.writing() as session:
        assert session.get(PlanRow, (SITE, "a")) is None
    assert book.site == SITE


def test_the_database_is_the_last_doorkeeper(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(badge(b"1", "nobody"))
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(JournalRow(site=SITE, seq=1, kind="gossip"))


@pytest.mark.postgresql
def test_a_desk_whose_server_went_away_works_again_at_the_next_book(postgresql: Server) -> None:
    store = Store(postgresql.new_database())
    desk = Desk(store.engine, SITE)
    try:
        with desk.open() as book:
            append(book, something())
        with store.writing() as session:
            session.execute(_END_THE_OTHERS)
        with pytest.raises(Exception, match=r"terminating|closed the connection"), desk.open():
            pass
        with desk.open() as book:
            assert append(book, something(1)) == 2
    finally:
        desk.close()
        store.close()


def test_a_query_on_the_writers_connection_is_rolled_back_when_it_fails(lite: Store) -> None:
    desk = Desk(lite.engine, SITE)
    with pytest.raises(Exception, match="no such column"), desk.open() as book:
        book.cursor.execute("select nonsense", ())
    with desk.open() as book:
        append(book, something())
    desk.close()


def test_what_cannot_be_written_is_an_outage_by_whichever_way_it_was_tried(lite: Store) -> None:
    @event.listens_for(lite.engine, "checkout")
    def _read_only(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    with pytest.raises(Unavailable, match="readonly"), lite.writing() as session:
        session.add(FollowerRow(site=SITE, name="x", seq=1))
    with pytest.raises(Unavailable, match="readonly"), book_of(lite, SITE) as book:
        append(book, something())


def test_a_server_that_cannot_be_called_again_is_an_outage_until_it_can(store: Store) -> None:
    desk = Desk(store.engine, SITE)
    desk._connection.invalidate()

    @event.listens_for(store.engine, "do_connect")
    def _nobody_answers(*_: object) -> None:
        raise store.engine.dialect.loaded_dbapi.OperationalError("nobody answers")

    for _ in range(2):
        with pytest.raises(Unavailable, match="nobody answers"), desk.open():
            pass
    event.remove(store.engine, "do_connect", _nobody_answers)
    with desk.open() as book:
        assert book.head.seq == 0
    desk.close()


def test_a_note_does_not_wait_for_the_disk_and_whoever_is_next_does(store: Store) -> None:
    """Asked of one connection, which the pool hands out again and again."""
    waits = "pragma synchronous" if store.is_sqlite else "show synchronous_commit"
    for _ in range(2):
        with store.noting() as session:
            assert session.scalar(text(waits)) in {1, "off"}
            session.get_one(SiteRow, SITE).released += 1
        with store.writing() as session:
            assert session.scalar(text(waits)) in {2, "on"}
    with pytest.raises(ZeroDivisionError), store.noting() as session:
        session.get_one(SiteRow, SITE).released += 1 // 0
    with store.writing() as session:
        assert session.scalar(text(waits)) in {2, "on"}
        assert session.get_one(SiteRow, SITE).released == 2


@pytest.mark.slow  # it waits for the other as long as for anybody
def test_who_begins_while_another_program_writes_leaves_the_logs_room_for_later(
    lite: Store,
) -> None:
    log = Path(f"{lite.url.database}-wal")
    with locked(lite):
        lite.reserve()
        assert log.stat().st_size < 1 << 20
    lite.reserve()
    assert log.stat().st_size >= 8 << 20
