"""`/staff/people/import` and `/export`: people as a CSV file, in and out, as the commands do it."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import STAFF, Acting, Fields, Files
from api.pages.csv_page import Done, Sheet, csv_file, csv_page
from api.pages.frame import AtDesk
from api.pages.texts.csv_files import PEOPLE_CSV
from api.problems import PROBLEMS
from daemon.people_csv import COLUMNS, written
from daemon.store import members
from daemon.store.newcomers import take_in

router = APIRouter(
    prefix="/staff/people",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)

_SHEET = Sheet("/staff/people", COLUMNS, PEOPLE_CSV, skips=True)


@router.get("/import")
def show_import(desk: AtDesk) -> Response:
    """Ask for the file, and say what it may hold."""
    return csv_page(desk, _SHEET)


@router.post("/import")
def take_file(desk: AtDesk, act: Acting, said: Fields, files: Files) -> Response:
    """Let everybody in the file join; with one bad line nobody, unless those are to be skipped."""
    lab = desk.parts.lab
    skip_bad = said.get("skip_bad") == "yes"
    got = take_in(act, files.get("file", b""), lab, skip_bad=skip_bad)
    counts = ((got.people, "people"), (got.badges, "badges"))
    return csv_page(desk, _SHEET, Done(counts, got.troubles, bool(got.troubles) and not skip_bad))


@router.get("/export")
def export(desk: AtDesk) -> Response:
    """Give all members as `import` reads them; badge numbers nobody knows."""
    return csv_file("people", written(members.members(desk.session, desk.site)))
