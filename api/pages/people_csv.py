"""`/staff/people/import` and `/export`: people as a CSV file, in and out, as the commands do it."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import STAFF, Acting, Fields, Files
from api.pages.frame import AtDesk, Desk
from api.pages.texts.people_csv import PEOPLE_CSV
from api.problems import PROBLEMS
from daemon.people_csv import COLUMNS, Trouble, written
from daemon.store import members
from daemon.store.badges import Lab
from daemon.store.newcomers import Imported, take_in

router = APIRouter(
    prefix="/staff/people",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)

_SHOWN = 100


@router.get("/import")
def show_import(desk: AtDesk) -> Response:
    """Ask for the file, and say what it may hold."""
    return _page(desk)


@router.post("/import")
def take_file(desk: AtDesk, act: Acting, said: Fields, files: Files) -> Response:
    """Let everybody in the file join; with one bad line nobody, unless those are to be skipped."""
    lab = Lab(desk.parts.key, desk.parts.settings.site.zone)
    skip_bad = said.get("skip_bad") == "yes"
    done = take_in(act, files.get("file", b""), lab, skip_bad=skip_bad)
    refused = bool(done.troubles) and not skip_bad
    return _page(desk, done, HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK)


@router.get("/export")
def export(desk: AtDesk) -> Response:
    """Give all members as `import` reads them; badge numbers nobody knows."""
    table = written(members.members(desk.session, desk.site))
    answer = Response(table, media_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="usciere-people.csv"'
    return answer


def _page(desk: Desk, done: Imported | None = None, status: HTTPStatus = HTTPStatus.OK) -> Response:
    troubles = () if done is None else done.troubles
    return desk.frame.show(
        "people_csv.html",
        PEOPLE_CSV,
        status,
        done=done,
        refused=status is not HTTPStatus.OK,
        troubles=[(each, _sentence(each)) for each in troubles[:_SHOWN]],
        more=max(len(troubles) - _SHOWN, 0),
        columns=COLUMNS,
    )


def _sentence(trouble: Trouble) -> str:
    """Return the name of the page's sentence for what is wrong with a line."""
    word = trouble.word or f"bad_{trouble.column}"
    return word if word in PEOPLE_CSV else "other"
