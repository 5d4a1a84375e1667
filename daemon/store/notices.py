"""What a member is told of on their own page: rooms given back, guests that came, of one week."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.config import Settings
from daemon.letters import Letter, Reader, room_released, visitor_arrived
from daemon.store.arrivals import REASON as ARRIVED
from daemon.store.stays import RELEASED
from daemon.store.tables import BookingRow, VisitorRow
from devices.clock import micros, moment

_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened to a member's booking or visitor; `reason` as in the journal."""

    at: datetime
    reason: str
    subject: str
    text: str


def notices(
    session: Session, settings: Settings, member: str, reader: Reader, now: datetime
) -> Sequence[Notice]:
    """Return the notices of the last week, the newest first; two reads by index."""
    since = micros(now - _KEPT)
    found = [
        *_released(session, settings, member, reader, since),
        *_arrived(session, settings, member, reader, since),
    ]
    return sorted(found, key=lambda notice: notice.at, reverse=True)


def _released(
    session: Session, settings: Settings, member: str, reader: Reader, since: int
) -> Iterator[Notice]:
    zone = settings.site.zone
    query = select(BookingRow).where(
        BookingRow.site == settings.site.id,
        BookingRow.member == member,
        BookingRow.status == "released",
        BookingRow.starts >= since,
    )
    for row in session.scalars(query):
        room = settings.room(row.room)
        start, end = (moment(at).astimezone(zone) for at in (row.starts, row.ends))
        name = row.room if room is None else room.name
        yield _notice(row.changed, RELEASED, room_released(reader, name, start, end))


def _arrived(
    session: Session, settings: Settings, member: str, reader: Reader, since: int
) -> Iterator[Notice]:
    query = select(VisitorRow).where(
        VisitorRow.site == settings.site.id,
        VisitorRow.host == member,
        VisitorRow.arrived >= since,
    )
    for row in session.scalars(query):
        if row.arrived is not None:
            at = moment(row.arrived).astimezone(settings.site.zone)
            yield _notice(row.arrived, ARRIVED, visitor_arrived(reader, row.name, at))


def _notice(at: int, reason: str, letter: Letter) -> Notice:
    return Notice(moment(at), reason, letter.subject, letter.text)
