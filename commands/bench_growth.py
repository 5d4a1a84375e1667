"""`usciere bench --growth` and `--bookings`: what a house pays for its size, beside a small one.

Both are tapped at the same fifty doors by as many people, so as many are inside; what differs is
how many members, doors and entries there are besides, or how often the rooms were booked that all
these doors lead to. Last of all everybody taps who is enrolled and has a right to come in.
"""

import http.client
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from commands.bench_bookings import ROOMS
from commands.bench_growth_house import Size, badge, fill, write_settings
from commands.bench_house import HOST, Stage, await_port, free_port, mosquitto_here, running
from commands.bench_street import OUTSTANDING, Street, System, site
from commands.failures import Failed
from commands.paper import show_json
from daemon.config import Settings
from daemon.lifeline import Child
from daemon.store import tokens
from daemon.store.engine import Store
from daemon.store.forms import NewToken
from daemon.store.people import Act, Actor
from devices.clock import now, steady
from devices.mqtt.link import Endpoint, Link

SMALL = Size(15, 50, 1_800)
BOOKED = replace(SMALL, bookings=10)
LARGE = Size(100_000, 3_000, 1_000_000)
MOST = 1.25
"""How many times as long a large house may take."""
LIMITS = {"start": 2.0, "rss": 90.0}
"""What the small house may take."""
_TAPPING, _PRIME = 15, 7919
_STARTS, _GETS, _OTHERS = 3, 40, 60
_STOPS_WITHIN, _PATIENCE = 3.0, 60.0
_MEASURES: Mapping[str, str] = {
    "p50": "tap to unlock, median, ms",
    "others": "the same, by anybody, ms",
    "flow": f"unlocks a second, {OUTSTANDING} waiting",
    "occupancy": "GET /occupancy, median, ms",
    "presence": "GET /presence, median, ms",
    "start": "start until on duty, s",
    "rss": "doorman's memory, MiB",
}
_Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _House:
    """One of the two: its settings, who taps there, a token of staff, its two programs."""

    settings: Settings
    size: Size
    token: str
    doorman: Child
    api: Child

    def taps(self) -> System:
        """Return the few who tap again and again, taken from all over the list of members.

        Where rooms are booked, whoever taps at a room is the holder.
        """
        if self.size.bookings:
            return site(self.settings.site.id, lambda number: badge(number % len(ROOMS)))
        apart = self.size.members // _TAPPING
        return site(self.settings.site.id, lambda number: badge(number % _TAPPING * apart))

    def others(self) -> System:
        """Return everybody, in no order."""
        if self.size.bookings:
            return self.taps()
        return site(
            self.settings.site.id, lambda number: badge(number * _PRIME % self.size.members)
        )


def measure(small: Size, large: Size, rounds: int, *, as_json: bool) -> None:
    """Build both houses, measure them in turns, print what it came to."""
    mosquitto = mosquitto_here()
    if mosquitto is None:
        raise Failed("--growth needs a Mosquitto of its own; on Debian: apt install mosquitto")
    if large.members < _TAPPING or large.doors < SMALL.doors:
        raise Failed(f"--growth needs at least {_TAPPING} members and {SMALL.doors} doors")
    console = Console(stderr=True)
    with (
        TemporaryDirectory(prefix="usciere-bench-") as name,
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
        ExitStack() as stack,
    ):
        port = free_port()
        stack.enter_context(running(mosquitto, Path(name), port))
        houses = [
            _built(Path(name), word, size, port, bar)
            for word, size in (("small", small), ("large", large))
        ]
        starts = range(min(_STARTS, rounds))
        turns: list[Sequence[_Figures]] = [_starts(houses, port) for _ in starts]
        for each in houses:
            stack.enter_context(_on_duty(each, port))
        turns += _turns(houses, port, rounds, bar)
        turns.append([{"rss": _resident(each.doorman.pid)} for each in houses])
    figures = {key: _figure(key, turns) for key in _MEASURES}
    _show(figures, (small, large), rounds, as_json=as_json)


def _built(folder: Path, word: str, size: Size, port: int, bar: Progress) -> _House:
    home = folder / word
    home.mkdir()
    settings = write_settings(home, word, size, (port, free_port()))
    task = bar.add_task(
        f"building the {word} house", total=size.members + size.entries + size.bookings
    )
    fill(settings, size, now(), lambda done: bar.advance(task, done))
    store = Store(settings.database.url)
    form = NewToken(name="bench", role="staff")
    _, token = tokens.add_token(Act(store, word, Actor("usciere bench"), now()), form)
    store.close()
    ours = [sys.executable, "-P", "-m", "commands", "--config", str(home / "usciere.toml")]
    doorman = Child("the doorman", [*ours, "daemon"], mute=True)
    api = Child("the API", [*ours, "api"], mute=True)
    return _House(settings, size, token, doorman, api)


def _starts(houses: Sequence[_House], port: int) -> list[_Figures]:
    """Start each doorman once and stop it again; return how long it took."""
    took: list[_Figures] = []
    for house in houses:
        took.append({"start": _started(house, port)})
        house.doorman.stop(_STOPS_WITHIN)
    return took


