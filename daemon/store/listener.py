"""Hears what other doormen of a site have written, by PostgreSQL's LISTEN.

Apart from what it listens for, because psycopg takes long to load where nobody needs it.
"""

import logging
import threading
from collections.abc import Callable

import psycopg
from sqlalchemy.engine import URL

from daemon.store.duty import CHANNEL

log = logging.getLogger(__name__)

_LISTENS_FOR = 1.0
_PAUSE = 1.0


class Listener:
    """Hears of news by LISTEN, in a thread of its own; `hear` is called from there.

    Hears nothing while the database is away; whoever wants to be sure looks once a second.
    """

    def __init__(self, url: URL, site: str, hear: Callable[[], None]) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._site = site
        self._hear = hear
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self, limit: float) -> None:
        """End within `limit` seconds."""
        self._enough.set()
        self._thread.join(limit)

    def _run(self) -> None:
        while not self._enough.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=2) as line:
                    line.execute(f"LISTEN {CHANNEL}")
                    self._listen(line)
            except psycopg.Error as problem:
                log.info("no news from the database (%s); asking again", problem)
                self._enough.wait(_PAUSE)

    def _listen(self, line: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self._enough.is_set():
            for news in line.notifies(timeout=_LISTENS_FOR):
                if news.payload == self._site:
                    self._hear()
                if self._enough.is_set():
                    return
