"""`usciere demo`: a complete CoOffice on this machine, kept in one folder."""

import os
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from commands.demo_house import configuration, moved
from commands.demo_login import login_lines
from commands.demo_store import Fixture, badge_lines, fill, fixture_of, live_past
from commands.demo_today import LENT, agenda_lines, book_today
from commands.init import check_text, write_new
from commands.running import api_beside, demand_free, own_broker, set_up_logs
from daemon import run as doorman
from daemon.config import Settings, load
from daemon.house import house_of
from daemon.lifeline import Companion
from daemon.store.engine import Store
from daemon.store.schema import prepare
from devices.clock import now, steady
from devices.mqtt.native import Native
from devices.virtual import Street, VirtualDoors

app = typer.Typer()
_PORT, _MQTT_PORT = 8000, 1883
_OPENS_WITHIN = 20.0


@app.command()
def demo(
    *,
    folder: Annotated[Path, typer.Option("--dir", help="Where everything is kept.")] = Path("demo"),
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help=f"Of the web pages; else {_PORT}.")
    ] = None,
    mqtt_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help=f"Of the broker; else {_MQTT_PORT}.")
    ] = None,
    days: Annotated[
        int, typer.Option(min=0, max=3660, help="Days of made-up past visits, made once.")
    ] = 0,
) -> None:
    """Run a complete CoOffice until Ctrl-C; starting again in the same folder keeps everything.

    In another terminal try: usciere tap ingresso 04A224B1C35880
    """
    os.environ.setdefault("USCIERE_LOG", "warning")
    set_up_logs()
    settings = furnish(folder, port, mqtt_port)
    _demand_ports(settings)
    store = Store(settings.database.url)
    try:
        prepare(store, settings.site.id)
        fixture = fixture_of(settings, store)
        fill(fixture, now())
        book_today(fixture, now())
        _live_past(fixture, days)
        welcome = _welcome(fixture, folder)
    finally:
        store.close()
    doorman.run(settings, _companions(settings, folder, welcome))


def furnish(folder: Path, port: int | None, mqtt_port: int | None) -> Settings:
    """Return the folder's settings; writes them at the first start, and other ports into them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "usciere.toml"
    if not path.exists():
        write_new(path, configuration(port or _PORT, mqtt_port or _MQTT_PORT))
    text = path.read_text(encoding="utf-8")
    wanted = moved(text, port, mqtt_port)
    if wanted != text:
        check_text(wanted)
        path.write_text(wanted, encoding="utf-8")
    return load(path, os.environ)


def _demand_ports(settings: Settings) -> None:
    demand_free(settings.api.host, settings.api.port, "choose another with --port")
    broker = settings.mqtt.broker
    if broker.scheme == "embedded":
        demand_free(broker.host, broker.port, "choose another with --mqtt-port")


def _live_past(fixture: Fixture, days: int) -> None:
    if not days:
        return
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("past visits", total=days)
        taps = live_past(fixture, now(), days, lambda: bar.advance(task))
    if taps is None:
        typer.echo("the past of this folder was made before and stays as it is", err=True)
    else:
        typer.echo(f"made up {days} days with {taps} taps", err=True)


def _welcome(fixture: Fixture, folder: Path) -> Sequence[str]:
    api = fixture.settings.api
    return (
        f"CoOffice is open at http://{api.host}:{api.port}/",
        *login_lines(fixture, folder, now()),
        "badges to try, with: usciere tap ingresso UID",
        *badge_lines(fixture, now(), LENT),
        "booked rooms, to try in the same way:",
        *agenda_lines(fixture, now()),
        "Ctrl-C closes it; everything stays in " + str(folder),
    )


def _companions(settings: Settings, folder: Path, welcome: Sequence[str]) -> tuple[Companion, ...]:
    topics = Native(settings.mqtt.base, settings.site.id, house_of(settings).readers())
    street = Street(
        lambda door: doorman.endpoint_of(settings, f"virtual-{door}"), topics, now, steady
    )
    doors = {door.id: door.contact is not None for door in settings.doors}
    return (
        *own_broker(settings),
        api_beside(folder / "usciere.toml"),
        VirtualDoors(street, doors),
        Greeting(settings, welcome),
    )


class Greeting:
    """Prints the welcome once the web pages answer; a companion that needs nobody's care."""

    def __init__(self, settings: Settings, lines: Sequence[str]) -> None:
        self._address = (settings.api.host, settings.api.port)
        self._lines = lines
        self._end = threading.Event()

    def start(self) -> None:
        """Begin to look at the door."""
        threading.Thread(target=self._greet, name="greeting", daemon=True).start()

    def is_alive(self) -> bool:
        """Say yes: what is said is said."""
        return True

    def stop(self, limit: float) -> None:  # noqa: ARG002 - nothing to wait for
        """Say nothing any more."""
        self._end.set()

    def _greet(self) -> None:
        limit = steady() + _OPENS_WITHIN
        while not self._end.is_set() and steady() < limit:
            with suppress(OSError), socket.create_connection(self._address, timeout=1):
                break
            self._end.wait(0.1)
        if not self._end.is_set():
            typer.echo("\n".join(self._lines))
