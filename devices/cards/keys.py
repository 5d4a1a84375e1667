"""The keys that make cards ours, read from the text of a key file; every card has its own.

What is on a card is made of a master key and the card's number (NXP AN10922, 2.2), so whoever
opens up one card has one card. Nothing here reads files: see `daemon/card_keys.py`.
"""

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.cards import aes
from devices.uid import Uid

LENGTH = 16
_AID_LENGTH = 3
_MOST_KEYS = 14
_AES128 = b"\x01"
_LONGEST_INPUT = 31
_KNOWN = frozenset(
    {
        bytes(range(LENGTH)),
        bytes.fromhex("00112233445566778899AABBCCDDEEFF"),
        bytes.fromhex("0123456789ABCDEF0123456789ABCDEF"),
        bytes.fromhex("00102030405060708090A0B0B0A09080"),
        bytes.fromhex("404142434445464748494A4B4C4D4E4F"),
    }
)
"""Keys of data sheets and sample code, which cloners try first."""


class UnusableKeys(Exception):
    """The key file can't be used; the sentence says why and what to do, and tells no key."""


@dataclass(frozen=True, slots=True)
class SunKeys:
    """What NTAG 424 DNA signs its address with. `meta` is the same on all cards, to find the uid.

    Of `file`, the master, each card has its own.
    """

    meta: bytes = field(repr=False)
    file: bytes = field(repr=False)

    def file_of(self, uid: Uid) -> bytes:
        """Return the card's K_SDMFileRead."""
        return diversified(self.file, uid)


@dataclass(frozen=True, slots=True)
class AppKeys:
    """An application's key for mutual authentication. `application` empty: the card's only one.

    `shared` lets a card tell its number that shows a random one; key number `shared_number`.
    """

    master: bytes = field(repr=False)
    number: int
    application: bytes = b""
    shared: bytes | None = field(default=None, repr=False)
    shared_number: int = 0

    def key_of(self, uid: Uid) -> bytes:
        """Return the card's own key."""
        return diversified(self.master, uid, self.application)


@dataclass(frozen=True, slots=True)
class CardKeys:
    """All that a key file holds; None for a kind of card it says nothing of."""

    sun: SunKeys | None = None
    desfire: AppKeys | None = None
    ntag424: AppKeys | None = None


def diversified(master: bytes, uid: Uid, application: bytes = b"") -> bytes:
    """Return a card's own AES-128 key: CMAC of 01, uid, application (AN10922, 2.2).

    A message shorter than two blocks is filled up to them (80 00 …) before it is signed, unlike a
    plain CMAC's, which stops at the next block.
    """
    message = _AES128 + uid + application
    if len(message) > _LONGEST_INPUT + 1:
        raise ValueError("AN10922 takes at most 31 bytes")
    return _filled_cmac(master, message)


def _filled_cmac(key: bytes, message: bytes) -> bytes:
    """Return the CBC-MAC over exactly two blocks, the last masked by K1 if full, else by K2."""
    full = 2 * aes.BLOCK
    first, second = _subkeys(key)
    mask = first if len(message) == full else second
    padded = message if len(message) == full else (message + b"\x80").ljust(full, b"\0")
    last = bytes(a ^ b for a, b in zip(padded[aes.BLOCK :], mask, strict=True))
    return aes.encrypted(key, padded[: aes.BLOCK] + last)[-aes.BLOCK :]


def _subkeys(key: bytes) -> tuple[bytes, bytes]:
    first = _doubled(aes.block(key, aes.ZERO_IV))
    return first, _doubled(first)


def _doubled(value: bytes) -> bytes:
    """Return twice the value in GF(2^128) (SP 800-38B, 6.1)."""
    number = int.from_bytes(value) << 1
    if value[0] & 0x80:
        number ^= 0x87
    return (number & ((1 << 128) - 1)).to_bytes(aes.BLOCK)


