"""`/staff/reports`: a month's attendance and rooms as tables, how full it was as pictures.

The numbers are those of `/api/v1/reports/…`, read by the same code.
"""

from datetime import date, timedelta

from fastapi import APIRouter, Response

from api.dependencies import STAFF, Now
from api.pages.charts import curve_of, heat_map_of
from api.pages.frame import Framed
from api.pages.texts.reports import REPORTS
from api.problems import PROBLEMS
from api.reports import Here, Month, first_day_of
from daemon.store import reports as told

router = APIRouter(
    tags=["pages"], include_in_schema=False, dependencies=[STAFF], responses=PROBLEMS
)

_DAY = timedelta(days=1)


@router.get("/staff/reports")
def reports(books: Here, now: Now, frame: Framed, month: Month | None = None) -> Response:
    """Show a month: this one, unless another is asked for."""
    this = now.astimezone(books.calendar.zone).strftime("%Y-%m")
    first = first_day_of(month or this)
    last = _next(first) - _DAY
    fullness = told.occupancy_report(books, first, last)
    return frame.show(
        "reports.html",
        REPORTS,
        month=f"{first:%Y-%m}",
        this=this,
        before=f"{first - _DAY:%Y-%m}",
        after=f"{_next(first):%Y-%m}",
        first=first,
        last=last,
        people=told.attendance_report(books, first),
        rooms=told.room_report(books, first),
        heat=heat_map_of(fullness.cells),
        curve=curve_of(fullness.days, first, last),
        days=fullness.days,
    )


def _next(first: date) -> date:
    return (first + 31 * _DAY).replace(day=1)
