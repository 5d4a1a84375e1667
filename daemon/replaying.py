"""Past taps decided once more under other plans: what would have been answered differently.

Each tap is decided twice with what the books know today of member, badge and bookings at its
moment: with the plans as they are, and with the changed ones. So only the plans make a difference.
How many entries of a month were used is what was counted then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from daemon.access.decide import decide
from daemon.access.facts import Building, Facts, Message, Plan
from daemon.access.verdict import Granted, Verdict
from daemon.explanation import Supposed, best_badge
from daemon.house import House
from daemon.store.book import reading_book
from daemon.store.engine import Store
from daemon.store.journal import Kind
from daemon.store.sight import Question, look
from daemon.store.tables import JournalRow
from devices.clock import micros, moment

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A tap that the changed plans would answer differently. `was`: what the journal says."""

    seq: int
    at: datetime
    door: str
    member: str
    was: str
    before: str
    after: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """How far it is: the last entry looked at, how many taps were decided, what differs there."""

    seq: int
    taps: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which taps: of [since, until), None for all."""

    since: datetime | None = None
    until: datetime | None = None


def replayed(
    store: Store, house: House, plans: Mapping[str, Plan], stretch: Stretch
) -> Iterator[Looked]:
    """Yield what differs, some hundred entries at a time; nobody waits for it."""
    after = 0
    while True:
        rows = _taps(store, house.site, after, stretch)
        if not rows:
            return
        after = rows[-1].seq
        told = [_judged(store, house, row, plans) for row in rows]
        decided = [each for each in told if each is not None]
        differing = tuple(each for each in decided if each.before != each.after)
        yield Looked(after, len(decided), differing)


def _taps(store: Store, site: str, after: int, stretch: Stretch) -> list[JournalRow]:
    query = select(JournalRow).where(
        JournalRow.site == site,
        JournalRow.seq > after,
        JournalRow.kind == Kind.TAP.value,
        JournalRow.member.is_not(None),
    )
    if stretch.since is not None:
        query = query.where(JournalRow.at >= micros(stretch.since))
    if stretch.until is not None:
        query = query.where(JournalRow.at < micros(stretch.until))
    with store.reading() as session:
        rows = list(session.scalars(query.order_by(JournalRow.seq).limit(_AT_ONCE)))
        session.expunge_all()
    return rows


def _judged(
    store: Store, house: House, row: JournalRow, plans: Mapping[str, Plan]
) -> Difference | None:
    """Decide a tap twice; None where door, reader or member are there no more."""
    door = house.doors.get(row.door or "")
    reader = row.reader if door is not None and row.reader in door.places else None
    if door is None or reader is None or row.member is None:
        return None
    at = moment(row.at)
    facts = _facts(store, house, Supposed(door.id, reader, at, member=row.member))
    if facts.member is None:
        return None
    before, after = decide(facts, at), decide(_under(facts, plans), at)
    was = "granted" if row.granted else "refused"
    return Difference(
        row.seq,
        at,
        door.id,
        row.member,
        f"{was} {row.reason}",
        _words(before),
        _words(after),
        isinstance(after, Granted),
    )


def _facts(store: Store, house: House, tap: Supposed) -> Facts:
    with reading_book(store, house.site) as book:
        question = Question(tap.door, tap.reader, best_badge(book, tap), "replay", tap.at)
        sight = look(book, house, question, thorough=True)
    return replace(sight.facts, message=Message(), building=Building())


def _under(facts: Facts, plans: Mapping[str, Plan]) -> Facts:
    member = facts.member
    plan = None if member is None else plans.get(member.plan_id or "")
    if member is None or plan is None:
        return facts
    return replace(facts, member=replace(member, plan=plan))


def _words(verdict: Verdict) -> str:
    word = "granted" if isinstance(verdict, Granted) else "refused"
    return f"{word} {verdict.reason.value}"