def read(text: str) -> CardKeys:
    """Return the keys in the text of a key file; raises UnusableKeys, which names no key."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        raise UnusableKeys("is not TOML; write a new one with `usciere cards new-key`") from None
    odd = sorted(set(document) - set(_TABLES))
    if odd or not document:
        tables = ", ".join(f"[{name}]" for name in _TABLES)
        raise UnusableKeys(f"holds something else than the tables {tables}")
    kinds = {name: _TABLES[name](_Table(name, value)) for name, value in document.items()}
    keys = CardKeys(**kinds)  # type: ignore[arg-type]  # each table makes what its field holds
    _check_all_differ(keys)
    return keys


def _check_all_differ(keys: CardKeys) -> None:
    apps = [app for app in (keys.desfire, keys.ntag424) if app is not None]
    held = [keys.sun.meta, keys.sun.file] if keys.sun is not None else []
    held += [app.master for app in apps]
    held += [app.shared for app in apps if app.shared is not None]
    if len(set(held)) < len(held):
        raise UnusableKeys("holds one key twice; every key must be another")


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    value: object

    def taken(self, needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> Mapping[str, object]:
        """Return what is in the table; refuses keys that are missing or that nobody knows."""
        if not isinstance(self.value, dict):
            raise UnusableKeys(f"[{self.name}] is no table")
        for key in needed:
            if key not in self.value:
                raise UnusableKeys(f"[{self.name}] lacks `{key}`")
        if set(self.value) - {*needed, *allowed}:
            raise UnusableKeys(f"[{self.name}] takes {', '.join((*needed, *allowed))} only")
        return self.value

    def octets(self, key: str, value: object, length: int) -> bytes:
        """Return the hex digits of a value as that many bytes."""
        try:
            found = bytes.fromhex(value) if isinstance(value, str) else b""
        except ValueError:
            found = b""
        if len(found) != length:
            digits = 2 * length
            raise UnusableKeys(f"[{self.name}] `{key}` is not {digits} hex digits in quotes")
        return found

    def key(self, key: str, value: object) -> bytes:
        """Return a key; refuses one that everybody has."""
        found = self.octets(key, value, LENGTH)
        if is_everybodys(found):
            raise UnusableKeys(
                f"[{self.name}] `{key}` is a key that everybody knows, as new cards have; "
                "write new ones with `usciere cards new-key`"
            )
        return found

    def number(self, key: str, value: object) -> int:
        """Return a key's number on the card."""
        if type(value) is not int or not 0 <= value < _MOST_KEYS:
            raise UnusableKeys(f"[{self.name}] `{key}` is not a key's number from 0 to 13")
        return value


def is_everybodys(key: bytes) -> bool:
    """Tell whether a key protects nothing: one byte all over, or one of the data sheets."""
    return len(set(key)) == 1 or key in _KNOWN


def _sun(table: _Table) -> SunKeys:
    said = table.taken(("meta-read", "file-read"))
    return SunKeys(
        table.key("meta-read", said["meta-read"]), table.key("file-read", said["file-read"])
    )


def _desfire(table: _Table) -> AppKeys:
    said = table.taken(("application", "master", "number"), ("shared", "shared-number"))
    application = table.octets("application", said["application"], _AID_LENGTH)
    if not any(application):
        raise UnusableKeys(
            "[desfire] `application` is the card itself; name an application of yours"
        )
    return _app(table, said, application)


def _ntag424(table: _Table) -> AppKeys:
    return _app(table, table.taken(("master", "number"), ("shared", "shared-number")), b"")


def _app(table: _Table, said: Mapping[str, object], application: bytes) -> AppKeys:
    shared = said.get("shared")
    number = table.number("number", said["number"])
    shared_number = table.number("shared-number", said.get("shared-number", 0))
    if shared is not None and shared_number == number:
        raise UnusableKeys(f"[{table.name}] `shared-number` is `number` again; choose another")
    return AppKeys(
        table.key("master", said["master"]),
        number,
        application,
        None if shared is None else table.key("shared", shared),
        shared_number,
    )


_TABLES = {"sun": _sun, "desfire": _desfire, "ntag424": _ntag424}


def new_file() -> str:
    """Return the text of a key file with keys that nobody has yet."""
    return _NEW.format(*(secrets.token_hex(LENGTH).upper() for _ in range(4)))


_NEW = """\
# Keys of the cards that can prove to be genuine. Keep a copy where no other copy of anything is:
# who has this file can make cards, who loses it must write every card again.

[sun]                     # NTAG 424 DNA showing a signed address
meta-read = "{}"   # K_SDMMetaRead, the same on every card
file-read = "{}"   # master; K_SDMFileRead is diversified (AN10922)

[ntag424]                 # NTAG 424 DNA at a reader of this host
master = "{}"
number = 3

[desfire]                 # DESFire EV1, EV2, EV3 at a reader of this host
application = "F5CA01"
master = "{}"
number = 1
"""
