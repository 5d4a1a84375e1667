"""`usciere bench`: tap to unlock on this machine, next to a bare echo on the same broker.

A machine shared with others is noisy, so both are measured in turns, and what counts is the median
of the rounds' ratios. The doorman commits to disk before he unlocks; the echo does nothing at all.
"""

import json
import os
import secrets
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from commands.bench_echo import TAPS, UNLOCKS
from commands.bench_house import DOORS, HOST, SITE, Stage, badge, furnished
from commands.failures import Failed
from commands.options import AsJson
from commands.paper import show_json
from devices import moments
from devices.clock import now, steady
from devices.mqtt import wire
from devices.mqtt.link import Arrival, Endpoint, Link
from devices.mqtt.outbox import Parcel

app = typer.Typer()
_PATIENCE = 20.0
_ONE_BY_ONE, _FLOW, _OUTSTANDING, _BURST = 100, 2000, 100, 500
_MEASURES: Mapping[str, str] = {
    "p50": "tap to unlock, median, ms",
    "p95": "tap to unlock, 95 % within, ms",
    "flow": f"unlocks a second, {_OUTSTANDING} outstanding",
    "burst": f"{_BURST} taps at once, until the last unlock, ms",
}
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class System:
    """Something that unlocks: its topics for taps and commands."""

    name: str
    taps: str
    unlocks: str


USCIERE = System("usciere", f"usciere/{SITE}/door/{{}}/tap", f"usciere/{SITE}/door/{{}}/command")
ECHO = System("echo", TAPS, UNLOCKS)


@app.command()
def bench(
    *,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Turns of each.")] = 5,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="On the embedded broker, even beside a Mosquitto.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure tap to unlock in a temporary house with 50 doors and 1,000 members."""
    os.environ.setdefault("USCIERE_LOG", "warning")
    console = Console(stderr=True)
    with (
        furnished(embedded=embedded) as stage,
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        street = Street(stage)
        try:
            task = bar.add_task("tapping", total=rounds)
            turns = []
            for _ in range(rounds):
                turns.append((street.measured(USCIERE), street.measured(ECHO)))
                bar.advance(task)
        finally:
            street.close()
    figures = {key: _figure(key, turns) for key in _MEASURES}
    if as_json:
        show_json({"broker": stage.broker, "rounds": rounds, **figures})
    else:
        Console().print(_table(figures, stage, rounds))


def _figure(key: str, turns: Sequence[tuple[Figures, Figures]]) -> dict[str, float]:
    """Return the medians of a measure, and the median of its ratios round by round."""
    return {
        "usciere": round(statistics.median(ours[key] for ours, _ in turns), 3),
        "echo": round(statistics.median(echo[key] for _, echo in turns), 3),
        "ratio": round(statistics.median(ours[key] / echo[key] for ours, echo in turns), 2),
    }


def _table(figures: Mapping[str, Mapping[str, float]], stage: Stage, rounds: int) -> Table:
    title = f"on {stage.broker}, medians of {rounds} rounds"
    table = Table("", "usciere", "echo", "ratio", title=title, title_justify="left", box=None)
    for key, words in _MEASURES.items():
        row = figures[key]
        table.add_row(words, f"{row['usciere']:g}", f"{row['echo']:g}", f"{row['ratio']:.2f}")
    return table


class Street:
    """Everybody who taps, over one connection."""

    def __init__(self, stage: Stage) -> None:
        self._five = stage.five
        endpoint = Endpoint(HOST, stage.port, "usciere-bench", five=stage.five)
        heard = {each.unlocks.format("+"): False for each in (USCIERE, ECHO)}
        self._link = Link(endpoint, heard, "bench/online", steady)
        self._count = 0
        self._salt = secrets.token_hex(4)
        for system in (USCIERE, ECHO):
            self._awake(system)

    def close(self) -> None:
        """Hang up."""
        self._link.close(1.0)

    def measured(self, system: System) -> Figures:
        """Measure one system once."""
        delays = sorted(self._timed(system, [1] * _ONE_BY_ONE))
        start = steady()
        self._flow(system)
        flow = _FLOW / (steady() - start)
        burst = max(self._timed(system, [_BURST]))
        return {
            "p50": statistics.median(delays) * 1000,
            "p95": delays[int(len(delays) * 0.95)] * 1000,
            "flow": flow,
            "burst": burst * 1000,
        }

    def _timed(self, system: System, batches: Sequence[int]) -> list[float]:
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
        waiting = {self._tap(system) for _ in range(_OUTSTANDING)}
        left = _FLOW - _OUTSTANDING
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
        said = {"uid": badge(self._count), "id": tap, "at": moments.shown(now())}
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
