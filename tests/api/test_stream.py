"""The live stream: counts for all, entries for staff, nothing lost over a reconnection."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Message

from daemon.presence import Move, Movement
from daemon.store import journal, visits
from daemon.store.book import book_of
from daemon.store.journal import Entry, Kind
from daemon.store.tokens import revoke_token, tokens
from tests.api.house import House

_LIMIT = 8.0


@dataclass
class Event:
    """One event as a browser reads it."""

    name: str
    id: int
    data: dict[str, Any]  # a JSON document


@dataclass
class Stream:
    """A client that speaks ASGI, because the test client waits for the end of an answer."""

    house: House
    role: str
    last: int | None = None
    status: int = 0
    events: list[Event] = field(default_factory=list)
    ended: bool = False

    async def __aenter__(self) -> "Stream":
        self._gone = asyncio.Event()
        self._heard = asyncio.Event()
        self._task = asyncio.create_task(self.house.app(self._scope(), self._receive, self._send))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gone.set()
        await asyncio.wait_for(self._task, _LIMIT)

    def _scope(self) -> dict[str, object]:
        headers = []
        if self.role != "public":
            token = self.house.tokens.get(self.role, self.role)
            headers.append((b"authorization", f"Bearer {token}".encode()))
        if self.last is not None:
            headers.append((b"last-event-id", str(self.last).encode()))
        path = "/api/v1/stream"
        return {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
            "root_path": "", "headers": headers, "client": ("192.0.2.7", 1), "server": ("x", 80),
            "state": {},
        }  # fmt: skip

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self.ended = not message.get("more_body", False)
        self._heard.set()
        for block in message["body"].decode().split("\n\n"):
            said = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "event" in said:
                self.events.append(Event(said["event"], int(said["id"]), json.loads(said["data"])))

    async def until(self, met: Callable[[], bool]) -> None:
        async with asyncio.timeout(_LIMIT):
            while not met():
                self._heard.clear()
                await self._heard.wait()

    async def count(self, name: str, number: int) -> None:
        await self.until(lambda: len(self.named(name)) >= number)

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event.name == name]


def _run(story: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(story())


def _write(house: House, kind: Kind, reason: str) -> int:
    with book_of(house.store, "cooffice") as book:
        now = house.clock()
        return journal.append(book, Entry(kind, now, now, door="ingresso", reason=reason))


def _check_in(house: House, name: str) -> None:
    house.post(f"presence/{house.member(name)}/check-in", {})


def test_everybody_is_told_when_the_counts_change_and_nothing_else(house: House) -> None:
    async def story() -> None:
        async with Stream(house, "public") as stream:
            await stream.count("occupancy", 1)
            await asyncio.to_thread(_check_in, house, "Anna")
            await stream.count("occupancy", 2)
            await asyncio.to_thread(_write, house, Kind.ALARM, "door-forced")
            await asyncio.to_thread(_check_in, house, "Bruno")
            await stream.count("occupancy", 3)
        assert {event.name for event in stream.events} == {"occupancy"}
        assert [event.data["present"] for event in stream.events] == [0, 1, 2]
        ids = [event.id for event in stream.events]
        assert ids == sorted(ids)
        assert "people" not in stream.events[-1].data

    _run(story)


def test_staff_get_every_entry_and_doors_and_alarms_besides(house: House) -> None:
    async def story() -> None:
        async with Stream(house, "staff") as stream:
            await stream.count("occupancy", 1)
            first = await asyncio.to_thread(_write, house, Kind.DOOR, "state")
            second = await asyncio.to_thread(_write, house, Kind.ALARM, "door-forced")
            await stream.count("alarm", 1)
        assert [event.id for event in stream.named("journal")] == [first, second]
        assert all(event.data["seq"] == event.id for event in stream.named("journal"))
        assert [event.data["reason"] for event in stream.named("door")] == ["state"]
        assert [event.data["reason"] for event in stream.named("alarm")] == ["door-forced"]

    _run(story)


def test_who_comes_back_misses_nothing(house: House) -> None:
    async def story() -> None:
        async with Stream(house, "staff") as stream:
            await stream.count("occupancy", 1)
            await asyncio.to_thread(_write, house, Kind.ALARM, "one")
            await stream.count("journal", 1)
        last = stream.named("journal")[-1].id
        for number in range(3):
            await asyncio.to_thread(_write, house, Kind.SYSTEM, f"away-{number}")
        async with Stream(house, "staff", last) as again:
            await again.count("journal", 3)
            await asyncio.to_thread(_write, house, Kind.SYSTEM, "live")
            await again.count("journal", 4)
        assert [event.id for event in again.named("journal")] == [last + n for n in range(1, 5)]
        assert [event.data["reason"] for event in again.named("alarm")] == ["one"]

    _run(story)


def test_who_was_away_for_long_is_served_from_the_journal(house: House) -> None:
    with book_of(house.store, "cooffice") as book:
        begin = book.head.seq
        now = house.clock()
        for _ in range(1300):
            journal.append(book, Entry(Kind.SYSTEM, now, now, reason="long"))

    async def story() -> None:
        async with Stream(house, "staff", begin) as stream:
            await stream.count("journal", 1300)
            await stream.count("occupancy", 1)
        ids = [event.id for event in stream.named("journal")]
        assert ids == list(range(begin + 1, begin + 1301))
        assert stream.events[-1].name == "occupancy"

    _run(story)


def test_many_watchers_are_one_look_at_the_database(house: House) -> None:
    async def story() -> None:
        streams = [Stream(house, role) for role in ("public", "kiosk", "staff", "staff")]
        async with streams[0], streams[1], streams[2], streams[3]:
            for stream in streams:
                await stream.count("occupancy", 1)
            live = house.app.state.parts.live
            assert live.watchers == 4
            await asyncio.to_thread(_check_in, house, "Anna")
            for stream in streams:
                await stream.count("occupancy", 2)
        assert live.watchers == 0
        assert streams[2].named("journal")[-1].id == streams[3].named("journal")[-1].id

    _run(story)


def test_visits_written_a_moment_after_their_entry_are_counted_at_once(house: House) -> None:
    anna = house.member("Anna")
    at = house.clock()

    async def story() -> None:
        async with Stream(house, "staff") as stream:
            await stream.count("occupancy", 1)
            seq = await asyncio.to_thread(_write, house, Kind.TAP, "plan")
            await stream.count("journal", 1)
            await asyncio.to_thread(_settle, Movement(at, seq, anna, Move.ENTRY, "open-space"))
            await stream.count("occupancy", 2)
        assert stream.events[-1].data["present"] == 1

    def _settle(movement: Movement) -> None:
        with book_of(house.store, "cooffice") as book:
            visits.move_again(book, house.app.state.parts.house, movement, at)
            book.head.settled, book.head.moved = book.head.seq, True

    _run(story)


def test_a_revoked_token_ends_its_stream(house: House) -> None:
    with house.store.reading() as session:
        [staff] = [each for each in tokens(session, "cooffice") if each.role == "staff"]

    async def story() -> None:
        async with Stream(house, "staff") as stream, Stream(house, "public") as other:
            await stream.count("occupancy", 1)
            await asyncio.to_thread(revoke_token, house.act(), staff.id)
            await stream.until(lambda: stream.ended)
            assert not other.ended

    _run(story)


def test_a_stop_of_the_server_ends_every_stream(house: House) -> None:
    async def story() -> None:
        async with Stream(house, "public") as stream:
            await stream.count("occupancy", 1)
            house.app.state.parts.live.close()
            await stream.until(lambda: stream.ended)

    _run(story)


def test_nobody_streams_with_a_token_that_is_no_good(house: House) -> None:
    async def story() -> None:
        async with Stream(house, "usc_nope") as stream:
            await stream.until(lambda: stream.ended)
        assert stream.status == 401
        assert stream.events == []

    _run(story)
