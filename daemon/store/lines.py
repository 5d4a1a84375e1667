"""Visitors, bookings and attendees in CSV files: all of a file in one transaction, or none of it.

Whoever imports, by a command or at the desk, does so here.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from daemon.expected import objections
from daemon.people_csv import Row, Trouble, read
from daemon.store import attendees, bookings, gatherings, members, visitors
from daemon.store.asker import STAFF
from daemon.store.badges import Lab
from daemon.store.booking_forms import NewBooking
from daemon.store.bookings import Premises
from daemon.store.gathering_forms import NewAttendee
from daemon.store.objections import Invalid, Objection, Unknown
from daemon.store.people import Act, Page, page_of
from daemon.store.visitor_checks import Reception
from daemon.store.visitor_forms import NewVisitor

VISITORS = ("name", "host", "email", "uid", "from", "until", "doors", "uses", "while_host_in")
BOOKINGS = ("room", "start", "end", "member", "title", "rrule")
ATTENDEES = ("name", "email", "badge")
"""The columns of each kind; the first must be there."""
_SWITCHES: Mapping[str, object] = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Lines:
    """What becomes of a file: its columns, how a line is written down, what comes after all."""

    columns: Sequence[str]
    write: Callable[[Page, Row], object]
    finish: Callable[[Page], object] = lambda _: None


class _NotThisTime(Exception):
    """Ends the transaction without a trace; the troubles tell why."""


def take_lines(act: Act, content: bytes, lines: Lines) -> tuple[int, Sequence[Trouble]]:
    """Write every line of a file; return how many, and what is wrong: then nothing is written."""
    rows, found = read(content, lines.columns)
    troubles = [*found]
    with suppress(_NotThisTime), page_of(act) as page:
        for row in rows:
            troubles += _troubles(page, row, lines.write)
        if troubles:
            raise _NotThisTime
        lines.finish(page)
    return (0 if troubles else len(rows)), troubles


def _troubles(page: Page, row: Row, write: Callable[[Page, Row], object]) -> Sequence[Trouble]:
    try:
        write(page, row)
    except ValidationError as error:
        return [Trouble(row.line, name, sentence) for name, sentence in objections(error)]
    except Invalid as problem:
        return [Trouble(row.line, problem.field, problem.sentence)]
    except Objection as problem:
        return [Trouble(row.line, "", f"{problem.sentence}; correct the line", problem.slug)]
    return ()


def visitor_lines(reception: Reception) -> Lines:
    """Announce the visitor of each line."""

    def write(page: Page, row: Row) -> None:
        visitors.expect(page, STAFF, NewVisitor.model_validate(_visitor(page, row)), reception)

    return Lines(VISITORS, write)


def _visitor(page: Page, row: Row) -> Mapping[str, object]:
    said: dict[str, object] = dict(row.values)
    if "host" in row.values:
        said["host"] = _member(page, row, "host")
    for column, read_ in (("doors", words), ("uses", number), ("while_host_in", switch)):
        if column in row.values:
            said[column] = read_(row.values[column])
    return said


def booking_lines(premises: Premises) -> Lines:
    """Book what each line says."""

    def write(page: Page, row: Row) -> None:
        said: dict[str, object] = dict(row.values)
        if "member" in row.values:
            said["member"] = _member(page, row, "member")
        bookings.reserve(page, STAFF, NewBooking.model_validate(said), premises)

    return Lines(BOOKINGS, write)


def attendee_lines(gathering: str, lab: Lab) -> Lines:
    """Put whom each line names onto the list of a gathering."""

    def write(page: Page, row: Row) -> None:
        form = NewAttendee.model_validate(dict(row.values))
        attendees.enlist(page, gatherings.row_of(page, gathering), form, lab)

    def finish(page: Page) -> None:
        gatherings.take_effect(page, gatherings.row_of(page, gathering))

    return Lines(ATTENDEES, write, finish)


def _member(page: Page, row: Row, column: str) -> str:
    """Return who is named by an address; an id is given back, for the form to refuse."""
    text = row.values[column]
    try:
        return members.member_with_email(page.session, page.site, text).id if "@" in text else text
    except Unknown:
        raise Invalid(column, "no member has this address; correct it or clear it") from None


def number(text: str) -> object:
    """Return a whole number that was written, or the text as it is for the form to refuse."""
    return (
        int(text) if text.isascii() and text.isdecimal() and len(text) < len("10000000") else text
    )


def switch(text: str) -> object:
    """Return yes or no as it was written, or the text as it is for the form to refuse."""
    return _SWITCHES.get(text.lower(), text)


def words(text: str) -> list[str]:
    """Return ids that were written with commas or blanks between them."""
    return text.replace(",", " ").split()
