"""The people of a CSV file join: all of them within one transaction, or nobody and every bad line.

Whoever imports, by a command or at the desk, does so here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from operator import attrgetter

from pydantic import ValidationError
from sqlalchemy import select

from daemon.expected import objections
from daemon.people_csv import BADGE, Row, Trouble, doubles, read
from daemon.store import badges, members
from daemon.store.badges import Lab
from daemon.store.forms import NewBadge, NewMember
from daemon.store.objections import Invalid, Objection
from daemon.store.people import Act, Page, page_of
from daemon.store.tables import PlanRow

_COLUMN_OF = {field: column for column, field in BADGE.items()}
_TAKEN = {"email-taken": "email", "badge-taken": "badge"}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One line made ready: the forms of a member and of a badge, if there is one."""

    row: Row
    member: NewMember
    badge: NewBadge | None


Watch = Callable[[Sequence[Newcomer], str], Iterable[Newcomer]]
"""Goes through the lines and shows how far; the word says what is being written."""


def unwatched(newcomers: Sequence[Newcomer], _: str) -> Iterable[Newcomer]:
    """Go through the lines, nobody looks."""
    return newcomers


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file. With `troubles` nobody joined, unless bad lines were to be skipped."""

    people: int
    badges: int
    troubles: Sequence[Trouble]


@dataclass(slots=True)
class _Tally:
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


def take_in(
    act: Act, content: bytes, lab: Lab, *, skip_bad: bool = False, watch: Watch = unwatched
) -> Imported:
    """Let everybody in a file join, or with one bad line nobody; `skip_bad`: the good lines do."""
    newcomers, found = _prepared(content)
    writing = _Writing(act, lab, watch)
    tally = writing.all_of(newcomers, keep=skip_bad or not found)
    while tally.troubles and skip_bad:
        found += tally.troubles
        bad = {trouble.line for trouble in tally.troubles}
        newcomers = [each for each in newcomers if each.row.line not in bad]
        tally = writing.all_of(newcomers, keep=True)
    troubles = sorted([*found, *tally.troubles], key=attrgetter("line"))
    if troubles and not skip_bad:
        return Imported(0, 0, troubles)
    return Imported(len(set(tally.ids.values())), tally.badges, troubles)


def _prepared(content: bytes) -> tuple[Sequence[Newcomer], list[Trouble]]:
    """Return the lines that nothing is to be said against, and the others' troubles."""
    rows, wrong = read(content)
    troubles = [*wrong, *doubles(rows)]
    bad = {trouble.line for trouble in troubles}
    ready: list[Newcomer] = []
    for row in rows:
        if row.line in bad:
            continue
        found = [*_wrong(row, _member_form), *_wrong(row, _badge_form)]
        troubles += found
        if not found:
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


@dataclass(frozen=True, slots=True)
class _Writing:
    """By whom, by which key and under whose eyes people are written down."""

    act: Act
    lab: Lab
    watch: Watch

    def all_of(self, newcomers: Sequence[Newcomer], *, keep: bool) -> _Tally:
        """Bring everybody in within one transaction; unless all goes well, or to `keep`, nobody."""
        tally = _Tally()
        with suppress(_NotThisTime), page_of(self.act) as page:
            tally.at_hand += page.session.scalars(select(PlanRow))
            with page.session.no_autoflush:  # thousands at once; doubles in the file are known
                for newcomer in self.watch(newcomers, "members"):
                    with _noting(newcomer.row, tally):
                        tally.ids[newcomer.row.line] = self._member(page, newcomer.member, tally)
                tally.at_hand += page.session.new
                page.session.flush()
                for newcomer in self.watch(newcomers, "badges"):
                    with _noting(newcomer.row, tally):
                        self._badge(page, newcomer, tally)
            if tally.troubles or not keep:
                raise _NotThisTime
        return tally

    def _member(self, page: Page, form: NewMember, tally: _Tally) -> str:
        """Return the id of the line's member, who joins unless an earlier line brought them."""
        if form.email is not None and form.email in tally.known:
            return tally.known[form.email]
        member = members.join(page, form, self.lab.zone).id
        if form.email is not None:
            tally.known[form.email] = member
        return member

    def _badge(self, page: Page, newcomer: Newcomer, tally: _Tally) -> None:
        member = tally.ids.get(newcomer.row.line)
        if newcomer.badge is not None and member is not None:
            badges.give(page, member, newcomer.badge, self.lab)
            tally.badges += 1


@contextmanager
def _noting(row: Row, tally: _Tally) -> Iterator[None]:
    try:
        yield
    except Objection as problem:
        column = problem.field if isinstance(problem, Invalid) else _TAKEN.get(problem.slug, "")
        word = "" if isinstance(problem, Invalid) else problem.slug
        sentence = f"{problem.sentence}; correct the line"
        tally.troubles.append(Trouble(row.line, column, sentence, word))
