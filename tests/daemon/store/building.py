"""The building that the tests of the store tell of: two rooms, an entrance, a room that fills."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from daemon.config import load
from daemon.house import House, house_of
from daemon.store.book import Book, book_of
from daemon.store.engine import Store
from daemon.store.journal import Entry, Kind, append
from daemon.store.tables import BadgeRow, MemberRow, PlanRow

SITE = "cooffice"
NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
_SETTINGS = """\
[site]
id = "cooffice"
name = "CoOffice"
timezone = "Europe/Rome"
[[rooms]]
id = "open-space"
[[rooms]]
id = "lab"
capacity = 2
enforce_capacity = true
[[doors]]
id = "entrance"
room = "open-space"
entrance = true
readers = [{ id = "outside" }, { id = "inside", role = "exit" }]
[[doors]]
id = "lab"
room = "lab"
"""


def house_in(folder: Path) -> House:
    """Return the house, its settings written in `folder`."""
    path = folder / "usciere.toml"
    path.write_text(_SETTINGS)
    return house_of(load(path, {}))


def member(name: str, **said: object) -> MemberRow:
    """Return an active member of plan `full` called by the id."""
    values: dict[str, object] = {
        "site": SITE,
        "id": name,
        "name": name.title(),
        "role": "member",
        "status": "active",
        "visibility": "count",
        "plan": "full",
        "created": 0,
    }
    return MemberRow(**values | said)


def badge(number: bytes, owner: str, **said: object) -> BadgeRow:
    """Return an active badge whose hash is `number`."""
    values: dict[str, object] = {
        "site": SITE,
        "id": f"badge-{owner}",
        "member": owner,
        "hash": number,
        "tail": "1234",
        "status": "active",
        "created": 0,
    }
    return BadgeRow(**values | said)


def plan(name: str, **said: object) -> PlanRow:
    """Return a plan that always holds."""
    return PlanRow(**{"site": SITE, "id": name, "holidays": True} | said)


def something(number: int = 0, **said: object) -> Entry:
    """Return an entry about a tap, told apart by its number."""
    at = NOON + number * SECOND
    return Entry(Kind.TAP, at, at, f"tap-{number}", "entrance", "outside", **said)  # type: ignore[arg-type]  # the fields of Entry


def write(store: Store, *entries: Entry) -> Book:
    """Write entries in a book of their own; return it, closed."""
    with book_of(store, SITE) as book:
        for entry in entries:
            append(book, entry)
    return book
