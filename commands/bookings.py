"""`usciere booking`: rooms for a time. Whoever types here is staff: may book for anybody."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.failures import Failed
from commands.list_import import import_lines
from commands.members import named
from commands.office import Office, changed, filled, office
from commands.options import AsJson
from commands.paper import columns, show_columns, show_json
from daemon.store import booking_changes, booking_views, bookings, cancellations
from daemon.store.asker import STAFF
from daemon.store.booking_forms import BookingChange, NewBooking
from daemon.store.booking_views import Booking, Guest, Wanted
from daemon.store.cancellations import Reach
from daemon.store.lines import BOOKINGS, booking_lines
from devices import moments

app = typer.Typer(
    help="Bookings: add, list, show, move, extend, end, cancel, import.", no_args_is_help=True
)

_ALL = 1_000_000
_GUEST = re.compile(r"\s*([^<>]*?)\s*(?:<([^<>]*)>)?\s*")

RoomId = Annotated[str, typer.Argument(metavar="ROOM", help="The room's id.")]
BookingId = Annotated[str, typer.Argument(metavar="ID", help="The booking's id.")]
Moment = Annotated[str, typer.Argument(help="An instant such as 2026-11-25T09:00:00+01:00.")]
SomeMoment = Annotated[str | None, typer.Option(help="An instant with its offset.")]
Whose = Annotated[str | None, typer.Option(metavar="MEMBER", help="Member's id or email address.")]
Title = Annotated[str | None, typer.Option(help="What it is for.")]
Guests = Annotated[
    list[str] | None,
    typer.Option("--guest", metavar="'NAME <EMAIL>'", help="Who comes along; may be repeated."),
]


@app.command()
def add(  # noqa: PLR0913 - the fields of a booking
    ctx: typer.Context,
    room: RoomId,
    start: Annotated[str, typer.Argument(metavar="START", help="An instant with its offset.")],
    end: Annotated[str, typer.Argument(metavar="END", help="An instant with its offset.")],
    *,
    member: Whose = None,
    title: Title = None,
    guest: Guests = None,
    rrule: Annotated[
        str | None, typer.Option(help="Again and again: FREQ=WEEKLY;BYDAY=MO;COUNT=10.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Book a room, once or in a series; prints the new ids. One clash refuses a whole series."""
    with office(ctx) as here:
        said = {
            "room": room,
            "start": start,
            "end": end,
            "member": _member(here, member),
            "title": title,
            "guests": _guests(guest),
            "rrule": rrule,
        }
        made = bookings.book(here.act, STAFF, filled(NewBooking, said), here.premises)
    if as_json:
        show_json([_document(each) for each in made])
    else:
        typer.echo("\n".join(each.id for each in made))


@app.command("import")
def import_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=f"Columns: {', '.join(BOOKINGS)}.")],
) -> None:
    """Book all lines of a CSV file, or none of them and every bad line told."""
    with office(ctx) as here:
        count = import_lines(here, file, booking_lines(here.premises))
    typer.echo(f"imported {count} bookings")


@app.command("list")
def list_bookings(  # noqa: PLR0913 - the filters
    ctx: typer.Context,
    *,
    room: Annotated[str | None, typer.Option(metavar="ROOM", help="Of this room.")] = None,
    member: Whose = None,
    since: Annotated[str | None, typer.Option("--from", help="Not over by this instant.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Begun before this instant.")] = None,
    as_json: AsJson = False,
) -> None:
    """List bookings by their start; those that are not over yet unless `--from` says otherwise."""
    with office(ctx) as here:
        first = here.act.at if since is None else moments.parse(since)
        last = None if until is None else moments.parse(until)
        found = _all(here, Wanted(_ALL, room, _member(here, member), first, last))
    if as_json:
        show_json([_document(each) for each in found])
        return
    headings = ("id", "room", "start", "end", "status", "member", "title")
    show_columns(headings, [_row(here, each) for each in found])


@app.command()
def show(ctx: typer.Context, booking: BookingId, *, as_json: AsJson = False) -> None:
    """Show one booking and who comes."""
    with office(ctx) as here, here.reading() as session:
        found = booking_views.booking_of(session, here.site, booking, STAFF, here.act.at)
    _show(here, found, as_json=as_json)


