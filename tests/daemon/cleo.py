"""Cleo, whose plan counts entries: what she buys, when she comes, what was used of it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from daemon.store.tables import CarnetRow, CarnetUseRow, EntryRow, JournalRow
from devices.uid import Uid, keyed_hash
from tests.daemon.porch import KEY, Porch, tap
from tests.daemon.store.building import SITE, badge, member, plan

CLEO = Uid(bytes([4] * 7))
ROME = ZoneInfo("Europe/Rome")


def rome(text: str, fold: int = 0) -> datetime:
    """Return what the wall in Rome says as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME, fold=fold).astimezone(UTC)


def joins(porch: Porch, entries: int) -> None:
    with porch.store.writing() as session:
        session.add(plan("few", entries_per_month=entries, rooms='["open-space", "lab"]'))
        session.add(member("cleo", plan="few"))
        session.flush()
        session.add(badge(keyed_hash(CLEO, KEY), "cleo"))


def buys(porch: Porch, name: str = "ten", entries: int = 10, **said: object) -> None:
    values: dict[str, object] = {
        "site": SITE,
        "id": name,
        "member": "cleo",
        "covers": "day",
        "entries": entries,
        "used": 0,
        "created": 0,
    }
    with porch.store.writing() as session:
        session.add(CarnetRow(**values | said))


_names = (f"c{number}" for number in range(100_000))


def comes(porch: Porch, *moments: datetime, reader: str = "outside") -> list[str]:
    """Let Cleo tap at these moments, each in a book of its own; return what she was told."""
    first = len(porch.wires.answered)
    for at in moments:
        porch.now = at
        porch.takes(tap(CLEO, next(_names), at, reader=reader))
    return [text.split('"reason":"')[1].split('"')[0] for text in porch.answers()[first:]]


def used(porch: Porch) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Return the days that the month paid, and (day, part, carnet) of those that carnets paid."""
    with porch.store.reading() as session:
        month = session.scalars(select(EntryRow.day).order_by(EntryRow.day)).all()
        u = CarnetUseRow
        packs = session.execute(select(u.day, u.half, u.carnet).order_by(u.day, u.half.desc()))
        return list(month), [(row[0], row[1], row[2]) for row in packs]


def count(porch: Porch, name: str = "ten") -> int:
    """Return how many entries of a carnet are used."""
    with porch.store.reading() as session:
        return session.get_one(CarnetRow, (SITE, name)).used


def details(porch: Porch, kind: str = "tap") -> list[str | None]:
    with porch.store.reading() as session:
        j = JournalRow
        return list(session.scalars(select(j.detail).where(j.kind == kind).order_by(j.seq)))
