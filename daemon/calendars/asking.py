"""A question to a server, along its redirects, and the whole answer. Knows HTTP, no calendars."""

import ssl
import zlib
from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpcore2

from daemon.calendars.addresses import Address, led_on, parsed
from daemon.calendars.limits import LARGEST_BODY
from daemon.calendars.troubles import Refused, TooLarge, Unreachable
from daemon.calendars.wire import Deadline, Guard, Resolve, resolved
from devices.clock import steady

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ANY_PACKING = 32 + zlib.MAX_WBITS  # zlib finds out itself whether it is gzip or deflate
_PACKINGS = frozenset({"gzip", "x-gzip", "deflate"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one errand may take, redirects and all: bytes (unpacked), seconds, redirects.

    With size 0 the body is left unread, with redirects 0 a redirect is an answer like any other.
    """

    size: int = LARGEST_BODY
    seconds: float = 30.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Ways:
    """How servers are reached: whom the configuration allows, and what tests bring of their own."""

    allow_hosts: Collection[str] = ()
    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = resolved
    trust: ssl.SSLContext | None = None
    steady: Callable[[], float] = steady


@dataclass(frozen=True, slots=True)
class Question:
    """A request, without the headers that follow from address and content."""

    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, unpacked; header names in small letters. `address` said it in the end."""

    address: Address
    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(url: str, question: Question, ways: Ways) -> Answer:
    """Return the answer behind all redirects, each of them checked like the first address."""
    address = parsed(url)
    deadline = Deadline(ways.limits.seconds, ways.steady)
    trust = ways.trust
    for _ in range(ways.limits.redirects + 1):
        if trust is None and address.is_secure:
            trust = ssl.create_default_context()
        guard = Guard(address, ways.allow_hosts, deadline, ways.resolve)
        with _translated(address, ways.limits):
            answer = _once(address, question, guard, trust, ways.limits)
        location = answer.headers.get("location")
        if answer.status not in _REDIRECTS or not location or not ways.limits.redirects:
            return answer
        address = led_on(address, location)
        if answer.status == 303:  # noqa: PLR2004 - See Other is the one that asks for a GET
            question = Question(headers=question.headers)
    raise Refused(
        f"{address.shown} leads from address to address, more than {ways.limits.redirects} times; "
        "write the last one"
    )


def _once(
    address: Address,
    question: Question,
    guard: Guard,
    trust: ssl.SSLContext | None,
    limits: Limits,
) -> Answer:
    url = httpcore2.URL(
        scheme=address.scheme, host=address.host, port=address.port, target=address.target
    )
    headers = {
        "Host": address.authority,
        "User-Agent": "usciere",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **_login(address),
        **question.headers,
    }
    with (
        httpcore2.ConnectionPool(trust, network_backend=guard) as pool,
        pool.stream(
            question.method, url, headers=list(headers.items()), content=question.content
        ) as response,
    ):
        said = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        body = b""
        if limits.size:
            body = _whole(response.iter_stream(), said.get("content-encoding", ""), limits.size)
        return Answer(address, response.status, said, body)


def _login(address: Address) -> dict[str, str]:
    if address.username is None:
        return {}
    login = f"{address.username}:{address.password or ''}".encode()
    return {"Authorization": f"Basic {b64encode(login).decode()}"}


def _whole(chunks: Iterable[bytes], packing: str, size: int) -> bytes:
    """Return all chunks, unpacked. A packed body may neither go over the wire nor unpack larger."""
    packing = packing.strip().lower()
    if packing in {"", "identity"}:
        return b"".join(_bounded(chunks, size))
    if packing not in _PACKINGS:
        raise Unreachable(f"the answer is packed in an unknown way ({packing[:20]})")
    unpack = zlib.decompressobj(_ANY_PACKING)
    body = bytearray()
    try:
        for chunk in _bounded(chunks, size):
            body += unpack.decompress(chunk, size + 1 - len(body))
            if len(body) > size:
                raise _too_large(size)
    except zlib.error:
        raise Unreachable("the answer is packed wrongly") from None
    if not unpack.eof:
        raise Unreachable("the answer breaks off")
    return bytes(body)


def _bounded(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > size:
            raise _too_large(size)
        yield chunk


def _too_large(size: int) -> TooLarge:
    return TooLarge(f"the answer is larger than {size // 2**20} MiB; publish fewer events there")


def _reason(error: httpcore2.NetworkError) -> str:
    """Say what was wrong; httpcore gives what it caught as the argument of its own error."""
    match error.args:
        case [ssl.SSLCertVerificationError()]:
            return "has no certificate that can be trusted; check the address"
        case [ssl.SSLError()]:
            return "does not speak TLS as we do; check the address"
        case _:
            return "does not answer; check the address, or try again later"


@contextmanager
def _translated(address: Address, limits: Limits) -> Iterator[None]:
    """Turn httpcore's errors into ours, and say with each which address it was."""
    try:
        yield
    except httpcore2.TimeoutException:
        raise Unreachable(f"{address.shown} took longer than {limits.seconds:g} seconds") from None
    except httpcore2.ProtocolError:
        raise Unreachable(f"{address.shown} broke off, or does not speak HTTP") from None
    except httpcore2.NetworkError as error:
        raise Unreachable(f"{address.shown} {_reason(error)}") from None
    except (TooLarge, Unreachable) as trouble:
        if address.shown in str(trouble):
            raise
        raise type(trouble)(f"{address.shown}: {trouble}") from None
