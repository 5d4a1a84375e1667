"""A gathering holds its room: a booking of its own, under its own id, that nobody else overlaps.

It is not released when nobody checks in: a course waits for its people (`stays.MISSED`).
"""

from daemon.recurrence import Span
from daemon.store.cancellations import call_off
from daemon.store.overlaps import refuse_clash
from daemon.store.people import Page
from daemon.store.tables import BookingRow, GatheringRow
from devices.clock import micros, moment


def hold_room(page: Page, gathering: GatheringRow, *, bookable: bool) -> None:
    """Book the gathering's room as it stands now, if it can be booked; raises Overlap."""
    booking = page.session.get(BookingRow, (page.site, gathering.id))
    if not bookable:
        if booking is not None:
            call_off(page, [booking])
        return
    span = Span(moment(gathering.starts), moment(gathering.ends))
    refuse_clash(page, gathering.room, span, but=gathering.id)
    now = micros(page.act.at)
    if booking is None:
        booking = BookingRow(
            site=page.site,
            id=gathering.id,
            source="usciere",
            uid=f"{gathering.id}@{page.site}",
            sequence=0,
            created=now,
        )
        page.session.add(booking)
    else:
        booking.sequence += 1
    booking.room, booking.member = gathering.room, gathering.organiser
    booking.starts, booking.ends = gathering.starts, gathering.ends
    booking.title, booking.status, booking.changed = gathering.title, "booked", now
    page.session.flush()


def free_room(page: Page, gathering: str) -> None:
    """Give the room back, if the gathering holds one."""
    booking = page.session.get(BookingRow, (page.site, gathering))
    if booking is not None:
        call_off(page, [booking])
