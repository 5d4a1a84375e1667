"""`usciere badge enrol`, with somebody who holds a card to the reader while it waits."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.enrolling import Waiting, enrol, place_of
from commands.failures import Failed
from commands.office import Office
from daemon import enrolling
from daemon.badge_key import key_of
from daemon.config import load
from daemon.store import badges, enrolments, members
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.forms import NewEnrolment
from daemon.store.people import Act, Actor
from devices.contract import Tap
from devices.uid import parse
from tests.commands.conftest import Usciere

NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
CARD = "0455667788AABB"


class Minute:
    """A minute that passes ten seconds at a time; `happens` is what does meanwhile."""

    def __init__(self, happens: Callable[[datetime], None] | None = None) -> None:
        self.now = NOON
        self._happens = happens

    def clock(self) -> datetime:
        return self.now

    def pause(self) -> None:
        self.now += timedelta(seconds=10)
        if self._happens is not None:
            self._happens(self.now)

    def waiting(self) -> Waiting:
        return Waiting(self.clock, self.pause)


@pytest.fixture
def here(house: Usciere) -> Iterator[Office]:
    assert house("check").stdout is not None
    settings = load(Path("usciere.toml"), {})
    store = Store(settings.database.url)
    yield Office(settings, store, Act(store, settings.site.id, Actor("porter"), NOON))
    store.close()


@pytest.fixture
def form(here: Office) -> NewEnrolment:
    with here.reading() as session:
        [anna] = members.members(session, here.site)
    door = here.settings.doors[0].id
    return NewEnrolment(member=anna.id, door=door, label="nuovo")


def _held(here: Office, form: NewEnrolment, uid: str) -> Callable[[datetime], None]:
    reader = here.settings.doors[0].readers[0].id

    def hold(at: datetime) -> None:
        tap = Tap(form.door, reader, parse(uid), None, None, at, "print")
        with book_of(here.store, here.site) as book:
            enrolling.enrol(
                book, key_of(here.settings.site.badge_key_file), tap, alike=0, forged=False
            )

    return hold


def _run(here: Office, form: NewEnrolment, minute: Minute, *, as_json: bool = False) -> None:
    enrol(here, form, here.settings.doors[0].readers[0].id, minute.waiting(), as_json=as_json)


def test_it_waits_for_the_card_and_prints_the_badge(
    here: Office, form: NewEnrolment, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(here, form, Minute(_held(here, form, CARD)))
    said = capsys.readouterr()
    with here.reading() as session:
        badge = badges.badge_of(session, here.site, said.out.strip())
    assert (badge.label, badge.tail) == ("nuovo", "AABB")
    assert "The badge ending in AABB is enrolled" in said.err
    assert CARD not in (said.out + said.err).upper()


def test_nobody_comes_within_the_minute(here: Office, form: NewEnrolment) -> None:
    with pytest.raises(Failed, match=r"no new card was held to .*; does the doorman run"):
        _run(here, form, Minute())


def test_a_phone_is_refused_in_words(here: Office, form: NewEnrolment) -> None:
    with pytest.raises(Failed, match="not enrolled: a phone or card that shows a new number"):
        _run(here, form, Minute(_held(here, form, "08A1B2C3")))


def test_who_gives_up_leaves_nobody_waiting(here: Office, form: NewEnrolment) -> None:
    def gives_up(_: datetime) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run(here, form, Minute(gives_up))
    with here.reading() as session:
        [left] = enrolments.enrolments(session, here.site, NOON)
    assert left.status == "withdrawn"


def test_a_second_command_at_the_same_reader_is_refused(house: Usciere, here: Office) -> None:
    with here.reading() as session:
        [anna] = members.members(session, here.site)
    door = here.settings.doors[0]
    act = Act(here.store, here.site, Actor("other"), datetime.now(UTC))  # noqa: TID251 - the command has a real clock
    enrolments.open_enrolment(act, NewEnrolment(member=anna.id, door=door.id), door.readers[0].id)
    done = house("badge", "enrol", anna.id, "--reader", door.id)
    assert done.exit_code == 1
    assert "a card is awaited at this reader until" in done.stderr


def test_a_reader_is_named_unless_there_is_only_one(here: Office) -> None:
    door = here.settings.doors[0]
    reader = door.readers[0].id
    assert place_of(here.settings, f"{door.id}/{reader}") == (door.id, reader)
    assert place_of(here.settings, door.id) == (door.id, reader)
    with pytest.raises(Failed, match="has no reader 'x'"):
        place_of(here.settings, f"{door.id}/x")
    with pytest.raises(Failed, match=f"--reader, one of {door.id}/{reader}"):
        place_of(here.settings, None)
