"""A house of any size with its past, for `usciere bench --growth`: rows as the doorman leaves them.

Written in bulk, but the journal's hashes are the journal's own, so `usciere journal verify` passes.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from sqlalchemy import Insert, insert, select, update

from commands import bench_bookings
from commands.bench_house import DOORS, HOST
from daemon.access.verdict import Granted, Reason, Refused, Verdict
from daemon.access.words import Language
from daemon.badge_key import key_of
from daemon.config import Settings, load
from daemon.feedback import Said, feedback, refusal
from daemon.presence import Presence
from daemon.store import terms
from daemon.store.answers import REMEMBERED
from daemon.store.chain import PUBLIC
from daemon.store.engine import Store
from daemon.store.forms import NewPlan
from daemon.store.headfile import HeadFile, head_path
from daemon.store.journal import chained, commitment_of
from daemon.store.people import Act, Actor
from daemon.store.schema import prepare
from daemon.store.tables import (
    AnswerRow,
    BadgeRow,
    JournalRow,
    KnownRow,
    MemberRow,
    MovementRow,
    SiteRow,
    VisitRow,
)
from devices import uid
from devices.clock import micros
from devices.strict_json import compact

_PLANS = 5
_DAYS = 90
_ROOMS = ("hall", "open-space", "lab", "meeting", "kitchen")
_AT_ONCE = 5_000
_REFUSED_EACH = 25
_SEED = 1957
Progress = Callable[[int], object]
Row = dict[str, object]
Rows = dict[Insert, list[Row]]
_JOURNAL, _MOVEMENT, _VISIT, _ANSWER = map(insert, (JournalRow, MovementRow, VisitRow, AnswerRow))


@dataclass(frozen=True, slots=True)
class Size:
    """How large a house is; `entries` counts its journal.

    With `bookings` all its rooms are bookable, and nobody is let in by a plan.
    """

    members: int
    doors: int
    entries: int
    bookings: int = 0

    @property
    def rooms(self) -> Sequence[str]:
        return bench_bookings.ROOMS if self.bookings else _ROOMS


def badge(number: int) -> str:
    """Return the badge number of a member."""
    return f"04A1{number:06X}"


def write_settings(folder: Path, site: str, size: Size, ports: tuple[int, int]) -> Settings:
    """Write the configuration; `ports`: the broker's, the API's."""
    doors = [*DOORS, *(f"e{number:04}" for number in range(size.doors - len(DOORS)))]
    bookable = "bookable = true\n" if size.bookings else ""
    rooms = "".join(f'[[rooms]]\nid = "{room}"\n{bookable}' for room in size.rooms)
    path = folder / "usciere.toml"
    path.write_text(
        f'[site]\nid = "{site}"\nname = "{site.title()}"\n'
        f'[mqtt]\nurl = "mqtt://{HOST}:{ports[0]}"\n[api]\nlisten = "{HOST}:{ports[1]}"\n'
        f"[access]\nrepeat_seconds = 0\n{rooms}"
        + "".join(
            f'[[doors]]\nid = "{door}"\nroom = "{size.rooms[number % len(size.rooms)]}"\n'
            for number, door in enumerate(doors)
        ),
        encoding="utf-8",
    )
    return load(path, {})


def fill(settings: Settings, size: Size, now: datetime, progress: Progress) -> None:
    """Give the house its people, their past up to yesterday's evening, and what is booked."""
    store = Store(settings.database.url)
    try:
        prepare(store, settings.site.id)
        act = Act(store, settings.site.id, Actor("usciere bench"), now)
        for number in range(_PLANS):
            plan = NewPlan(id=f"plan-{number}", holidays=True)
            terms.add_plan(act, plan, list(size.rooms))
        _Past(settings, store, size, now).write(progress)
    finally:
        store.close()
    if size.bookings:
        bench_bookings.book(settings, size.bookings, now, progress)


