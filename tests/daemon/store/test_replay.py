"""Who is in, at any moment, equals what the journal says when replayed up to that moment."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from daemon.config import load
from daemon.house import House, house_of
from daemon.presence import Move
from daemon.store import presences
from daemon.store.engine import Store
from daemon.store.entries import entries
from daemon.store.objections import Conflict, Invalid
from daemon.store.people import Act, Actor
from daemon.store.presences import Righting, Said
from daemon.store.replay import presence_from_journal
from daemon.store.schema import prepare
from daemon.store.tables import VisitRow
from devices.clock import micros, moment
from devices.contract import Level, Receipt, Tap
from devices.uid import Uid
from tests.daemon.porch import ANNA, BEA, OWNERS, STRANGER, Porch, move_in

_SETTINGS = """\
[site]
id = "cooffice"
name = "CoOffice"
[[rooms]]
id = "open-space"
[[rooms]]
id = "lab"
[[doors]]
id = "entrance"
room = "open-space"
entrance = true
readers = [{ id = "outside" }, { id = "inside", role = "exit" }, { id = "hall", role = "toggle" }]
[[doors]]
id = "lab"
room = "lab"
[doors.contact]
driver = "mqtt"
"""
READERS = (
    ("entrance", "outside"),
    ("entrance", "inside"),
    ("entrance", "hall"),
    ("lab", "main"),
)
numbers = itertools.count(1)


class Day(Porch):
    """A doorman's days at a house whose lab has a contact, and staff with opinions."""

    def tap(self, uid: Uid, where: tuple[str, str], ago: float) -> Tap:
        number = next(numbers)
        at = self.now - timedelta(seconds=ago)
        receipt = Receipt(1, number, again=False)
        return Tap(*where, uid, f"t{number}", at, self.now, "", receipt=receipt)

    def tell(self, *, is_open: bool | None, online: bool | None) -> None:
        self.takes(Level("lab", self.now, open=is_open, online=online))

    def act(self) -> Act:
        return Act(self.store, self.house.site, Actor("porter"), self.now)

    def say(self, uid: Uid, move: Move, room: str, ago: float) -> None:
        said = Said(move, room, self.now - timedelta(seconds=ago))
        presences.say(self.act(), self.house, OWNERS[uid], said)

    def set_right(self, which: int, began: float | None, ended: float | None) -> None:
        """Correct one of the latest visits; `began` and `ended` in seconds from its beginning."""
        with self.store.reading() as session:
            query = select(VisitRow).where(VisitRow.site == self.house.site)
            found = session.scalars(query.order_by(VisitRow.began.desc()).limit(3)).all()
        if found:
            visit = found[which % len(found)]
            start = moment(visit.began)
            really = Righting(_after(start, began), _after(start, ended))
            presences.set_right(self.act(), self.house, visit.id, really)

    def by_journal(self) -> Mapping[str, str]:
        with self.store.reading() as session:
            told = entries(session, self.house.site, 0, 10_000)
        return presence_from_journal(told, self.house.days, self.now)

    def by_visits(self) -> Mapping[str, str]:
        since = micros(self.house.days.around(self.now)[0])
        v = VisitRow
        with self.store.reading() as session:
            rows = session.execute(
                select(v.member, v.room).where(
                    v.site == self.house.site, v.ended_by.is_(None), v.began >= since
                )
            )
            return {row[0]: row[1] for row in rows}


def _after(start: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else start + timedelta(seconds=seconds)


Step = Callable[[Day], None]


def _taps(said: list[tuple[Uid, tuple[str, str], float]]) -> Step:
    return lambda day: day.takes(*(day.tap(*each) for each in said))


def _passes(seconds: float) -> Step:
    def step(day: Day) -> None:
        day.passes(seconds)
        day.doorman.turn()

    return step


uids = st.sampled_from((ANNA, BEA, STRANGER))
known = st.sampled_from((ANNA, BEA))
ago = st.one_of(st.just(0.0), st.integers(-9, 9), st.integers(11, 50_000))
sides = st.one_of(st.none(), st.integers(-7200, 7200))
steps = st.one_of(
    st.lists(st.tuples(uids, st.sampled_from(READERS), ago), min_size=1, max_size=4).map(_taps),
    st.sampled_from((1, 4, 8, 600, 20_000, 60_000)).map(_passes),
    st.tuples(st.sampled_from((True, False, None)), st.sampled_from((True, False, None))).map(
        lambda said: lambda day: day.tell(is_open=said[0], online=said[1])
    ),
    st.tuples(
        known,
        st.sampled_from((Move.CHECK_IN, Move.CHECK_OUT)),
        st.sampled_from(("lab", "open-space")),
        st.one_of(st.just(0), st.integers(0, 90_000)),
    ).map(lambda said: lambda day: day.say(*said)),
    st.tuples(st.integers(0, 2), sides, sides).map(lambda said: lambda day: day.set_right(*said)),
)  # fmt: skip


@pytest.fixture(scope="module")
def contact_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    path = tmp_path_factory.mktemp("house") / "usciere.toml"
    path.write_text(_SETTINGS)
    return house_of(load(path, {}))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('base') / 'usciere.db'}")
    yield store
    store.close()


@contextmanager
def a_day(store: Store, house: House) -> Iterator[Day]:
    """Give a doorman at a site of his own."""
    site = f"site{next(numbers)}"
    prepare(store, site)
    move_in(store, site)
    with TemporaryDirectory() as folder:
        day = Day(store, replace(house, site=site), Path(folder))
        try:
            yield day
        finally:
            day.leaves()


@settings(max_examples=60, phases=set(Phase) - {Phase.shrink, Phase.explain})
@given(said=st.lists(steps, max_size=14))
def test_the_journal_and_the_visits_tell_the_same(
    store: Store, contact_house: House, said: list[Step]
) -> None:
    with a_day(store, contact_house) as day:
        for step in said:
            try:
                step(day)
            except (Conflict, Invalid):
                continue  # staff may not say that; nothing is written
            assert day.by_journal() == day.by_visits()


def test_a_day_told_by_its_journal(store: Store, contact_house: House) -> None:
    with a_day(store, contact_house) as day:
        day.takes(day.tap(ANNA, READERS[0], 0), day.tap(BEA, READERS[0], 0))
        day.tell(is_open=False, online=None)
        day.takes(day.tap(ANNA, READERS[3], 0))
        assert day.by_journal() == {"anna": "open-space", "bea": "open-space"}
        day.tell(is_open=True, online=None)
        assert day.by_journal() == {"anna": "lab", "bea": "open-space"}
        day.takes(day.tap(BEA, READERS[1], 0))
        assert day.by_journal() == {"anna": "lab"}
        day.passes(86_400)
        assert day.by_journal() == {}
