"""Calendars as tests write them: events as lines, a window, readings in local words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from daemon.calendars.reading import read
from daemon.calendars.words import Reading

ROME = ZoneInfo("Europe/Rome")


@dataclass(frozen=True)
class Window:
    """A span of time."""

    start: datetime
    end: datetime


YEAR_2026 = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def event(text: str) -> str:
    """Return a VEVENT from lines, `UID:x` unless they say one."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if not any(line.startswith("UID") for line in lines):
        lines.insert(0, "UID:x")
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])


def calendar(*events: str, head: str = "") -> bytes:
    """Return a body of these events; `head` are lines of the calendar itself."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test"]
    lines += [line.strip() for line in head.strip().splitlines()]
    lines += [event(each).strip() for each in events]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def reading(*events: str, head: str = "") -> Reading:
    return read(calendar(*events, head=head), ROME, YEAR_2026)


def hours(*events: str, head: str = "") -> list[str]:
    """Return the slots as UTC texts `03-29T01:30/02:30`; fails if there is a problem."""
    found = reading(*events, head=head)
    assert not found.problems, found.problems
    return told(found)


def told(found: Reading) -> list[str]:
    return [
        f"{slot.start:%m-%dT%H:%M}/"
        f"{slot.end:{'%H:%M' if slot.end.date() == slot.start.date() else '%m-%dT%H:%M'}}"
        for slot in found.slots
    ]


def problem(*events: str, head: str = "") -> tuple[str | None, str]:
    """Return the only problem of a reading without slots."""
    found = reading(*events, head=head)
    assert found.slots == ()
    (only,) = found.problems
    return only.uid, only.problem
