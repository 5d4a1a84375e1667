"""Whatever changes about visitors and gatherings, a doorman who was there before sees at once."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, select

from daemon.access.facts import Pass, PassKind
from daemon.store.asker import STAFF
from daemon.store.attendees import add_attendee, remove_attendee
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.gathering_forms import GatheringChange, NewAttendee, NewGathering
from daemon.store.gatherings import add_gathering, change_gathering, remove_gathering
from daemon.store.pass_uses import use
from daemon.store.tables import AttendeeRow, GatheringRow, PassRow, VisitorRow
from daemon.store.visitor_forms import NewVisitor, VisitorChange
from daemon.store.visitors import add_visitor, change_visitor, end_visitor
from devices.clock import micros, moment
from tests.daemon.store.building import HOUR, NOON, SITE
from tests.daemon.store.reception import CARD, act, people, reception

_PASSES = select(PassRow.ref, PassRow.starts, PassRow.ends, PassRow.uses).where(
    PassRow.site == bindparam("site")
)
ROOMS = {"lab": False}
Seen = set[tuple[str, int, int, int | None]]
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ("announce", "prolong", "allow", "tap", "end", "plan", "move", "list", "off", "unlist")
        ),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def doorman(store: Store) -> Iterator[Desk]:
    people(store)
    desk = Desk(store.engine, SITE)
    desk.be_patient(5)
    yield desk
    desk.close()


class Ledger:
    """What ought to be there: one visitor with Vera's card, one gathering with her on its list."""

    def __init__(self, store: Store, doorman: Desk) -> None:
        self.store = store
        self.doorman = doorman
        self.visitor: str | None = None
        self.course: str | None = None
        self.attendee: str | None = None
        self.passes: dict[str, tuple[int, int, int | None]] = {}

    def announce(self, n: int) -> None:
        if self.visitor is not None:
            return
        until = (NOON + n * HOUR).isoformat()
        form = NewVisitor.model_validate(
            {"name": "V", "host": "anna", "uid": CARD, "until": until, "uses": n}
        )
        self.visitor = add_visitor(act(self.store), STAFF, form, reception()).id
        self.passes[self.visitor] = (micros(NOON), micros(NOON + n * HOUR), n)

    def prolong(self, n: int) -> None:
        self._change(until=(NOON + n * HOUR).isoformat())
        if self.visitor:
            starts, _, uses = self.passes[self.visitor]
            self.passes[self.visitor] = (starts, micros(NOON + n * HOUR), uses)

    def allow(self, _: int) -> None:
        self._change(uses=None)
        if self.visitor:
            self.passes[self.visitor] = (*self.passes[self.visitor][:2], None)

    def tap(self, _: int) -> None:
        if self.visitor is None:
            return
        starts, ends, uses = self.passes[self.visitor]
        held = Pass(PassKind.VISITOR, self.visitor, moment(starts), moment(ends), uses=uses)
        with self.doorman.open() as book:
            assert use(book, held) is (uses != 0)
        if uses:
            self.passes[self.visitor] = (starts, ends, uses - 1)

    def end(self, _: int) -> None:
        if self.visitor is not None:
            end_visitor(act(self.store), STAFF, self.visitor)
            del self.passes[self.visitor]
            self.visitor = None

    def plan(self, n: int) -> None:
        if self.course is None:
            form = NewGathering(title="T", room="lab", start=NOON, end=NOON + n * HOUR)
            self.course = add_gathering(act(self.store), form, ROOMS).id

    def move(self, n: int) -> None:
        if self.course is None:
            return
        start = NOON + n * HOUR
        form = GatheringChange(start=start, end=start + HOUR)
        change_gathering(act(self.store), self.course, form, ROOMS)
        if self.attendee:
            self.passes[self.course] = (micros(start), micros(start + HOUR), None)

    def list(self, _: int) -> None:
        if self.course is None or self.attendee is not None:
            return
        form = NewAttendee(name="V", badge=CARD)
        lab = reception().lab
        self.attendee = add_attendee(act(self.store), STAFF, self.course, form, lab).id
        with self.store.reading() as session:
            row = session.get_one(GatheringRow, (SITE, self.course))
            self.passes[self.course] = (row.starts, row.ends, None)

    def unlist(self, _: int) -> None:
        if self.course and self.attendee:
            remove_attendee(act(self.store), STAFF, self.course, self.attendee)
            del self.passes[self.course]
            self.attendee = None

    def off(self, _: int) -> None:
        if self.course:
            remove_gathering(act(self.store), self.course)
            self.passes.pop(self.course, None)
            self.course = self.attendee = None

    def _change(self, **said: object) -> None:
        if self.visitor:
            form = VisitorChange.model_validate(said)
            change_visitor(act(self.store), STAFF, self.visitor, form, reception())


@given(steps)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_change_is_what_the_doorman_sees_next(
    store: Store, doorman: Desk, told: list[tuple[str, int]]
) -> None:
    with store.writing() as session:  # an example begins with nothing
        for table in (PassRow, VisitorRow, AttendeeRow, GatheringRow):
            session.execute(delete(table))
    ledger = Ledger(store, doorman)
    for step, number in told:
        getattr(ledger, step)(number)
        seen = {tuple(row) for row in doorman.peek(_PASSES)}
        assert seen == {(ref, *rest) for ref, rest in ledger.passes.items()}
