"""All doors of a site: native ones over one broker connection, and what is at this host."""

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from devices.clock import Clock
from devices.contract import (
    Command,
    Feedback,
    Level,
    Nothing,
    Receipt,
    Refused,
    Signal,
    Unreachable,
)
from devices.host import Host
from devices.mqtt import wire
from devices.mqtt.discovery import Discovery
from devices.mqtt.foreign import Foreign
from devices.mqtt.link import Arrival, Link
from devices.mqtt.native import Native
from devices.mqtt.outbox import Parcel, Rank

log = logging.getLogger(__name__)

_FEEDBACK_LIFE = 10
_TICK = 1.0
_ANNOUNCEMENT_LIFE = 86_400.0


class Others(NamedTuple):
    """What does not speak our own protocol: devices at this host, and other makers' at the broker.

    A reader at this host is heard, and a lock at it opens, also while the broker is away. Where
    there are several doormen all hear other makers' devices; what one asks is for one to do, and
    `is_ours` tells whether for us.
    """

    host: Host | None = None
    foreign: Foreign | None = None
    discovery: Discovery | None = None
    is_ours: Callable[[], bool] = lambda: True


class MqttWires:
    """The wires of a house. Used by one thread, but for `wake`."""

    def __init__(
        self,
        link: Link,
        native_doors: Native,
        clock: Clock,
        steady: Callable[[], float],
        others: Others = Others(),  # noqa: B008 - a tuple of nothing, which nobody can change
    ) -> None:
        self._link = link
        self._native = native_doors
        self._clock = clock
        self._steady = steady
        self._host = others.host
        self._foreign = others.foreign
        self._discovery = others.discovery
        self._is_ours = others.is_ours
        self._discovered = False
        self._ticked = 0.0
        self._given_up: list[str] = []
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
        if self._discovery is not None:
            self._be_discovered(self._discovery)
        if self._foreign is not None or self._discovery is not None:
            return [*heard, *self._heard(arrivals)]
        if not arrivals:
            return heard
        received = self._clock()
        return [*heard, *(self._native.read(arrival, received) for arrival in arrivals)]

    def _heard(self, arrivals: Sequence[Arrival]) -> Iterator[Signal]:
        received, foreign = self._clock(), self._foreign
        for arrival in arrivals:
            if self._discovery is not None and self._discovery.hears(arrival.topic):
                yield from self._for_one((self._discovery.read(arrival, received),))
            elif foreign is None or arrival.topic.startswith(self._native.root):
                yield self._native.read(arrival, received)
            else:
                yield from self._for_one(foreign.read(arrival, received))
        if foreign is None:
            return
        if arrivals:
            self._link.listen(foreign.topics)
        if self._steady() >= self._ticked + _TICK:
            self._ticked = self._steady()
            yield from self._for_one(foreign.tick(received))

    def _for_one(self, signals: Iterable[Signal]) -> Iterator[Signal]:
        """Give on what is ours to serve; of what another doorman does, only the levels."""
        for signal in signals:
            if isinstance(signal, Level) or self._is_ours():
                yield signal
            else:
                yield Nothing(signal.received, signal.receipt)

    def _be_discovered(self, discovery: Discovery) -> None:
        """Tell Home Assistant of the house, at every new connection."""
        if self._link.connected and not self._discovered:
            to = self._address(discovery.topic, None)
            deadline = self._steady() + _ANNOUNCEMENT_LIFE
            self._link.publish(Parcel(to, discovery.payload(), deadline, retain=True))
        self._discovered = self._link.connected

    def release(self, command: Command) -> bool:
        """Send the command; until it expires it may wait for a lost line to come back."""
        if self._host is not None and self._host.has_lock(command.door):
            return self._host.release(command) or self._give_up(command)
        if self._foreign is not None and self._foreign.has_lock(command.door):
            return self._tell(self._foreign, command)
        topic = self._native.topic(command.door, "command")
        return self._send(topic, self._native.command(command), command)

    def _tell(self, foreign: Foreign, command: Command) -> bool:
        """Tell another maker's lock; one that is away is never told later."""
        try:
            orders = foreign.obey(command)
        except (Unreachable, Refused) as why:
            log.warning("%s was not obeyed at %s: %s", command.action, command.door, why)
            return self._give_up(command)
        sent = [self._send(order.topic, order.payload, command) for order in orders]
        return all(sent)

    def _give_up(self, command: Command) -> bool:
        self._given_up.append(command.id)
        return False

    def _send(self, topic: str, payload: bytes, command: Command) -> bool:
        life = (command.expires - self._clock()).total_seconds()
        to = self._address(topic, max(1, math.ceil(life)))
        deadline = self._steady() + life
        return self._link.publish(Parcel(to, payload, deadline, Rank.LOCK, tag=command.id))

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

    def be_present(self) -> None:
        """Say that there is a doorman, whatever the last will of another has said."""
        self._link.be_present()

    def overdue(self) -> Sequence[str]:
        """Return the ids of commands that could not leave in time, each once."""
        late, self._link.outbox.overdue = self._link.outbox.overdue, []
        given_up, self._given_up = self._given_up, []
        return [*given_up, *late]

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
