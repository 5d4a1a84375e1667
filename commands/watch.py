"""`usciere watch`: the live board in a terminal, read from the database once a second."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import sleep
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text
from sqlalchemy import select

from commands.office import Office, office
from daemon.config.problems import printable
from daemon.occupancy import Occupancy, Present, exact_occupancy, names_of_guests, who_is_in
from daemon.store.members import names_of
from daemon.store.tables import JournalRow, SiteRow
from devices.clock import moment, now

app = typer.Typer()
_RECENT = 10
_PAUSE = 1.0
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Happening:
    """A journal entry on the board; the time is the wall clock's."""

    clock: str
    door: str
    who: str
    what: str
    granted: bool | None


@dataclass(frozen=True, slots=True)
class Board:
    """What is on the board at one moment. `seq`: the newest entry it knows."""

    seq: int
    occupancy: Occupancy
    people: Sequence[Present]
    recent: Sequence[Happening]


@app.command()
def watch(
    ctx: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="Show the board once and end.")] = False,
) -> None:
    """Show who is in, room by room, and what happens at the doors; Ctrl-C ends it."""
    console = Console()
    with office(ctx) as here:
        if once:
            console.print(drawn(look(here), here), soft_wrap=True)
        elif console.is_terminal and os.environ.get("TERM") != "dumb":
            _live(here, console)
        else:
            _scroll(here)


def look(here: Office) -> Board:
    """Read the board as it is now."""
    at = now()
    with here.reading() as session:
        seq = session.scalar(select(SiteRow.seq).where(SiteRow.id == here.site)) or 0
        people = who_is_in(session, here.settings, at)
        entries = session.scalars(
            select(JournalRow)
            .where(JournalRow.site == here.site, JournalRow.kind.in_(("tap", "exit", "alarm")))
            .order_by(JournalRow.seq.desc())
            .limit(_RECENT)
        ).all()
        who = [each.member for each in entries if each.member]
        names = {**names_of(session, here.site, who), **names_of_guests(session, here.site, who)}
        recent = [_happening(each, names.get(each.member or "", "?"), here) for each in entries]
        house = exact_occupancy(session, here.settings, at, people)
    return Board(seq, house, people, recent)


def _happening(entry: JournalRow, name: str, here: Office) -> Happening:
    clock = moment(entry.at).astimezone(here.zone).strftime("%d.%m. %H:%M:%S")
    what = entry.reason or entry.kind
    who = printable(name, _LONGEST) if entry.member else "-"
    return Happening(clock, entry.door or "-", who, what, entry.granted)


def drawn(board: Board, here: Office) -> Group:
    """Return the board as something rich can print."""
    return Group(
        Text(summary(board)),
        Text(),
        _rooms(board, here),
        Text(),
        _recent(board),
    )


def summary(board: Board) -> str:
    """Return the first line: how many are in."""
    most = board.occupancy["capacity"]
    of = f" of {most}" if most else ""
    inside = len(board.people)
    return f"{board.occupancy['name']}: {inside}{of} inside"


def _rooms(board: Board, here: Office) -> Table:
    table = Table("ROOM", "INSIDE", "WHO", box=None, pad_edge=False)
    for room in here.settings.rooms:
        there = [person for person in board.people if person.room == room.id]
        who = ", ".join(printable(person.name or "?", _LONGEST) for person in there)
        count = f"{len(there)}/{room.capacity}" if room.capacity else str(len(there))
        table.add_row(Text(room.name), count, Text(who))
    return table


_COLOURS = {True: "green", False: "red", None: ""}


def _recent(board: Board) -> Table:
    table = Table("WHEN", "DOOR", "WHO", "WHAT", box=None, pad_edge=False)
    for each in board.recent:
        what = Text(each.what, style=_COLOURS[each.granted])
        table.add_row(each.clock, each.door, Text(each.who), what)
    return table


def _live(here: Office, console: Console) -> None:
    with Live(console=console, screen=True, auto_refresh=False) as screen:
        for board in _changes(here):
            screen.update(drawn(board, here), refresh=True)


def _scroll(here: Office) -> None:
    """Print a line a change, for terminals that cannot go back."""
    said = ""
    for board in _changes(here):
        newest = board.recent[0] if board.recent else None
        last = f"  {newest.clock}  {newest.door}  {newest.who}  {newest.what}" if newest else ""
        line = summary(board) + last
        if line != said:
            typer.echo(line)
            said = line


def _changes(here: Office) -> Iterator[Board]:
    """Yield the board whenever the journal has grown; one small read a second."""
    board = look(here)
    yield board
    while True:
        sleep(_PAUSE)
        with here.reading() as session:
            seq = session.scalar(select(SiteRow.seq).where(SiteRow.id == here.site))
        if seq != board.seq:
            board = look(here)
            yield board
