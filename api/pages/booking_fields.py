"""A booking as its form has it: texts of day, hours, person, guests become what the API takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.pages import walls
from api.pages.filling import amiss
from api.pages.frame import Desk
from api.pages.persons import person_meant, written
from api.pages.walls import Amiss
from daemon.store.booking_views import Booking, Guest
from devices import moments

TIMES = ("day", "from", "from_turn", "to", "to_turn", "last_day")
FIELDS = ("room", *TIMES, "member", "title", "guests")
REPEATS: Mapping[str, str] = {
    "daily": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "FREQ=WEEKLY",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
}
"""What a series may be chosen from; its last day is said beside it."""
OWN_RULE = "own"


@dataclass(frozen=True, slots=True)
class Times:
    """From when until when."""

    start: datetime
    end: datetime


def times_of(said: Mapping[str, str], zone: ZoneInfo) -> Times:
    """Return when it is; an end not after the beginning is on the next day. Raises Refused."""
    try:
        day = walls.day_of(said.get("day", ""))
        begins, ends = (walls.clock_of(said.get(name, "")) for name in ("from", "to"))
        last = said.get("last_day", "").strip()
        last_day = walls.day_of(last) if last else walls.end_day(day, begins, ends)
    except Amiss as wrong:
        raise amiss(f"bad_{wrong.word}") from None
    start = _moment("from", day.isoformat(), said, zone)
    return Times(start, _moment("to", last_day.isoformat(), said, zone))


def _moment(name: str, day: str, said: Mapping[str, str], zone: ZoneInfo) -> datetime:
    clock = walls.clock_of(said[name])
    try:
        return walls.moment_at(walls.day_of(day), clock, zone, said.get(f"{name}_turn", ""))
    except Amiss as wrong:
        raise amiss(f"{wrong.word}_{name}") from None


def times_text(times: Times, zone: ZoneInfo) -> Mapping[str, str]:
    """Return the texts from which `times_of` reads the same."""
    start, end = (at.astimezone(zone) for at in (times.start, times.end))
    natural = walls.end_day(start.date(), start.time(), end.time())
    return {
        "day": start.date().isoformat(),
        "from": walls.clock_text(start, zone),
        "from_turn": walls.turn_of(start, zone),
        "to": walls.clock_text(end, zone),
        "to_turn": walls.turn_of(end, zone),
        "last_day": "" if end.date() == natural else end.date().isoformat(),
    }


def booking_said(
    said: Mapping[str, str], member: str | None, zone: ZoneInfo
) -> Mapping[str, object]:
    """Return what the API takes of a single booking; raises Refused."""
    times = times_of(said, zone)
    return {
        "room": said.get("room", ""),
        "title": said.get("title", "").strip() or None,
        "start": moments.shown(times.start),
        "end": moments.shown(times.end),
        "member": member,
        "guests": guests_of(said.get("guests", "")),
    }


def changed_times(
    said: Mapping[str, str], kept: Mapping[str, str], zone: ZoneInfo
) -> Mapping[str, datetime]:
    """Return which ends were moved; what was left as it was shown stays to the second."""
    before, after = times_of(kept, zone), times_of(said, zone)
    moved = {"start": (before.start, after.start), "end": (before.end, after.end)}
    return {name: now for name, (was, now) in moved.items() if was != now}


def booking_text(desk: Desk, booking: Booking) -> Mapping[str, str]:
    """Return a booking as its form shows it."""
    zone = desk.parts.settings.site.zone
    return {
        "room": booking.room,
        **times_text(Times(booking.start, booking.end), zone),
        "member": written(desk.session, desk.site, booking.member),
        "title": booking.title or "",
        "guests": "\n".join(_guest_text(each) for each in booking.guests),
    }


def _guest_text(guest: Guest) -> str:
    return "; ".join([guest.name, guest.email or "", guest.badge or ""]).rstrip("; ")


def guests_of(text: str) -> Sequence[Mapping[str, str]]:
    """Return the guests, one a line: name; e-mail; card."""
    return list(_guests(text))


def _guests(text: str) -> Iterator[Mapping[str, str]]:
    names = ("name", "email", "badge")
    for line in filter(None, map(str.strip, text.splitlines())):
        pieces = [piece.strip() for piece in line.split(";")]
        if len(pieces) > len(names):
            raise amiss("bad_guests")
        found = {name: piece for name, piece in zip(names, pieces, strict=False) if piece}
        yield {"email": line} if list(found) == ["name"] and "@" in line else found


def member_of(desk: Desk, said: Mapping[str, str]) -> str | None:
    """Return whom it is for; raises Refused."""
    return person_meant(desk.session, desk.site, said.get("member", ""), "member")


def rule_of(said: Mapping[str, str]) -> str | None:
    """Return the rule of a series, None for a single booking; raises Refused."""
    chosen = said.get("repeat", "")
    if not chosen:
        return None
    if chosen == OWN_RULE:
        return said.get("rrule", "").strip()
    if chosen not in REPEATS:
        raise amiss("bad_rrule")
    try:
        until = walls.day_of(said.get("until", ""))
    except Amiss:
        raise amiss("bad_until") from None
    return f"{REPEATS[chosen]};UNTIL={until:%Y%m%d}"
