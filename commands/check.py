"""`usciere check`: is everything there that a doorman needs; a line each, ok or what to do.

Looks only: makes no file, changes no database, opens no door.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from commands.building import config_path, settings_of
from commands.caller import Caller
from commands.failures import Failed, sentence
from commands.options import AsJson
from commands.paper import columns, show_json
from commands.running import demand_free
from daemon.badge_key import LENGTH
from daemon.card_keys import card_keys
from daemon.config import ConfigError, Settings
from daemon.config.webhooks import Webhook
from daemon.fittings import fittings_of
from daemon.store.engine import Store
from daemon.store.schema import SchemaState, state
from daemon.store.tables import JournalRow, SiteRow
from daemon.store.webhooks import Place, Standing, standing
from daemon.webhooks.receivers import name_of
from daemon.webhooks.secret_file import UnusableSecret, secrets_of
from devices.cards.keys import UnusableKeys
from devices.clock import moment, now
from devices.contract import DeviceError
from devices.kinds import PORTS, ports_of

app = typer.Typer()
_OTHERS = 0o077
_OLDEST = datetime(2026, 1, 1, tzinfo=UTC)
_SLACK = timedelta(minutes=1)
_KEPT = 1.0
"""Seconds within which a broker has handed out what it keeps."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at one thing found. `words`: what is well, or what to do."""

    what: str
    ok: bool
    words: str


