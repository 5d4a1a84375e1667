"""A building for `usciere bench`: fifty doors, a thousand members, a broker of its own."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from daemon.badge_key import key_of
from daemon.config import Settings, load
from daemon.lifeline import Child
from daemon.store import badges, members, terms
from daemon.store.badges import Lab
from daemon.store.engine import Store
from daemon.store.forms import NewBadge, NewMember, NewPlan
from daemon.store.people import Act, Actor, page_of
from daemon.store.schema import prepare
from devices.clock import now

HOST = "127.0.0.1"
SITE = "bench"
DOORS = [f"d{number:03}" for number in range(50)]
_MEMBERS = 1000
_STOPS_WITHIN = 3.0
_MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_inflight_messages 100
max_queued_messages 100000
persistence false
log_type none
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it plays: the broker's port, which MQTT it speaks, its name for the record."""

    port: int
    five: bool
    broker: str


def badge(number: int) -> str:
    """Return the badge number of a member, the thousand over and over."""
    return f"04A1{number % _MEMBERS:06X}"


@contextmanager
def furnished(*, embedded: bool) -> Iterator[Stage]:
    """Give a house with a broker, a doorman and an echo at work; all gone when the block ends.

    The broker is a private Mosquitto where there is one, unless the `embedded` one is wanted.
    """
    with TemporaryDirectory(prefix="usciere-bench-") as name, ExitStack() as stack:
        folder, port = Path(name), free_port()
        mosquitto = None if embedded else mosquitto_here()
        scheme = "embedded" if mosquitto is None else "mqtt"
        config = _write(folder, f"{scheme}://{HOST}:{port}")
        _fill(load(config, {}))
        if mosquitto is not None:
            stack.enter_context(running(mosquitto, folder, port))
        ours = [sys.executable, "-P", "-m"]
        for child in (
            Child("the doorman", [*ours, "commands", "--config", str(config), "daemon"]),
            Child("the echo", [*ours, "commands.bench_echo", HOST, str(port)]),
        ):
            child.start()
            stack.callback(child.stop, _STOPS_WITHIN)
            await_port(port)
        broker = "Mosquitto" if mosquitto else "the embedded broker"
        yield Stage(port, mosquitto is not None, broker)


def mosquitto_here() -> str | None:
    """Return the path of a Mosquitto on this machine."""
    return shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@contextmanager
def running(mosquitto: str, folder: Path, port: int) -> Iterator[None]:
    """Let a private Mosquitto run for the length of the block."""
    settings = folder / "mosquitto.conf"
    settings.write_text(_MOSQUITTO.format(port=port))
    process = subprocess.Popen(  # noqa: S603 - the broker found on this machine
        [mosquitto, "-c", str(settings)], stderr=subprocess.DEVNULL
    )
    try:
        await_port(port)
        yield
    finally:
        process.terminate()
        process.wait()


def await_port(port: int) -> None:
    """Return once the port answers."""
    for _ in range(200):
        with socket.socket() as trial:
            if trial.connect_ex((HOST, port)) == 0:
                return
        sleep(0.05)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
    return port


def _write(folder: Path, broker: str) -> Path:
    doors = "".join(f'[[doors]]\nid = "{door}"\nroom = "hall"\n' for door in DOORS)
    path = folder / "usciere.toml"
    path.write_text(
        f'[site]\nid = "{SITE}"\nname = "Bench"\n[mqtt]\nurl = "{broker}"\n'
        f'[access]\nrepeat_seconds = 0\n[[rooms]]\nid = "hall"\n{doors}',
        encoding="utf-8",
    )
    return path


def _fill(settings: Settings) -> None:
    store = Store(settings.database.url)
    try:
        prepare(store, SITE)
        act = Act(store, SITE, Actor("usciere bench"), now())
        terms.add_plan(act, NewPlan(id="always", holidays=True), ["hall"])
        lab = Lab(key_of(settings.site.badge_key_file), settings.site.zone)
        with page_of(act) as page:
            forms = [
                NewMember(name=f"Member {number}", plan="always") for number in range(_MEMBERS)
            ]
            joined = [members.join(page, form, lab.zone) for form in forms]
            page.session.flush()
            for number, member in enumerate(joined):
                badges.give(page, member.id, NewBadge(uid=badge(number)), lab)
    finally:
        store.close()
