"""`usciere calendar`: calendars that book a room, by address or from a file."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from commands.failures import Failed
from commands.office import Office, changed, filled, office
from commands.options import AsJson
from commands.paper import show_columns, show_json
from daemon import feeds
from daemon.access.words import stamp
from daemon.calendars.limits import LARGEST_BODY
from daemon.calendars.words import Unreadable
from daemon.store import calendars
from daemon.store.calendar_sync import Outcome
from daemon.store.calendars import Calendar, CalendarChange, NewCalendar
from devices import moments

app = typer.Typer(
    help="Calendars that book a room: add, list, change, remove, sync, upload.",
    no_args_is_help=True,
)

Which = Annotated[str, typer.Argument(metavar="CALENDAR", help="The id, see `calendar list`.")]


@app.command()
def add(
    ctx: typer.Context,
    calendar: Annotated[str, typer.Argument(metavar="CALENDAR", help="An id of your own.")],
    *,
    room: Annotated[str, typer.Option(help="The id of the room that it books.")],
    url: Annotated[str | None, typer.Option(help="Its address; without: `upload` it.")] = None,
    kind: Annotated[str | None, typer.Option(help="feed (an .ics address) or caldav.")] = None,
) -> None:
    """Write a calendar down; `sync` or `upload` fills it. The address is never shown again."""
    form = filled(NewCalendar, {"id": calendar, "room": room, "url": url, "kind": kind})
    with office(ctx) as here:
        calendars.add_calendar(here.act, form, here.premises)


@app.command("list")
def list_calendars(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the calendars, how old each one's copy is, and what is wrong in it."""
    with office(ctx) as here, here.reading() as session:
        found = calendars.calendars(session, here.site, here.act.at)
        rows = [_row(each, here) for each in found]
    if as_json:
        show_json([_plain(each) for each in found])
        return
    show_columns(("id", "room", "kind", "from", "last good copy", "opens doors", "problem"), rows)


@app.command()
def change(
    ctx: typer.Context,
    calendar: Which,
    *,
    room: Annotated[str | None, typer.Option(help="The id of the room that it books.")] = None,
    url: Annotated[str | None, typer.Option(help="Its address.")] = None,
) -> None:
    """Give it another room or address; the next reading moves its bookings."""
    form = changed(CalendarChange, {"room": room, "url": url})
    with office(ctx) as here:
        calendars.change_calendar(here.act, calendar, form, here.premises)


@app.command()
def remove(ctx: typer.Context, calendar: Which) -> None:
    """Drop it; what it booked and is not over yet is cancelled."""
    with office(ctx) as here:
        calendars.remove_calendar(here.act, calendar)


@app.command()
def sync(ctx: typer.Context, calendar: Which, *, as_json: AsJson = False) -> None:
    """Fetch and read it now; one that can't be read changes nothing."""
    with office(ctx) as here:
        outcome = feeds.sync(here.act, calendar, feeds.post_of(here.settings))
        with here.reading() as session:
            problem = calendars.calendar_of(session, here.site, calendar, here.act.at).problem
    if problem is not None:
        raise Failed(problem)
    _tell(outcome, as_json=as_json)


@app.command()
def upload(
    ctx: typer.Context,
    calendar: Which,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An .ics file, or - for stdin.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Read an .ics file into it; one that can't be read changes nothing."""
    body = _read(file)
    with office(ctx) as here:
        try:
            outcome = feeds.take_upload(here.act, calendar, body, here.zone)
        except Unreadable as why:
            raise Failed(f"{file}: {why}") from None
    _tell(outcome, as_json=as_json)


def _read(file: Path) -> bytes:
    try:
        with sys.stdin.buffer if str(file) == "-" else file.open("rb") as source:
            body = source.read(LARGEST_BODY + 1)
    except OSError as problem:
        raise Failed(f"{file} can't be read: {problem.strerror}") from None
    if len(body) > LARGEST_BODY:
        raise Failed(f"{file} is larger than {LARGEST_BODY >> 20} MiB; export fewer events")
    return body


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    """Print what became of it, and what is wrong with single events."""
    if as_json:
        show_json(asdict(outcome))
        return
    typer.echo(f"{outcome.bookings} bookings from now on")
    for each in outcome.problems:
        typer.echo(f"{each.uid or 'calendar'}: {each.problem}", err=True)


def _plain(calendar: Calendar) -> dict[str, object]:
    """Return it as HTTP shows it."""
    said = asdict(calendar)
    for key in ("copied", "checked"):
        said[key] = None if said[key] is None else moments.shown(said[key])
    return said


def _row(calendar: Calendar, here: Office) -> tuple[str, ...]:
    copied = "-" if calendar.copied is None else stamp(calendar.copied, here.zone)
    age = " (stale)" if calendar.stale else ""
    events = f"{len(calendar.problems)} events, see --json" if calendar.problems else "-"
    return (
        calendar.id,
        calendar.room,
        calendar.kind,
        calendar.url or "-",
        copied + age,
        "yes" if calendar.honoured else "no",
        calendar.problem or events,
    )
