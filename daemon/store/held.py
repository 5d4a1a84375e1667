"""Passes and slots as a tap sees them: read by index, in bounded time, or remembered.

A booking's passes are in one table with all the others (`tables/rooms.py`). What a card that no
member has was lent for is read each time: guests come seldom.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import bindparam, select

from daemon.access.facts import Badge, Pass, PassKind, Slot
from daemon.presence import Visit
from daemon.store import visits
from daemon.store.book import Book
from daemon.store.memory import Memory, Passes, Slots
from daemon.store.prepared import Row
from daemon.store.tables import BookingRow, GrantRow, PassRow
from daemon.store.tables.rooms import LIVE
from devices.clock import micros, moment

MOST = 64
"""How many passes of one bearer are looked at, those first that end first."""
MOST_OF_ROOM = 2
"""The same of those to one room that are not over: the one that runs, or is next, and another."""
BOOKED = frozenset({PassKind.BOOKING, PassKind.GUEST})
"""What comes of a booking, and so holds until late."""
_A_DAY = timedelta(days=1)
_END = attrgetter("end")
_PASS = (
    PassRow.kind,
    PassRow.ref,
    PassRow.starts,
    PassRow.ends,
    PassRow.room,
    PassRow.doors,
    PassRow.uses,
    PassRow.host,
    PassRow.place,
    PassRow.name,
    PassRow.tail,
)
_OF_MEMBER = select(*_PASS).where(
    PassRow.site == bindparam("site"),
    PassRow.member == bindparam("member"),
    PassRow.ends > bindparam("since"),
)
_MEMBERS = _OF_MEMBER.order_by(PassRow.ends).limit(MOST)
_OF_ROOM = _OF_MEMBER.where(PassRow.room == bindparam("room"))
_ROOMS = _OF_ROOM.order_by(PassRow.ends).limit(MOST_OF_ROOM)
_ROOMS_LAST = _OF_ROOM.where(PassRow.ends <= bindparam("at")).order_by(PassRow.ends.desc()).limit(1)
_OF_DOORS = _OF_MEMBER.where(PassRow.room.is_(None)).order_by(PassRow.ends).limit(MOST)
_CARDS = (
    select(*_PASS)
    .where(
        PassRow.site == bindparam("site"),
        PassRow.hash == bindparam("hash"),
        PassRow.ends > bindparam("since"),
    )
    .order_by(PassRow.ends)
    .limit(MOST)
)
_LAST_OF_CARD = (
    select(*_PASS)
    .where(PassRow.site == bindparam("site"), PassRow.hash == bindparam("hash"))
    .order_by(PassRow.ends.desc())
    .limit(1)
)
_SLOT = select(BookingRow.id, BookingRow.starts, BookingRow.ends, BookingRow.member).where(
    BookingRow.site == bindparam("site"), BookingRow.room == bindparam("room"), LIVE
)
_BEGUN = _SLOT.where(BookingRow.starts <= bindparam("at")).order_by(BookingRow.starts.desc())
_TO_COME = _SLOT.where(BookingRow.starts > bindparam("at")).order_by(BookingRow.starts)
_LAST_TWO, _NEXT_TWO = _BEGUN.limit(2), _TO_COME.limit(2)
_GRANTED = select(GrantRow.at).where(
    GrantRow.site == bindparam("site"),
    GrantRow.badge == bindparam("badge"),
    GrantRow.door == bindparam("door"),
    GrantRow.reader == bindparam("reader"),
)


class Card(NamedTuple):
    """A card that no member has. `person` is whom presence knows its bearer as (`key_of`)."""

    badge: Badge
    passes: tuple[Pass, ...]
    name: str | None
    person: str
    visit: Visit | None
    moved: datetime | None
    granted: datetime | None = None


def key_of(held: Pass) -> str:
    """Return whom presence knows the bearer of a lent card as; no member's id has a colon."""
    return f"{held.kind}:{held.ref}:{held.place}"


def pass_of(key: str) -> tuple[str, str, int] | None:
    """Return kind, ref and place of the pass in such a key; None for a member's id."""
    match key.split(":"):
        case [kind, ref, place]:
            return kind, ref, int(place)
        case _:
            return None