def _started(house: _House, port: int) -> float:
    """Start the doorman; return after how many seconds he says that he is on duty."""
    topic = f"{house.settings.mqtt.base}/{house.settings.site.id}/online"
    link = Link(Endpoint(HOST, port, "usciere-bench-porter"), {topic: True}, "bench/porter", steady)
    try:
        while _heard(link, 0.2) or not link.connected:
            pass  # what was said before we came
        began = steady()
        house.doorman.start()
        while steady() < began + _PATIENCE:
            if (topic, b"true") in _heard(link, 1.0):
                return steady() - began
    finally:
        link.close(1.0)
    raise Failed(f"the doorman was not on duty within {_PATIENCE:.0f} s; see the log above")


def _heard(link: Link, limit: float) -> Sequence[tuple[str, bytes]]:
    arrivals = link.wait(limit)
    for arrival in arrivals:
        if arrival.packet is not None:
            link.acknowledge(arrival.session, arrival.packet)
    return [(arrival.topic, arrival.payload) for arrival in arrivals]


@contextmanager
def _on_duty(house: _House, port: int) -> Iterator[None]:
    """Let doorman and API work for the length of the block."""
    try:
        _started(house, port)
        house.api.start()
        await_port(house.settings.api.port)
        yield
    finally:
        house.api.stop(_STOPS_WITHIN)
        house.doorman.stop(_STOPS_WITHIN)


def _turns(
    houses: Sequence[_House], port: int, rounds: int, bar: Progress
) -> list[Sequence[_Figures]]:
    street = Street(Stage(port, five=True, broker="Mosquitto"), [each.taps() for each in houses])
    task = bar.add_task("tapping", total=2 * rounds)
    turns: list[Sequence[_Figures]] = []
    try:
        for turn in range(rounds):
            order = (0, 1) if turn % 2 == 0 else (1, 0)
            figures = {at: _measured(houses[at], street) for at in order}
            turns.append([figures[0], figures[1]])
            bar.advance(task)
        for _ in range(rounds):
            turns.append([{"others": _median(street, each.others())} for each in houses])
            bar.advance(task)
    finally:
        street.close()
    return turns


def _measured(house: _House, street: Street) -> _Figures:
    return {
        **street.measured(house.taps()),
        "occupancy": _answered(house, "/api/v1/occupancy"),
        "presence": _answered(house, "/api/v1/presence"),
    }


def _median(street: Street, system: System) -> float:
    return statistics.median(street.timed(system, [1] * _OTHERS)) * 1000


def _answered(house: _House, path: str) -> float:
    """Return how long the API takes to answer, the median in milliseconds."""
    line = http.client.HTTPConnection(house.settings.api.host, house.settings.api.port, timeout=20)
    took = []
    try:
        for _ in range(_GETS):
            began = steady()
            line.request("GET", path, headers={"Authorization": f"Bearer {house.token}"})
            answer = line.getresponse()
            answer.read()
            took.append(steady() - began)
            if answer.status != http.client.OK:
                raise Failed(f"GET {path} was answered {answer.status}; see the log above")
    finally:
        line.close()
    return statistics.median(took) * 1000


def _resident(pid: int) -> float:
    """Return the memory a process has, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise Failed(f"process {pid} has no memory to tell of")


def _figure(key: str, turns: Sequence[Sequence[_Figures]]) -> dict[str, float]:
    """Return the medians, and how many times as long the large house takes, turn by turn."""
    pairs = [(small[key], large[key]) for small, large in turns if key in small]
    ratios = [small / large if key == "flow" else large / small for small, large in pairs]
    return {
        "small": round(statistics.median(small for small, _ in pairs), 3),
        "large": round(statistics.median(large for _, large in pairs), 3),
        "ratio": round(statistics.median(ratios), 2),
    }


def _is_met(key: str, figure: Mapping[str, float]) -> bool:
    if key in LIMITS:
        return figure["small"] < LIMITS[key]
    return figure["ratio"] <= MOST


def _show(
    figures: Mapping[str, Mapping[str, float]],
    sizes: tuple[Size, Size],
    rounds: int,
    *,
    as_json: bool,
) -> None:
    if as_json:
        show_json({"rounds": rounds, **figures})
        return
    small, large = sizes
    title = (
        f"large: {large.members:,} members, {large.doors:,} doors, {large.entries:,} entries, "
        f"{large.bookings:,} bookings\nsmall: {small.members}, {small.doors}, {small.entries:,}, "
        f"{small.bookings}; medians of {rounds} rounds"
    )
    headings = ("", "small", "large", "times", "at most", "")
    table = Table(*headings, title=title, title_justify="left", box=None)
    for key, words in _MEASURES.items():
        figure = figures[key]
        limit = f"{LIMITS[key]:g} (small)" if key in LIMITS else f"{MOST:g}"
        met = "met" if _is_met(key, figure) else "missed"
        shown = (f"{figure['small']:g}", f"{figure['large']:g}", f"{figure['ratio']:.2f}")
        table.add_row(words, *shown, limit, met)
    Console().print(table)
