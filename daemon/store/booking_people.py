"""Who comes to a booking: its holder and guests, on the list and as passes at the doors."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert

from daemon.access.facts import PassKind
from daemon.store import passes
from daemon.store.badges import Lab
from daemon.store.bearers import Bearer, Said, bearer
from daemon.store.booking_forms import NewGuest
from daemon.store.booking_views import guests_of
from daemon.store.passes import Admission
from daemon.store.people import Page
from daemon.store.tables import BookingRow, GuestRow
from devices.clock import moment


def bearers_of(
    page: Page, guests: Sequence[NewGuest], lab: Lab, before: Sequence[GuestRow] = ()
) -> Sequence[Bearer]:
    """Return who the guests are; raises Invalid where a badge can be none.

    Nobody can read a card's number here, so a guest given back as shown, by name and last digits,
    is the one who was on the list `before`.
    """
    known = {(guest.name, guest.tail or ""): guest for guest in before if guest.tail}
    found = []
    for place, guest in enumerate(guests):
        name = guest.name or guest.email or ""
        old = known.get((name, guest.badge or ""))
        if old is not None:
            found.append(Bearer(name, guest.email, old.member, old.hash, old.tail))
        else:
            said = Said(name, guest.email, guest.badge, f"guests.{place}.badge")
            found.append(bearer(page, said, lab))
    return found


def invite(page: Page, rows: Sequence[BookingRow], guests: Sequence[Bearer]) -> None:
    """Put the guests on the lists of new bookings, and let holder and guests in."""
    invite_each(page, [(row, guests) for row in rows])


def invite_each(page: Page, invited: Sequence[tuple[BookingRow, Sequence[Bearer]]]) -> None:
    """Do the same for new bookings with guests of their own."""
    _list(page, invited)
    passes.issue(page, {row.id: _admissions(row, guests) for row, guests in invited})


def invite_anew(page: Page, row: BookingRow, guests: Sequence[Bearer] | None) -> None:
    """Let holder and guests in as the changed booking has it; None: the guests it has."""
    if guests is None:
        listed = guests_of(page.session, page.site, [row.id]).get(row.id, ())
        guests = [_bearer(guest) for guest in listed]
    else:
        page.session.execute(
            delete(GuestRow).where(GuestRow.site == page.site, GuestRow.booking == row.id)
        )
        _list(page, [(row, guests)])
    passes.renew(page, row.id, _admissions(row, guests))


def _list(page: Page, invited: Sequence[tuple[BookingRow, Sequence[Bearer]]]) -> None:
    listed = [
        _listed(row, place, guest) for row, guests in invited for place, guest in enumerate(guests)
    ]
    if listed:
        page.session.execute(insert(GuestRow), listed)


def _listed(row: BookingRow, place: int, guest: Bearer) -> Mapping[str, object]:
    return {
        "site": row.site,
        "booking": row.id,
        "place": place,
        "name": guest.name,
        "email": guest.email,
        "member": guest.member,
        "hash": guest.hash,
        "tail": guest.tail,
    }


def _admissions(row: BookingRow, guests: Sequence[Bearer]) -> Sequence[Admission]:
    start, end = moment(row.starts), moment(row.ends)
    holder = Admission(PassKind.BOOKING, Bearer(member=row.member), start, end, row.room)
    return [
        holder,
        *(
            Admission(PassKind.GUEST, guest, start, end, row.room, host=row.member)
            for guest in guests
        ),
    ]


def _bearer(guest: GuestRow) -> Bearer:
    return Bearer(guest.name, guest.email, guest.member, guest.hash, guest.tail)
