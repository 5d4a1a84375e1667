"""Serves the API with uvicorn: limits on everything, streams ended at a stop, nobody in the log.

CannotListen   the address is taken or not ours; the sentence says what to do
"""

import asyncio
import errno
import gc
import logging
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from api.app import create_app
from api.parts import Parts
from daemon.config import Settings
from daemon.store import one_time_codes
from daemon.store.engine import Store
from daemon.store.people import Act, Actor
from daemon.store.schema import require
from daemon.store.trouble import Unavailable
from daemon.supervisor import ALONE, Supervisor
from devices.clock import now
from devices.contract import Unreachable

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 400
_CROWDED = 300
"""Lines from which on the ones that have been silent for longest make room for new ones."""
_KEEP_ALIVE = 5
_GOODBYE = 3
_LARGEST_HEAD = 16384
_HEAD_PATIENCE = 10.0
_BACKLOG = 256
_DEAF = 10_000
"""Milliseconds after which the kernel hangs up on who takes nothing of what was sent."""


class CannotListen(Unreachable):
    """The address can't be had; trying again can help."""


def serve(
    settings: Settings,
    say: Callable[[str], object],
    handed: Sequence[socket.socket] = (),
    supervisor: Supervisor = ALONE,
) -> None:
    """Serve until SIGTERM or SIGINT, at the sockets handed over, else where the settings say.

    `say` tells whoever started us how to sign in first.
    """
    taken = handed or [_listen(settings.api.host, settings.api.port)]
    with ExitStack() as open_ones:
        for each in taken:
            _lose_patience(open_ones.enter_context(each))
        store = Store(settings.database.url)
        require(store, settings.site.id)
        _invite(settings, store, say)
        store.close()
        app = create_app(settings)
        gc.freeze()  # what the program is made of is no garbage; looking through it costs
        where = "handed-over sockets" if handed else f"http://{settings.api.listen}"
        log.info("the API of %s is at %s", settings.site.name, where)
        _Server(_config(app), app.state.parts, supervisor).run(list(taken))


def _invite(settings: Settings, store: Store, say: Callable[[str], object]) -> None:
    """Where nobody has an account, give the first admin a one-time code; there is no default."""
    act = Act(store, settings.site.id, Actor("usciere api"), now())
    try:
        code = one_time_codes.first_code(act)
    except Unavailable:  # a database that can't be written is no reason not to show it
        log.warning("nobody can sign in yet, and no code can be given: the database is read-only")
        return
    if code is not None:
        where = f"http://{settings.api.listen}/login/first"
        say(f"nobody has an account yet; the first admin's code for {where}: {code}")


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        access_log=False,  # it would print addresses with their queries; api.headers logs routes
        log_config=None,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GOODBYE,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        server_header=False,
        date_header=True,
    )


class _Server(uvicorn.Server):
    """Ends the live streams before it waits for connections to end; a signal means exit 0.

    The supervisor hears that it serves, and from the loop itself that the loop goes round.
    """

    def __init__(self, config: uvicorn.Config, parts: Parts, supervisor: Supervisor) -> None:
        super().__init__(config)
        self._parts = parts
        self._supervisor = supervisor

    async def on_tick(self, counter: int) -> bool:
        self._supervisor.ready()
        self._supervisor.alive()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._supervisor.stopping()
        self._parts.live.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals as uvicorn does, but do not raise them again at the end."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield


class PatientProtocol(H11Protocol):
    """Hangs up on who opens a line and doesn't say within seconds what is wanted.

    Where too many do, the one that has been silent for longest goes: there is room for others.
    """

    due: asyncio.TimerHandle | None = None
    """Hangs up, where it is awaited what is wanted."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        if len(self.connections) > _CROWDED:
            self._make_room()
        self._expect()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if _is_busy(self):
            self._heard()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not _is_busy(self):
            self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        super().connection_lost(exc)

    def _expect(self) -> None:
        self._heard()
        self.due = self.loop.call_later(_HEAD_PATIENCE, self.hang_up)

    def _make_room(self) -> None:
        lines = [each for each in self.connections if isinstance(each, PatientProtocol)]
        silent = {each.due.when(): each for each in lines if each.due is not None}
        if silent:
            silent[min(silent)].hang_up()

    def hang_up(self) -> None:
        """End the line; harmless when it has ended."""
        self._heard()
        self.transport.close()

    def _heard(self) -> None:
        if self.due is not None:
            self.due.cancel()
            self.due = None


def _is_busy(line: H11Protocol) -> bool:
    """Tell whether a request is being answered; uvicorn's types forget that there may be none."""
    cycle: RequestResponseCycle | None = line.cycle
    return cycle is not None and not cycle.response_complete


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that has the address; raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY only then; without: 40 ms an answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as problem:
        listener.close()
        why = _WHY.get(problem.errno or 0, problem.strerror or "it can't be had")
        raise CannotListen(f"the API can't listen on {host}:{port}: {why}") from None
    return listener


def _lose_patience(listener: socket.socket) -> None:
    """Let no line live on whose other end is gone or reads nothing; accepted ones inherit this."""
    if listener.family != socket.AF_UNIX:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAF)


_WHY = {
    errno.EADDRINUSE: "another program has this port; stop it or choose another in [api] listen",
    errno.EACCES: "ports below 1024 need rights; choose a higher one in [api] listen",
    errno.EADDRNOTAVAIL: "this machine has no such address; write 127.0.0.1 in [api] listen",
}
