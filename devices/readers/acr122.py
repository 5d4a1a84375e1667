"""What an ACR122U shows: light and buzzer by a command of its own (ACS API V2.04, 6.2).

The bytes are the same through PC/SC and through nfcpy.
"""

import re

_GREEN, _RED = 0xA0, 0x50
"""The light blinks, and is then as it was before."""
GRANTED = bytes((0xFF, 0x00, 0x40, _GREEN, 0x04, 5, 0, 1, 0))
REFUSED = bytes((0xFF, 0x00, 0x40, _RED, 0x04, 1, 1, 2, 1))
SILENT = bytes.fromhex("FF00520000")
"""Let it not beep at every card by itself: a beep is an answer."""
_NAME = re.compile(r"\bACR122", re.IGNORECASE)


def is_one(name: str) -> bool:
    """Tell whether a reader's name in PC/SC is that of an ACR122U."""
    return _NAME.search(name) is not None


def shows(*, granted: bool) -> bytes:
    """Return the command that shows an answer: green for half a second, or red twice with beeps."""
    return GRANTED if granted else REFUSED
