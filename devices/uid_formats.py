"""How readers write one card's number, and what of it can be told from what they wrote.

`hex` and `hex-reversed` keep the whole number. The others lose digits: leading zeros, a version
byte, all but 24 bits. Their text is an alias; who knows whole numbers can say which aliases a card
has (`aliases_of`), and nobody can say the number from an alias.
Sources: ISO/IEC 14443-3 (order, cascade tag 88); SIA 26 bits (H10301); EM4100 data sheet; the
arithmetic of printed cards is proxmark3's (`doc/cards`), worked out again in the tests.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from devices import uid
from devices.uid import NotAUid, Uid

_EM = 5
_CASCADED = frozenset({7, 10})
_CASCADE_TAG = b"\x88"
_CASCADE = 0x88
_BITS_24, _BITS_32, _BITS_40, _BITS_80 = 1 << 24, 1 << 32, 1 << 40, 1 << 80
_DIGITS = re.compile(r"[0-9]{1,25}")
_PAIR = re.compile(r"([0-9]{1,3})[,:]([0-9]{1,5})")
_UNPADDED = re.compile(r"[0-9A-Fa-f]{1,20}")


class Number(NamedTuple):
    """What a reader wrote. With an `alias`, a format that loses digits, `uid` is the text itself.

    That text is canonical: two texts of one card in one format are the same text.
    """

    uid: Uid
    alias: str | None = None

    def __repr__(self) -> str:
        return f"Number(…, {self.alias!r})"


def read(text: str, uid_format: str = "hex") -> Number:
    """Return what a text in a format says; raises NotAUid for one that does not fit it.

    Whether it can be a badge at all is another question, see `never_a_badge`.
    """
    if len(text) > uid.LONGEST_TEXT:
        raise NotAUid(
            f"a badge number has at most {uid.LONGEST_TEXT} characters, this has {len(text)}"
        )
    if uid_format in _WHOLE:
        return Number(_WHOLE[uid_format](text))
    return Number(Uid(_LOSSY[uid_format].read(text.strip()).encode()), uid_format)


def aliases_of(number: Uid) -> Iterator[Number]:
    """Yield what readers may write for this card in formats that lose digits."""
    for name, each in _LOSSY.items():
        for text in each.texts(number):
            yield Number(Uid(text.encode()), name)


def never_a_badge(number: Number) -> str | None:
    """Return why this can be nobody's badge, or None; see `devices.uid.never_a_badge`."""
    if number.alias is None:
        return uid.never_a_badge(number.uid)
    text = number.uid.decode()
    if not text.strip("0,"):
        return "the number is all zeros: the reader could not read the card"
    first = _LOSSY[number.alias].first(text)
    if first is None:
        return None
    return uid.never_a_badge(Uid(bytes((first, 0, 0, 1))))


def tail(number: Number) -> str:
    """Return the last four digits, the only part that is ever stored or shown."""
    return uid.tail(number.uid) if number.alias is None else number.uid.decode()[-4:].upper()


def keyed_hash(number: Number, key: bytes) -> bytes:
    """Return what is stored in the number's place; no alias has the hash of a whole number."""
    if number.alias is None:
        return uid.keyed_hash(number.uid, key)
    return uid.keyed_hash(Uid(f"alias of a card, {number.alias}: ".encode() + number.uid), key)


def _reversed(text: str) -> Uid:
    return Uid(uid.parse(text)[::-1])


def _decimal(text: str, end: int, bits: int) -> str:
    if not _DIGITS.fullmatch(text):
        raise NotAUid("a badge number in this format is decimal: digits 0-9 and nothing else")
    value = int(text)
    if value >= end:
        raise NotAUid(f"a badge number in this format has at most {bits} bits, this has more")
    return str(value)


def _pair(text: str) -> str | None:
    """Return `facility,number` without padding; None if the text is no such pair."""
    found = _PAIR.fullmatch(text)
    if found is None:
        return None
    facility, number = int(found[1]), int(found[2])
    if facility > 0xFF or number > 0xFFFF:  # noqa: PLR2004 - eight and sixteen bits
        raise NotAUid("a badge number as a pair is at most 255,65535")
    return f"{facility},{number}"


