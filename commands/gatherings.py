"""`usciere gathering`: courses, workshops, events; who comes, and who was there how long."""

import sys
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands.list_import import import_lines
from commands.office import Office, changed, filled, office
from commands.options import AsJson, Coded
from commands.paper import show_columns, show_json
from daemon.access.words import stamp
from daemon.attendance import Attendance
from daemon.badge_key import key_of
from daemon.house import Days
from daemon.store import attendance_lists, attendees, gathering_views, gatherings
from daemon.store.asker import STAFF
from daemon.store.attendances import attended
from daemon.store.badges import Lab
from daemon.store.gathering_forms import GatheringChange, NewAttendee, NewGathering
from daemon.store.gathering_views import Attendee, Gathering, Wanted
from daemon.store.lines import ATTENDEES, attendee_lines, number
from devices import moments

app = typer.Typer(
    help="Courses and events: add, list, change, remove, attendees, attendance.",
    no_args_is_help=True,
)
listing = typer.Typer(help="Who comes: list, add, remove, import.", no_args_is_help=True)
app.add_typer(listing, name="attendees")
Which = Annotated[str, typer.Argument(metavar="GATHERING", help="The id, see `gathering list`.")]
Room = Annotated[str | None, typer.Option(help="The id of its room.")]
Start = Annotated[str | None, typer.Option(help="An instant with its offset.")]
End = Annotated[str | None, typer.Option(help="An instant with its offset.")]
Capacity = Annotated[str | None, typer.Option(metavar="N", help="How many may come.")]
Kind = Annotated[str | None, typer.Option(help="course, workshop or event.")]
Organiser = Annotated[str | None, typer.Option(help="The id of the member who organises it.")]


class Format(StrEnum):
    """How an attendance list is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.command()
def add(  # noqa: PLR0913 - the fields of a gathering
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    *,
    room: Annotated[str, typer.Option(help="The id of its room.")],
    start: Annotated[str, typer.Option(help="An instant with its offset.")],
    end: Annotated[str, typer.Option(help="An instant with its offset.")],
    capacity: Capacity = None,
    kind: Kind = None,
    organiser: Organiser = None,
    as_json: AsJson = False,
) -> None:
    """Plan a gathering; prints the new id."""
    said = {"title": title, "room": room, "start": start, "end": end, "kind": kind}
    said |= {"organiser": organiser}
    form = filled(NewGathering, said | {"capacity": _number(capacity)})
    with office(ctx) as here:
        gathering = gatherings.add_gathering(here.act, form, here.rooms)
    if as_json:
        show_json(_plain(gathering))
    else:
        typer.echo(gathering.id)


@app.command("list")
def list_gatherings(
    ctx: typer.Context,
    *,
    past: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is on now or later."""
    with office(ctx) as here, here.reading() as session:
        wanted = Wanted(since=None if past else here.act.at)
        found = gathering_views.gatherings(session, here.site, wanted)
        rows = [_row(each, here) for each in found]
    if as_json:
        show_json([_plain(each) for each in found])
        return
    show_columns(("id", "title", "kind", "room", "start", "end", "attendees"), rows)


@app.command()
def change(  # noqa: PLR0913 - the fields of a gathering
    ctx: typer.Context,
    gathering: Which,
    *,
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    room: Room = None,
    start: Start = None,
    end: End = None,
    capacity: Capacity = None,
    kind: Kind = None,
    organiser: Organiser = None,
) -> None:
    """Change what is said; an empty text clears. Everybody on the list moves along."""
    said = {"title": title, "room": room, "start": start, "end": end, "kind": kind}
    said |= {"organiser": organiser}
    form = changed(GatheringChange, said | {"capacity": _number(capacity)})
    with office(ctx) as here:
        gatherings.change_gathering(here.act, gathering, form, here.rooms)


@app.command()
def remove(ctx: typer.Context, gathering: Which) -> None:
    """Call it off, with its list; nobody is let in for it from the next tap on."""
    with office(ctx) as here:
        gatherings.remove_gathering(here.act, gathering)


