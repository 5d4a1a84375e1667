"""One card, one number: a badge number as bytes in ISO order, whatever text a reader prints.

Lengths: ISO/IEC 14443-3 gives 4, 7 or 10 bytes, FeliCa and ISO 15693 give 8, EM4100 gives 5.
Other formats than plain and reversed hex arrive with the readers that print them.
"""

import hashlib
from typing import NewType

Uid = NewType("Uid", bytes)
LENGTHS = frozenset({4, 5, 7, 8, 10})
LONGEST_TEXT = 64
_SHORT = 4
_SEPARATORS = str.maketrans("", "", ":- ")


class NotAUid(ValueError):
    """The text is no badge number; the sentence says why."""


def parse(text: str) -> Uid:
    """Return a hex number as 4, 5, 7, 8 or 10 bytes; any case, `:`, `-`, blanks allowed.

    Refuses anything else with `NotAUid`. Whether a well-formed number can be a badge at all is
    another question: see `never_a_badge`.
    """
    if len(text) > LONGEST_TEXT:
        raise NotAUid(f"a badge number has at most {LONGEST_TEXT} characters, this has {len(text)}")
    digits = text.translate(_SEPARATORS)
    if not (digits.isascii() and digits.isalnum()):
        raise NotAUid("a badge number is hexadecimal: digits 0-9 and letters A-F")
    try:
        number = bytes.fromhex(digits)
    except ValueError:
        raise NotAUid(
            "a badge number is hexadecimal: an even count of digits 0-9 and letters A-F"
        ) from None
    if len(number) not in LENGTHS:
        raise NotAUid(f"a badge number has 4, 5, 7, 8 or 10 bytes, this has {len(number)}")
    return Uid(number)


def never_a_badge(uid: Uid) -> str | None:
    """Return why this number can be nobody's badge, or None if it can.

    A 4-byte number beginning 08 is random at every tap, one beginning 88 is the first piece of a
    longer one (ISO/IEC 14443-3, 6.5.4); readers print zeros when they could not read.
    """
    if not any(uid):
        return "the number is all zeros: the reader could not read the card"
    if len(uid) == _SHORT and uid[0] == 0x08:  # noqa: PLR2004 - the standard's value
        return "the number begins with 08: a phone or card that shows a new number at every tap"
    if len(uid) == _SHORT and uid[0] == 0x88:  # noqa: PLR2004 - the standard's value
        return "the number begins with 88: the reader gave only a piece of a longer number"
    return None


def shown(uid: Uid) -> str:
    """Return the number as people read it: upper-case hex."""
    return uid.hex().upper()


def tail(uid: Uid) -> str:
    """Return the last four digits, the only part that is ever stored or shown."""
    return uid.hex()[-4:].upper()


def keyed_hash(uid: Uid, key: bytes) -> bytes:
    """Return what is stored instead of the number: keyed BLAKE2b (RFC 7693) of the site's key."""
    return hashlib.blake2b(uid, key=key, digest_size=32).digest()
