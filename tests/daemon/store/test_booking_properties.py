"""Random bookings, series, moves and cancellations, against a list of intervals and plain sums.

The oracle knows no zone, no rule and no index: summer time 2026 is two moments, a series is a loop.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from daemon.store.asker import STAFF
from daemon.store.booking_changes import change_booking
from daemon.store.booking_forms import BookingChange
from daemon.store.booking_views import Wanted, bookings
from daemon.store.cancellations import Reach, cancel, cancel_series
from daemon.store.engine import Store
from daemon.store.objections import Invalid, Overlap
from daemon.store.tables import BookingRow
from devices.clock import micros
from tests.daemon.store.bookable import JANUARY, PREMISES, Pass, act, booked, passes
from tests.daemon.store.building import SITE, member

SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
HOUR, HALF, DAY = timedelta(hours=1), timedelta(minutes=30), timedelta(days=1)
MEMBERS = ("anna", "bea")
FEW = 3
_MEMORY = Path("/dev/shm")  # noqa: S108 - a disk would be asked to keep every step


def offset(at: datetime) -> timedelta:
    """Return how far Verona's clocks are ahead in 2026."""
    return 2 * HOUR if SPRING <= at < AUTUMN else HOUR


def moment_of(wall: datetime) -> datetime:
    """Return when Verona's clocks first show this; where they never do, by the time before."""
    for ahead in (2 * HOUR, HOUR):
        at = (wall - ahead).replace(tzinfo=UTC)
        if offset(at) == ahead:
            return at
    return (wall - HOUR).replace(tzinfo=UTC)


@dataclass(slots=True)
class Slot:
    """One booking as the oracle has it."""

    id: str
    room: str
    start: datetime
    end: datetime
    holder: str | None
    guest: str | None
    series: str | None
    live: bool = True


@dataclass(slots=True)
class Oracle:
    """All that was ever booked."""

    slots: list[Slot] = field(default_factory=list)

    def is_taken(self, room: str, start: datetime, end: datetime, but: str = "") -> bool:
        return any(
            each.live and each.room == room and start < each.end and each.start < end
            for each in self.slots
            if each.id != but
        )

    def passes(self) -> set[Pass]:
        """Return who must be let in."""
        return {
            (kind, each.id, who, each.room, micros(each.start), micros(each.end))
            for each in self.slots
            for kind, who in (("booking", each.holder), ("guest", each.guest))
            if each.live and who is not None
        }


STARTS = st.builds(
    lambda night, half: night - 3 * HOUR + half * HALF,
    st.sampled_from([SPRING, AUTUMN]),
    st.integers(0, 10),
)
LENGTHS = st.integers(1, 3).map(lambda halves: halves * HALF)
ROOMS = st.sampled_from(["lab", "hall"])
SOMEBODY = st.sampled_from([*MEMBERS, None])
WHICH = st.integers(0, 50)
BOOK = st.tuples(st.just("book"), ROOMS, STARTS, LENGTHS, SOMEBODY, SOMEBODY)
REPEAT = st.tuples(
    st.just("repeat"), ROOMS, STARTS, LENGTHS, SOMEBODY, st.sampled_from([1, 7]), st.integers(2, 4)
)
BESIDE = st.tuples(st.just("beside"), WHICH, st.booleans(), LENGTHS, SOMEBODY)
MOVE = st.tuples(st.just("move"), WHICH, ROOMS, STARTS, LENGTHS)
CANCEL = st.tuples(st.just("cancel"), WHICH, st.sampled_from([None, *Reach]))

DEEDS = st.one_of(BOOK, BESIDE, BESIDE, REPEAT, REPEAT, MOVE, CANCEL)


