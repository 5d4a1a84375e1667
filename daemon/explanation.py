"""What a tap would be answered at any instant, and what every rule says to it. Opens nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select

from daemon.access.decide import Finding, explain
from daemon.access.facts import Building, Facts, Shown
from daemon.access.verdict import Granted, Reason
from daemon.feedback import Said, text_for
from daemon.house import House
from daemon.identity import Identity
from daemon.store.book import Book, reading_book
from daemon.store.engine import Store
from daemon.store.sight import Question, look
from daemon.store.tables import BadgeRow
from devices.clock import micros

_NOBODY_SENT = "explain"
_NO_BADGE = b""
_HASHES = (
    select(BadgeRow.hash, BadgeRow.status, BadgeRow.valid_until)
    .where(BadgeRow.site == bindparam("site"), BadgeRow.member == bindparam("member"))
    .order_by(BadgeRow.status, BadgeRow.id)  # `active` comes before `blocked` and `lost`
)


@dataclass(frozen=True, slots=True)
class Supposed:
    """A tap that nobody made: of a card, or of the badge a member would choose.

    `proven`: supposing that the badge had proved to be genuine.
    """

    door: str
    reader: str
    at: datetime
    card: Identity | None = None
    member: str | None = None
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision as a tap would have it, and what every rule found on the way."""

    granted: bool
    reason: Reason
    message: str
    rules: tuple[Finding, ...]


def explanation(store: Store, house: House, tap: Supposed, now: datetime) -> Explanation:
    """Decide a tap that nobody made. Orders of today are left out where the tap lies before them.

    Costs what a tap costs, and holds up nobody.
    """
    with reading_book(store, house.site) as book:
        question = _question(book, tap)
        sight = look(book, house, question, thorough=True)
    facts = _then(sight.facts, past=now - tap.at > house.oldest_tap)
    if tap.proven:
        facts = replace(facts, shown=Shown.PROOF)
    verdict, findings = explain(facts, tap.at, house.language)
    language = sight.language or house.language
    said = Said(None, language, sight.name, None, tap.at, house.calendar.zone)
    return Explanation(
        isinstance(verdict, Granted), verdict.reason, text_for(said, verdict), findings
    )


def _question(book: Book, tap: Supposed) -> Question:
    card = tap.card
    if card is None:
        return Question(tap.door, tap.reader, best_badge(book, tap), _NOBODY_SENT, tap.at)
    return Question(
        tap.door,
        tap.reader,
        card.hash,
        _NOBODY_SENT,
        tap.at,
        alias=card.alias,
        texts=card.texts,
    )


def best_badge(book: Book, tap: Supposed) -> bytes:
    """Return the hash of the badge that the member would choose; none serves as an unknown one."""
    rows = book.all(_HASHES, member=tap.member)
    valid = [row for row in rows if row[2] is None or micros(tap.at) < row[2]]
    return bytes((valid or rows)[0][0]) if rows else _NO_BADGE


def _then(facts: Facts, *, past: bool) -> Facts:
    return replace(facts, building=Building()) if past else facts