class _Past:
    """Fills one site's tables."""

    def __init__(self, settings: Settings, store: Store, size: Size, now: datetime) -> None:
        self._settings = settings
        self._store = store
        self._size = size
        self._now = now
        self._site = settings.site.id
        self._key = key_of(settings.site.badge_key_file)
        self._dice = Random(_SEED)  # noqa: S311 - made-up visits
        self._zone = settings.site.zone
        with store.reading() as session:
            row = session.execute(
                select(SiteRow.seq, SiteRow.head).where(SiteRow.id == self._site)
            ).one()
        self._seq, self._head = row[0], row[1]
        self._known: dict[str, int] = {}
        self._inside: dict[int, tuple[int, datetime]] = {}

    def write(self, progress: Progress) -> None:
        """Write people, then their past, then where the journal ends."""
        for first in range(0, self._size.members, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, self._size.members))
            self._add(insert(MemberRow), [self._member(number) for number in numbers])
            self._add(insert(BadgeRow), [self._badge(number) for number in numbers])
            progress(len(numbers))
        for rows in self._chunks():
            for statement, them in rows.items():
                self._add(statement, them)
            progress(len(rows[_JOURNAL]))
        known = [{"member": member, "until": until} for member, until in self._known.items()]
        self._add(insert(KnownRow), known)
        self._end()

    def _add(self, statement: Insert, rows: Sequence[Row]) -> None:
        if rows:
            with self._store.writing() as session:
                session.execute(statement, [{"site": self._site, **row} for row in rows])

    def _end(self) -> None:
        marks = dict.fromkeys(("seq", "released", "announced", "settled"), self._seq)
        with self._store.writing() as session:
            session.execute(
                update(SiteRow).where(SiteRow.id == self._site).values(head=self._head, **marks)
            )
        head = HeadFile(head_path(self._settings))
        head.note(self._seq, self._head)
        head.close()

    def _member(self, number: int) -> Row:
        return {
            "id": f"m{number:06}",
            "name": f"Member {number}",
            "email": f"m{number}@example.org",
            "plan": f"plan-{number % _PLANS}",
            "role": "member",
            "status": "active",
            "visibility": "count",
            "created": micros(self._now),
        }

    def _badge(self, number: int) -> Row:
        card = uid.parse(badge(number))
        return {
            "id": f"b{number:06}",
            "member": f"m{number:06}",
            "hash": uid.keyed_hash(card, self._key),
            "tail": uid.tail(card),
            "status": "active",
            "created": micros(self._now),
        }

    def _chunks(self) -> Iterator[Mapping[Insert, list[Row]]]:
        """Give the rows of the past, a chunk of it at a time."""
        rows = _empty()
        for at, number, leaves in self._passages():
            if self._seq % _REFUSED_EACH == 0:
                self._refused(rows, at)
            (self._left if leaves else self._came)(rows, at, number)
            if len(rows[_JOURNAL]) >= _AT_ONCE:
                yield rows
                rows = _empty()
        rows[_VISIT] += [_visit(seq, who, at, None) for who, (seq, at) in self._inside.items()]
        yield rows

    def _passages(self) -> Iterator[tuple[datetime, int, bool]]:
        """Give when who comes or leaves, until the journal is full."""
        most = max(1, self._size.entries // _DAYS // 2)
        a_day = min(most, self._size.members)
        passages = self._size.entries * (_REFUSED_EACH - 1) // _REFUSED_EACH
        for day in range(-(-passages // (2 * a_day)), 0, -1):
            for passage in sorted(self._day(self._now - timedelta(days=day), a_day)):
                if self._seq >= self._size.entries:
                    return
                yield passage

    def _day(self, day: datetime, visits: int) -> Iterator[tuple[datetime, int, bool]]:
        opens = day.replace(hour=7, minute=0, second=0)
        for number in self._dice.sample(range(self._size.members), visits):
            comes = opens + timedelta(seconds=self._dice.uniform(0, 14_400))
            yield comes, number, False
            yield comes + timedelta(seconds=self._dice.uniform(600, 28_800)), number, True

    def _came(self, rows: Rows, at: datetime, number: int) -> None:
        self._moved(rows, at, number, "entry")
        self._inside[number] = self._seq, at

    def _left(self, rows: Rows, at: datetime, number: int) -> None:
        self._moved(rows, at, number, "exit")
        seq, came = self._inside.pop(number)
        rows[_VISIT].append(_visit(seq, number, came, at))

    def _moved(self, rows: Rows, at: datetime, number: int, move: str) -> None:
        member, where = f"m{number:06}", DOORS[number % len(DOORS)]
        moved: Row = {"move": move, "room": _ROOMS[0]}
        told = _Told(where, member, badge(number)[-4:], Granted(Reason.PLAN), compact(moved))
        name = self._entry(rows, at, told)
        rows[_MOVEMENT].append({"at": micros(at), "seq": self._seq, "member": member, **moved})
        self._known[member] = micros(at)
        presence = Presence.IN if move == "entry" else Presence.OUT
        said = Said(name, Language.ENGLISH, f"Member {number}", presence, at, self._zone)
        self._answer(rows, at, told, name, feedback(said, told.verdict))

    def _refused(self, rows: Rows, at: datetime) -> None:
        told = _Told(DOORS[0], None, "FFFF", Refused(Reason.UNKNOWN_BADGE), None)
        name = self._entry(rows, at, told)
        said = refusal(name, Reason.UNKNOWN_BADGE, Language.ENGLISH)
        self._answer(rows, at, told, name, said)

    def _entry(self, rows: Rows, at: datetime, told: "_Told") -> str:
        self._seq += 1
        name, salt, when = f"{self._dice.getrandbits(64):016x}", os.urandom(16), micros(at)
        granted, reason = isinstance(told.verdict, Granted), told.verdict.reason.value
        commitment = commitment_of(salt, told.member, told.tail, told.detail)
        public = (
            self._seq, name, when, when, "tap", told.door, "main", granted, reason, False
        )  # fmt: skip
        self._head = chained(self._head, public, commitment)
        rows[_JOURNAL].append(
            {
                **dict(zip(PUBLIC, public, strict=True)),
                "member": told.member,
                "badge": told.tail,
                "detail": told.detail,
                "salt": salt,
                "commitment": commitment,
                "hash": self._head,
            }
        )
        return name

    def _answer(self, rows: Rows, at: datetime, told: "_Told", name: str, said: str) -> None:
        if self._now - at >= REMEMBERED:
            return
        rows[_ANSWER].append(
            {
                "id": name,
                "door": told.door,
                "hash": self._key,
                "seq": self._seq,
                "received_at": micros(at),
                "feedback": said,
                "unlock": isinstance(told.verdict, Granted),
                "packet": None,
            }
        )


class _Told(NamedTuple):
    """What a made-up entry tells."""

    door: str
    member: str | None
    tail: str
    verdict: Verdict
    detail: str | None


def _empty() -> Rows:
    return {each: [] for each in (_JOURNAL, _MOVEMENT, _VISIT, _ANSWER)}


def _visit(seq: int, number: int, began: datetime, ended: datetime | None) -> Row:
    """Return a visit that entry `seq` opened; without an end it was closed at the day's end."""
    return {
        "id": f"v{seq}",
        "member": f"m{number:06}",
        "room": _ROOMS[0],
        "began": micros(began),
        "began_by": "tap",
        "ended": None if ended is None else micros(ended),
        "ended_by": "auto" if ended is None else "tap",
    }