@app.command()
def check(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Validate everything that a doorman needs; exit status 1 if something is wrong."""
    found = list(_all(ctx))
    if as_json:
        show_json([{"what": each.what, "ok": each.ok, "words": each.words} for each in found])
    else:
        rows = [("ok" if each.ok else "WRONG", each.what, each.words) for each in found]
        typer.echo("\n".join(columns(rows)))
    raise typer.Exit(0 if all(each.ok for each in found) else 1)


def _all(ctx: typer.Context) -> Iterator[Found]:
    try:
        settings = settings_of(ctx)
    except ConfigError as error:
        for problem in error.problems:
            yield Found("configuration", ok=False, words=str(problem))
        return
    count = f"{len(settings.rooms)} rooms, {len(settings.doors)} doors"
    yield Found("configuration", ok=True, words=f"{config_path(ctx)}: {count}")
    for look in (database, badge_key, keys_of_cards, broker, drivers, clock):
        yield look(settings)
    for webhook in settings.webhooks:
        yield told(settings, webhook)


_SCHEMA: Mapping[SchemaState, tuple[bool, str]] = {
    SchemaState.CURRENT: (True, "the schema is that of this version"),
    SchemaState.EMPTY: (False, "it is not prepared yet; run `usciere migrate`"),
    SchemaState.BEHIND: (False, "the schema is of an older version; run `usciere migrate`"),
    SchemaState.AHEAD: (False, "the schema is of a newer version; install that Usciere again"),
}


def database(settings: Settings) -> Found:
    """Tell whether the database answers, and whose version its schema is."""
    store = Store(settings.database.url)
    try:
        ok, words = _SCHEMA[state(store)]
    except SQLAlchemyError as problem:
        return Found("database", ok=False, words=sentence(problem))
    finally:
        store.close()
    return Found("database", ok=ok, words=f"{store.url.render_as_string()}: {words}")


def badge_key(settings: Settings) -> Found:
    """Tell whether the key of the badge hashes is one, and nobody else's to read."""
    file = settings.site.badge_key_file
    try:
        status = file.stat()
        length = len(file.read_bytes()[: LENGTH + 1])
    except FileNotFoundError:
        folder = _writable(file.parent)
        return Found("badge key", ok=folder, words=_NO_KEY[folder].format(file))
    except OSError as problem:
        return Found("badge key", ok=False, words=sentence(problem))
    if length != LENGTH:
        words = f"{file} is no key of {LENGTH} bytes; put it back from a backup"
        return Found("badge key", ok=False, words=words)
    if status.st_mode & _OTHERS:
        words = f"others on this machine may read it; run: chmod 600 {file}"
        return Found("badge key", ok=False, words=words)
    return Found("badge key", ok=True, words=str(file))


def keys_of_cards(settings: Settings) -> Found:
    """Tell whether cards can prove anything, and to which doors they must."""
    file = settings.cards.key_file
    try:
        card_keys(file)
    except UnusableKeys as problem:
        return Found("card keys", ok=False, words=str(problem))
    if file is None:
        return Found("card keys", ok=True, words="none; badges are known by their number alone")
    doors = [door.id for door in settings.doors if door.strength == "cryptographic"]
    demanded = f"demanded at {', '.join(doors)}" if doors else "no door demands a proof"
    return Found("card keys", ok=True, words=f"{file}; {demanded}")


_NO_KEY = {
    True: "{} is not there yet; the first start makes it",
    False: "{} can't be made; let this user write its folder",
}


def _writable(folder: Path) -> bool:

    return os.access(folder, os.W_OK | os.X_OK)


def broker(settings: Settings) -> Found:
    """Tell whether the broker answers; an embedded one may also be still asleep."""
    where = settings.mqtt.broker
    place = where.path or f"{where.host}:{where.port}"
    try:
        with Caller(settings) as caller:
            if where.scheme == "embedded" and not _is_on_duty(settings, caller):
                return Found("broker", ok=False, words=_STRANGER.format(place))
            return Found("broker", ok=True, words=f"{place} answers")
    except DeviceError as problem:
        if where.scheme == "embedded":
            return _asleep(settings)
        return Found("broker", ok=False, words=str(problem))


_STRANGER = "{} is another program's, so the embedded one can't start; mqtt:// would use that"


def _is_on_duty(settings: Settings, caller: Caller) -> bool:
    """Tell whether a doorman is there; an embedded broker is his child, and never without him."""
    online = f"{settings.mqtt.base}/{settings.site.id}/online"
    caller.listen(online)
    heard = caller.hear(_KEPT)
    return heard is not None and heard.payload == b"true"


def _asleep(settings: Settings) -> Found:
    where = settings.mqtt.broker
    try:
        demand_free(where.host, where.port, "choose another port in [mqtt] url")
    except Failed as problem:
        return Found("broker", ok=False, words=str(problem))
    words = f"{where.host}:{where.port} is free for the embedded one; `usciere run` starts it"
    return Found("broker", ok=True, words=words)


def drivers(settings: Settings) -> Found:
    """Tell whether the libraries of every device's driver are here."""
    used = [fitting.driver for fitting in fittings_of(settings)]
    try:
        for driver in sorted(PORTS.keys() & set(used)):
            ports_of(driver, [])
    except DeviceError as missing:
        return Found("devices", ok=False, words=str(missing))
    return Found("devices", ok=True, words=f"{len(used)}, each with its driver")


def clock(settings: Settings, tell: Callable[[], datetime] = now) -> Found:
    """Tell whether the time can be true: not before this program was made, nor before the past."""
    at = tell()
    here = at.astimezone(settings.site.zone).strftime("%Y-%m-%d %H:%M:%S %Z")
    if at < _OLDEST:
        words = f"{here} lies before this program was made; set the clock"
        return Found("clock", ok=False, words=words)
    last = _last_entry(settings)
    if last is not None and at + _SLACK < last:
        words = f"{here} lies before the newest journal entry; set the clock"
        return Found("clock", ok=False, words=words)
    return Found("clock", ok=True, words=here)


def told(settings: Settings, webhook: Webhook) -> Found:
    """Tell how far a receiver of webhooks was told, and what hinders."""
    what = f"webhook {webhook.receiver.shown}"
    try:
        secrets_of(webhook.secret_file)
    except UnusableSecret as problem:
        return Found(what, ok=False, words=str(problem))
    stands, newest = _standing(settings, webhook)
    if stands is None:
        return Found(what, ok=True, words="not begun; the API begins behind the newest entry")
    upto = f"told up to entry {stands.seq} of {newest}"
    if stands.gone is not None:
        since = _here(settings, stands.gone)
        words = f"{upto}; it said {since} that it wants no more (410): take it out, or change it"
        return Found(what, ok=False, words=words)
    if stands.failing is not None:
        since = _here(settings, stands.failing)
        return Found(what, ok=False, words=f"{upto}; since {since}: {stands.problem}")
    return Found(what, ok=True, words=upto)


def _standing(settings: Settings, webhook: Webhook) -> tuple[Standing | None, int]:
    """Return how a receiver stands, and the newest entry, if there is a database to ask."""
    store = Store(settings.database.url)
    try:
        if state(store) is not SchemaState.CURRENT:
            return None, 0
        with store.reading() as session:
            site = session.get(SiteRow, settings.site.id)
            place = Place(settings.site.id, name_of(webhook))
            return standing(session, place), 0 if site is None else site.seq
    except SQLAlchemyError:
        return None, 0  # told by the look at the database
    finally:
        store.close()


def _here(settings: Settings, at: datetime) -> str:
    return at.astimezone(settings.site.zone).strftime("%Y-%m-%d %H:%M")


def _last_entry(settings: Settings) -> datetime | None:
    """Return when the newest entry was written, if there is a journal to ask."""
    store = Store(settings.database.url)
    try:
        if state(store) is not SchemaState.CURRENT:
            return None
        newest = select(func.max(JournalRow.received_at)).where(JournalRow.site == settings.site.id)
        with store.reading() as session:
            found = session.scalar(newest)
    except SQLAlchemyError:
        return None  # told by the look at the database
    finally:
        store.close()
    return None if found is None else moment(found)
