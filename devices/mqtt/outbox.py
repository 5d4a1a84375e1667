"""Messages on their way to the broker at QoS 1: numbered, windowed, given up when overdue.

MQTT 5, 3.3.4: no more than the broker's Receive Maximum may be unconfirmed. 4.4: what is
unconfirmed when the line breaks goes again on the next connection, under the same number.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from devices.mqtt import wire

_NUMBERS = 65535


@dataclass(slots=True)
class Parcel:
    """One message. `deadline` on the steady clock: not sent at or after it.

    None: not kept when the line breaks. `tag` shows up in `overdue` if the parcel is given up.
    """

    to: wire.Address
    payload: bytes
    deadline: float | None = None
    retain: bool = False
    tag: str | None = None
    packet: int = 0


class Outbox:
    """The parcels of one session."""

    def __init__(self) -> None:
        self.window = _NUMBERS
        self.overdue: list[str] = []
        self._last = 0
        self._flying: dict[int, Parcel] = {}
        self._waiting: deque[Parcel] = deque()

    def __len__(self) -> int:
        return len(self._flying) + len(self._waiting)

    @property
    def settled(self) -> bool:
        """Whether nothing waits for its turn any more."""
        return not self._waiting

    def add(self, parcel: Parcel) -> None:
        """Queue a parcel behind the others."""
        self._waiting.append(parcel)

    def leaving(self, now: float) -> Iterator[bytes]:
        """Yield the packets that may leave now; their parcels count as unconfirmed."""
        while self._waiting and len(self._flying) < self.window:
            parcel = self._waiting.popleft()
            if parcel.deadline is not None and parcel.deadline <= now:
                self._give_up(parcel)
                continue
            again = parcel.packet != 0
            parcel.packet = parcel.packet or self._number()
            self._flying[parcel.packet] = parcel
            yield wire.publish(
                parcel.to, parcel.packet, parcel.payload, retain=parcel.retain, again=again
            )

    def confirm(self, packet: int) -> None:
        """Forget a parcel that the broker has."""
        self._flying.pop(packet, None)

    def line_broke(self) -> None:
        """Line up again what may still go, unconfirmed first; forget what has no deadline."""
        parcels = [*self._flying.values(), *self._waiting]
        self._flying.clear()
        self._waiting = deque(parcel for parcel in parcels if parcel.deadline is not None)

    def drop_overdue(self, now: float) -> None:
        """Give up what can no longer leave in time."""
        late = [p for p in self._waiting if p.deadline is not None and p.deadline <= now]
        for parcel in late:
            self._waiting.remove(parcel)
            self._give_up(parcel)

    def _give_up(self, parcel: Parcel) -> None:
        if parcel.tag is not None:
            self.overdue.append(parcel.tag)

    def _number(self) -> int:
        self._last = self._last % _NUMBERS + 1
        while self._last in self._flying:
            self._last = self._last % _NUMBERS + 1
        return self._last
