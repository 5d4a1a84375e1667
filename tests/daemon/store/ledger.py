"""What was told of somebody's movements, folded beside the database to compare with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from daemon.house import House
from daemon.presence import (
    By,
    Correction,
    Move,
    Movement,
    Presence,
    Visit,
    at_day_end,
    fold,
)
from daemon.store.book import Book
from daemon.store.engine import Store
from daemon.store.journal import append
from daemon.store.tables import VisitRow
from daemon.store.visits import known_of, move
from devices.clock import moment
from tests.daemon.store.building import something


@dataclass(frozen=True)
class Fact:
    """Somebody moved at `at`, and it became known at `now`."""

    member: str
    at: datetime
    now: datetime
    move: Move
    room: str


@dataclass
class Ledger:
    """What was told so far, to fold it all anew beside the database."""

    house: House
    member: str
    movements: list[Movement] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    def visits(self, now: datetime) -> list[Visit]:
        """Return the visits of every day, closed where the day is over."""
        days = {self.house.days.around(each.at) for each in self.movements}
        return in_order([visit for day in days for visit in self._day(day, now)])

    def day(self, bounds: tuple[datetime, datetime]) -> tuple[Visit, ...]:
        """Return the visits of one day as if it were not over."""
        there = [each for each in self.movements if bounds[0] <= each.at < bounds[1]]
        return fold(there, self.corrections, over=False)

    def _day(self, bounds: tuple[datetime, datetime], now: datetime) -> tuple[Visit, ...]:
        visits = self.day(bounds)
        return at_day_end(visits) if self.is_over(bounds[1], now) else visits

    def is_over(self, ends: datetime, now: datetime) -> bool:
        """Tell whether the day is over; a reader's clock may be a little ahead of ours."""
        return now >= ends or any(each.at >= ends for each in self.movements)


def tell(book: Book, ledger: Ledger, fact: Fact) -> Presence | None:
    known = known_of(book, ledger.member)
    seq = append(book, something())
    movement = Movement(fact.at, seq, ledger.member, fact.move, fact.room)
    ledger.movements.append(movement)
    return move(book, ledger.house, movement, known, fact.now)


def stored(store: Store, ledger: Ledger, now: datetime) -> list[Visit]:
    """Return what the database has, closed where the day is over and `close_day` yet to come."""
    visits: list[Visit] = []
    with store.reading() as session:
        rows = session.scalars(
            select(VisitRow).where(VisitRow.member == ledger.member).order_by(VisitRow.began)
        )
        for row in rows:
            visit = visit_of(row)
            over = ledger.is_over(ledger.house.days.around(visit.began)[1], now)
            visits += at_day_end([visit]) if over else [visit]
    return in_order(visits)


def visit_of(row: VisitRow) -> Visit:
    return Visit(
        row.id,
        row.member,
        row.room,
        moment(row.began),
        By(row.began_by),
        None if row.ended is None else moment(row.ended),
        None if row.ended_by is None else By(row.ended_by),
    )


def in_order(visits: Sequence[Visit]) -> list[Visit]:
    """Return the visits by beginning; of one instant the one opened first comes first."""
    return sorted(visits, key=lambda visit: (visit.began, int(visit.id[1:])))
