"""The schema on its way: it equals the models, comes up filled, and is never half there."""

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, func, inspect, select, table, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from daemon.store.engine import Store
from daemon.store.migrate import config_of, downgrade, upgrade
from daemon.store.migrations import HEAD, VERSIONS
from daemon.store.schema import SchemaError, SchemaState, migrating, prepare, require, state
from daemon.store.tables import Base, SiteRow
from tests.daemon.store.filling import fill
from tests.faults.sizes import size
from tests.postgresql import Server

KILLS = size("USCIERE_MIGRATION_KILLS", 6)
Both = pytest.mark.parametrize(
    "empty", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/usciere.db"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.new_database("template0")
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/usciere.db")
    yield store
    store.close()


@Both
def test_migrations_equal_models(empty: Store) -> None:
    prepare(empty, "cooffice")
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


@Both
def test_what_alembic_does_not_compare_is_equal_too(empty: Store) -> None:
    prepare(empty, "cooffice")
    with empty.engine.begin() as connection:
        migrated = _fine_print(connection)
        downgrade(connection, "base")
        Base.metadata.create_all(connection)
        assert _fine_print(connection) == migrated


def _fine_print(connection: Connection) -> dict[str, object]:
    """Return checks, keys and partial indexes of every table, and whether it has row ids."""
    look = inspect(connection)
    return {
        table: (
            sorted(str(check) for check in look.get_check_constraints(table)),
            look.get_pk_constraint(table)["constrained_columns"],
            [(key["name"], key["referred_table"]) for key in look.get_foreign_keys(table)],
            sorted(_index(index) for index in look.get_indexes(table)),
            look.get_table_options(table),
        )
        for table in Base.metadata.tables
    }


def _index(index: ReflectedIndex) -> str:
    where = {name: str(each) for name, each in index.get("dialect_options", {}).items()}
    return f"{index['name']} {index['column_names']} {index['unique']} {where}"


@Both
def test_a_filled_database_goes_down_and_up_again(empty: Store) -> None:
    prepare(empty, "cooffice")
    with empty.engine.begin() as connection:
        fill(connection)
        downgrade(connection, "base")
    assert state(empty) is SchemaState.EMPTY
    prepare(empty, "cooffice")
    assert state(empty) is SchemaState.CURRENT


@Both
@pytest.mark.parametrize("version", VERSIONS)
def test_a_filled_database_of_any_version_is_brought_up_with_all_it_holds(
    empty: Store, version: str
) -> None:
    with empty.engine.begin() as connection:
        upgrade(connection, version)
        held = fill(connection)
    prepare(empty, "m0")  # a site that was there before
    assert state(empty) is SchemaState.CURRENT
    with empty.engine.connect() as connection:
        for table, rows in held.items():
            counted = select(func.count()).select_from(Base.metadata.tables[table])
            assert connection.scalar(counted) == rows


def test_the_list_of_versions_is_the_one_alembic_walks(lite: Store) -> None:
    with lite.engine.connect() as connection:
        script = ScriptDirectory.from_config(config_of(connection))
    assert script.get_heads() == [HEAD]
    assert [step.revision for step in script.walk_revisions()][::-1] == list(VERSIONS)


@Both
def test_a_new_site_begins_with_an_empty_journal_and_keeps_what_it_has(empty: Store) -> None:
    prepare(empty, "cooffice")
    with empty.writing() as session:
        site = session.get_one(SiteRow, "cooffice")
        assert (site.seq, site.head, site.released, site.announced) == (0, "0" * 64, 0, 0)
        assert (site.lockdown, site.fire) == (False, False)
        site.seq = 7
    prepare(empty, "cooffice")
    prepare(empty, "annex")
    with empty.reading() as session:
        rows = session.execute(select(SiteRow.id, SiteRow.seq).order_by(SiteRow.id)).all()
        assert list(rows) == [("annex", 0), ("cooffice", 7)]


@Both
def test_a_database_newer_than_the_program_is_refused_and_left_alone(empty: Store) -> None:
    prepare(empty, "cooffice")
    with empty.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    assert state(empty) is SchemaState.AHEAD
    with pytest.raises(SchemaError, match="newer than this program's") as refused:
        prepare(empty, "cooffice")
    assert "9999" in str(refused.value)
    assert state(empty) is SchemaState.AHEAD


@Both
def test_somebody_elses_database_is_refused(empty: Store) -> None:
    with empty.engine.begin() as connection:
        connection.execute(text("create table member (name text)"))
    with pytest.raises(SchemaError, match="`member` that Usciere did not make"):
        prepare(empty, "cooffice")
    assert state(empty) is SchemaState.EMPTY


@pytest.mark.postgresql
def test_on_postgresql_the_operator_says_when_the_schema_changes(postgresql: Server) -> None:
    store = Store(postgresql.new_database("template0"))
    with pytest.raises(SchemaError, match="run `usciere migrate`"):
        require(store, "cooffice")
    prepare(store, "cooffice")
    require(store, "annex")
    store.close()


def test_on_sqlite_the_schema_comes_by_itself(lite: Store) -> None:
    assert state(lite) is SchemaState.EMPTY
    assert not Path(str(lite.url.database)).exists()
    require(lite, "cooffice")
    assert state(lite) is SchemaState.CURRENT


def test_a_migration_that_leaves_a_row_without_its_owner_is_undone(lite: Store) -> None:
    prepare(lite, "cooffice")
    with lite.engine.begin() as connection:
        held = fill(connection)
    with (
        pytest.raises(SchemaError, match="points at a missing row of `member`"),
        migrating(lite) as connection,
    ):
        connection.execute(text("delete from member"))
    with lite.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from member")) == held["member"]
        assert connection.scalar(text("pragma foreign_keys")) == 1


@Both
def test_killed_at_any_statement_the_old_schema_is_there_or_the_new(empty: Store) -> None:
    for number in range(KILLS):
        statements = 1 + number * 32 // KILLS
        assert _forked(partial(_die_after, empty.url.render_as_string(), statements)) != 0
        assert state(empty) is SchemaState.EMPTY
        with empty.engine.connect() as connection:
            assert inspect(connection).get_table_names() == []
    prepare(empty, "cooffice")
    assert state(empty) is SchemaState.CURRENT


def test_killed_anywhere_in_an_upgrade_a_filled_database_holds_all_it_held(
    lite: Store, tmp_path: Path
) -> None:
    with lite.engine.begin() as connection:
        upgrade(connection, VERSIONS[0])
        held = fill(connection)
    lite.close()
    url = lite.url.render_as_string()
    whole = _statements_of_an_upgrade(tmp_path / "usciere.db", tmp_path / "other.db")
    for number in range(KILLS):
        assert _forked(partial(_die_after, url, 1 + number * whole // KILLS)) != 0
        assert state(lite) is SchemaState.BEHIND
        assert _rows(lite, held) == held
    prepare(lite, "m0")
    assert state(lite) is SchemaState.CURRENT
    assert _rows(lite, held) == held


def _statements_of_an_upgrade(filled: Path, copy: Path) -> int:
    """Return how many statements bring a copy of this database up, less the last few."""
    copy.write_bytes(filled.read_bytes())
    store, count = Store(f"sqlite:///{copy}"), iter(range(10**6))
    event.listen(store.engine, "after_cursor_execute", lambda *_: next(count))
    prepare(store, "m0")
    store.close()
    return next(count) - 10  # which give the site its row, with the new schema there


def _rows(store: Store, tables: Iterable[str]) -> dict[str, int]:
    with store.engine.connect() as connection:
        counted = {each: select(func.count()).select_from(table(each)) for each in tables}
        return {each: connection.scalar(query) or 0 for each, query in counted.items()}


@Both
def test_programs_that_migrate_at_once_wait_for_each_other(empty: Store) -> None:
    url = empty.url.render_as_string()
    children = [_fork(partial(_prepare_afresh, url)) for _ in range(3)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert state(empty) is SchemaState.CURRENT


def _prepare_afresh(url: str) -> None:
    store = Store(url)
    prepare(store, "cooffice")
    store.close()


def _die_after(url: str, statements: int) -> None:
    store = Store(url)
    left = iter(range(statements))

    @event.listens_for(store.engine, "after_cursor_execute")
    def _count(*_: object) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    prepare(store, "cooffice")


def _fork(work: Callable[[], None]) -> int:
    """Run `work` in a child that ends with 0 if it did not raise."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - the child must end here, and say why
            traceback.print_exc()
        os._exit(1)
    return child


def _forked(work: Callable[[], None]) -> int:
    return os.waitpid(_fork(work), 0)[1]


def test_a_current_schema_costs_neither_alembic_nor_time(lite: Store) -> None:
    prepare(lite, "cooffice")
    program = (
        "import sys; from daemon.store.engine import Store; from daemon.store.schema import *;"
        f"prepare(Store({lite.url.render_as_string()!r}), 'cooffice');"
        "print(any(name.startswith('alembic') for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
