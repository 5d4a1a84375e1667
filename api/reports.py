"""`/reports`: attendance, rooms and occupancy for staff, as JSON or as CSV for a spreadsheet."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.dependencies import STAFF, Built, Now, OpenSession
from api.problems import PROBLEMS
from daemon.spreadsheet import table
from daemon.store import reports
from daemon.store.objections import Invalid
from daemon.store.reports import (
    Books,
    DayOf,
    Line,
    PersonMonth,
    RoomMonth,
    headings,
    values,
)

router = APIRouter(prefix="/reports", tags=["reports"], dependencies=[STAFF], responses=PROBLEMS)

LONGEST = timedelta(days=366 * 6)
_FIRST, _LAST = 2000, 9000
_CSV = "text/csv"
_TABLE: dict[int | str, dict[str, Any]] = {200: {"content": {_CSV: {"schema": {"type": "string"}}}}}


class Attendance(BaseModel):
    """A month: who came, how long and how often, what they booked."""

    month: str
    items: list[PersonMonth]


class Rooms(BaseModel):
    """A month: what was booked and used of every bookable room."""

    month: str
    items: list[RoomMonth]


class Hour(BaseModel):
    """A weekday's hour, 0 is Monday: people on average and at the most; holidays left out."""

    model_config = ConfigDict(from_attributes=True)

    weekday: int
    hour: int
    average: float
    peak: int


class Occupancy(BaseModel):
    """How full it was, hour by hour of a week and day by day."""

    since: date
    until: date
    hours: list[Hour]
    days: list[DayOf]


Month = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="such as 2026-11")]
From = Annotated[date, Query(alias="from", description="the first day")]
To = Annotated[date, Query(alias="to", description="the last day")]


def books_of(session: OpenSession, parts: Built, now: Now) -> Books:
    return Books(session, parts.settings, parts.house.calendar, now)


def wants_csv(
    request: Request, kind: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None
) -> bool:
    return kind == "csv" or (kind is None and _CSV in request.headers.get("accept", ""))


Here = Annotated[Books, Depends(books_of)]
AsCsv = Annotated[bool, Depends(wants_csv)]


@router.get("/attendance", response_model=Attendance, responses=_TABLE)
def get_attendance(books: Here, month: Month, as_csv: AsCsv) -> Attendance | Response:
    """Tell who came how often and how long in a month, and what they had booked."""
    found = reports.attendance_report(books, first_day_of(month))
    return _sheet(PersonMonth, found) if as_csv else Attendance(month=month, items=list(found))


@router.get("/rooms", response_model=Rooms, responses=_TABLE)
def get_rooms(books: Here, month: Month, as_csv: AsCsv) -> Rooms | Response:
    """Tell how much of the opening hours the rooms were booked, and used, and not come to."""
    found = reports.room_report(books, first_day_of(month))
    return _sheet(RoomMonth, found) if as_csv else Rooms(month=month, items=list(found))


@router.get("/occupancy", response_model=Occupancy, responses=_TABLE)
def get_occupancy(books: Here, since: From, until: To, as_csv: AsCsv) -> Occupancy | Response:
    """Tell how full the house was, by weekday and hour, and day by day; CSV has the days."""
    if until < since:
        raise Invalid("to", "it lies before `from`; choose a later day")
    if until - since > LONGEST:
        raise Invalid("to", "six years are the most for one report")
    for field, day in (("from", since), ("to", until)):
        _check_year(field, day.year)
    found = reports.occupancy_report(books, since, until)
    if as_csv:
        return _sheet(DayOf, found.days)
    hours = [Hour.model_validate(cell) for cell in found.cells]
    return Occupancy(since=since, until=until, hours=hours, days=list(found.days))


def first_day_of(month: str) -> date:
    """Return the first day of a month as it is written here; raises Invalid."""
    year = int(month[:4])
    _check_year("month", year)
    return date(year, int(month[5:]), 1)


def _check_year(field: str, year: int) -> None:
    if not _FIRST <= year <= _LAST:
        raise Invalid(field, f"expected a year from {_FIRST} to {_LAST}")


def _sheet(kind: type[Line], lines: Sequence[Line]) -> Response:
    """Return the lines as CSV, a column for each of their fields."""
    content = table(headings(kind), map(values, lines))
    return Response(content, media_type=f"{_CSV}; charset=utf-8")
