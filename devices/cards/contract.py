"""What a card is to who examines it: one in the field, whatever reader holds it there."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from devices.contract import Proof
from devices.uid import Uid


class Transceiver(Protocol):
    """One card that lies at a reader now."""

    @property
    def uid(self) -> Uid:
        """Return the number it gave when it was found; random for some cards."""

    def transceive(self, command: bytes) -> bytes:
        """Send a command, return the answer whole, status bytes included.

        Raises Unreachable if the card has gone or does not answer.
        """


Examiner = Callable[[Transceiver], Proof | None]
"""Asks a card to prove itself. None: it is none of the cards that we could ask."""


class Looked(NamedTuple):
    """What a look at a new badge showed: NXP's signature over its number, and the factory's key."""

    originality: str
    delivered: bool


Scrutiniser = Callable[[Transceiver], Looked]
"""Looks at a card that is to be a badge; never raises."""
