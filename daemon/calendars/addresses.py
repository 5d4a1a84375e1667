"""Where a feed lies, and whether we may go there. Pure: names are resolved by others.

Who may name a feed may make us knock at any door we can reach, so we only go to public addresses,
and to hosts that the configuration names (`[calendars] allow_hosts`, each `host` or `host:port`).
A secret address is as good as a password, so no text here shows more of one than its host.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import unquote, urljoin, urlsplit

from daemon.calendars.troubles import Refused

_PORTS = {"http": 80, "https": 443}
_LONGEST = 4000
# Kept for protocols (RFC 6890); not every Python of ours knows that they are nobody's.
_KEPT = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
# They carry another address inside, which may be anybody's: NAT64, 6to4, Teredo, IPv4-compatible.
_CARRIERS = tuple(
    map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))
)


@dataclass(frozen=True, slots=True)
class Address:
    """A feed's address. `target` is path and query as they go over the wire."""

    scheme: str
    host: str
    port: int
    target: str = field(repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """Return host and port as a Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """Return the address for logs and pages."""
        return f"{self.scheme}://{self.authority}/…"

    @property
    def url(self) -> str:
        """Return the address without user and password."""
        return f"{self.scheme}://{self.authority}{self.target}"


def shown(text: str) -> str:
    """Return any address for logs and pages: without user, password, path and query."""
    try:
        return parsed(text).shown
    except Refused:
        return "an address that can't be read"


def parsed(text: str) -> Address:
    """Return an http(s) address, or refuse it."""
    text = text.strip()
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise Refused("The address has blanks or letters that belong percent-encoded; write it so")
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise Refused("The address has a host or port that can't be read; correct it") from None
    if url.scheme not in _PORTS:
        raise Refused("Calendars are fetched by http or https only; write an https:// address")
    host = (url.hostname or "").rstrip(".")
    if not host or port == 0 or "%" in host:
        raise Refused("The address has no host that can be asked; write https://host/…")
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return Address(
        url.scheme,
        host,
        port or _PORTS[url.scheme],
        target,
        _plain(url.username),
        _plain(url.password),
    )


def led_on(address: Address, location: str) -> Address:
    """Return where a redirect leads; user and password stay with the server they were given for."""
    try:
        there = parsed(urljoin(address.url, location))
    except ValueError:
        raise Refused(f"{address.shown} leads to an address that can't be read") from None
    except Refused as refusal:
        raise Refused(f"{address.shown} leads elsewhere: {refusal}") from None
    if address.is_secure and not there.is_secure:
        raise Refused(f"{address.shown} leads from https to http; use an address that stays secure")
    known = there.origin == address.origin
    username, password = (address.username, address.password) if known else (None, None)
    return Address(there.scheme, there.host, there.port, there.target, username, password)


def is_named(address: Address, allow_hosts: Collection[str]) -> bool:
    """Tell whether the configuration names this host."""
    names = {name.strip().strip("[]").rstrip(".").lower() for name in allow_hosts}
    return not names.isdisjoint({address.host, f"{address.host}:{address.port}"})


def is_public(text: str) -> bool:
    """Tell whether an IP address is somebody's on the open internet, and nothing else."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address.is_site_local or any(address in network for network in _CARRIERS):
            return False
    return _is_open(address)


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    if any(address in network for network in _KEPT):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local
    )


def _plain(text: str | None) -> str | None:
    return None if text is None else unquote(text)
