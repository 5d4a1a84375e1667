"""Bookings are cancelled: one, one and all that follow it in its series, or what is left of it."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select

from daemon.store import passes
from daemon.store.asker import Asker
from daemon.store.booking_changes import check_open, check_own
from daemon.store.booking_views import row_of
from daemon.store.objections import Invalid
from daemon.store.overlaps import on_a_page
from daemon.store.people import Act, Noted, Page
from daemon.store.tables import BookingRow
from daemon.store.tables.rooms import LIVE
from devices.clock import micros, moment
from devices.moments import shown


class Reach(StrEnum):
    """How much of a series is meant by naming one of its bookings."""

    FOLLOWING = "following"
    ALL = "all"


def cancel(act: Act, asker: Asker, booking: str) -> None:
    """Cancel one booking; what is cancelled already stays so. Refuses what is over or released."""

    def write(page: Page) -> None:
        row = row_of(page.session, page.site, booking)
        check_own(row, asker)
        if row.status != "cancelled":
            check_open(page, row, asker)
            call_off(page, [row])
            page.note(Noted("booking-cancelled", row.id, {}, row.member))

    on_a_page(act, write)


def cancel_series(act: Act, asker: Asker, booking: str, reach: Reach) -> None:
    """Cancel what is not over yet of a booking's series, or of that booking and the later ones.

    A member cancels those that are his; one of the series may have been given to somebody else.
    """

    def write(page: Page) -> None:
        named = row_of(page.session, page.site, booking)
        check_own(named, asker)
        if named.series is None:
            raise Invalid("series", "this booking is of no series; leave the word out")
        rows = [row for row in _left(page, named, reach) if asker.answers_for(row.member)]
        if rows:
            call_off(page, rows)
            told = {"from": shown(moment(rows[0].starts)), "bookings": len(rows)}
            page.note(Noted("series-cancelled", named.series, told, named.member))

    on_a_page(act, write)


def give_up(page: Page, member: str) -> int:
    """Cancel what a member who leaves has still booked; return how many that were.

    What a calendar says stays: there the room is still asked for.
    """
    query = select(BookingRow).where(
        BookingRow.site == page.site,
        BookingRow.member == member,
        BookingRow.ends > micros(page.act.at),
        BookingRow.source == "usciere",
        LIVE,
    )
    rows = page.session.scalars(query).all()
    call_off(page, rows)
    return len(rows)


def _left(page: Page, named: BookingRow, reach: Reach) -> Sequence[BookingRow]:
    query = select(BookingRow).where(
        BookingRow.site == page.site,
        BookingRow.series == named.series,
        BookingRow.ends > micros(page.act.at),
        LIVE,
    )
    if reach is Reach.FOLLOWING:
        query = query.where(BookingRow.starts >= named.starts)
    return page.session.scalars(query.order_by(BookingRow.starts)).all()


def call_off(page: Page, rows: Sequence[BookingRow]) -> None:
    """Cancel bookings in a transaction that is open already: nobody is let in for them any more."""
    for row in rows:
        row.status = "cancelled"
        row.sequence += 1
        row.changed = micros(page.act.at)
    passes.withdraw(page, *(row.id for row in rows))
