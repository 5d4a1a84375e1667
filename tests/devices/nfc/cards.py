"""Cards that can be laid on the chip of `pn532_chip.py`, as they answer at the air."""

from collections.abc import Callable
from dataclasses import dataclass

from devices.uid import Uid

Speak = Callable[[bytes], bytes]
_RATS, _R_BLOCK, _S_BLOCK, _NAK = 0xE0, 0xA0, 0xC0, 0x10
_CHAINED, _NUMBER = 0x10, 0x01
_ATS = bytes.fromhex("0578808002")
_FRAME = 100


@dataclass(frozen=True, slots=True)
class PlainCard:
    """A card of type A that gives its number and nothing else: NTAG, MIFARE Classic."""

    uid: Uid
    sak: int = 0x00

    def listing(self) -> bytes:
        """Return it as InListPassiveTarget tells it: ATQA, SAK, length, number."""
        atqa = {4: b"\x00\x04", 7: b"\x00\x44", 10: b"\x00\x84"}[len(self.uid)]
        return atqa + bytes((self.sak, len(self.uid))) + self.uid

    def exchange(self, _: bytes) -> bytes | None:
        """Keep silent."""
        return None


class SpeakingCard:
    """A card of ISO 14443-4: blocks, chains and repeats around what `speak` answers."""

    def __init__(self, uid: Uid, speak: Speak, sak: int = 0x20) -> None:
        self.plain = PlainCard(uid, sak)
        self.uid = uid
        self._speak = speak
        self._command = b""
        self._left: list[bytes] = []
        self._last = b""

    def listing(self) -> bytes:
        """Return it as InListPassiveTarget tells it."""
        return self.plain.listing()

    def exchange(self, block: bytes) -> bytes | None:
        """Answer one block (ISO/IEC 14443-4, 7); None where a card keeps silent."""
        head = block[0]
        if head == _RATS:
            self._command, self._left = b"", []
            return _ATS
        if head & 0xE0 == _R_BLOCK:
            return self._repeated_or_next(head)
        if head & 0xC0 == _S_BLOCK:
            return block[:1]
        self._command += block[1:]
        if head & _CHAINED:
            return bytes((_R_BLOCK | 0x02 | head & _NUMBER,))
        answer, self._command = self._speak(self._command), b""
        self._left = [answer[at : at + _FRAME] for at in range(0, len(answer), _FRAME)] or [b""]
        return self._next(head & _NUMBER)

    def _repeated_or_next(self, head: int) -> bytes | None:
        if head & _NAK:
            return self._last or None
        return self._next(head & _NUMBER)

    def _next(self, number: int) -> bytes:
        piece = self._left.pop(0)
        self._last = bytes((0x02 | number | (_CHAINED if self._left else 0),)) + piece
        return self._last


class Tag424:
    """What an NTAG 424 DNA says to a phone: its application, its NDEF file, a new one each time."""

    def __init__(self, files: Callable[[], bytes]) -> None:
        self._files = files
        self._open = b""

    def __call__(self, command: bytes) -> bytes:
        """Answer one command of ISO 7816-4."""
        ins, data = command[1], command[5 : 5 + command[4]] if len(command) > 5 else b""
        if ins == 0xA4 and data == bytes.fromhex("D2760000850101"):
            return b"\x90\x00"
        if ins == 0xA4 and data == b"\xe1\x04":
            self._open = self._files()
            return b"\x90\x00"
        if ins == 0xB0 and self._open:
            at, length = int.from_bytes(command[2:4]), command[4] or 256
            return self._open[at : at + length] + b"\x90\x00"
        return b"\x6a\x82"