def passes_of(
    book: Book, member: str, room: str | None, at: datetime, late: timedelta
) -> tuple[Pass, ...]:
    """Return a member's passes that are not over since longer than `late`, the first to end first.

    `room`: only those to this one, which nobody's many others elsewhere can hide, and to doors. Of
    those that are over the last one tells all: an earlier one opens no longer than it does.
    """
    since = at - late
    memory = book.memory
    known = None if memory is None else memory.passes.get((member, room))
    if known is not None and known.since <= since:
        return tuple(each for each in known.passes if each.end > since)
    if room is None:
        rows = list(book.all(_MEMBERS, member=member, since=micros(since)))
        all_read = len(rows) < MOST
    else:
        rows = list(book.all(_ROOMS, member=member, room=room, since=micros(at)))
        all_read = len(rows) < MOST_OF_ROOM
        if late:
            limits = {"since": micros(since), "at": micros(at)}
            rows += book.all(_ROOMS_LAST, member=member, room=room, **limits)
        rows += book.all(_OF_DOORS, member=member, since=micros(since))
    passes = tuple(sorted(map(_pass, rows), key=_END))
    if memory is not None and all_read:
        memory.passes[member, room] = Passes(since, passes)
    return passes


def card(book: Book, hashed: bytes, at: datetime, late: timedelta) -> Card | None:
    """Return what a card was lent for, None if for nothing.

    Its bearer is whoever is inside by a pass of the last day, else the next pass tells who it is.
    """
    last = book.one(_LAST_OF_CARD, hash=hashed)
    if last is None:
        return None
    since = at - late - _A_DAY
    rows = book.all(_CARDS, hash=hashed, since=micros(since)) or [last]
    held = [_pass(row) for row in rows]
    until = [_holds_until(each, late) for each in held]
    on = next((number for number, end in enumerate(until) if at < end), len(held) - 1)
    today = range(min(on + 1, len(held)))
    known = {number: visits.known_of(book, key_of(held[number])) for number in today}
    who = next((number for number in today if known[number][0] is not None), on)
    return Card(
        Badge(f"lent-{hashed.hex()[:16]}", last[10], valid_until=max(until), lent=True),
        tuple(each for each, end in zip(held, until, strict=True) if at < end),
        rows[who][9],
        key_of(held[who]),
        *known[who],
    )


def granted_last(book: Book, badge: str, door: str, reader: str) -> datetime | None:
    """Return when a lent card was last granted at a reader."""
    row = book.one(_GRANTED, badge=badge, door=door, reader=reader)
    return None if row is None else moment(row[0])


def slots_around(book: Book, room: str, at: datetime) -> tuple[Slot, ...]:
    """Return a room's slots around a moment: the last that ended, any that runs, the next two."""
    known = None if book.memory is None else book.memory.slots.get(room)
    if known is not None and _is_about(known, at):
        return known.slots
    begun = [_slot(row) for row in book.all(_LAST_TWO, room=room, at=micros(at))]
    if begun and begun[0].end <= at:
        del begun[1:]
    coming = [_slot(row) for row in book.all(_NEXT_TWO, room=room, at=micros(at))]
    slots = (*reversed(begun), *coming)
    if book.memory is not None:
        _remember(book.memory, room, at, slots)
    return slots


def slot_before(book: Book, room: str, start: datetime) -> Slot | None:
    """Return the last slot of a room that begins before another does."""
    row = book.one(_LAST_TWO, room=room, at=micros(start) - 1)
    return None if row is None else _slot(row)


def _remember(memory: Memory, room: str, at: datetime, slots: tuple[Slot, ...]) -> None:
    """Keep them for as long as none of them begins or ends."""
    edges = sorted(edge for slot in slots for edge in (slot.start, slot.end))
    since = max((edge for edge in edges if edge <= at), default=None)
    until = min((edge for edge in edges if edge > at), default=None)
    memory.slots[room] = Slots(since, until, slots)


def _is_about(known: Slots, at: datetime) -> bool:
    begun = known.since is None or known.since <= at
    return begun and (known.until is None or at < known.until)


def _holds_until(held: Pass, late: timedelta) -> datetime:
    return held.end + late if held.kind in BOOKED else held.end


def _pass(row: Row) -> Pass:
    doors: Sequence[str] = () if row[5] is None else json.loads(row[5])
    return Pass(
        PassKind(row[0]),
        row[1],
        moment(row[2]),
        moment(row[3]),
        row[4],
        frozenset(doors),
        row[6],
        row[7],
        row[8],
    )


def _slot(row: Row) -> Slot:
    return Slot(row[0], moment(row[1]), moment(row[2]), row[3])
