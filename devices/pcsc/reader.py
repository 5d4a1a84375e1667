"""An open PC/SC reader: waits for a card to come or go, asks it for its number, and for more.

One context of the daemon pcscd for each reader. What pcscd says of a reader that is gone, or of
itself being gone, is the same to us: it is looked for again.
"""

from collections.abc import Sequence

from smartcard import scard
from smartcard.scard import (
    SCARD_LEAVE_CARD,
    SCARD_PROTOCOL_T0,
    SCARD_PROTOCOL_T1,
    SCARD_S_SUCCESS,
    SCARD_SCOPE_USER,
    SCARD_SHARE_SHARED,
    SCARD_STATE_PRESENT,
    SCARD_STATE_UNAVAILABLE,
    SCARD_STATE_UNAWARE,
    SCARD_STATE_UNKNOWN,
)

from devices.contract import Unreachable
from devices.readers import acr122
from devices.readers.port import Found
from devices.uid import Uid

_WAIT = 100
"""Milliseconds to wait for a change: how long a stop may have to wait."""
_GET_UID = bytes.fromhex("FFCA000000")
"""GET DATA, UID (PC/SC part 3, 3.2.2.1.3)."""
_DONE = b"\x90\x00"
_PROTOCOLS = SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1
_GONE = SCARD_STATE_UNAVAILABLE | SCARD_STATE_UNKNOWN


class PcscCard:
    """A card in the reader that we are connected to."""

    def __init__(self, context: int, reader: str) -> None:
        said, self._card, self._protocol = scard.SCardConnect(
            context, reader, SCARD_SHARE_SHARED, _PROTOCOLS
        )
        _check(said, "the card does not answer")
        self.uid = Uid(b"")

    def transceive(self, command: bytes) -> bytes:
        """Send a command, return the answer whole; raises Unreachable if the card has gone."""
        said, answer = scard.SCardTransmit(self._card, self._protocol, list(command))
        _check(said, "the card does not answer")
        return bytes(answer)

    def tell(self) -> bool:
        """Ask for the number; tell whether the card has one."""
        answer = self.transceive(_GET_UID)
        self.uid = Uid(answer[: -len(_DONE)])
        return answer.endswith(_DONE)

    def let_go(self) -> None:
        """End the connection; leaves the card as it is."""
        scard.SCardDisconnect(self._card, SCARD_LEAVE_CARD)


class PcscReader:
    """One reader, by its whole name."""

    def __init__(self, context: int, name: str) -> None:
        self._context = context
        self._name = name
        self._state = int(SCARD_STATE_UNAWARE)
        self._card: PcscCard | None = None
        self._blinks = acr122.is_one(name)

    def look(self) -> Found | None:
        """Return the card that lies there, after a short wait; raises Unreachable."""
        before = self._state
        self._state = self._changed()
        if self._state != before:
            self._change()
        return None if self._card is None else Found(self._card.uid, self._card, chip=self._card)

    def show(self, *, granted: bool) -> None:
        """Blink and beep, on an ACR122U that still has the card."""
        if self._blinks and self._card is not None:
            self._tell_card(acr122.shows(granted=granted))

    def close(self) -> None:
        """Let go of card and reader."""
        self._forget()
        scard.SCardReleaseContext(self._context)

    def _changed(self) -> int:
        """Return the reader's state, once it is another one or the wait is over."""
        said, states = scard.SCardGetStatusChange(self._context, _WAIT, [(self._name, self._state)])
        if said == scard.SCARD_E_TIMEOUT:
            return self._state
        _check(said, f"{self._name} is unplugged")
        state = int(states[0][1])
        if state & _GONE:
            raise Unreachable(f"{self._name} is unplugged")
        return state & ~int(scard.SCARD_STATE_CHANGED)

    def _change(self) -> None:
        """Meet the card that has come, or forget the one that has gone.

        The state counts comings and goings, so a quick change of cards is not missed.
        """
        self._forget()
        if not self._state & SCARD_STATE_PRESENT:
            return
        try:
            card = PcscCard(self._context, self._name)
            if card.tell():
                self._card = card
                self._be_silent()
            else:
                card.let_go()
        except Unreachable:
            return  # taken away too soon, or a card of contacts: either way nobody's badge

    def _be_silent(self) -> None:
        if self._blinks:
            self._tell_card(acr122.SILENT)

    def _tell_card(self, command: bytes) -> None:
        """Send what is meant for the reader; a card that has gone takes it along."""
        assert self._card is not None  # noqa: S101 - asked before
        try:
            self._card.transceive(command)
        except Unreachable:
            return

    def _forget(self) -> None:
        if self._card is not None:
            self._card.let_go()
            self._card = None


def open_reader(part: str) -> PcscReader:
    """Open the first reader whose name has `part` in it; raises Unreachable."""
    said, context = scard.SCardEstablishContext(SCARD_SCOPE_USER)
    _check(said, "pcscd does not run: install pcscd and start it")
    try:
        return PcscReader(context, _named(part, _readers(context)))
    except BaseException:
        scard.SCardReleaseContext(context)
        raise


def _readers(context: int) -> Sequence[str]:
    said, names = scard.SCardListReaders(context, [])
    if said == scard.SCARD_E_NO_READERS_AVAILABLE:
        return ()
    _check(said, "pcscd does not tell its readers")
    return [str(name) for name in names]


def _named(part: str, names: Sequence[str]) -> str:
    for name in names:
        if part.casefold() in name.casefold():
            return name
    there = ", ".join(names) or "none"
    wanted = f"no reader of PC/SC is called {part!r}" if part else "PC/SC knows no reader"
    raise Unreachable(f"{wanted}; there: {there}")


def _check(said: int, trouble: str) -> None:
    if said != SCARD_S_SUCCESS:
        raise Unreachable(f"{trouble} ({scard.SCardGetErrorMessage(said)})")
