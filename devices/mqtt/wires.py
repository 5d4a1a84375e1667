"""All doors of a site: native ones over one broker connection, and what is at this host."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from devices.clock import Clock
from devices.contract import Command, Feedback, Receipt, Signal
from devices.host import Host
from devices.mqtt import native, wire
from devices.mqtt.link import Link
from devices.mqtt.native import Native
from devices.mqtt.outbox import Parcel, Rank

_FEEDBACK_LIFE = 10
_ANNOUNCEMENT_LIFE = 86_400.0


class MqttWires:
    """The wires of a house. Used by one thread, but for `wake`. `host`: what is not at the broker.

    A reader at this host is heard, and a lock at it opens, also while the broker is away.
    """

    def __init__(
        self,
        link: Link,
        native_doors: Native,
        clock: Clock,
        steady: Callable[[], float],
        host: Host | None = None,
    ) -> None:
        self._link = link
        self._native = native_doors
        self._clock = clock
        self._steady = steady
        self._host = host
        self._address = lru_cache(maxsize=20_000)(self._make_address)

    def _make_address(self, topic: str, expiry: int | None) -> wire.Address:
        return wire.address(topic, properties=self._link.five, expiry=expiry)

    def begin(self) -> None:
        """Begin to hear what is at this host."""
        if self._host is not None:
            self._host.start()

    def wait(self, limit: float) -> Sequence[Signal]:
        """Return the signals that have come in, at the latest after `limit` seconds."""
        arrivals = self._link.wait(limit)
        heard = [] if self._host is None else self._host.heard()
        if not arrivals:
            return heard
        received = self._clock()
        return [*heard, *(self._native.read(arrival, received) for arrival in arrivals)]

    def release(self, command: Command) -> bool:
        """Send the command; until it expires it may wait for a lost line to come back."""
        if self._host is not None and self._host.has_lock(command.door):
            return self._host.release(command)
        life = (command.expires - self._clock()).total_seconds()
        to = self._address(self._native.topic(command.door, "command"), max(1, math.ceil(life)))
        deadline = self._steady() + life
        return self._link.publish(
            Parcel(to, native.command(command), deadline, Rank.LOCK, tag=command.id)
        )

    def answer(self, feedback: Feedback) -> None:
        """Show the feedback at the reader; lost if the wire is down (readers ask again)."""
        to = self._address(self._native.topic(feedback.door, "feedback"), _FEEDBACK_LIFE)
        self._link.publish(Parcel(to, feedback.text.encode(), rank=Rank.READER))
        if self._host is not None:
            self._host.answer(feedback)

    def announce(self, word: str, text: str, *, keep: bool) -> bool:
        """Publish on `{base}/{site}/{word}`; False if the wire is down."""
        if not self._link.connected:
            return False
        to = self._address(self._native.root + word, None)
        deadline = self._steady() + _ANNOUNCEMENT_LIFE
        return self._link.publish(Parcel(to, text.encode(), deadline, retain=keep))

    def overdue(self) -> Sequence[str]:
        """Return the ids of commands that could not leave in time, each once."""
        late, self._link.outbox.overdue = self._link.outbox.overdue, []
        return late

    def is_up(self) -> bool:
        """Tell whether the broker is there."""
        return self._link.connected

    def is_kept(self) -> bool:
        """Tell whether what waited for us at the broker was kept while we were away."""
        return self._link.kept

    def settled(self) -> bool:
        """Tell whether everything that was released has left."""
        return self._link.connected and self._link.outbox.settled

    def acknowledge(self, receipt: Receipt) -> None:
        """Tell the broker that the signal is safe and need not come again."""
        self._link.acknowledge(receipt.session, receipt.packet)

    def flush(self) -> None:
        """Let everything released, answered and acknowledged leave together."""
        self._link.flush()

    def wake(self) -> None:
        """End the owner's `wait` now; for other threads."""
        self._link.wake()

    def close(self, limit: float) -> None:
        """Leave in order, each wire within `limit` seconds."""
        if self._host is not None:
            self._host.stop(limit)
        self._link.close(limit)
