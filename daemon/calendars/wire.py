"""Connections that only lead to addresses that were looked at, and end with a deadline.

The name is resolved once, here, and the connection goes to the very address that was looked at, so
no second answer of a name server counts. Host header and certificate stay those of the name.
"""

import socket
import ssl
from collections.abc import Callable, Collection, Iterable

import httpcore2

from daemon.calendars.addresses import Address, is_named, is_public
from daemon.calendars.troubles import Refused, Unreachable

Resolve = Callable[[str, int], list[str]]


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a name, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Deadline:
    """How much is left of a time limit, whatever a single act takes."""

    def __init__(self, seconds: float, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._end = steady() + seconds

    def left(self) -> float:
        """Return the seconds left, or raise the timeout of httpcore, which asks for them."""
        left = self._end - self._steady()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left


class Guard(httpcore2.NetworkBackend):
    """Opens connections to one address, if it may be asked."""

    def __init__(
        self, address: Address, allow_hosts: Collection[str], deadline: Deadline, resolve: Resolve
    ) -> None:
        self._address = address
        self._allow_hosts = allow_hosts
        self._deadline = deadline
        self._resolve = resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is what counts
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first of the name's addresses that answers."""
        options = list(socket_options or ())
        failure: httpcore2.NetworkError = httpcore2.ConnectError(host)
        for number in self._checked():
            try:
                stream = httpcore2.SyncBackend().connect_tcp(
                    number, port, self._deadline.left(), local_address, options
                )
            except httpcore2.ConnectError as error:
                failure = error
            else:
                return _Timed(stream, self._deadline)
        raise failure

    def _checked(self) -> list[str]:
        address = self._address
        try:
            found = self._resolve(address.host, address.port)
        except (OSError, UnicodeError):
            raise Unreachable(
                f"{address.shown}: nobody knows this host; check the address"
            ) from None
        if is_named(address, self._allow_hosts):
            return found
        public = [each for each in found if is_public(each)]
        if not public:
            raise Refused(
                f"{address.shown} is no public address; if it is meant, "
                "name its host in `allow_hosts` of [calendars]"
            )
        return public


class _Timed(httpcore2.NetworkStream):
    """A connection every act of which ends with the deadline."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore2.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _Timed(inner, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
