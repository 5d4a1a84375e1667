"""`usciere broker-config`: a Mosquitto in which every door speaks only for itself."""

import json
import os
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from commands.building import settings_of
from commands.failures import Failed
from commands.paper import show_columns
from daemon.config import Door, Settings
from daemon.config.settings import Device
from daemon.fittings import fittings_of
from devices.contract import Fitting
from devices.kinds import FIRMWARES, NATIVE, firmware_of
from devices.mqtt import mosquitto
from devices.mqtt.firmware.reading import ANSWERS
from devices.mqtt.mosquitto import Listening, User

app = typer.Typer()
PASSWORDS = "passwords.json"
PROGRAMS = ("doorman", "api", "desk")
"""Those on the broker's machine: for each a file as its unit wants it in /etc/credstore."""


@app.command("broker-config")
def broker_config(  # noqa: PLR0913 - where it listens, and with what
    ctx: typer.Context,
    *,
    folder: Annotated[Path, typer.Option("--dir", help="Where the files go.")] = Path("mosquitto"),
    installed: Annotated[Path, typer.Option(help="Where Mosquitto will find them.")] = Path(
        "/etc/mosquitto"
    ),
    listen: Annotated[str, typer.Option(help="Address and port for devices.")] = "127.0.0.1:1883",
    socket: Annotated[
        Path | None, typer.Option(help="A Unix socket for programs on this machine.")
    ] = None,
    certificate: Annotated[Path | None, typer.Option(help="TLS: the broker's certificate.")] = None,
    key: Annotated[Path | None, typer.Option(help="TLS: its key.")] = None,
    authority: Annotated[
        Path | None, typer.Option(help="TLS: devices must show a certificate of this authority.")
    ] = None,
    doormen: Annotated[
        int, typer.Option(min=1, max=99, help="How many daemons serve the site (PostgreSQL).")
    ] = 1,
) -> None:
    """Write mosquitto.conf, passwords, ACL and our programs' addresses.

    Run again after a change; passwords stay.
    """
    settings = settings_of(ctx)
    address, port = _address(listen)
    if (certificate is None) != (key is None) or (authority and not certificate):
        raise Failed("--certificate, --key: TLS needs both, and --authority needs them too")
    if certificate is None and not _is_loopback(address):
        raise Failed(
            f"--listen: {address} is on the network, where passwords must not go in clear; "
            "give --certificate and --key"
        )
    users = users_of(settings, doormen)
    known = _passwords(folder / PASSWORDS, users)
    where = Listening(installed, socket, address, port, certificate, key, authority)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "usciere.conf", mosquitto.configuration(where), 0o644)
    _write(folder / "usciere.acl", mosquitto.acl(users), 0o640)
    _write(folder / "usciere.pw", mosquitto.passwords(known), 0o640)
    _write(folder / PASSWORDS, json.dumps(known, indent=1) + "\n", 0o600)
    for program in PROGRAMS:
        user = f"{settings.site.id}-{program}"
        url = mosquitto.address(where, user, known[user])
        if url is not None:
            _write(folder / f"usciere-{program}-mqtt-url", f"{url}\n", 0o600)
    show_columns(("user", "may"), [(user.name, _words(user)) for user in users])
    typer.echo(f"written to {folder}; the passwords are in {folder / PASSWORDS}, for nobody else")


def users_of(settings: Settings, doormen: int = 1) -> Sequence[User]:
    """Return everybody who has something to say at the site's broker."""
    root, site = f"{settings.mqtt.base}/{settings.site.id}/", settings.site.id
    foreign, heard = _foreign(settings)
    native = [door.id for door in settings.doors if _speaks_native(door)]
    there = settings.homeassistant
    automatic = [] if there is None else [mosquitto.home_assistant(root, site, there.prefix)]
    if there is not None:
        heard = [*heard, f"{there.prefix}/device/+/config"]
    return [
        *mosquitto.house_users(root, site, heard, doormen),
        *automatic,
        *(mosquitto.doors_user(root, site, door) for door in native),
        *(User(name, both=topics) for name, topics in foreign.items()),
    ]


def _devices(door: Door) -> list[Device]:
    return [*door.readers, door.lock, *([] if door.contact is None else [door.contact])]


def _speaks_native(door: Door) -> bool:
    return any(device.driver in NATIVE for device in _devices(door))


def _foreign(settings: Settings) -> tuple[Mapping[str, Sequence[str]], Sequence[str]]:
    """Return user -> filters of other makers' devices, and all that the doorman has to hear.

    A device may speak below its own topic, and answer on the one that is its alone. The topic where
    Tasmotas tell where they are is nobody's here: one could send another's orders elsewhere.
    """
    users: dict[str, list[str]] = {}
    heard: dict[str, None] = {}
    for fitting in fittings_of(settings):
        if fitting.driver not in FIRMWARES:
            continue
        own = _own_topic(fitting)
        listens = firmware_of(fitting.driver)(fitting).topics()
        answers = [topic for topic in listens if topic.startswith(f"{ANSWERS}/")]
        may = users.setdefault(f"{settings.site.id}-device-{own.replace('/', '-')}", [])
        may += [topic for topic in (*mosquitto.device_topics(own), *answers) if topic not in may]
        heard |= dict.fromkeys((*mosquitto.device_topics(own), *listens))
    return users, list(heard)


def _own_topic(fitting: Fitting) -> str:
    """Return the topic that a device's user speaks below; zigbee2mqtt has one user for them all."""
    topic = str(fitting.options["topic"]).strip("/")
    return topic.partition("/")[0] if fitting.driver == "zigbee2mqtt" else topic


def _passwords(file: Path, users: Sequence[User]) -> dict[str, str]:
    """Return everybody's password: the known one, or a new one."""
    try:
        found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        known = {str(user): str(password) for user, password in found.items()}
    except (ValueError, AttributeError):
        raise Failed(f"{file} can't be read; restore it, or remove it for new passwords") from None
    return {user.name: known.get(user.name) or mosquitto.new_password() for user in users}


def _write(file: Path, text: str, mode: int) -> None:
    """Write a file anew, nobody but its owner reading it meanwhile."""
    partial = file.with_name(f".{file.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    partial.chmod(mode)
    partial.replace(file)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    try:
        address = ip_address(host.strip("[]"))
        number = int(port)
    except ValueError:
        number = 0
    if not 0 < number < 1 << 16:
        raise Failed(f"--listen: found {text[:60]!r}, expected such as `192.168.1.10:8883`")
    return str(address), number


def _is_loopback(address: str) -> bool:
    return ip_address(address).is_loopback


def _words(user: User) -> str:
    said = (("readwrite", user.both), ("write", user.write), ("read", user.read))
    return "; ".join(f"{word} {' '.join(topics)}" for word, topics in said if topics)
