"""Which cards lie at a reader, so that each is a tap once, when it comes.

Cards are lost for moments while they lie still, and two in one wallet answer by turns. A card or
phone that makes up its number gives another one each time the field comes on (ISO/IEC 14443-3,
6.5.4): all such numbers are one card here, or it would tap as often as it is looked at.
"""

from devices.uid import Uid

_SHORT, _RANDOM = 4, 0x08
_MADE_UP = Uid(b"")


class Lying:
    """Remembers when each card was last there, in seconds of a clock that never jumps."""

    def __init__(self, gone_after: float = 0.5, settles: float = 0.5) -> None:
        self._gone_after = gone_after
        self._settles = settles
        self._settled = 0.0
        self._seen: dict[Uid, float] = {}

    def opened(self, at: float) -> None:
        """Begin with what lies there: a device that comes back must open no door by itself."""
        self._settled = at + self._settles

    def is_new(self, uid: Uid, at: float) -> bool:
        """Tell whether the card has just come, and remember that it is there."""
        self._seen = {
            known: last for known, last in self._seen.items() if at - last < self._gone_after
        }
        new = _card(uid) not in self._seen
        self.still(uid, at)
        return new and at >= self._settled

    def still(self, uid: Uid, at: float) -> None:
        """Remember that the card is there at this moment too."""
        self._seen[_card(uid)] = at


def _card(uid: Uid) -> Uid:
    return _MADE_UP if len(uid) == _SHORT and uid[0] == _RANDOM else uid
