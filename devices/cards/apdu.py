"""Commands to cards as ISO 7816-4 wraps them, and what an answer to one says."""

from typing import NamedTuple

from devices.cards.contract import Transceiver

DONE = 0x9100
MORE = 0x91AF
ISO_DONE = 0x9000
_STATUS_LENGTH = 2
_LONGEST = 255


class Answer(NamedTuple):
    """What came back: data, and the status word that followed them."""

    data: bytes
    status: int


NO_ANSWER = Answer(b"", 0)
"""For bytes that are no answer at all; no card has this status."""


def native(card: Transceiver, command: int, data: bytes = b"") -> Answer:
    """Send a command of NXP's own, wrapped (DESFire EV2 data sheet, 8.4: class 90)."""
    if len(data) > _LONGEST:
        raise ValueError("a short command takes at most 255 bytes")
    body = bytes([len(data)]) + data if data else b""
    return answer(card.transceive(bytes([0x90, command, 0, 0]) + body + b"\0"))


def select(card: Transceiver, name: bytes) -> Answer:
    """Select an application by its name (ISO 7816-4, 7.1.1); nothing is asked back."""
    return answer(card.transceive(b"\x00\xa4\x04\x0c" + bytes([len(name)]) + name + b"\0"))


def answer(raw: bytes) -> Answer:
    """Take an answer apart; refuses nothing, an answer too short has no status."""
    if len(raw) < _STATUS_LENGTH:
        return NO_ANSWER
    return Answer(raw[:-_STATUS_LENGTH], int.from_bytes(raw[-_STATUS_LENGTH:]))
