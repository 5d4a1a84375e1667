"""The import and export of people: a whole CSV file in one transaction, or nothing of it."""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import track
from sqlalchemy import select

from commands.failures import Failed
from commands.office import Office, objections, office
from commands.people_csv import BADGE, LARGEST, MEMBER, Row, Trouble, doubles, read
from daemon.badge_key import key_of
from daemon.config.problems import printable
from daemon.spreadsheet import safe
from daemon.store import badges, members
from daemon.store.badges import Lab
from daemon.store.forms import NewBadge, NewMember
from daemon.store.objections import Invalid, Objection
from daemon.store.people import Page, page_of
from daemon.store.tables import PlanRow

_COLUMN_OF = {field: column for column, field in BADGE.items()}
_TAKEN = {"email-taken": "email", "badge-taken": "badge"}
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One line made ready: the forms of a member and of a badge, if there is one."""

    row: Row
    member: NewMember
    badge: NewBadge | None


@dataclass(slots=True)
class Tally:
    """What was imported so far. `ids`: the member of each line; `known`: of each email address.

    `at_hand` holds rows that are looked up again and again, so that the session keeps them.
    """

    badges: int = 0
    ids: dict[int, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    at_hand: list[object] = field(default_factory=list)


class _NotThisTime(Exception):
    """Ends the transaction without a trace; the tally tells why."""


def import_people(ctx: typer.Context, file: Path, *, skip_bad: bool) -> None:
    """Import a file; prints what was done. Raises Failed with every bad line."""
    rows, found = _read(file)
    newcomers, wrong = _prepared(rows)
    found = [*found, *wrong]
    with office(ctx) as here:
        keep = skip_bad or not found
        tally = _imported(here, newcomers, keep=keep)
        while tally.troubles and skip_bad:
            found += tally.troubles
            bad = {trouble.line for trouble in tally.troubles}
            newcomers = [each for each in newcomers if each.row.line not in bad]
            tally = _imported(here, newcomers, keep=True)
    found += tally.troubles
    if found and not skip_bad:
        raise Failed(refusal(found, "nothing was imported"))
    if found:
        typer.echo(refusal(found, "left out"), err=True)
    people = len(set(tally.ids.values()))
    typer.echo(f"imported {people} members and {tally.badges} badges")


def _read(file: Path) -> tuple[Sequence[Row], Sequence[Trouble]]:
    """Return the rows that the file itself has nothing against, and the others' troubles."""
    rows, troubles = read(content_of(file))
    found = [*troubles, *doubles(rows)]
    bad = {trouble.line for trouble in found}
    return [row for row in rows if row.line not in bad], found


def export_people(ctx: typer.Context) -> None:
    """Print members as `import` reads them; formulas made harmless for spreadsheets."""
    with office(ctx) as here, here.reading() as session:
        found = members.members(session, here.site)
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(MEMBER)
    for member in found:
        writer.writerow([safe(getattr(member, column)) for column in MEMBER])


def content_of(file: Path) -> bytes:
    """Return what is in a file, and of one too large as much as shows that; raises Failed."""
    if file.exists() and not file.is_file():
        raise Failed(f"{file} is no ordinary file; name a CSV file")
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _prepared(rows: Iterable[Row]) -> tuple[Sequence[Newcomer], Sequence[Trouble]]:
    ready: list[Newcomer] = []
    troubles: list[Trouble] = []
    for row in rows:
        wrong = [*_wrong(row, _member_form), *_wrong(row, _badge_form)]
        troubles += wrong
        if not wrong:
            ready.append(Newcomer(row, _member_form(row), _badge_form(row)))
    return ready, troubles


def _member_form(row: Row) -> NewMember:
    return NewMember.model_validate(row.member())


def _badge_form(row: Row) -> NewBadge | None:
    said = row.badge()
    if not said:
        return None
    if "uid" not in said:
        raise Invalid("uid", "there is a label or a date but no number; write it or clear those")
    badges.number_of(said["uid"])
    return NewBadge.model_validate(said)


def _wrong(row: Row, fill_in: Callable[[Row], NewMember | NewBadge | None]) -> Iterator[Trouble]:
    columns = _COLUMN_OF if fill_in is _badge_form else {}
    try:
        fill_in(row)
    except ValidationError as error:
        for name, sentence in objections(error):
            yield Trouble(row.line, columns.get(name, name), sentence)
    except Invalid as problem:
        yield Trouble(row.line, columns.get(problem.field, problem.field), problem.sentence)


def _imported(here: Office, newcomers: Sequence[Newcomer], *, keep: bool) -> Tally:
    """Bring everybody in within one transaction; unless all goes well, or to `keep`, nobody."""
    tally = Tally()
    lab = Lab(key_of(here.settings.site.badge_key_file), here.zone)
    with suppress(_NotThisTime), page_of(here.act) as page:
        tally.at_hand += page.session.scalars(select(PlanRow))
        with page.session.no_autoflush:  # thousands at once; doubles in the file are known already
            for newcomer in _watched(newcomers, "members"):
                with _noting(newcomer.row, tally):
                    tally.ids[newcomer.row.line] = _member(page, newcomer.member, lab, tally)
            tally.at_hand += page.session.new
            page.session.flush()
            for newcomer in _watched(newcomers, "badges"):
                with _noting(newcomer.row, tally):
                    _badge(page, newcomer, lab, tally)
        if tally.troubles or not keep:
            raise _NotThisTime
    return tally


def _watched(newcomers: Sequence[Newcomer], what: str) -> Iterable[Newcomer]:
    """Go through the lines, with a progress bar where somebody watches."""
    console = Console(stderr=True)
    return track(newcomers, what, console=console, disable=not console.is_terminal)


@contextmanager
def _noting(row: Row, tally: Tally) -> Iterator[None]:
    try:
        yield
    except Objection as problem:
        column = problem.field if isinstance(problem, Invalid) else _TAKEN.get(problem.slug, "")
        tally.troubles.append(Trouble(row.line, column, f"{problem.sentence}; correct the line"))


def _member(page: Page, form: NewMember, lab: Lab, tally: Tally) -> str:
    """Return the id of the line's member, who joins unless an earlier line brought them."""
    if form.email is not None and form.email in tally.known:
        return tally.known[form.email]
    member = members.join(page, form, lab.zone).id
    if form.email is not None:
        tally.known[form.email] = member
    return member


def _badge(page: Page, newcomer: Newcomer, lab: Lab, tally: Tally) -> None:
    member = tally.ids.get(newcomer.row.line)
    if newcomer.badge is not None and member is not None:
        badges.give(page, member, newcomer.badge, lab)
        tally.badges += 1


def refusal(troubles: Sequence[Trouble], then: str) -> str:
    """Return every trouble in a line of its own, and what became of the bad lines."""
    lines = sorted(troubles, key=lambda each: each.line)
    said = [printable(str(each), _LONGEST) for each in lines]
    count = len({each.line for each in troubles})
    return "\n".join([*said, f"{count} bad line{'s' if count > 1 else ''}: {then}"])
