"""An open NFC reader: looks for cards by turns of technology, and speaks to the one it found.

Nothing is asked of a card but its number, unless somebody examines it. MIFARE Classic has no more
to give: nfcpy does not speak its cipher.
"""

from collections.abc import Callable, Mapping, Sequence

import nfc
import nfc.clf
import nfc.tag

from devices.contract import Unreachable
from devices.nfc.front import TROUBLE, close_front, words_for
from devices.readers import acr122
from devices.readers.port import Found
from devices.uid import Uid

TYPE_A, TYPE_B, FELICA = "106A", "106B", "212F"
_ISO_DEP = 0x20
_SHOWING = 1.5
_CARD_TROUBLE = (nfc.tag.TagCommandError, nfc.clf.CommunicationError, *TROUBLE)


class Turns:
    """Which technologies to try next: type A each time, the others now and then.

    Each try costs the wait for an answer that mostly never comes. What was found last is tried
    first, so that a card that lies there goes on being seen.
    """

    def __init__(self, others: Sequence[str], every: int = 6) -> None:
        self._others = others
        self._every = every
        self._count = 0
        self._last = TYPE_A

    def next(self) -> tuple[str, ...]:
        """Return what to try now, in this order."""
        self._count += 1
        wanted = [self._last, TYPE_A]
        if self._others and self._count % self._every == 0:
            wanted.append(self._others[self._count // self._every % len(self._others)])
        return tuple(dict.fromkeys(wanted))

    def found(self, technology: str | None) -> None:
        """Remember what answered."""
        self._last = technology or TYPE_A


class NfcCard:
    """A card in the field that speaks ISO 14443-4, activated when it is first asked something."""

    def __init__(self, front: nfc.ContactlessFrontend, target: nfc.clf.RemoteTarget) -> None:
        self._front = front
        self._target = target
        self._tag: nfc.tag.Tag | None = None
        self.uid = Uid(bytes(target.sdd_res))

    def transceive(self, command: bytes) -> bytes:
        """Send a command, return the answer whole; raises Unreachable if the card has gone."""
        try:
            if self._tag is None:
                self._tag = nfc.tag.activate(self._front, self._target)
            if self._tag is None:
                raise Unreachable("the card does not answer any more")
            return bytes(self._tag.transceive(bytearray(command)))
        except _CARD_TROUBLE as trouble:
            raise Unreachable("the card does not answer any more") from trouble


class NfcReader:
    """One nfcpy front end."""

    def __init__(self, front: nfc.ContactlessFrontend, device: str) -> None:
        self._front = front
        self._device = device
        # nfcpy's `udp` driver waits a second for each technology that nobody answers.
        self._turns = Turns(() if device.startswith("udp:") else (FELICA, TYPE_B))
        self._show: Callable[[bytearray, float], object] | None = getattr(
            getattr(front.device, "chipset", None), "ccid_xfr_block", None
        )

    def look(self) -> Found | None:
        """Return the card that answers first; raises Unreachable."""
        targets = [nfc.clf.RemoteTarget(each) for each in self._turns.next()]
        try:
            target = self._front.sense(*targets)
        except TROUBLE as trouble:
            raise Unreachable(f"{self._device} {words_for(trouble)}") from trouble
        self._turns.found(None if target is None else target.brty)
        return None if target is None else _found(self._front, target)

    def show(self, *, granted: bool) -> None:
        """Blink and beep on an ACR122U; a bare PN532 has nothing to show."""
        if self._show is None:
            return
        try:
            self._show(bytearray(acr122.shows(granted=granted)), _SHOWING)
        except TROUBLE as trouble:
            raise Unreachable(f"{self._device} {words_for(trouble)}") from trouble

    def close(self) -> None:
        """Let go of the device."""
        close_front(self._front)


def _found(front: nfc.ContactlessFrontend, target: nfc.clf.RemoteTarget) -> Found | None:
    uid = _NUMBERS[target.brty](target)
    if not uid:
        return None
    if target.brty != TYPE_A or not target.sdd_res:
        return Found(Uid(bytes(uid)))
    card = NfcCard(front, target)
    speaks = target.sel_res and target.sel_res[0] & _ISO_DEP
    return Found(Uid(bytes(uid)), card if speaks else None, chip=card)


def _number_a(target: nfc.clf.RemoteTarget) -> bytes:
    """Return UID or, of a Type 1 tag, the four bytes of it that it tells (Digital 1.1, 7.6)."""
    return bytes(target.sdd_res or (target.rid_res or b"")[2:6])


def _number_b(target: nfc.clf.RemoteTarget) -> bytes:
    return bytes((target.sensb_res or b"")[1:5])


def _number_f(target: nfc.clf.RemoteTarget) -> bytes:
    return bytes((target.sensf_res or b"")[1:9])


_NUMBERS: Mapping[str, Callable[[nfc.clf.RemoteTarget], bytes]] = {
    TYPE_A: _number_a,
    TYPE_B: _number_b,
    FELICA: _number_f,
}
