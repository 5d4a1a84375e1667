"""Card data of OSDP: bits, left-aligned, with their count. Pure.

Sources: SIA OSDP 2.2, 7.10 (osdp_RAW); H10301 (26 bits) and H10306 (34 bits) with their parities.
"""

from collections.abc import Mapping
from typing import NamedTuple

from devices.readers.port import Found, Misread
from devices.uid import LENGTHS, NotAUid, Uid
from devices.uid_formats import read


class _Wiegand(NamedTuple):
    """`even` and `odd`: how many data bits from the front and from the back each parity covers."""

    written: str
    even: int
    odd: int


_WIEGAND: Mapping[int, _Wiegand] = {
    26: _Wiegand("wiegand26", 12, 12),
    34: _Wiegand("wiegand34", 16, 16),
}


def card_in(data: bytes, bits: int) -> Found | Misread:
    """Return the card: Wiegand with its parities checked, else a whole number of whole bytes."""
    if not 0 < bits <= len(data) * 8:
        return Misread("the reader sent fewer bits than it says")
    value = int.from_bytes(data) >> (len(data) * 8 - bits)
    wiegand = _WIEGAND.get(bits)
    if wiegand is not None:
        return _wiegand(value, bits, wiegand)
    if bits % 8 or bits // 8 not in LENGTHS:
        return Misread(f"the reader sent {bits} bits, which is no card's number")
    return Found(Uid(value.to_bytes(bits // 8)))


def _wiegand(value: int, bits: int, kind: _Wiegand) -> Found | Misread:
    inner = value >> 1 & (1 << bits - 2) - 1
    front, back = inner >> bits - 2 - kind.even, inner & (1 << kind.odd) - 1
    even, odd = value >> bits - 1, value & 1
    if front.bit_count() % 2 != even or back.bit_count() % 2 == odd:
        return Misread(f"the parity of {bits} bits does not fit")
    try:
        number = read(str(inner), kind.written)
    except NotAUid as why:
        return Misread(str(why))
    return Found(number.uid, alias=number.alias)
