"""What an NTAG 424 DNA says of itself in an address: read, checked, never believed before.

Secure Dynamic Messaging, NXP AN12196 rev. 2.0, 3.3 and 3.4; the address comes from anywhere.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from devices.cards import aes
from devices.cards.keys import SunKeys
from devices.cards.shown import NAMES, Genuine, Names
from devices.contract import Forged
from devices.uid import Uid

LONGEST = 512
_UID_LENGTH = 7
_COUNTER_LENGTH = 3
_MAC_LENGTH = 8
_LRP_LENGTH = 24
_WITH_UID_AND_COUNTER = 0xC7
_MAC_KEY = bytes.fromhex("3CC300010080")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


class _Odd(Exception):
    """The address is none that one of our cards makes; the sentence says why, without a number."""


class _Part(NamedTuple):
    """A value of the address and where it begins."""

    text: str
    start: int


def check(url: str, keys: SunKeys, names: Names = NAMES) -> Genuine | Forged:
    """Return whose address this is, or why it is nobody's; not whether it was used before."""
    try:
        return _checked(url, keys, names)
    except _Odd as why:
        return Forged(str(why))


def _checked(url: str, keys: SunKeys, names: Names) -> Genuine | Forged:
    if len(url) > LONGEST or not url.isascii():
        raise _Odd("the address is too long or not plain ASCII")
    parts = _parts(url)
    picc, mac = _one(parts, names.picc), _one(parts, names.mac)
    if mac is None:
        raise _Odd("the address carries no MAC")
    sent = _octets(mac, "MAC", _MAC_LENGTH)
    if picc is None:
        uid, counter, first = _plain(parts, names)
    else:
        uid, counter, first = *_deciphered(picc, keys.meta), picc.start
    key = aes.cmac(keys.file_of(uid), _MAC_KEY + uid + counter)
    for signed in _signed(url, first, _one(parts, names.enc), mac):
        if aes.is_same(aes.cut_cmac(key, signed), sent):
            return Genuine(uid, int.from_bytes(counter, "little"))
    return Forged("the MAC is not that of our card")


def _signed(url: str, first: int, enc: _Part | None, mac: _Part) -> Iterator[bytes]:
    """Give what the MAC may be over, by how the card was set up (AN12196, 3.4.4).

    Nothing; or what stands before the MAC, from the enciphered file or from the first mirror on.
    A key of this uid and counter signs one message only, so trying all three gives nothing away.
    """
    yield b""
    if enc is not None and enc.start < mac.start:
        yield url[enc.start : mac.start].encode()
    if first < mac.start:
        yield url[first : mac.start].encode()


def _deciphered(picc: _Part, key: bytes) -> tuple[Uid, bytes]:
    """Return uid and counter out of PICCData (AN12196, 3.4.2)."""
    if len(picc.text) == 2 * _LRP_LENGTH:
        raise _Odd("the card speaks LRP, which is not supported; set it up with AES")
    data = aes.decrypted(key, _octets(picc, "PICC data", aes.BLOCK))
    if data[0] != _WITH_UID_AND_COUNTER:
        raise _Odd("the PICC data are not enciphered with our key")
    end = 1 + _UID_LENGTH
    return Uid(data[1:end]), data[end : end + _COUNTER_LENGTH]


def _plain(parts: Mapping[str, _Part], names: Names) -> tuple[Uid, bytes, int]:
    """Return uid, counter and where they begin; the counter is printed high byte first."""
    uid, counter = _one(parts, names.uid), _one(parts, names.counter)
    if uid is None or counter is None:
        raise _Odd("the address carries neither PICC data nor uid and counter")
    number = Uid(_octets(uid, "uid", _UID_LENGTH))
    return number, _octets(counter, "counter", _COUNTER_LENGTH)[::-1], min(uid.start, counter.start)


def _octets(part: _Part, what: str, length: int) -> bytes:
    if len(part.text) != 2 * length or not _HEX.fullmatch(part.text):
        raise _Odd(f"the {what} has not {2 * length} hex digits")
    return bytes.fromhex(part.text)


def _one(parts: Mapping[str, _Part], names: tuple[str, ...]) -> _Part | None:
    found = [parts[name] for name in names if name in parts]
    if len(found) > 1:
        raise _Odd("the address carries a part under two names")
    return found[0] if found else None


def _parts(url: str) -> dict[str, _Part]:
    """Return the parameters of the address with their places; a `#` ends them."""
    end = url.find("#")
    query = url if end < 0 else url[:end]
    start = query.find("?") + 1
    parts: dict[str, _Part] = {}
    if not start:
        return parts
    for pair in query[start:].split("&"):
        name, equals, value = pair.partition("=")
        if name in parts:
            raise _Odd("the address carries a part twice")
        if equals:
            parts[name] = _Part(value, start + len(name) + 1)
        start += len(pair) + 1
    return parts
