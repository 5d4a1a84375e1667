"""The office: the building's books opened for whoever sits at this keyboard."""

import getpass
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import typer
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from commands.building import settings_of
from commands.failures import Failed
from daemon.badge_key import key_of
from daemon.config import Settings
from daemon.config.problems import wrong
from daemon.store.bookings import Premises, premises_of
from daemon.store.engine import Store
from daemon.store.people import Act, Actor
from devices.clock import now

F = TypeVar("F", bound=BaseModel)
EXPECTED: Mapping[str, str] = {
    "id": "small letters, digits, `-` and `_`, at most 63",
    "name": "a name of at most 200 characters",
    "email": "an address such as anna@example.org",
    "plan": "the id of a plan",
    "role": "`member`, `staff` or `admin`",
    "valid_from": "a date such as 2026-01-31, or an instant such as 2026-01-31T09:00:00+01:00",
    "valid_until": "a date such as 2026-01-31, or an instant such as 2026-01-31T09:00:00+01:00",
    "status": "`active` or `suspended`",
    "language": "`it` or `en`",
    "visibility": "`hidden`, `count` or `members`",
    "start": "an instant such as 2026-01-31T09:00:00+01:00",
    "end": "an instant such as 2026-01-31T10:00:00+01:00",
    "title": "a text of at most 200 characters",
    "uid_format": "`hex` or another format of docs/supported.md",
    "label": "a text of at most 200 characters",
    "hours": "windows such as `mon-fri 08:00-20:00`",
    "entries_per_month": "a whole number from 0 to 1000",
    "entries": "a whole number from 1 to 1000",
    "covers": "`day` or `half-day`",
    "rooms": "ids of rooms",
    "host": "the id of a member",
    "from": "a date such as 2026-01-31, or an instant such as 2026-01-31T09:00:00+01:00",
    "until": "a date such as 2026-01-31, or an instant such as 2026-01-31T09:00:00+01:00",
    "doors": "ids of doors",
    "uses": "a whole number from 1 to 1000",
    "while_host_in": "`yes` or `no`",
    "kind": "one of the words in the help of this command",
    "room": "the id of a room",
    "capacity": "a whole number from 1 on",
    "organiser": "the id of a member",
}
"""What each field of the forms takes, in words."""


@dataclass(frozen=True, slots=True)
class Office:
    """The settings, the store, and the act of whoever asks."""

    settings: Settings
    store: Store
    act: Act

    @property
    def site(self) -> str:
        return self.settings.site.id

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.site.zone

    @property
    def rooms(self) -> Mapping[str, bool]:
        """Return the rooms, and whether each can be booked."""
        return self.settings.bookable

    @property
    def premises(self) -> Premises:
        """Return what can be booked, and what tells cards apart."""
        return premises_of(self.settings, key_of(self.settings.site.badge_key_file))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that only looks."""
        with self.store.reading() as session:
            yield session


@contextmanager
def office(ctx: typer.Context) -> Iterator[Office]:
    """Open the books of the configuration's site; raises Failed where there are none."""
    settings = settings_of(ctx)
    store = store_of(settings)
    try:
        yield Office(settings, store, Act(store, settings.site.id, Actor(whoever()), now()))
    finally:
        store.close()


def store_of(settings: Settings) -> Store:
    """Open the site's database; a SQLite file that is not there yet is not made by looking."""
    store = Store(settings.database.url)
    file = Path(store.url.database or "")
    if store.is_sqlite and not file.exists():
        raise Failed(f"there is no database {file} yet; make it with `usciere migrate`")
    return store


def whoever() -> str:
    """Return who the journal says made a change by hand."""
    try:
        return f"{getpass.getuser()} at the command line"
    except (KeyError, OSError):
        return "somebody at the command line"


def filled(form: type[F], said: Mapping[str, object]) -> F:
    """Fill in a form; None says nothing. Raises Failed with all that is wrong."""
    return checked(form, {key: value for key, value in said.items() if value is not None})


def changed(form: type[F], said: Mapping[str, object]) -> F:
    """Fill in a form of changes: None says nothing, an empty text clears."""
    given = {key: value or None for key, value in said.items() if value is not None}
    if not given:
        raise Failed("nothing to change was said; name at least one option, see --help")
    return checked(form, given)


def checked(form: type[F], fields: Mapping[str, object]) -> F:
    """Fill in a form with these very fields; raises Failed with all that is wrong."""
    try:
        return form.model_validate(fields)
    except ValidationError as error:
        lines = (f"{field}: {sentence}" for field, sentence in objections(error))
        raise Failed("\n".join(lines)) from None


def objections(error: ValidationError) -> Sequence[tuple[str, str]]:
    """Return (field, sentence) for everything wrong with a form."""
    found = []
    for each in error.errors(include_url=False, include_context=False):
        field = str(each["loc"][0]) if each["loc"] else "form"
        expected = EXPECTED.get(field)
        own = each["msg"].removeprefix("Value error, ")
        if each["type"] == "missing":
            sentence = f"missing; write {expected or 'it'}"
        else:
            sentence = wrong(each["input"], expected) if expected else own
        found.append((field, sentence))
    return found