class Play:
    """Does everything twice: in the house, and in the oracle's head."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.oracle = Oracle()
        with store.writing() as session:
            for name in MEMBERS:
                session.add(member(name, plan=None, email=f"{name}@example.org"))

    def book(
        self,
        room: str,
        start: datetime,
        length: timedelta,
        holder: str | None,
        guest: str | None,
    ) -> None:
        guests = [{"email": f"{guest}@example.org"}] if guest else []
        fields: dict[str, object] = {"room": room, "member": holder, "guests": guests}
        taken = self.oracle.is_taken(room, start, start + length)
        try:
            [made] = booked(self.store, start, start + length, **fields)
        except Overlap as refused:
            named = refused.start < start + length and start < refused.end
            assert (taken, named) == (True, True)
        else:
            assert not taken
            slot = Slot(made.id, room, start, start + length, holder, guest, None)
            self.oracle.slots.append(slot)

    def repeat(  # noqa: PLR0913, PLR0917 - drawn
        self,
        room: str,
        start: datetime,
        length: timedelta,
        holder: str | None,
        days: int,
        count: int,
    ) -> None:
        wall = (start + offset(start)).replace(tzinfo=None)
        begins = [start, *(moment_of(wall + n * days * DAY) for n in range(1, count))]
        taken = any(self.oracle.is_taken(room, each, each + length) for each in begins)
        rrule = f"FREQ=DAILY;INTERVAL={days};COUNT={count}"
        try:
            made = booked(self.store, start, start + length, room=room, member=holder, rrule=rrule)
        except Overlap:
            assert taken
        else:
            assert not taken
            assert [each.start for each in made] == begins
            self.oracle.slots += [
                Slot(each.id, room, begin, begin + length, holder, None, each.series)
                for each, begin in zip(made, begins, strict=True)
            ]

    def _one(self, which: int) -> Slot | None:
        slots = self.oracle.slots
        return slots[which % len(slots)] if slots else None

    def beside(
        self,
        which: int,
        after: bool,  # noqa: FBT001 - drawn
        length: timedelta,
        holder: str | None,
    ) -> None:
        """Book back to back with another."""
        slot = self._one(which)
        if slot is not None:
            start = slot.end if after else slot.start - length
            self.book(slot.room, start, length, holder, None)

    def move(self, which: int, room: str, start: datetime, length: timedelta) -> None:
        slot = self._one(which)
        if slot is None or not slot.live:
            return
        taken = self.oracle.is_taken(room, start, start + length, slot.id)
        form = BookingChange(room=room, start=start, end=start + length)
        try:
            change_booking(act(self.store), STAFF, slot.id, form, PREMISES)
        except Overlap:
            assert taken
        else:
            assert not taken
            slot.room, slot.start, slot.end = room, start, start + length

    def cancel(self, which: int, reach: Reach | None) -> None:
        slot = self._one(which)
        if slot is None:
            return
        if reach is None:
            cancel(act(self.store), STAFF, slot.id)
            slot.live = False
            return
        try:
            cancel_series(act(self.store), STAFF, slot.id, reach)
        except Invalid:
            assert slot.series is None
            return
        for each in self.oracle.slots:
            later = each.start >= slot.start or reach is Reach.ALL
            if each.series == slot.series and later:
                each.live = False

    def compare(self) -> None:
        """Hold the house to the oracle: what is live, and who is let in."""
        with self.store.reading() as session:
            held = {
                (row.id, row.room, row.starts, row.ends)
                for row in session.scalars(select(BookingRow))
                if row.status == "booked"
            }
        assert held == {
            (each.id, each.room, micros(each.start), micros(each.end))
            for each in self.oracle.slots
            if each.live
        }
        assert passes(self.store) == self.oracle.passes()

    def list(self, room: str, since: datetime, length: timedelta) -> None:
        """Hold a list to the oracle, piece by piece."""
        expected = sorted(
            (each.start, each.id)
            for each in self.oracle.slots
            if each.room == room and each.start < since + length and each.end > since
        )
        found: list[tuple[datetime, str]] = []
        while True:
            after = found[-1] if found else None
            wanted = Wanted(FEW, room, None, since, since + length, after)
            with self.store.reading() as session:
                piece = bookings(session, SITE, wanted, STAFF, JANUARY)
            if not piece:
                break
            found += [(each.start, each.id) for each in piece]
        assert found == expected


@contextmanager
def fresh(ready: Path) -> Iterator[Store]:
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        shutil.copy(ready, f"{folder}/usciere.db")
        store = Store(f"sqlite:///{folder}/usciere.db")
        yield store
        store.close()


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(
        st.one_of(BOOK, BESIDE, BESIDE, REPEAT, REPEAT, MOVE, CANCEL), min_size=8, max_size=20
    ),
    window=st.tuples(ROOMS, STARTS, LENGTHS),
)
def test_what_is_booked_and_who_is_let_in_is_what_the_oracle_says(
    sqlite_ready: Path, deeds: list[tuple[object, ...]], window: tuple[str, datetime, timedelta]
) -> None:
    with fresh(sqlite_ready) as store:
        play = Play(store)
        for deed, *words in deeds:
            getattr(play, str(deed))(*words)
            play.compare()
        play.list(*window)
