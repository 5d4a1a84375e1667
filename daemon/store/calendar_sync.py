"""A calendar's reading becomes bookings: what is new is booked, moved, or cancelled where it left.

One transaction, one journal entry. An event keeps its booking for ever, by its `uid` and
recurrence; what has begun and is over is history and stays. Costs what has changed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from sqlalchemy import insert, select

from daemon.calendars.clashes import Claim, Interval, clashes
from daemon.calendars.words import Problem, Reading, Slot
from daemon.store.booking_people import invite_anew, invite_each
from daemon.store.booking_views import HOLDING
from daemon.store.bookings import columns_of
from daemon.store.calendar_people import People, members_at, people_of
from daemon.store.calendars import live_bookings
from daemon.store.cancellations import call_off
from daemon.store.people import Noted, Page, new_id
from daemon.store.tables import BookingRow, CalendarRow, GuestRow
from daemon.store.tables.rooms import LIVE, LONGEST
from devices import moments
from devices.clock import micros, moment

AHEAD = timedelta(days=400)
"""How far ahead a calendar books."""
_LONGEST = timedelta(microseconds=LONGEST)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many bookings the calendar holds now, and what stood against the others."""

    bookings: int
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class _Wish:
    """A slot as a booking would be."""

    key: str
    slot: Slot
    people: People

    @property
    def span(self) -> Interval:
        return self.slot.start, self.slot.end


@dataclass(slots=True)
class _Work:
    """What is to be written, in this order."""

    gone: list[BookingRow] = field(default_factory=list)
    changed: list[tuple[BookingRow, _Wish]] = field(default_factory=list)
    new: list[_Wish] = field(default_factory=list)


def apply(page: Page, calendar: CalendarRow, reading: Reading) -> Outcome:
    """Let the calendar's bookings be what the reading says, and keep what is wrong with it.

    An event that can't be read any more keeps its booking: its last good word. Bookings that opened
    no door any more, because the copy was too old, open them again.
    """
    if not calendar.honoured:
        honour(page, calendar)
    problems = list(reading.problems)
    wishes = _wishes(page, reading.slots, problems)
    booked = _booked(page, calendar.id, wishes)
    kept = _kept(reading, wishes, booked)
    taken = [*_taken(page, calendar), *map(_span, kept.values())]
    refused = clashes(taken, _claims(calendar, wishes, booked))
    for key, (start, end) in refused.items():
        problems.append(_clash(wishes.pop(key), moments.shown(start), moments.shown(end)))
    due = {key: row for key, row in booked.items() if key not in kept}
    work = _work(page, calendar, wishes, due)
    _write(page, calendar, work)
    _keep(page, calendar, work, problems)
    return Outcome(len(wishes) + len(kept), problems)


def _kept(
    reading: Reading, wishes: Mapping[str, _Wish], booked: Mapping[str, BookingRow]
) -> dict[str, BookingRow]:
    """Return the bookings of events of which nothing can be read now: they stay as they are."""
    readable = {slot.uid for slot in reading.slots}
    lost = {each.uid for each in reading.problems if each.uid and each.uid not in readable}
    return {
        key: row
        for key, row in booked.items()
        if key not in wishes and row.status in HOLDING and key.rpartition("/")[0] in lost
    }


def _span(row: BookingRow) -> Interval:
    return moment(row.starts), moment(row.ends)


def _wishes(page: Page, slots: Sequence[Slot], problems: list[Problem]) -> dict[str, _Wish]:
    """Return what the slots want, by key; what is over already wants nothing."""
    members = members_at(page, slots)
    wishes = {}
    for slot in slots:
        if slot.end <= page.act.at:
            continue
        if slot.end - slot.start > _LONGEST:
            sentence = f"It lasts longer than {_LONGEST.days} days; make several events of it"
            problems.append(Problem(slot.uid, sentence))
            continue
        key = f"{slot.uid}/{slot.recurrence}"
        wishes[key] = _Wish(key, slot, people_of(slot, members))
    return wishes


def _booked(page: Page, calendar: str, wishes: Mapping[str, _Wish]) -> dict[str, BookingRow]:
    """Return the calendar's bookings by key: those that are not over, or are wished for again."""
    query = select(BookingRow).where(BookingRow.site == page.site, BookingRow.calendar == calendar)
    coming = query.where(BookingRow.ends > micros(page.act.at))
    found = {row.uid or "": row for row in page.session.scalars(coming)}
    missing = sorted(wishes.keys() - found.keys())
    for first in range(0, len(missing), _AT_ONCE):
        some = query.where(BookingRow.uid.in_(missing[first : first + _AT_ONCE]))
        found |= {row.uid or "": row for row in page.session.scalars(some)}
    return found


def _taken(page: Page, calendar: CalendarRow) -> Sequence[Interval]:
    """Return the intervals in which others hold the room."""
    now = micros(page.act.at)
    query = select(BookingRow.starts, BookingRow.ends).where(
        BookingRow.site == page.site,
        BookingRow.room == calendar.room,
        BookingRow.starts > now - LONGEST,
        BookingRow.ends > now,
        BookingRow.calendar.is_distinct_from(calendar.id),
        LIVE,
    )
    return [(moment(starts), moment(ends)) for starts, ends in page.session.execute(query)]


