"""`GET /stream`: server-sent events. The house's counts for all; journal, doors, alarms for staff.

The `id` of an event is the `seq` that caused it. Who comes back with `Last-Event-ID` gets all
entries after it; an alarm or door event of that very entry comes again, as it may have been missed.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.dependencies import PUBLIC, Built, Principal, Who, principal_of
from api.live import Live, Piece
from api.parts import Parts
from api.problems import PROBLEMS, Failure

log = logging.getLogger(__name__)

HEARTBEAT = 15.0
MOST = 250
"""Streams at once, each some 35 KiB; `api.serve` takes more lines, so that pages answer besides."""
_RETRY = b"retry: 2000\n\n"
_ALIVE = b": all is well\n\n"
_OWN_EVENTS = frozenset({"door", "alarm"})

router = APIRouter(tags=["stream"])


Events = Callable[[int | None], AsyncIterator[bytes]]
Told = Callable[[Sequence[Piece]], Awaitable[bytes]]
"""What somebody who watches hears of some entries."""


class EventStream(Response):
    """Sends what `events` gives until it ends or the client goes.

    Who takes too long to listen goes: `api.serve` hangs up on them.
    """

    media_type = "text/event-stream"

    def __init__(self, live: Live, events: Events, last: int | None) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._live = live
        self._events = events(last)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        with self._live.watched():
            sending = asyncio.create_task(self._send(send))
            leaving = asyncio.create_task(_left(receive))
            try:
                await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
            finally:
                leaving.cancel()
                sending.cancel()
                ended = await asyncio.gather(sending, leaving, return_exceptions=True)
        for problem in ended:
            if isinstance(problem, Exception):
                log.warning("a live stream ended: %r", problem)

    async def _send(self, send: Send) -> None:
        async for chunk in self._events:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@router.get(
    "/stream",
    dependencies=[PUBLIC],
    status_code=200,
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}}, **PROBLEMS},
)
async def follow(
    request: Request,
    parts: Built,
    who: Who,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**63 - 1)] = None,
) -> Response:
    """Follow the house live."""
    told = told_staff if who.may("staff") else None
    return stream_of(request, parts, who, told, last_event_id)


def stream_of(
    request: Request, parts: Parts, who: Principal, told: Told | None, last: int | None = None
) -> Response:
    """Return a stream of the counts, and of what `told` says of the journal."""
    live = parts.live
    if live.watchers >= MOST:
        raise Failure(
            HTTPStatus.SERVICE_UNAVAILABLE, "too-many-streams", "too many are watching already"
        )

    def still() -> bool:
        """Tell whether the token or the session is still worth what it was."""
        try:
            return principal_of(request, parts) == who
        except Failure:
            return False

    return EventStream(live, Watcher(live, told, still).events, last)


class Watcher:
    """One who watches: how far he has seen, and whether he still may. `still` blocks.

    `told`: what he hears of the journal; without it he hears the counts alone.
    """

    def __init__(self, live: Live, told: Told | None, still: Callable[[], bool]) -> None:
        self._live = live
        self._told = told
        self._still = still
        self._place = 0
        self._counts = ""
        self._checked = 0

    async def events(self, last: int | None) -> AsyncIterator[bytes]:
        """Give what comes after the entry `last`, or after now, until the end."""
        live = self._live
        await live.begin()
        self._checked = live.changed
        yield _RETRY + await self._begin(last)
        while not live.closed and await self._may():
            chunk = await self._entries() or self._count()
            if chunk:
                yield chunk
            elif not await live.news(HEARTBEAT):
                yield _ALIVE

    async def _begin(self, last: int | None) -> bytes:
        head = self._live.seq
        self._place = head if last is None or self._told is None else min(last, head)
        if not last or self._told is None:
            return b""
        known = await self._live.behind(self._place - 1)
        return b"".join(_own_event(piece) for piece in known if piece.seq == self._place)

    async def _may(self) -> bool:
        """Tell whether who watches still may; asked again after every change and sign-out."""
        if self._live.changed == self._checked:
            return True
        self._checked = self._live.changed
        return await asyncio.to_thread(self._still)

    async def _entries(self) -> bytes:
        if self._told is None:
            return b""
        chunk = b""
        while not chunk and (pieces := await self._live.behind(self._place)):
            self._place = pieces[-1].seq
            chunk = await self._told(pieces)
        return chunk

    def _count(self) -> bytes:
        """Return the counts if they are news; only for who has seen what led to them."""
        count = self._live.count
        if count.counts == self._counts:
            return b""
        self._counts = count.counts
        return event("occupancy", max(self._place, count.seq), count.text)


async def told_staff(pieces: Sequence[Piece]) -> bytes:
    """Tell staff every entry, and doors and alarms by a name of their own besides."""
    return b"".join(event("journal", each.seq, each.text) + _own_event(each) for each in pieces)


def _own_event(piece: Piece) -> bytes:
    return event(piece.kind, piece.seq, piece.text) if piece.kind in _OWN_EVENTS else b""


def event(name: str, seq: int, text: str) -> bytes:
    """Return one event as it goes over the wire."""
    return f"event: {name}\nid: {seq}\ndata: {text}\n\n".encode()
