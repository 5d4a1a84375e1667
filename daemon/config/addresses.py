"""The addresses in a configuration: broker, database, HTTP. No text here ever shows a password.

Every function takes the text an operator wrote and returns what it means, or raises ValueError
with a sentence that says what to write instead.
"""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from daemon.config.problems import shown

_HIGHEST_PORT = 65535
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})")
_LISTEN = re.compile(r"(?:\[(?P<six>[^\[\]]+)\]|(?P<host>[^\[\]:]+)):(?P<port>\d{1,5})", re.ASCII)
_BROKER_PORTS = {"embedded": 1883, "mqtt": 1883, "mqtts": 8883}
_BROKER = (
    "`embedded://127.0.0.1:1883`, `mqtt://user:password@host:1883`, `mqtts://…` "
    "or `mqtt+unix:///path`"
)
_DATABASE = "`sqlite:///usciere.db` or `postgresql+psycopg://user:password@host/database`"


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is. `path` is set for `mqtt+unix` only, `host` and `port` for the rest."""

    scheme: str
    host: str = ""
    port: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    path: str = ""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the API listens."""

    host: str
    port: int


def parse_broker(text: str) -> Broker:
    url = _split(text, _BROKER)
    match url.scheme:
        case "mqtt+unix":
            return _unix_socket(url)
        case "embedded":
            return _embedded(url)
        case "mqtt" | "mqtts":
            return _remote(url)
        case _:
            raise ValueError(f"found the scheme {shown(url.scheme)}, expected {_BROKER}")


def parse_listen(text: str) -> Listen:
    match = _LISTEN.fullmatch(text)
    port = int(match["port"]) if match else 0
    host = (match["six"] or match["host"]) if match else ""
    if not 1 <= port <= _HIGHEST_PORT or not _is_host(host):
        raise ValueError(
            f"found {shown(text)}, expected host and port from 1 to 65535, "
            "such as `127.0.0.1:8000` or `[::1]:8000`"
        )
    return Listen(host, port)


def parse_database(text: str, folder: Path) -> str:
    """Return the address with an absolute SQLite path."""
    scheme, found, rest = text.partition("://")
    match scheme:
        case "sqlite" if found:
            return f"sqlite:///{_sqlite_file(rest, folder)}"
        case "postgresql+psycopg" if found:
            return _postgresql(text)
        case "postgresql" | "postgres" if found:
            raise ValueError(f"found the scheme `{scheme}`, write `postgresql+psycopg://` instead")
        case _ if found:
            raise ValueError(f"found the scheme {shown(scheme)}, expected {_DATABASE}")
        case _:
            raise ValueError(f"found no scheme, expected {_DATABASE}")


def _sqlite_file(rest: str, folder: Path) -> str:
    path, mark, query = rest.partition("?")
    name = path.removeprefix("/")
    if not path.startswith("/") or name in {"", ":memory:"} or name.startswith("file:"):
        raise ValueError(
            "found SQLite without an ordinary file, which several processes can't share; "
            "write `sqlite:///usciere.db`, or `sqlite:////an/absolute/path.db`"
        )
    return f"{folder / name}{mark}{query}"


def _postgresql(text: str) -> str:
    url = _split(text, _DATABASE)
    if url.path in {"", "/"}:
        raise ValueError(f"found no database name, expected {_DATABASE}")
    return text


def _split(text: str, expected: str) -> SplitResult:
    """Take an address apart. The standard library's own texts quote passwords: never show them."""
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise ValueError(f"found a blank or control character, expected {expected}")
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError(
            "found an address whose host or port (1 to 65535) can't be read; write special "
            f"characters of a password as %XX, and expected is {expected}"
        )
    return url


def _embedded(url: SplitResult) -> Broker:
    if url.username is not None:
        raise ValueError("found a user, but the embedded broker is anonymous: leave it out")
    broker = _remote(url)
    if not is_this_machine(broker.host):
        raise ValueError(
            f"found the host {shown(broker.host)}, but the embedded broker has no passwords and "
            "listens on loopback only; write `embedded://127.0.0.1:1883`, or run Mosquitto and "
            "write `mqtts://…`"
        )
    return broker


def _remote(url: SplitResult) -> Broker:
    host = url.hostname or ""
    if not _is_host(host):
        raise ValueError(f"found no usable host name, expected {_BROKER}")
    if url.path not in {"", "/"} or url.query or url.fragment:
        raise ValueError(
            "found something after host and port; leave it out, and write `/`, `?` and `#` "
            "of a password as %2F, %3F and %23"
        )
    port = url.port or _BROKER_PORTS[url.scheme]
    return Broker(url.scheme, host, port, _plain(url.username), _plain(url.password))


def _unix_socket(url: SplitResult) -> Broker:
    if url.hostname or url.path in {"", "/"} or url.query or url.fragment:
        raise ValueError(
            "found no path of a socket, expected three slashes, as in `mqtt+unix:///run/mqtt.sock`"
        )
    return Broker(
        url.scheme,
        username=_plain(url.username),
        password=_plain(url.password),
        path=unquote(url.path),
    )


def _plain(text: str | None) -> str | None:
    return None if text is None else unquote(text)


def _is_host(text: str) -> bool:
    return (":" in text and _is_address(text)) or _HOST.fullmatch(text) is not None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_this_machine(host: str) -> bool:
    """Tell whether a host is the one we run on, so that nobody listens in on the way."""
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
