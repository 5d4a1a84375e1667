"""Visitors, bookings and attendees as CSV files, in and out, as the commands do it."""

from fastapi import APIRouter
from starlette.responses import Response

from api.bookings import Here
from api.dependencies import STAFF, Acting, Files, Named
from api.pages.csv_page import Done, Sheet, csv_file, csv_page
from api.pages.frame import AtDesk, Desk
from api.pages.texts.csv_files import ATTENDEES_CSV, BOOKINGS_CSV, VISITORS_CSV
from api.problems import PROBLEMS
from api.visitors import Here as Reception
from daemon.spreadsheet import table
from daemon.store import asker, booking_views, visitor_views
from daemon.store.booking_views import HOLDING
from daemon.store.gathering_views import gathering_of
from daemon.store.lines import (
    ATTENDEES,
    BOOKINGS,
    VISITORS,
    Lines,
    attendee_lines,
    booking_lines,
    take_lines,
    visitor_lines,
)
from daemon.store.members import addresses_of
from devices import moments

router = APIRouter(
    prefix="/staff",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)

_MOST = 100_000
_VISITORS = Sheet("/staff/visitors", VISITORS, VISITORS_CSV)
_BOOKINGS = Sheet("/staff/bookings", BOOKINGS, BOOKINGS_CSV)


@router.get("/visitors/import")
def show_visitors(desk: AtDesk) -> Response:
    """Ask for a file of visitors."""
    return csv_page(desk, _VISITORS)


@router.post("/visitors/import")
def take_visitors(desk: AtDesk, act: Acting, files: Files, reception: Reception) -> Response:
    """Announce all visitors of a file, or none of them."""
    return _take(desk, act, files, _VISITORS, visitor_lines(reception))


@router.get("/visitors/export")
def export_visitors(desk: AtDesk) -> Response:
    """Give who is expected, as `import` reads it; numbers of cards nobody knows."""
    wanted = visitor_views.Wanted(_MOST, since=desk.now)
    found = visitor_views.visitors(desk.session, desk.site, wanted, asker.STAFF)
    hosts = addresses_of(desk.session, desk.site, list({each.host for each in found}))
    rows = [
        (
            *(each.name, hosts.get(each.host, each.host), each.email, None),
            *(moments.shown(each.since), moments.shown(each.until), " ".join(each.doors)),
            *(each.uses, "yes" if each.while_host_in else "no"),
        )
        for each in found
    ]
    return csv_file("visitors", table(VISITORS, rows))


@router.get("/bookings/import")
def show_bookings(desk: AtDesk) -> Response:
    """Ask for a file of bookings."""
    return csv_page(desk, _BOOKINGS)


@router.post("/bookings/import")
def take_bookings(desk: AtDesk, act: Acting, files: Files, here: Here) -> Response:
    """Book all lines of a file, or none of them."""
    return _take(desk, act, files, _BOOKINGS, booking_lines(here))


@router.get("/bookings/export")
def export_bookings(desk: AtDesk) -> Response:
    """Give what is booked from now on, as `import` reads it; a series is many lines."""
    wanted = booking_views.Wanted(_MOST, since=desk.now)
    booked = booking_views.bookings(desk.session, desk.site, wanted, asker.STAFF, desk.now)
    found = [each for each in booked if each.status in HOLDING]
    people = {each.member for each in found if each.member}
    addresses = addresses_of(desk.session, desk.site, list(people))
    rows = [
        (
            *(each.room, moments.shown(each.start), moments.shown(each.end)),
            *(addresses.get(each.member or "", each.member), each.title, None),
        )
        for each in found
    ]
    return csv_file("bookings", table(BOOKINGS, rows))


@router.get("/gatherings/{gathering}/attendees/import")
def show_attendees(gathering: Named, desk: AtDesk) -> Response:
    """Ask for a file of attendees."""
    return csv_page(desk, _attendees(desk, gathering))


@router.post("/gatherings/{gathering}/attendees/import")
def take_attendees(gathering: Named, desk: AtDesk, act: Acting, files: Files) -> Response:
    """Put everybody of a file onto the list, or nobody."""
    lab = desk.parts.lab
    sheet = _attendees(desk, gathering)
    return _take(desk, act, files, sheet, attendee_lines(gathering, lab))


def _attendees(desk: Desk, gathering: str) -> Sheet:
    gathering_of(desk.session, desk.site, gathering)
    return Sheet(f"/staff/gatherings/{gathering}", ATTENDEES, ATTENDEES_CSV)


def _take(desk: Desk, act: Acting, files: Files, sheet: Sheet, lines: Lines) -> Response:
    count, troubles = take_lines(act, files.get("file", b""), lines)
    return csv_page(desk, sheet, Done([(count, "imported")], troubles, bool(troubles)))
