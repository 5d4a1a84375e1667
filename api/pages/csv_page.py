"""The page that asks for a CSV file, whatever is in it, and tells what came of it line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from api.pages.frame import Desk
from api.pages.words import Texts
from daemon.people_csv import Trouble

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """What kind of file it is: the page of its list, its columns, what is said.

    `skips`: bad lines may be left out.
    """

    home: str
    columns: Sequence[str]
    texts: Texts
    skips: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a file: how many of what (by the word in the texts), and what is wrong."""

    counts: Sequence[tuple[int, str]]
    troubles: Sequence[Trouble]
    refused: bool


def csv_page(desk: Desk, sheet: Sheet, done: Done | None = None) -> Response:
    """Show the page; after a file that was refused with every bad line in words."""
    troubles = () if done is None else done.troubles
    refused = done is not None and done.refused
    return desk.frame.show(
        "csv_page.html",
        sheet.texts,
        HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        sheet=sheet,
        done=done,
        troubles=[(each, _sentence(each, sheet.texts)) for each in troubles[:_SHOWN]],
        more=max(len(troubles) - _SHOWN, 0),
    )


def csv_file(name: str, table: str) -> Response:
    """Give a table to keep."""
    answer = Response(table, media_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="usciere-{name}.csv"'
    return answer


def _sentence(trouble: Trouble, texts: Texts) -> str:
    """Return the name of the page's sentence for what is wrong with a line."""
    word = trouble.word or f"bad_{trouble.column}"
    return word if word in texts else "other"
