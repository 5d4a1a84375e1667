"""What all changes to people have in common: who makes them, ids, dates, the journal entry.

Members, badges, plans and tokens are in files of their own beside this one. Every change is one
transaction with one entry of kind `change`: {"by": who, "what": id, "fields": what became of them}.
Names and addresses are told as "changed" only: the entry outlives the wish to be forgotten.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from daemon import hours
from daemon.store import journal
from daemon.store.book import Book, book_of
from daemon.store.engine import Store
from daemon.store.forms import boundary
from daemon.store.journal import Entry, Kind
from daemon.store.objections import Invalid
from devices.clock import micros, moment
from devices.moments import shown

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_ID_LENGTH = 10
_DAY = timedelta(days=1)
PERSONAL = frozenset({"name", "email"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change: a token's name and id, an account's, or somebody at the command line."""

    name: str
    id: str | None = None
    account: str | None = None

    def said(self) -> Mapping[str, str]:
        """Return the actor as the journal names him."""
        ids = {"token": self.id, "account": self.account}
        return {"name": self.name} | {key: value for key, value in ids.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Act:
    """Whose change it is, at which moment, on which site's books."""

    store: Store
    site: str
    by: Actor
    at: datetime


@dataclass(slots=True)
class Page:
    """Open books and an ORM session on the same transaction, for one change."""

    act: Act
    book: Book
    session: Session

    @property
    def site(self) -> str:
        return self.act.site

    def note(self, change: "Noted") -> int:
        """Write the change into the journal; return its `seq`."""
        return note(self.book, self.act.by, self.act.at, change)


@dataclass(frozen=True, slots=True)
class Noted:
    """What an entry says of a change: the reason, the thing's id, its fields, whose it is."""

    reason: str
    what: str
    fields: Mapping[str, object] = field(default_factory=dict)
    member: str | None = None
    tail: str | None = None


def note(book: Book, by: Actor, at: datetime, change: Noted) -> int:
    """Write a change into the journal; return its `seq`."""
    entry = Entry(
        Kind.CHANGE,
        at,
        at,
        member=change.member,
        badge=change.tail,
        reason=change.reason,
        detail={"by": by.said(), "what": change.what, "fields": dict(change.fields)},
    )
    return journal.append(book, entry)


@contextmanager
def page_of(act: Act) -> Iterator[Page]:
    """Open the books for one change; all of it is on disk when the block ends, or none."""
    with book_of(act.store, act.site) as book:
        assert book.session is not None  # noqa: S101 - book_of always brings one
        yield Page(act, book, book.session)


def new_id() -> str:
    """Return a short id that nobody has: 36 to the power of 10, so no look-up is needed."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))


def told(fields: Mapping[str, object]) -> dict[str, object]:
    """Return fields as the journal may keep them: names and addresses only as changed."""
    return {key: "changed" if key in PERSONAL else value for key, value in fields.items()}


def first_moment(text: str | None, zone: ZoneInfo) -> int | None:
    """Return the first moment of a validity that begins at an instant or on a local day."""
    return None if text is None else _micros(boundary(text), zone)


def end_moment(text: str | None, zone: ZoneInfo) -> int | None:
    """Return the first moment after a validity that lasts to an instant or through a local day."""
    if text is None:
        return None
    said = boundary(text)
    return _micros(said if isinstance(said, datetime) else said + _DAY, zone)


def _micros(said: date | datetime, zone: ZoneInfo) -> int:
    at = said if isinstance(said, datetime) else hours.reached(said, time.min, zone)
    return micros(at)


def in_order(begins: int | None, ends: int | None) -> None:
    """Refuse a validity that ends before it has begun."""
    if begins is not None and ends is not None and ends <= begins:
        raise Invalid("valid_until", "it ends before it begins; choose a later valid_until")


def as_said(text: str | None, stored: int | None) -> str | None:
    """Return a boundary as it was written, or as an instant where nobody kept the words."""
    return text if text is not None or stored is None else shown(moment(stored))