def _read_unpadded(text: str) -> str:
    if not _UNPADDED.fullmatch(text):
        raise NotAUid("a badge number in this format is 1 to 20 digits 0-9 and letters A-F")
    return text.lower()


def _read_decimal(text: str) -> str:
    return _decimal(text, _BITS_80, 80)


def _read_wiegand26(text: str) -> str:
    pair = _pair(text)
    if pair is None:
        return _decimal(text, _BITS_24, 24)
    facility, number = pair.split(",")
    return str(int(facility) << 16 | int(number))


def _read_wiegand34(text: str) -> str:
    return _decimal(text, _BITS_32, 32)


def _read_em4100(text: str) -> str:
    return _pair(text) or _decimal(text, _BITS_40, 40)


def _unpadded(number: Uid) -> Iterator[str]:
    yield "".join(f"{byte:x}" for byte in number)


def _in_order(number: Uid) -> Iterator[str]:
    yield str(int.from_bytes(number))


def _backwards(number: Uid) -> Iterator[str]:
    yield str(int.from_bytes(number, "little"))


def _wiegand26(number: Uid) -> Iterator[str]:
    """Yield the 24 bits: an EM4100's last three bytes, else the first three the other way round."""
    if len(number) == _EM:
        yield str(int.from_bytes(number[-3:]))
    else:
        yield str(int.from_bytes(number[:3], "little"))


def _wiegand34(number: Uid) -> Iterator[str]:
    """Yield the 32 bits; of a longer number readers give the first cascade level, with its 88."""
    if len(number) == _EM:
        yield str(int.from_bytes(number[1:]))
    elif len(number) in _CASCADED:
        yield str(int.from_bytes(_CASCADE_TAG + number[:3], "little"))
    else:
        yield str(int.from_bytes(number[:4], "little"))


def _em4100(number: Uid) -> Iterator[str]:
    """Yield what is printed on the card: ten digits, facility and number, all five bytes."""
    if len(number) != _EM:
        return
    yield str(int.from_bytes(number[1:]))
    if number[0]:
        yield str(int.from_bytes(number))
    yield f"{number[2]},{int.from_bytes(number[3:])}"


def _big_end(text: str) -> int | None:
    """Return the first byte of four, if the decimal number can be of four bytes."""
    value = int(text)
    return value >> 24 if _BITS_24 <= value < _BITS_32 else None


def _little_end(text: str) -> int | None:
    value = int(text)
    return value & 0xFF if value < _BITS_32 else None


def _wiegand34_first(text: str) -> int | None:
    first = _little_end(text)
    return None if first == _CASCADE else first


def _unpadded_first(text: str) -> int | None:
    """Return the first byte of four that were printed with all their digits."""
    return int(text[:2], 16) if len(text) == 8 else None  # noqa: PLR2004 - four bytes


def _no_first(_: str) -> None:
    return None


class _Format(NamedTuple):
    """A format that loses digits. `first`: the first byte of a four-byte number, if that shows."""

    read: Callable[[str], str]
    texts: Callable[[Uid], Iterator[str]]
    first: Callable[[str], int | None]


_WHOLE: Mapping[str, Callable[[str], Uid]] = {"hex": uid.parse, "hex-reversed": _reversed}
_LOSSY: Mapping[str, _Format] = {
    "hex-unpadded": _Format(_read_unpadded, _unpadded, _unpadded_first),
    "decimal": _Format(_read_decimal, _in_order, _big_end),
    "decimal-reversed": _Format(_read_decimal, _backwards, _little_end),
    "wiegand26": _Format(_read_wiegand26, _wiegand26, _no_first),
    "wiegand34": _Format(_read_wiegand34, _wiegand34, _wiegand34_first),
    "em4100": _Format(_read_em4100, _em4100, _no_first),
}
FORMATS = (*_WHOLE, *_LOSSY)
"""Their names, as the settings and `uid_format` in HTTP have them."""
