"""A card that nobody knows, at a reader where staff wait for one: it becomes a member's badge.

That opens nothing: the tap stays refused, and the card is a badge from the next tap on.
"""

from zoneinfo import ZoneInfo

from daemon.access.verdict import Reason
from daemon.access.words import CANNOT_BE_ENROLLED, IS_ENROLLED, Text
from daemon.proofs import true_uid
from daemon.store import badges, enrolments
from daemon.store.badges import Card, Lab
from daemon.store.book import Book
from daemon.store.objections import Unknown
from devices.contract import Scrutiny, Tap
from devices.uid_formats import Number, keyed_hash, never_a_badge

STRANGERS = frozenset({Reason.UNKNOWN_BADGE, Reason.THROTTLED})
"""Refusals of a card that nobody knows; only after these is anybody waited for."""
_DATES_UNUSED = ZoneInfo("UTC")


def enrol(book: Book, key: bytes, tap: Tap, *, alike: int, forged: bool) -> Text | None:
    """Enrol the card of a refused tap if staff wait for one there; return what the reader says.

    `alike`: how many cards in use give the text that the reader wrote, if several do.
    """
    awaited = enrolments.awaited_at(book, (tap.door, tap.reader), tap.received)
    if awaited is None:
        return None
    number = Number(true_uid(tap), tap.alias)
    problem = _problem(number, alike=alike, forged=forged)
    if problem is not None:
        enrolments.unfit(book, awaited.id, problem)
        return CANNOT_BE_ENROLLED
    place = f"{tap.door}/{tap.reader}"
    said = {"enrolment": awaited.id, "reader": place}
    card = Card(number, awaited.member, awaited.label, said=said)
    try:
        badge = badges.enrol(book, awaited.by, tap.received, card, Lab(key, _DATES_UNUSED))
    except Unknown:
        enrolments.unfit(book, awaited.id, "member-left")
        return CANNOT_BE_ENROLLED
    enrolments.enrolled(book, awaited.id, badge.id)
    return IS_ENROLLED


def _problem(number: Number, *, alike: int, forged: bool) -> str | None:
    """Return why the card can be nobody's badge; `daemon.store.enrolments` has no other words."""
    if alike:
        return "digits-lost"
    if forged:
        return "forged"
    return None if never_a_badge(number) is None else "number-changes"


def scrutinised(book: Book, key: bytes, looked: Scrutiny) -> int:
    """Keep what a look at a new badge has shown; one with its factory's key is taken back.

    Anybody can make such a card prove anything. What NXP's signature says is for staff to weigh.
    Returns the `seq` of what was written, 0 if the look came too late to be anybody's.
    """
    hashed = keyed_hash(Number(looked.uid), key)
    ended = enrolments.just_enrolled(book, (looked.door, looked.reader), hashed, looked.received)
    if ended is None:
        return 0
    enrolments.looked_at(book, ended.id, looked.originality)
    if not looked.delivered:
        return 0
    enrolments.unfit(book, ended.id, "delivered-key")
    return badges.take_back(book, ended.by, looked.received, ended.badge)
