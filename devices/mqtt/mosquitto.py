"""A Mosquitto in which everybody speaks for himself alone: its configuration, passwords and ACL.

Pure texts. Tried with Mosquitto 2.0.11; what each line is for stands in docs/operating.md.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from devices.mqtt.discovery import ORDERS, STATES

_ROUNDS = 101
"""As `mosquitto_passwd` writes them; the passwords here are random, so guessing is hopeless."""
_SALT = 12


@dataclass(frozen=True, slots=True)
class User:
    """Somebody at the broker: topic filters that may be written, read, and both."""

    name: str
    write: Sequence[str] = ()
    read: Sequence[str] = ()
    both: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the broker listens: a socket on this machine, and an address on the network.

    Without a certificate the address must be this machine's own; `authority` asks devices for one.
    """

    folder: Path
    socket: Path | None
    address: str = "127.0.0.1"
    port: int = 1883
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None


def doors_user(root: str, site: str, door: str) -> User:
    """Return the user of a native door, who speaks for it alone."""
    own = f"{root}door/{door}/"
    return User(
        f"{site}-{door}",
        write=[f"{own}{word}" for word in ("tap", "exit", "state", "online")],
        read=[f"{own}{word}" for word in ("command", "feedback")],
    )


def house_users(root: str, site: str, foreign: Iterable[str], doormen: int = 1) -> Sequence[User]:
    """Return the users of our own programs. `foreign`: filters of other makers' devices.

    Of several `doormen` each needs a name of his own: the broker takes it for the client id, and
    two with one id would drive each other out.
    """
    heard = [f"{root}#", *dict.fromkeys(foreign)]
    numbers = ["", *(f"-{number}" for number in range(2, doormen + 1))]
    return [
        *(User(f"{site}-doorman{number}", both=heard) for number in numbers),
        User(f"{site}-api", read=[f"{root}online"], write=[f"{root}order"]),
        User(f"{site}-desk", read=[f"{root}#"], write=[f"{root}door/+/tap"]),
        User(f"{site}-board", read=[f"{root}online", f"{root}occupancy"]),
    ]


def home_assistant(root: str, site: str, prefix: str) -> User:
    """Return the user of Home Assistant: sees the house, and may ask for doors."""
    return User(
        f"{site}-homeassistant",
        write=[f"{root}{ORDERS}/+/set"],
        read=[f"{root}{word}" for word in ("online", "occupancy", STATES)],
        both=[f"{prefix}/#"],
    )


def device_topics(topic: str) -> Sequence[str]:
    """Return what a device of another maker speaks on: below its topic, or one level before it."""
    return [f"{topic}/#", f"+/{topic}/#"]


def configuration(listening: Listening) -> str:
    """Return `mosquitto.conf`."""
    folder = listening.folder
    lines = [*_listeners(listening), "", "allow_anonymous false"]
    lines += [f"password_file {folder}/usciere.pw", f"acl_file {folder}/usciere.acl"]
    return "\n".join([*lines, _LIMITS])


def acl(users: Iterable[User]) -> str:
    """Return the ACL: whoever is not named may do nothing."""
    return "\n".join(_rights(user) for user in users)


def password_line(user: str, password: str, salt: bytes) -> str:
    """Return a line of the password file: PBKDF2-HMAC-SHA512 (RFC 8018), as `$7$` marks it."""
    hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS)
    parts = (str(_ROUNDS), base64.b64encode(salt).decode(), base64.b64encode(hashed).decode())
    return f"{user}:$7${'$'.join(parts)}"


def passwords(known: Mapping[str, str]) -> str:
    """Return the password file for these users and their passwords."""
    return "".join(
        password_line(user, password, secrets.token_bytes(_SALT)) + "\n"
        for user, password in known.items()
    )


def address(listening: Listening, user: str, password: str) -> str | None:
    """Return the URL for a program on the broker's machine; None if there is only TLS.

    With TLS the name in the certificate would be needed, which is not known here.
    """
    if listening.socket is not None:
        return f"mqtt+unix://{user}:{password}@{quote(str(listening.socket))}"
    if listening.certificate is not None:
        return None
    host = f"[{listening.address}]" if ":" in listening.address else listening.address
    return f"mqtt://{user}:{password}@{host}:{listening.port}"


def new_password() -> str:
    """Return a password that nobody guesses and every program can type."""
    return secrets.token_urlsafe(24)


def _rights(user: User) -> str:
    lines = [f"user {user.name}"]
    for word, topics in (("readwrite", user.both), ("write", user.write), ("read", user.read)):
        lines += [f"topic {word} {topic}" for topic in topics]
    return "\n".join(lines) + "\n"


def _listeners(listening: Listening) -> Sequence[str]:
    lines = [] if listening.socket is None else [f"listener 0 {listening.socket}"]
    lines.append(f"listener {listening.port} {listening.address}")
    if listening.certificate is not None and listening.key is not None:
        lines += [f"certfile {listening.certificate}", f"keyfile {listening.key}"]
        lines.append("tls_version tlsv1.2")
    if listening.authority is not None:
        lines += [f"cafile {listening.authority}", "require_certificate true"]
    return lines


_LIMITS = """\
use_username_as_clientid true
set_tcp_nodelay true
max_inflight_messages 100
max_queued_messages 100000
max_packet_size 8192
max_connections 200
max_keepalive 60
persistence true
autosave_interval 1
persistent_client_expiration 14d
"""
