"""Hours of a visit as forms have them: a visit lies in one of the site's own days. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from api.pages import walls
from api.pages.filling import amiss
from api.pages.walls import FIRST, Amiss

_DAY = timedelta(days=1)
Bounds = tuple[datetime, datetime]
"""First moment and end of the site's own day."""


def visit_text(began: datetime, ended: datetime | None, zone: ZoneInfo) -> Mapping[str, str]:
    """Return the hours of a visit as its form shows them."""
    ends = {} if ended is None else _text("to", ended, zone)
    return {**_text("from", began, zone), "to": "", "to_turn": "", **ends}


def _text(name: str, at: datetime, zone: ZoneInfo) -> Mapping[str, str]:
    return {name: walls.clock_text(at, zone), f"{name}_turn": walls.turn_of(at, zone)}


def moved(
    said: Mapping[str, str], kept: Mapping[str, str], name: str, day: Bounds, zone: ZoneInfo
) -> datetime | None:
    """Return the moment that `from` or `to` was moved to; None where it was left as shown.

    Raises Refused: `bad_clock`, `left_out_…`, `twice_…`.
    """
    names = (name, f"{name}_turn")
    clock, turn = (said.get(each, "").strip() for each in names)
    if not clock or (clock, turn) == tuple(kept[each] for each in names):
        return None
    try:
        return _within(name, clock, turn, day, zone)
    except Amiss as wrong:
        word = f"bad_{wrong.word}" if wrong.word == "clock" else f"{wrong.word}_{name}"
        raise amiss(word) from None


def _within(name: str, clock: str, turn: str, day: Bounds, zone: ZoneInfo) -> datetime:
    """Return when the wall shows `clock` in the own day; before its first hour: after midnight."""
    first = day[0].astimezone(zone)
    wall = walls.clock_of(clock)
    is_later = wall < first.time() or (name == "to" and wall == first.time())
    return walls.moment_at(first.date() + _DAY * is_later, wall, zone, turn)


def moment_said(said: Mapping[str, str], zone: ZoneInfo) -> datetime | None:
    """Return the moment of `at_day` and `at_clock`, None for now; of two equal hours the first.

    Raises Refused.
    """
    day, clock = (said.get(name, "").strip() for name in ("at_day", "at_clock"))
    if not clock:
        return None
    try:
        return walls.moment_at(walls.day_of(day), walls.clock_of(clock), zone, FIRST)
    except Amiss as wrong:
        word = "left_out_from" if wrong.word == "left_out" else f"bad_{wrong.word}"
        raise amiss(word) from None
