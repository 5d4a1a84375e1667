"""One look at the journal every 100 ms, however many watch: what is new, kept for all of them.

Each watcher has a place of its own in the journal, so nobody is forgotten and nobody is waited
for; who has fallen behind what is kept here reads the journal itself.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from daemon.config import Settings
from daemon.occupancy import occupancy
from daemon.store.engine import Store
from daemon.store.entries import ENTRIES, entry_shown
from daemon.store.tables import SiteRow
from devices.clock import Clock
from devices.strict_json import compact

log = logging.getLogger(__name__)

PAUSE = 0.1
AT_ONCE = 500
KEPT = 1000
_CHANGES = frozenset({"change", "system"})  # what may end somebody's token or session
RECOUNT = 100  # looks, after which the house is counted again although nothing was written


class Head(NamedTuple):
    """How long the journal is, and up to which entry visits tell what it says."""

    seq: int
    settled: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One journal entry as text; `kind` as in the journal."""

    seq: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Count:
    """How full the house was at `seq`; `counts` is the same without the moment."""

    seq: int
    text: str
    counts: str


class Live:
    """The one feed. Looks only while somebody watches."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._kept: deque[Piece] = deque(maxlen=KEPT)
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()
        self._looks = 0
        self.watchers = 0
        self.closed = False
        self._head = Head(0, 0)
        self.changed = 0
        self.count = Count(0, "", "")

    @property
    def seq(self) -> int:
        """The last entry that was seen."""
        return self._head.seq

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Count in somebody who watches, for as long as the block lasts."""
        self.watchers += 1
        try:
            yield
        finally:
            self.watchers -= 1

    async def begin(self) -> None:
        """Know the present state, and go on looking while somebody watches."""
        async with self._beginning:
            if self._task is None or self._task.done():
                self._kept.clear()
                self._news = asyncio.Event()
                self._head = await asyncio.to_thread(self._written)
                await self._look(afresh=True)
                self._task = asyncio.create_task(self._go_on_looking())

    async def news(self, limit: float) -> bool:
        """Wait until there is something new; False if nothing came within `limit` seconds."""
        try:
            async with asyncio.timeout(limit):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def behind(self, place: int) -> Sequence[Piece]:
        """Return the next entries after a place, none for who has seen all."""
        if place >= self.seq:
            return ()
        if self._kept and self._kept[0].seq <= place + 1:
            return list(islice(self._kept, place + 1 - self._kept[0].seq, None))
        return await asyncio.to_thread(self._read, place)

    def close(self) -> None:
        """End all streams: the server is about to stop."""
        self.closed = True
        self._tell()

    async def _go_on_looking(self) -> None:
        failing = False
        while self.watchers and not self.closed:
            self._looks += 1
            try:
                await self._look(afresh=self._looks % RECOUNT == 0)
                failing = False
            except SQLAlchemyError as problem:
                if not failing:
                    log.warning("the live feed can't read the database: %s", problem)
                failing = True
            await asyncio.sleep(PAUSE)

    async def _look(self, *, afresh: bool) -> None:
        head, pieces, count = await asyncio.to_thread(self._read_news, self._head, afresh)
        self._kept.extend(pieces)
        self._head = head
        if pieces:
            self.changed = max((p.seq for p in pieces if p.kind in _CHANGES), default=self.changed)
        if count is not None and count.counts != self.count.counts:
            self.count = count
        if pieces or self.count is count:
            self._tell()

    def _tell(self) -> None:
        """Wake who waits now; who waits later waits for what comes later."""
        told, self._news = self._news, asyncio.Event()
        told.set()

    # ---- in a thread of its own ---------------------------------------------------------

    def _written(self) -> Head:
        with self._store.reading() as session:
            return self._read_head(session)

    def _read(self, place: int) -> list[Piece]:
        with self._store.reading() as session:
            return self._pieces(session, place)

    def _read_news(self, seen: Head, afresh: bool) -> tuple[Head, list[Piece], Count | None]:  # noqa: FBT001 - to_thread's
        """Return what came after `seen`. Visits are written after their entry, so counts may be."""
        with self._store.reading() as session:
            written = self._read_head(session)
            if written == seen and not afresh:
                return seen, [], None
            pieces = self._pieces(session, seen.seq) if written.seq > seen.seq else []
            house = occupancy(session, self._settings, self._clock())
        counts = compact({key: value for key, value in house.items() if key != "at"})
        seq = pieces[-1].seq if pieces else seen.seq
        return Head(seq, written.settled), pieces, Count(seq, compact(house), counts)

    def _read_head(self, session: Session) -> Head:
        here = self._settings.site.id
        query = select(SiteRow.seq, SiteRow.settled).where(SiteRow.id == here)
        found = session.execute(query).one_or_none()
        return Head(*found) if found is not None else Head(0, 0)

    def _pieces(self, session: Session, place: int) -> list[Piece]:
        asked = {"site": self._settings.site.id, "after": place, "most": AT_ONCE}
        entries = (entry_shown(row) for row in session.execute(ENTRIES, asked))
        return [Piece(entry["seq"], entry["kind"], compact(entry)) for entry in entries]
