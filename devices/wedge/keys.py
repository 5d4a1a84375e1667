"""Key presses become a card's number: digits and letters, ended by Enter. Pure.

Codes are those of linux/input-event-codes.h; such readers press keys of a US layout whatever the
host's layout is. A number whose keys come too slowly is a person's, and nobody's badge.
"""

from collections.abc import Mapping

ENTER = frozenset({28, 96})
"""KEY_ENTER and KEY_KPENTER."""
_PRESS = 1
_PAUSE = 0.2
"""Seconds between two keys: a reader needs a few thousandths."""
_LONGEST = 64
_ROWS = (
    (2, "1234567890"),
    (16, "QWERTYUIOP"),
    (30, "ASDFGHJKL"),
    (44, "ZXCVBNM"),
    (71, "789"),
    (75, "456"),
    (79, "1230"),
)
KEYS: Mapping[int, str] = {
    first + number: sign for first, row in _ROWS for number, sign in enumerate(row)
} | {12: "-", 51: ",", 57: " ", 39: ":", 52: ".", 11: "0"}
"""Code -> sign; shift changes nothing that a number has."""


class Typed:
    """What has been typed since the last Enter."""

    def __init__(self) -> None:
        self._text = ""
        self._at = float("-inf")

    def key(self, code: int, value: int, at: float) -> str | None:
        """Take in a key event at a moment in seconds; return the number that Enter ends."""
        if value != _PRESS:
            return None
        if at - self._at > _PAUSE:
            self._text = ""
        self._at = at
        if code in ENTER:
            text, self._text = self._text, ""
            return text if 0 < len(text) <= _LONGEST else None
        if len(self._text) <= _LONGEST:
            self._text += KEYS.get(code, "")
        return None
