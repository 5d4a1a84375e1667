"""A web server for feeds that says what a test tells it to say, well or badly."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from daemon.calendars.asking import Limits, Ways
from daemon.calendars.fetching import Fetched, fetch
from daemon.calendars.troubles import Unfetched

BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
LIMITS = Limits(size=100_000, seconds=5.0)
HERE = Ways(allow_hosts=("127.0.0.1",), limits=LIMITS)
OPEN = Ways(limits=LIMITS)

Say = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FeedServer:
    """A server on loopback. `pages` say what each path answers; `asked` remembers requests."""

    port: int
    pages: dict[str, Say] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str = "/feed.ics", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def says(body: bytes, status: int = 200, **headers: str) -> Say:
    """Return a page of this body; `_` in a header's name stands for `-`."""

    def say(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return say


def leads_to(location: str, status: int = 302) -> Say:
    return says(b"", status, Location=location)


@contextmanager
def feed_server(trust: ssl.SSLContext | None = None) -> Iterator[FeedServer]:
    """Run a server for the time of a test."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.asked.append((self.command, self.path, dict(self.headers.items())))
            self.close_connection = True
            with suppress(BrokenPipeError, ConnectionResetError):  # the guest has heard enough
                server.pages.get(self.path, says(b"not here", 404))(self)

        do_REPORT = do_GET  # noqa: N815 - its name there

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a guest who hangs up in the middle of a handshake

    with Quiet(("127.0.0.1", 0), Door) as http:
        if trust is not None:
            http.socket = trust.wrap_socket(http.socket, server_side=True)
        server = FeedServer(http.server_address[1])
        thread = threading.Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        yield server
        http.shutdown()
        thread.join()


def body_of(url: str, ways: Ways = HERE) -> bytes:
    found = fetch(url, ways)
    assert isinstance(found, Fetched)
    return found.body


def trouble_of(url: str, kind: type[Unfetched], ways: Ways = HERE) -> str:
    with pytest.raises(Unfetched) as trouble:
        fetch(url, ways)
    assert type(trouble.value) is kind, trouble.value
    assert trouble.value.__cause__ is None
    return str(trouble.value)
