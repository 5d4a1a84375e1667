"""An attendance list as people print and sum it up: local times, one line for each of the list."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from daemon.access.words import stamp
from daemon.spreadsheet import table
from daemon.store.attendances import Attended

HEADINGS = ("name", "email", "arrived", "left", "minutes", "percent", "present")


def lines(there: Iterable[Attended], zone: ZoneInfo) -> Sequence[Sequence[str]]:
    """Return a line of texts for each, in the order of `HEADINGS`."""
    return [
        (
            each.attendee.name,
            each.attendee.email or "",
            _local(each.there.arrived, zone),
            _local(each.there.left, zone),
            str(each.there.minutes),
            str(each.there.percent),
            "yes" if each.there.present else "no",
        )
        for each in there
    ]


def as_csv(there: Iterable[Attended], zone: ZoneInfo) -> str:
    """Return the list as CSV in which no text is a formula."""
    return table(HEADINGS, lines(there, zone))


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else stamp(at, zone)
