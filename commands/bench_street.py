"""Everybody who taps in `usciere bench`, and the clock beside the door."""

import json
import secrets
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from commands.bench_house import DOORS, HOST, Stage, badge
from commands.failures import Failed
from devices import moments
from devices.clock import now, steady
from devices.mqtt import wire
from devices.mqtt.link import Arrival, Endpoint, Link
from devices.mqtt.outbox import Parcel

OUTSTANDING, BURST = 100, 500
_PATIENCE = 20.0
_ONE_BY_ONE, _FLOW = 100, 2000
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class System:
    """Something that unlocks: its topics for taps and commands, the badges that tap there."""

    name: str
    taps: str
    unlocks: str
    badge: Callable[[int], str] = badge


def site(name: str, badges: Callable[[int], str] = badge) -> System:
    """Return a site of Usciere's own."""
    root = f"usciere/{name}/door/{{}}/"
    return System(name, f"{root}tap", f"{root}command", badges)


class Street:
    """Everybody who taps, over one connection."""

    def __init__(self, stage: Stage, systems: Sequence[System]) -> None:
        self._five = stage.five
        endpoint = Endpoint(HOST, stage.port, "usciere-bench", five=stage.five)
        heard = {each.unlocks.format("+"): False for each in systems}
        self._link = Link(endpoint, heard, "bench/online", steady)
        self._count = 0
        self._salt = secrets.token_hex(4)
        for system in systems:
            self._awake(system)

    def close(self) -> None:
        """Hang up."""
        self._link.close(1.0)

    def measured(self, system: System) -> Figures:
        """Measure one system once."""
        delays = sorted(self.timed(system, [1] * _ONE_BY_ONE))
        start = steady()
        self._flow(system)
        flow = _FLOW / (steady() - start)
        burst = max(self.timed(system, [BURST]))
        return {
            "p50": statistics.median(delays) * 1000,
            "p95": delays[int(len(delays) * 0.95)] * 1000,
            "flow": flow,
            "burst": burst * 1000,
        }

    def timed(self, system: System, batches: Sequence[int]) -> list[float]:
        """Send batches of taps, each once the one before is answered; return every delay."""
        delays = []
        for size in batches:
            sent = {self._tap(system): steady() for _ in range(size)}
            self._link.flush()
            while sent:
                delays += [steady() - sent.pop(tap) for tap in self._unlocked()]
        return delays

    def _flow(self, system: System) -> None:
        """Keep a number of taps outstanding until all are answered."""
        waiting = {self._tap(system) for _ in range(OUTSTANDING)}
        left = _FLOW - OUTSTANDING
        self._link.flush()
        while waiting:
            for tap in self._unlocked():
                waiting.discard(tap)
                if left:
                    waiting.add(self._tap(system))
                    left -= 1
            self._link.flush()

    def _awake(self, system: System) -> None:
        """Tap until it answers; raises Failed if it never does."""
        end = steady() + _PATIENCE
        while steady() < end:
            tap = self._tap(system)
            self._link.flush()
            again = steady() + 0.5
            while steady() < again:
                if tap in [self._told(arrival.payload) for arrival in self._heard(0.1)]:
                    return
        raise Failed(f"{system.name} did not unlock within {_PATIENCE:.0f} s; see the log above")

    def _tap(self, system: System) -> str:
        self._count += 1
        tap = f"{self._salt}-{self._count}"
        door = DOORS[self._count % len(DOORS)]
        said = {"uid": system.badge(self._count), "id": tap, "at": moments.shown(now())}
        to = wire.address(system.taps.format(door), properties=self._five, expiry=None)
        self._link.publish(Parcel(to, json.dumps(said).encode()))
        return tap

    def _unlocked(self) -> list[str]:
        """Return the taps whose unlocks have come; raises Failed after a long silence."""
        arrivals = self._heard(_PATIENCE)
        if not arrivals:
            raise Failed(f"nothing was unlocked for {_PATIENCE:.0f} s; see the log above")
        return [self._told(arrival.payload) for arrival in arrivals]

    def _heard(self, limit: float) -> Sequence[Arrival]:
        end = steady() + limit
        arrivals: Sequence[Arrival] = ()
        while not arrivals and steady() < end:
            arrivals = self._link.wait(end - steady())
        for arrival in arrivals:
            if arrival.packet is not None:
                self._link.acknowledge(arrival.session, arrival.packet)
        return arrivals

    @staticmethod
    def _told(payload: bytes) -> str:
        tap: str = json.loads(payload)["tap"]
        return tap