@app.command()
def move(  # noqa: PLR0913 - the fields of a booking
    ctx: typer.Context,
    booking: BookingId,
    *,
    room: Annotated[str | None, typer.Option(metavar="ROOM", help="Another room.")] = None,
    start: SomeMoment = None,
    end: SomeMoment = None,
    member: Whose = None,
    title: Title = None,
    as_json: AsJson = False,
) -> None:
    """Change room, times, holder or title, and nothing else; an empty text clears.

    Without `--end` a moved booking stays as long as it was.
    """
    with office(ctx) as here:
        whose = _member(here, member) if member else member
        said = {
            "room": room,
            "start": start,
            "end": end or _new_end(here, booking, start),
            "member": whose,
            "title": title,
        }
        form = changed(BookingChange, said)
        found = booking_changes.change_booking(here.act, STAFF, booking, form, here.premises)
    _show(here, found, as_json=as_json)


@app.command()
def extend(ctx: typer.Context, booking: BookingId, end: Moment, *, as_json: AsJson = False) -> None:
    """Let a booking end at another moment."""
    with office(ctx) as here:
        form = changed(BookingChange, {"end": end})
        found = booking_changes.change_booking(here.act, STAFF, booking, form, here.premises)
    _show(here, found, as_json=as_json)


@app.command("end")
def end_now(ctx: typer.Context, booking: BookingId) -> None:
    """End a booking now: the room is free for the next."""
    with office(ctx) as here:
        booking_changes.end_booking(here.act, STAFF, booking)


@app.command()
def cancel(
    ctx: typer.Context,
    booking: BookingId,
    *,
    series: Annotated[
        Reach | None, typer.Option(help="This and the following of its series, or all.")
    ] = None,
) -> None:
    """Cancel a booking; nobody gets in by it from the next tap on."""
    with office(ctx) as here:
        if series is None:
            cancellations.cancel(here.act, STAFF, booking)
        else:
            cancellations.cancel_series(here.act, STAFF, booking, series)


def _member(here: Office, member: str | None) -> str | None:
    if member is None:
        return None
    with here.reading() as session:
        return named(session, here, member).id


def _guests(said: Sequence[str] | None) -> list[dict[str, str]] | None:
    return None if said is None else [_guest(each) for each in said]


def _guest(said: str) -> dict[str, str]:
    found = _GUEST.fullmatch(said)
    if found is None:
        raise Failed(
            f"guest: found `{said}`, expected `Zoe Verdi <zoe@example.org>` or a part of it"
        )
    name, email = found[1], found[2]
    if email is None and "@" in name:
        name, email = "", name
    return {key: value for key, value in (("name", name), ("email", email)) if value}


def _new_end(here: Office, booking: str, start: str | None) -> str | None:
    """Return when a booking ends that is put off with its length."""
    if start is None:
        return None
    with here.reading() as session:
        found = booking_views.booking_of(session, here.site, booking, STAFF, here.act.at)
    return moments.shown(moments.parse(start) + (found.end - found.start))


def _all(here: Office, wanted: Wanted) -> Sequence[Booking]:
    with here.reading() as session:
        return booking_views.bookings(session, here.site, wanted, STAFF, here.act.at)


def _document(booking: Booking) -> dict[str, object]:
    return {
        "id": booking.id,
        "room": booking.room,
        "member": booking.member,
        "start": moments.shown(booking.start),
        "end": moments.shown(booking.end),
        "title": booking.title,
        "status": booking.status,
        "source": booking.source,
        "series": booking.series,
        "guests": [
            {"name": each.name, "email": each.email, "badge": each.badge, "known": each.known}
            for each in booking.guests
        ],
    }


def _show(here: Office, booking: Booking, *, as_json: bool) -> None:
    if as_json:
        show_json(_document(booking))
        return
    lines = [
        ("id", booking.id),
        ("room", booking.room),
        ("member", booking.member or "-"),
        ("start", _clock(here, booking.start)),
        ("end", _clock(here, booking.end)),
        ("title", booking.title or "-"),
        ("status", booking.status),
        ("source", booking.source),
        *([("series", booking.series)] if booking.series else []),
        *(("guest", _told(each)) for each in booking.guests),
    ]
    typer.echo("\n".join(columns(lines)))


def _told(guest: Guest) -> str:
    badge = f"  …{guest.badge}" if guest.badge else ""
    known = badge or ("  known at the doors" if guest.known else "  let in by whoever is there")
    return f"{guest.name}{f' <{guest.email}>' if guest.email else ''}{known}"


def _row(here: Office, booking: Booking) -> tuple[str, ...]:
    return (
        booking.id,
        booking.room,
        _clock(here, booking.start),
        _clock(here, booking.end),
        booking.status,
        booking.member or "-",
        booking.title or "-",
    )


def _clock(here: Office, at: datetime) -> str:
    return at.astimezone(here.zone).isoformat(timespec="minutes")
