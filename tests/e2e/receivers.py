"""A program on this machine that is told of the journal, and answers as a test says."""

import json
import shutil
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook

from api.courier import Courier
from api.live import Live
from api.parts import Parts
from api.sign_in import SignIn
from daemon.calendars.asking import Limits
from daemon.config import Settings
from daemon.house import house_of
from daemon.store import journal, webhooks
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.journal import Entry, Kind
from daemon.store.tables import SiteRow
from daemon.store.webhooks import Place, Standing
from daemon.webhooks.receivers import name_of, receiver_of
from devices.clock import now
from tests.api.house import TOML, Clock, FakeDoorman
from tests.e2e.feeds import Say, says

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the specification's example
LIMITS = Limits(size=0, seconds=30.0, redirects=0)
TAKEN = says(b"", 204)


@dataclass(frozen=True)
class Told:
    """A message as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> Any:  # a JSON document
        return json.loads(self.body)["data"]

    def verify(self) -> None:
        """See by the standard's own library that it is ours and was sent just now."""
        Webhook(SECRET).verify(self.body, self.headers)


@dataclass
class Ear:
    """A receiver on loopback. `replies`: what it says to the next; `reply`: to all that follow."""

    port: int
    replies: list[Say] = field(default_factory=list)
    reply: Say = TAKEN
    told: list[Told] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook/s3cret"

    @property
    def seqs(self) -> list[int]:
        return [told.data["seq"] for told in self.told]


@contextmanager
def ear(port: int = 0) -> Iterator[Ear]:
    """Listen until the block ends."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard.told.append(Told(headers, body))
            with suppress(BrokenPipeError, ConnectionResetError):  # the guest has heard enough
                (heard.replies.pop(0) if heard.replies else heard.reply)(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

    with Quiet(("127.0.0.1", port), Door) as http:
        heard = Ear(http.server_address[1])
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield heard
        finally:
            http.shutdown()
            thread.join()


class Steady:
    """A clock that goes on only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def told_by(folder: Path, *tables: str) -> str:
    """Return a house with webhooks and lay their secret beside; a table lacks but that line."""
    secret = folder / "hook.secret"
    secret.touch(0o600)
    secret.write_text(SECRET)
    hooks = (f'[[webhooks]]\nsecret_file = "hook.secret"\n{table}\n' for table in tables)
    return "".join(hooks) + TOML


@dataclass
class Telling:
    """A house whose journal is told, without its pages; both clocks are set by hand."""

    parts: Parts
    clock: Clock
    steady: Steady

    def courier(self, number: int = 0) -> Courier:
        """Return one as a new process has it, the receivers being settled."""
        parts = self.parts
        all_ = [receiver_of(each, LIMITS) for each in parts.settings.webhooks]
        webhooks.settle(parts.store, parts.site, {each.name: each.mark for each in all_})
        return Courier(parts, all_[number], lambda: 1.0)

    def stands(self, number: int = 0) -> Standing:
        """Return how far a receiver was told."""
        name = name_of(self.parts.settings.webhooks[number])
        with self.parts.store.reading() as session:
            found = webhooks.standing(session, Place("cooffice", name))
        assert found is not None
        return found

    @property
    def newest(self) -> int:
        """Return the last entry's number."""
        with self.parts.store.reading() as session:
            return session.get_one(SiteRow, "cooffice").seq

    def happens(self, times: int = 1, kind: Kind = Kind.DOOR) -> None:
        """Let something happen, of which nothing is known but when."""
        at = self.clock()
        with book_of(self.parts.store, "cooffice") as book:
            for _ in range(times):
                journal.append(book, Entry(kind, at, at))

    def waits(self, **time: float) -> None:
        """Let time pass, on the wall and for the pauses."""
        before = self.clock.now
        self.clock.passes(**time)
        self.steady.now += (self.clock.now - before).total_seconds()


@contextmanager
def telling(folder: Path, ready: Path, *tables: str) -> Iterator[Telling]:
    """Give a house that tells; its clock shows the true time, by which signatures are judged."""
    shutil.copy(ready, folder / "usciere.db")
    text = told_by(folder, *tables)
    settings = Settings.model_validate(tomllib.loads(text), context=folder)
    clock, steady = Clock(), Steady()
    clock.now = now()
    store = Store(settings.database.url)
    parts = Parts(
        *(settings, house_of(settings), store, b"", clock, steady, FakeDoorman()),
        *(Live(store, settings, clock), 0.1, SignIn(steady)),
    )
    try:
        yield Telling(parts, clock, steady)
    finally:
        store.close()