def _claims(
    calendar: CalendarRow, wishes: Mapping[str, _Wish], booked: Mapping[str, BookingRow]
) -> Sequence[Claim]:
    return [
        Claim(key, *wish.span, settled=key in booked and _holds(booked[key], calendar, wish))
        for key, wish in wishes.items()
    ]


def _holds(row: BookingRow, calendar: CalendarRow, wish: _Wish) -> bool:
    return row.status in HOLDING and _stands(row, calendar, wish)


def _stands(row: BookingRow, calendar: CalendarRow, wish: _Wish) -> bool:
    """Tell whether a booking is in the room and at the time that is wished for."""
    return row.room == calendar.room and _span(row) == wish.span


def _work(
    page: Page,
    calendar: CalendarRow,
    wishes: Mapping[str, _Wish],
    booked: Mapping[str, BookingRow],
) -> _Work:
    work = _Work(
        [row for key, row in booked.items() if key not in wishes and row.status in HOLDING]
    )
    guests = _guests(page, [row.id for key, row in booked.items() if key in wishes])
    for key, wish in wishes.items():
        row = booked.get(key)
        if row is None:
            work.new.append(wish)
        elif _differs(row, calendar, wish, guests.get(row.id, [])):
            work.changed.append((row, wish))
    return work


def _differs(row: BookingRow, calendar: CalendarRow, wish: _Wish, guests: list[str]) -> bool:
    """Tell whether there is anything to change; who did not come is not booked anew for that."""
    if row.status == "released" and _stands(row, calendar, wish):
        return False
    said = (wish.slot.title or None, wish.people.holder, [each.name for each in wish.people.guests])
    return not _holds(row, calendar, wish) or (row.title, row.member, guests) != said


def _guests(page: Page, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for first in range(0, len(ids), _AT_ONCE):
        query = select(GuestRow.booking, GuestRow.name).where(
            GuestRow.site == page.site, GuestRow.booking.in_(ids[first : first + _AT_ONCE])
        )
        for booking, name in page.session.execute(query.order_by(GuestRow.booking, GuestRow.place)):
            found.setdefault(booking, []).append(name)
    return found


def _write(page: Page, calendar: CalendarRow, work: _Work) -> None:
    """Make room first, so that two events may change places."""
    call_off(page, work.gone)
    for row, _ in work.changed:
        row.status = "cancelled"
    page.session.flush()
    for row, wish in work.changed:
        _change(page, calendar, row, wish)
    page.session.flush()
    for row, wish in work.changed:
        invite_anew(page, row, wish.people.guests)
    rows = [_row(page, calendar, wish) for wish in work.new]
    if rows:
        page.session.execute(insert(BookingRow), [columns_of(row) for row in rows])
        invite_each(
            page, [(row, wish.people.guests) for row, wish in zip(rows, work.new, strict=True)]
        )


def _change(page: Page, calendar: CalendarRow, row: BookingRow, wish: _Wish) -> None:
    has_begun = row.checked_in is not None and wish.slot.start <= page.act.at
    row.status = "checked-in" if has_begun else "booked"
    row.checked_in = row.checked_in if has_begun else None
    row.room, row.member = calendar.room, wish.people.holder
    row.starts, row.ends = micros(wish.slot.start), micros(wish.slot.end)
    row.title = wish.slot.title or None
    row.sequence += 1
    row.changed = micros(page.act.at)


def _row(page: Page, calendar: CalendarRow, wish: _Wish) -> BookingRow:
    return BookingRow(
        site=page.site,
        id=new_id(),
        room=calendar.room,
        member=wish.people.holder,
        starts=micros(wish.slot.start),
        ends=micros(wish.slot.end),
        title=wish.slot.title or None,
        status="booked",
        source="calendar",
        series=None,
        calendar=calendar.id,
        uid=wish.key,
        sequence=0,
        checked_in=None,
        created=micros(page.act.at),
        changed=micros(page.act.at),
    )


def _clash(wish: _Wish, start: str, end: str) -> Problem:
    sentence = f"The room is taken from {start} until {end}; move one of the two"
    return Problem(wish.slot.uid, sentence)


def honour(page: Page, calendar: CalendarRow) -> None:
    """Let the calendar's bookings open doors again."""
    calendar.honoured = True
    for row in live_bookings(page, calendar.id):
        invite_anew(page, row, None)


def _keep(page: Page, calendar: CalendarRow, work: _Work, problems: Sequence[Problem]) -> None:
    """Keep when the copy was read and what was wrong; an entry tells if anything was written."""
    now = micros(page.act.at)
    calendar.read = calendar.copied = calendar.checked = now
    calendar.problem = None
    calendar.problems = json.dumps([asdict(each) for each in problems])
    told = {"new": len(work.new), "changed": len(work.changed), "cancelled": len(work.gone)}
    if any(told.values()):
        page.note(Noted("calendar-read", calendar.id, {**told, "problems": len(problems)}))
