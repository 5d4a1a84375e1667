"""A private PostgreSQL for the tests: its own folder, a socket in it, gone with the session."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from daemon.store.engine import Store
from daemon.store.schema import prepare
from daemon.store.tables import Base
from tests.services import missing

SITE = "cooffice"
_PATIENCE = 20
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "16MB",
    "max_connections": "400",
    "synchronous_commit": "on",
    "autovacuum": "off",
}


class Server:
    """One PostgreSQL with a prepared database, `ready`, to copy."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self.folder = folder
        self._user = _servant()
        self._numbers = count(1)
        self._shared: str | None = None
        if self._user:
            shutil.chown(folder, self._user)

    def start(self) -> None:
        """Make the data folder, start the server, and prepare `ready`."""
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "usciere", "-A", "trust", "-E", "UTF8", "-N")
        options = [word for pair in _SETTINGS.items() for word in ("-c", "=".join(pair))]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", data, "-k", self.folder, *options],
                user=self._user,
                stdout=log,
                stderr=log,
            )
        self._wait()
        self._sql("create database ready")
        store = Store(self._url("ready"))
        prepare(store, SITE)
        store.close()

    def stop(self) -> None:
        """End it without ceremony; nothing here is kept."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(_PATIENCE)

    def emptied(self) -> str:
        """Return one address always, emptied: a fresh copy takes a hundred times as long."""
        if self._shared is None:
            self._shared = self.new_database()
        store = Store(self._shared)
        with store.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
        prepare(store, SITE)
        store.close()
        return self._shared

    def new_database(self, template: str = "ready") -> str:
        """Return the address of a fresh copy; `template0` is one without any table."""
        name = f"test{next(self._numbers)}"
        self._sql(f"create database {name} template {template}")
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://usciere@/{name}?host={self.folder}"

    def _sql(self, sql: str) -> None:
        address = f"host={self.folder} user=usciere dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.encode())

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), *words]
        subprocess.run(command, user=self._user, check=True, capture_output=True)

    def _wait(self) -> None:
        limit = time.monotonic() + _PATIENCE
        while True:
            try:
                self._sql("select 1")
            except psycopg.OperationalError:
                if time.monotonic() > limit or self._process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return


def _servant() -> str | None:
    """Return who runs the server: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _programs() -> Path | None:
    """Return the folder of the newest server that is whole."""
    beside = [Path(found).parent] if (found := shutil.which("initdb")) else []
    for folder in [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *beside]:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Return a running PostgreSQL."""
    programs = _programs()
    if programs is None:
        missing("PostgreSQL's server", "postgresql")
    folder = Path(tempfile.mkdtemp(prefix="usciere-"))  # short: a socket's path has 107 bytes
    server = Server(programs, folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a prepared database to copy."""
    path = tmp_path_factory.mktemp("ready") / "usciere.db"
    store = Store(f"sqlite:///{path}")
    prepare(store, SITE)
    store.close()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return a fresh, prepared database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_ready"), tmp_path / "usciere.db")
        url = f"sqlite:///{tmp_path}/usciere.db"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.emptied()
    made = Store(url)
    yield made
    made.close()
