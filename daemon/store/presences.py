"""Presence as staff handle it: check somebody in or out, list visits, set a visit right.

The journal keeps what was said and by whom; visits are folded anew from it, never edited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, tuple_
from sqlalchemy.orm import Session

from daemon.house import House
from daemon.presence import Bounds, By, Correction, Move, Movement, Problem, Visit, problem_with
from daemon.store import journal, visits
from daemon.store.held import pass_of
from daemon.store.journal import Entry, Kind
from daemon.store.objections import Conflict, Invalid, Unknown
from daemon.store.people import Act, Page, page_of
from daemon.store.tables import CorrectionRow, MemberRow, PassRow, VisitRow
from devices.clock import micros, moment
from devices.moments import shown

OLDEST = timedelta(days=366)
"""How far back staff may still check somebody in or out."""


@dataclass(frozen=True, slots=True)
class Said:
    """What staff say of somebody's presence; `at` None: now."""

    move: Move
    room: str
    at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Righting:
    """How a visit really was; None leaves that side as it is."""

    began: datetime | None = None
    ended: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits: of whom, begun in [since, until), from behind the place `after` on."""

    member: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None


def say(act: Act, house: House, member: str, said: Said) -> Visit:
    """Check somebody in or out; return the visit that this began, moved or ended."""
    at = _possible(act.at, said.at or act.at)
    with page_of(act) as page:
        _check_known(page, member)
        if said.move is Move.CHECK_OUT and _at(page, house, member, at) is None:
            raise Conflict("not-inside", "they are not inside at that moment")
        seq = page.book.head.seq + 1
        movement = Movement(at, seq, member, said.move, said.room)
        _write(page, member, (said.move.value, at), _told(page, said))
        visits.move(page.book, house, movement, visits.known_of(page.book, member), act.at)
        page.book.catch_up()
        visit = _at(page, house, member, at, until_end=True)
        if visit is None:
            raise Conflict("visit-conflict", _SET_RIGHT)
        return visit


def _check_known(page: Page, person: str) -> None:
    """Refuse who is neither a member nor the bearer of a card that was lent or is."""
    if page.session.get(MemberRow, (page.site, person)) is not None:
        return
    lent = pass_of(person)
    if lent is not None:
        kind, ref, place = lent
        row = page.session.get(PassRow, (page.site, kind, ref, place))
        holds = row is not None and row.member is None
        seen = select(VisitRow.id).where(VisitRow.site == page.site, VisitRow.member == person)
        if holds or page.session.scalar(seen.limit(1)) is not None:
            return
    raise Unknown("member", person)


def set_right(act: Act, house: House, visit: str, righting: Righting) -> Visit:
    """Correct a visit; the first word stays in the journal."""
    with page_of(act) as page:
        before = visit_of(page.session, act.site, visit)
        begins, ends = house.days.around(before.began)
        seq = page.book.head.seq + 1
        correction = Correction(seq, visit, righting.began, righting.ended)
        day = _day(page, house, before.member, before.began)
        problem = problem_with(correction, day, Bounds(begins, ends, act.at))
        if problem is not None:
            raise _refusal(problem, correction)
        what = ("visit-corrected", act.at)
        _write(page, before.member, what, _corrected(act, before, righting))
        if righting.began or righting.ended:
            page.book.run(
                _CORRECT,
                visit=visit,
                seq=seq,
                member=before.member,
                began=_micros(righting.began),
                ended=_micros(righting.ended),
            )
            for told in filter(None, (righting.began, righting.ended)):
                visits.note_known(page.book, before.member, told)
            visits.refold(page.book, house, before.member, before.began, act.at)
            page.session.expire_all()
        return visit_of(page.session, act.site, visit)


def visit_of(session: Session, site: str, visit: str) -> Visit:
    """Return one visit; raises Unknown."""
    row = session.get(VisitRow, (site, visit))
    if row is None:
        raise Unknown("visit", visit)
    return _visit(row)


def list_visits(session: Session, site: str, wanted: Wanted, limit: int) -> Sequence[Visit]:
    """Return visits, the oldest first; costs what it returns, by index."""
    query = select(VisitRow).where(VisitRow.site == site)
    if wanted.member is not None:
        query = query.where(VisitRow.member == wanted.member)
    if wanted.since is not None:
        query = query.where(VisitRow.began >= micros(wanted.since))
    if wanted.until is not None:
        query = query.where(VisitRow.began < micros(wanted.until))
    if wanted.after is not None:
        began, visit = wanted.after
        query = query.where(tuple_(VisitRow.began, VisitRow.id) > tuple_(micros(began), visit))
    query = query.order_by(VisitRow.began, VisitRow.id).limit(limit)
    return [_visit(row) for row in session.scalars(query)]


def last_visits(session: Session, site: str, member: str, limit: int) -> Sequence[Visit]:
    """Return a member's latest visits, the newest first."""
    query = (
        select(VisitRow)
        .where(VisitRow.site == site, VisitRow.member == member)
        .order_by(VisitRow.began.desc())
        .limit(limit)
    )
    return [_visit(row) for row in session.scalars(query)]


