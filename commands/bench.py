"""`usciere bench`: tap to unlock on this machine, next to a bare echo on the same broker.

A machine shared with others is noisy, so both are measured in turns, and what counts is the median
of the rounds' ratios. The doorman commits to disk before he unlocks; the echo does nothing at all.
"""

import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from commands import bench_growth
from commands.bench_echo import TAPS, UNLOCKS
from commands.bench_growth_house import Size
from commands.bench_house import SITE, Stage, furnished
from commands.bench_street import BURST, OUTSTANDING, Figures, Street, System, site
from commands.options import AsJson
from commands.paper import show_json

app = typer.Typer()
_MEASURES: Mapping[str, str] = {
    "p50": "tap to unlock, median, ms",
    "p95": "tap to unlock, 95 % within, ms",
    "flow": f"unlocks a second, {OUTSTANDING} outstanding",
    "burst": f"{BURST} taps at once, until the last unlock, ms",
}


USCIERE = site(SITE)
ECHO = System("echo", TAPS, UNLOCKS)


@app.command()
def bench(  # noqa: PLR0913 - what may be asked for
    *,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Turns of each.")] = 5,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="On the embedded broker, even beside a Mosquitto.")
    ] = False,
    growth: Annotated[
        bool, typer.Option("--growth", help="A large house next to a small one instead.")
    ] = False,
    members: Annotated[int, typer.Option(help="--growth: members of the large one.")] = 100_000,
    doors: Annotated[int, typer.Option(help="--growth: doors of the large one.")] = 3_000,
    entries: Annotated[
        int, typer.Option(help="--growth: entries in the large one's journal.")
    ] = 1_000_000,
    bookings: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Rooms booked N times next to rooms booked once, instead."
        ),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Measure tap to unlock in a temporary house with 50 doors and 1,000 members."""
    os.environ.setdefault("USCIERE_LOG", "warning")
    if bookings:
        booked = replace(bench_growth.BOOKED, bookings=max(bookings, bench_growth.BOOKED.bookings))
        bench_growth.measure(bench_growth.BOOKED, booked, rounds, as_json=as_json)
        return
    if growth:
        large = Size(members, doors, entries)
        bench_growth.measure(bench_growth.SMALL, large, rounds, as_json=as_json)
        return
    console = Console(stderr=True)
    with (
        furnished(embedded=embedded) as stage,
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        street = Street(stage, (USCIERE, ECHO))
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
