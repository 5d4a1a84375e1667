"""The devices at this very host, beside MQTT: their signals come by one queue, whoever hears them.

A port lives in threads of its own; the doorman hears it in his turn, and only then.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue

from devices.contract import Command, Feedback, Fitting, Part, Port, Signal
from devices.kinds import PORTS, ports_of
from devices.readers.port import NOBODY, Experts


class Host:
    """The ports of a house. `wake` ends the doorman's wait; it may be called from any thread."""

    def __init__(
        self,
        fittings: Iterable[Fitting],
        wake: Callable[[], None],
        experts: Experts = NOBODY,
    ) -> None:
        """Build every port; raises NotInstalled where a driver's library is missing.

        `experts` ask cards to prove themselves, at readers that can.
        """
        self._wake = wake
        self._heard: SimpleQueue[Signal] = SimpleQueue()
        self._ports: list[Port] = []
        self._locks: dict[str, list[Port]] = defaultdict(list)
        self._readers: dict[str, list[Port]] = defaultdict(list)
        by_driver: dict[str, list[Fitting]] = defaultdict(list)
        for fitting in fittings:
            if fitting.driver in PORTS:
                by_driver[fitting.driver].append(fitting)
        for driver, them in by_driver.items():
            for port in ports_of(driver, them, experts):
                self._ports.append(port)
                self._take_in(port, them)

    def _take_in(self, port: Port, fittings: Sequence[Fitting]) -> None:
        """Remember whom to ask for which door; a port that is not concerned says so itself."""
        for fitting in fittings:
            if fitting.part is Part.LOCK:
                self._locks[fitting.door].append(port)
            elif fitting.part is Part.READER and port not in self._readers[fitting.door]:
                self._readers[fitting.door].append(port)

    def start(self) -> None:
        """Begin to read, at every port."""
        for port in self._ports:
            port.start(self._hear)

    def heard(self) -> list[Signal]:
        """Return what has been heard since the last call; never waits."""
        signals: list[Signal] = []
        try:
            while True:
                signals.append(self._heard.get_nowait())
        except Empty:
            return signals

    def has_lock(self, door: str) -> bool:
        """Tell whether this door's lock is here and not at the broker."""
        return door in self._locks

    def release(self, command: Command) -> bool:
        """Have the door's lock obey; False if it can't now."""
        return any(port.release(command) for port in self._locks[command.door])

    def answer(self, feedback: Feedback) -> None:
        """Show a feedback where a reader of the door is here."""
        for port in self._readers.get(feedback.door, ()):
            port.answer(feedback)

    def stop(self, limit: float) -> None:
        """End all of them, each within `limit` seconds; may be called twice."""
        for port in reversed(self._ports):
            port.stop(limit)

    def _hear(self, signal: Signal) -> None:
        self._heard.put(signal)
        self._wake()
