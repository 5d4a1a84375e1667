"""What the tests of visitors and gatherings begin with: a host, the doors, whoever asks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from daemon.store.badges import Lab
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.people import Act, Actor
from daemon.store.tables import PassRow, PlanRow
from daemon.store.visitor_checks import Doorway, Reception
from tests.daemon.store.building import NOON, SITE, badge, member

KEY = b"k" * 32
ROME = ZoneInfo("Europe/Rome")
CARD = "04A224B1C35881"
OTHER_CARD = "04A224B1C35882"


def act(store: Store, at: datetime = NOON) -> Act:
    """Return an act of somebody at the keyboard."""
    return Act(store, SITE, Actor("porter"), at)


def reception(per_month: int = 0) -> Reception:
    """Return the reception of the tests' building."""
    doors = {
        "entrance": Doorway("open-space", bookable=False, entrance=True),
        "lab": Doorway("lab", bookable=False, entrance=False),
        "sala": Doorway("sala", bookable=True, entrance=False),
    }
    return Reception(doors, Lab(KEY, ROME), per_month)


def people(store: Store) -> None:
    """Let Anna, with a badge, and Bruno join; their plan opens what is not bookable."""
    with book_of(store, SITE) as book:
        assert book.session is not None
        book.session.add(PlanRow(site=SITE, id="full", holidays=True))
        book.session.add_all([member("anna", email="anna@example.org"), member("bruno")])
        book.session.flush()
        book.session.add(badge(b"a", "anna"))


def passes_in(store: Store) -> list[PassRow]:
    """Return all passes, as another connection sees them."""
    with store.reading() as session:
        return list(session.scalars(select(PassRow).order_by(PassRow.ref, PassRow.place)))
