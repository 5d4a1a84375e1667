"""Messages on their way to the broker at QoS 1: numbered, windowed, given up when overdue.

MQTT 5, 3.3.4: no more than the broker's Receive Maximum may be unconfirmed. 4.4: what is
unconfirmed when the line breaks goes again on the next connection, under the same number.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from devices.mqtt import wire

_NUMBERS = 65535


class Rank(IntEnum):
    """Who goes first when not all may leave: locks, then readers, then whoever listens."""

    LOCK = 0
    READER = 1
    WORD = 2


@dataclass(slots=True)
class Parcel:
    """One message. `deadline` on the steady clock: not sent at or after it.

    None: not kept when the line breaks. `tag` shows up in `overdue` if the parcel is given up.
    """

    to: wire.Address
    payload: bytes
    deadline: float | None = None
    rank: Rank = Rank.WORD
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
        self._waiting: tuple[deque[Parcel], ...] = tuple(deque() for _ in Rank)

    def __len__(self) -> int:
        return len(self._flying) + sum(map(len, self._waiting))

    @property
    def settled(self) -> bool:
        """Whether nothing for a lock or a reader waits for its turn any more."""
        return not self._waiting[Rank.LOCK] and not self._waiting[Rank.READER]

    @property
    def is_full(self) -> bool:
        """Whether something for a lock or a reader waits that the window has no room for."""
        return not self.settled and len(self) > self.window

    def add(self, parcel: Parcel) -> None:
        """Queue a parcel behind the others of its rank."""
        self._waiting[parcel.rank].append(parcel)

    def leaving(self, now: float) -> Iterator[bytes]:
        """Yield the packets that may leave now; their parcels count as unconfirmed.

        Words for whoever listens leave half the window to locks and readers.
        """
        for rank, line in enumerate(self._waiting):
            room = self.window // 2 if rank == Rank.WORD else self.window
            while line and len(self._flying) < max(room, 1):
                parcel = line.popleft()
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
        for rank, line in enumerate(self._waiting):
            parcels = [p for p in self._flying.values() if p.rank == rank] + [*line]
            line.clear()
            line.extend(parcel for parcel in parcels if parcel.deadline is not None)
        self._flying.clear()

    def drop_overdue(self, now: float) -> None:
        """Give up what can no longer leave in time."""
        for line in self._waiting:
            for parcel in [p for p in line if p.deadline is not None and p.deadline <= now]:
                line.remove(parcel)
                self._give_up(parcel)

    def _give_up(self, parcel: Parcel) -> None:
        if parcel.tag is not None:
            self.overdue.append(parcel.tag)

    def _number(self) -> int:
        self._last = self._last % _NUMBERS + 1
        while self._last in self._flying:
            self._last = self._last % _NUMBERS + 1
        return self._last
