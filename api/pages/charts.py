"""The pictures of the reports as figures to draw: a heat map and a curve. Pure.

Everything is in units of the drawing, which is WIDTH wide however large it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from daemon.reports.fullness import Cell
from daemon.store.reports import DayOf

WIDTH = 720
_LEFT, _TOP = 72, 36
_ROW, _COLUMN = 34, 27
_PALEST = 0.08
_DAY = timedelta(days=1)
_CURVE_HEIGHT, _CURVE_LEFT, _CURVE_TOP = 200, 50, 16
_DAYS_MARKED = 4


@dataclass(frozen=True, slots=True)
class Square:
    """A weekday's hour: where it lies, how dark it is (0 to 1), what it stands for."""

    x: float
    y: float
    shade: float
    cell: Cell


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The week; `fullest` None if nobody ever came."""

    squares: Sequence[Square]
    rows: Sequence[tuple[float, int]]
    columns: Sequence[tuple[float, int]]
    fullest: Cell | None
    width: float = _COLUMN - 2
    height: float = _ROW - 3


@dataclass(frozen=True, slots=True)
class Curve:
    """People a day, and the most of them at once: points of two lines, and what is marked."""

    people: str
    peaks: str
    area: str
    most: int
    marks: Sequence[tuple[float, date]]
    left: int = _CURVE_LEFT
    top: int = _CURVE_TOP
    bottom: int = _CURVE_HEIGHT


def heat_map_of(cells: Sequence[Cell]) -> HeatMap:
    """Return the week as squares, the fullest hour darkest."""
    fullest = max(cells, key=lambda cell: cell.average, default=None)
    most = fullest.average if fullest is not None else 0.0
    return HeatMap(
        [_square(cell, most) for cell in cells],
        [(_TOP + day * _ROW + _ROW / 2, day) for day in range(7)],
        [(_LEFT + hour * _COLUMN, hour) for hour in range(0, 24, 3)],
        fullest if most else None,
    )


def _square(cell: Cell, most: float) -> Square:
    share = cell.average / most if most else 0.0
    shade = max(_PALEST, round(share, 2)) if share else 0.0
    return Square(_LEFT + cell.hour * _COLUMN, _TOP + cell.weekday * _ROW, shade, cell)


def curve_of(days: Sequence[DayOf], since: date, until: date) -> Curve:
    """Return the days from `since` to `until`; who is not told of had nobody."""
    told = {day.day: day for day in days}
    span = [since + number * _DAY for number in range((until - since).days + 1)]
    people = [told[day].people if day in told else 0 for day in span]
    peaks = [told[day].peak if day in told else 0 for day in span]
    most = max([1, *people])

    def at(number: int) -> float:
        share = number / (len(span) - 1) if len(span) > 1 else 0.0
        return round(_CURVE_LEFT + share * (WIDTH - _CURVE_LEFT - 12), 1)

    def line(counts: Sequence[int]) -> str:
        return " ".join(
            f"{at(number)},{_height(count, most)}" for number, count in enumerate(counts)
        )

    ends = f"{at(len(span) - 1)},{_CURVE_HEIGHT} {at(0)},{_CURVE_HEIGHT}"
    step = max(1, (len(span) - 1) // _DAYS_MARKED)
    marks = [(at(number), span[number]) for number in range(0, len(span), step)]
    return Curve(line(people), line(peaks), f"{line(people)} {ends}", most, marks)


def _height(count: int, most: int) -> float:
    return round(_CURVE_HEIGHT - (_CURVE_HEIGHT - _CURVE_TOP) * count / most, 1)
