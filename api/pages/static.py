"""`/static/…`: the pages' own files, kept by browsers as long as their content is the same."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import EVERYWHERE
from api.pages.frame import Sheets
from api.problems import PROBLEMS
from daemon.store.objections import Unknown

router = APIRouter(tags=["pages"], include_in_schema=False, responses=PROBLEMS)

_KEPT = "public, max-age=31536000, immutable"


def _sheets(request: Request) -> Sheets:
    found = request.app.state.sheets
    assert isinstance(found, Sheets)  # noqa: S101 - narrows the type; create_app put it there
    return found


@router.get("/static/{name}", dependencies=[EVERYWHERE])
def static(name: str, sheets: Annotated[Sheets, Depends(_sheets)]) -> Response:
    """Give one of the pages' own files."""
    found = sheets.files.get(name)
    if found is None:
        raise Unknown("file", name)
    return Response(found.content, media_type=found.media_type, headers={"Cache-Control": _KEPT})
