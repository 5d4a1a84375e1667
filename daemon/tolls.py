"""A granted tap pays for its entry in its own transaction; staff hear of it if nobody has paid."""

from daemon import hours
from daemon.access.facts import Carnet, Member
from daemon.access.purse import Price, Toll
from daemon.access.verdict import Reason
from daemon.house import House
from daemon.store import journal, purse
from daemon.store.book import Book
from daemon.store.journal import Entry


def said(price: Price) -> dict[str, object]:
    """Return what the tap's entry says of how it was paid."""
    if isinstance(price, Carnet):
        return {"entry": "carnet", "carnet": price.id}
    return {} if price is Toll.FREE else {"entry": price.value}


def pay(book: Book, house: House, member: Member | None, price: Price, tap: Entry) -> None:
    """Use what the tap has to pay with, for the own day of the moment at which it counts."""
    if member is None or price is Toll.FREE:
        return
    day = hours.local_day(tap.at, house.calendar)
    if isinstance(price, Carnet):
        purse.use_carnet(book, member.id, price, day, hours.half_of(tap.at, house.calendar))
        return
    purse.use_entry(book, member.id, day)
    if price is Toll.OVER:
        _warn(book, member, tap)


def _warn(book: Book, member: Member, tap: Entry) -> None:
    """Tell staff that somebody is in whom no entry was left for, so that they can invoice it."""
    most = None if member.plan is None else member.plan.entries_per_month
    detail = {"used": member.days_used + 1, "of": most}
    journal.alarm(book, tap, Reason.NO_ENTRIES_LEFT.value, detail)