_CORRECT = insert(CorrectionRow)
_SET_RIGHT = "staff have set right already what happened then; correct that visit instead"


def _possible(now: datetime, at: datetime) -> datetime:
    if at > now:
        raise Invalid("at", "that is in the future; leave it out for now")
    if at < now - OLDEST:
        raise Invalid("at", f"that is more than {OLDEST.days} days ago")
    return at


def _day(page: Page, house: House, member: str, at: datetime) -> Sequence[Visit]:
    begins, ends = house.days.around(at)
    query = (
        select(VisitRow)
        .where(
            VisitRow.site == page.site,
            VisitRow.member == member,
            VisitRow.began >= micros(begins),
            VisitRow.began < micros(ends),
        )
        .order_by(VisitRow.began)
        .execution_options(populate_existing=True)  # the book writes beside the session
    )
    return [_visit(row) for row in page.session.scalars(query)]


def _at(
    page: Page, house: House, member: str, at: datetime, *, until_end: bool = False
) -> Visit | None:
    """Return the visit that was on at a moment; `until_end`: or ended at that very moment."""
    begun = [visit for visit in _day(page, house, member, at) if visit.began <= at]
    if not begun:
        return None
    last = begun[-1]
    if last.ended is None or until_end:
        return last
    return last if at < last.ended else None


def _told(page: Page, said: Said) -> Mapping[str, object]:
    """Return what a replay of the journal needs, and who said so."""
    detail: dict[str, object] = {"move": said.move.value, "room": said.room}
    detail["by"] = page.act.by.said()
    return detail if said.reason is None else detail | {"reason": said.reason}


def _corrected(act: Act, before: Visit, righting: Righting) -> Mapping[str, object]:
    return {
        "by": act.by.said(),
        "visit": before.id,
        "was": {"began": shown(before.began), "ended": _shown(before.ended)},
        "began": _shown(righting.began),
        "ended": _shown(righting.ended),
        "note": righting.note,
    }


def _write(
    page: Page, member: str, what: tuple[str, datetime], detail: Mapping[str, object]
) -> None:
    reason, at = what
    entry = Entry(Kind.PRESENCE, at, page.act.at, member=member, reason=reason, detail=detail)
    journal.append(page.book, entry)


def _refusal(problem: Problem, correction: Correction) -> Exception:
    if problem is Problem.NO_SUCH_VISIT:
        return Unknown("visit", correction.visit_id)
    if problem is Problem.OVERLAPS_ANOTHER:
        return Conflict("visit-conflict", _WORDS[problem])
    return Invalid("began" if correction.ended is None else "ended", _WORDS[problem])


_WORDS = {
    Problem.OUTSIDE_THE_DAY: "a visit stays in its own day, from one day's end to the next",
    Problem.IN_THE_FUTURE: "that is in the future",
    Problem.ENDS_BEFORE_IT_BEGINS: "it would end before it begins",
    Problem.OVERLAPS_ANOTHER: "it would overlap another visit of this member; correct that first",
}


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _shown(at: datetime | None) -> str | None:
    return None if at is None else shown(at)


def _visit(row: VisitRow) -> Visit:
    return Visit(
        row.id,
        row.member,
        row.room,
        moment(row.began),
        By(row.began_by),
        None if row.ended is None else moment(row.ended),
        None if row.ended_by is None else By(row.ended_by),
    )
