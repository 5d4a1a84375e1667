"""Series to which nobody comes any more: staff see them, and may give the room to others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from daemon.store.tables import BookingRow
from daemon.store.tables.rooms import MISSED
from devices.clock import micros, moment

IN_A_ROW = 3
_RECENT = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class MissedSeries:
    """A series whose last `times` bookings went by with nobody there; `last` is when one began."""

    series: str
    room: str
    member: str | None
    booking: str
    times: int
    last: datetime


def missed_series(session: Session, site: str, now: datetime) -> Sequence[MissedSeries]:
    """Return the series missed three times in a row or more, the latest first.

    Cancelled occurrences do not count. What ended three months ago is history. Costs what was ever
    released of series, by an index of these alone, and a look at the end of each that is suspect.
    """
    suspects = session.scalars(
        select(BookingRow.series)
        .where(BookingRow.site == site, MISSED)
        .group_by(BookingRow.series)
        .having(func.count() >= IN_A_ROW)
    )
    found = [_judged(session, site, series, now) for series in suspects if series is not None]
    recent = [each for each in found if each is not None and each.last > now - _RECENT]
    return sorted(recent, key=lambda each: (each.last, each.series), reverse=True)


def _judged(session: Session, site: str, series: str, now: datetime) -> MissedSeries | None:
    past = session.scalars(
        select(BookingRow)
        .where(
            BookingRow.site == site,
            BookingRow.series == series,
            BookingRow.starts <= micros(now),
            BookingRow.status.in_(("released", "checked-in", "booked")),
        )
        .order_by(BookingRow.starts.desc())
    ).all()
    decided = [row for row in past if row.status != "booked" or row.ends <= micros(now)]
    missed = list(takewhile(lambda row: row.status == "released", decided))
    if len(missed) < IN_A_ROW:
        return None
    last = missed[0]
    return MissedSeries(series, last.room, last.member, last.id, len(missed), moment(last.starts))
