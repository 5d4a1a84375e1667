"""`usciere report`: the numbers of `/reports`, on paper or for a spreadsheet."""

import sys
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from commands.failures import Failed
from commands.office import Office, office
from commands.paper import show_columns, show_json
from daemon.spreadsheet import table
from daemon.store import reports
from daemon.store.reports import (
    Books,
    DayOf,
    Line,
    PersonMonth,
    RoomMonth,
    headings,
    values,
)

app = typer.Typer(help="Reports: attendance, rooms, occupancy.", no_args_is_help=True)


class Format(StrEnum):
    """How a report is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


Month = Annotated[str, typer.Option(metavar="YYYY-MM", help="The month, such as 2026-11.")]
Written = Annotated[Format, typer.Option("--format", help="How it is written.")]


@app.command()
def attendance(ctx: typer.Context, *, month: Month, format: Written = Format.TABLE) -> None:  # noqa: A002 - the option's name
    """Tell who came how often and how long: what is invoiced from."""
    with office(ctx) as here, here.reading() as session:
        found = reports.attendance_report(_books(here, session), _first_day(month))
    _show(PersonMonth, found, format)


@app.command()
def rooms(ctx: typer.Context, *, month: Month, format: Written = Format.TABLE) -> None:  # noqa: A002 - the option's name
    """Tell what was booked and used of every bookable room."""
    with office(ctx) as here, here.reading() as session:
        found = reports.room_report(_books(here, session), _first_day(month))
    _show(RoomMonth, found, format)


@app.command()
def occupancy(
    ctx: typer.Context,
    *,
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day.")],
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day.")],
    format: Written = Format.TABLE,  # noqa: A002 - the option's name
) -> None:
    """Tell day by day how many came, how many at once, and how long all together."""
    first, last = _day("--from", since), _day("--to", until)
    if last < first:
        raise Failed("--to: it lies before --from; choose a later day")
    with office(ctx) as here, here.reading() as session:
        found = reports.occupancy_report(_books(here, session), first, last)
    _show(DayOf, found.days, format)


def _books(here: Office, session: Session) -> Books:
    return Books(session, here.settings, here.settings.calendar(), here.act.at)


def _first_day(month: str) -> date:
    return _day("--month", f"{month}-01", "a month such as 2026-11")


def _day(option: str, text: str, expected: str = "a day such as 2026-11-30") -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Failed(f"{option}: found {text[:20]!r}, expected {expected}") from None
    if not 2000 <= found.year <= 9000:  # noqa: PLR2004 - as HTTP takes them
        raise Failed(f"{option}: expected a year from 2000 to 9000")
    return found


def _show(kind: type[Line], lines: Sequence[Line], written: Format) -> None:
    rows = [values(line) for line in lines]
    match written:
        case Format.TABLE:
            titles = [heading.replace("_", " ") for heading in headings(kind)]
            show_columns(titles, [[_text(value) for value in row] for row in rows])
        case Format.CSV:
            sys.stdout.write(table(headings(kind), rows))
        case Format.JSON:
            show_json([_plain(line) for line in lines])


def _plain(line: Line) -> dict[str, object]:
    said = zip(headings(type(line)), values(line), strict=True)
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in said}


def _text(value: object) -> str:
    return "-" if value is None else str(value)
