"""The office: the building's books opened for whoever sits at this keyboard."""

import getpass
from collections.abc import Iterator, Mapping
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
from daemon.expected import objections
from daemon.store.bookings import Premises, premises_of
from daemon.store.engine import Store
from daemon.store.people import Act, Actor
from devices.clock import now

F = TypeVar("F", bound=BaseModel)


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