@listing.command("list")
def list_attendees(ctx: typer.Context, gathering: Which, *, as_json: AsJson = False) -> None:
    """List who comes; of a card only the last four digits are known."""
    with office(ctx) as here, here.reading() as session:
        gathering_views.gathering_of(session, here.site, gathering)
        rows = gathering_views.attendees(session, here.site, gathering)
        found = [gathering_views.attendee_shown(row) for row in rows]
    if as_json:
        show_json([asdict(each) for each in found])
        return
    show_columns(("id", "name", "email", "known by"), [_attendee_row(each) for each in found])


@listing.command("add")
def add_attendee(  # noqa: PLR0913 - the fields of an attendee
    ctx: typer.Context,
    gathering: Which,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    *,
    email: Annotated[str | None, typer.Option(help="Their address; a member's is known.")] = None,
    badge: Annotated[str | None, typer.Option(help="A badge's id, or a card's number.")] = None,
    code: Coded = False,
) -> None:
    """Put somebody onto the list; prints the new id, and after it the code that was asked for."""
    form = filled(NewAttendee, {"name": name, "email": email, "badge": badge, "code": code})
    with office(ctx) as here:
        made = attendees.add_attendee(here.act, STAFF, gathering, form, _lab(here))
    typer.echo(made.id if made.code is None else f"{made.id}  {made.code}")


@listing.command("remove")
def remove_attendee(
    ctx: typer.Context,
    gathering: Which,
    attendee: Annotated[str, typer.Argument(metavar="ATTENDEE", help="The id on the list.")],
) -> None:
    """Take somebody off the list."""
    with office(ctx) as here:
        attendees.remove_attendee(here.act, STAFF, gathering, attendee)


@listing.command("import")
def import_file(
    ctx: typer.Context,
    gathering: Which,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=f"Columns: {', '.join(ATTENDEES)}.")],
) -> None:
    """Put everybody of a CSV file onto the list, or nobody and every bad line told."""
    with office(ctx) as here:
        count = import_lines(here, file, attendee_lines(gathering, _lab(here)))
    typer.echo(f"imported {count} attendees")


@app.command()
def attendance(
    ctx: typer.Context,
    gathering: Which,
    *,
    format: Annotated[Format, typer.Option("--format")] = Format.TABLE,  # noqa: A002 - the option's name
) -> None:
    """Tell who was there how long, in minutes and per cent of the gathering's time."""
    with office(ctx) as here, here.reading() as session:
        found = gathering_views.gathering_of(session, here.site, gathering)
        days = Days(here.settings.calendar())
        there = attended(session, here.site, found, days, here.act.at)
    lines = attendance_lists.lines(there, here.zone)
    match format:
        case Format.TABLE:
            show_columns(attendance_lists.HEADINGS, lines)
        case Format.CSV:
            sys.stdout.write(attendance_lists.as_csv(there, here.zone))
        case Format.JSON:
            show_json([_plain(each.attendee) | _plain(each.there) for each in there])


def _number(text: str | None) -> object:
    return text if not text else number(text)


def _lab(here: Office) -> Lab:
    return Lab(key_of(here.settings.site.badge_key_file), here.zone)


def _plain(value: Gathering | Attendee | Attendance) -> dict[str, object]:
    """Return it as HTTP shows it."""
    return {
        key: moments.shown(each) if isinstance(each, datetime) else each
        for key, each in asdict(value).items()
    }


def _row(gathering: Gathering, here: Office) -> tuple[str, ...]:
    places = "" if gathering.capacity is None else f" of {gathering.capacity}"
    return (
        gathering.id,
        gathering.title,
        gathering.kind,
        gathering.room,
        stamp(gathering.start, here.zone),
        stamp(gathering.end, here.zone),
        f"{gathering.attendees}{places}",
    )


def _attendee_row(attendee: Attendee) -> tuple[str, ...]:
    card = "-" if attendee.tail is None else f"card …{attendee.tail}"
    known = card if attendee.member is None else f"member {attendee.member}"
    return attendee.id, attendee.name, attendee.email or "-", known
