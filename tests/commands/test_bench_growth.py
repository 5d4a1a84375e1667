import pytest
from sqlalchemy import func, select

from commands.bench_growth_house import Size, badge, fill, write_settings
from daemon.access.decide import decide
from daemon.access.verdict import Granted
from daemon.badge_key import key_of
from daemon.config import Settings
from daemon.house import house_of
from daemon.presence import Move, Movement, Visit, fold
from daemon.store.book import reading_book
from daemon.store.engine import Store
from daemon.store.headfile import head_path
from daemon.store.sight import Question, look
from daemon.store.tables import AnswerRow, MovementRow, VisitRow
from daemon.store.verify import Sound, verify
from devices import uid
from devices.clock import moment
from tests.daemon.store.building import NOON
from tests.daemon.store.ledger import in_order, visit_of

SITE = "large"
SIZE = Size(200, 60, 3_000)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return a house that was filled, with a little more than a day's visits a day."""
    made = write_settings(tmp_path_factory.mktemp("large"), SITE, SIZE, (1, 2))
    told: list[int] = []
    fill(made, SIZE, NOON, told.append)
    assert sum(told) == pytest.approx(SIZE.members + SIZE.entries, abs=10)
    return made


@pytest.fixture(scope="module")
def store(settings: Settings) -> Store:
    return Store(settings.database.url)


def test_the_made_up_journal_is_sound(settings: Settings, store: Store) -> None:
    verdict = verify(store, SITE, head_path(settings), lambda _, __: None)
    assert isinstance(verdict, Sound), verdict
    assert verdict.apart
    assert SIZE.entries <= verdict.entries <= SIZE.entries + 1


def test_the_made_up_visits_are_the_fold_of_the_movements(store: Store) -> None:
    with store.reading() as session:
        movements = [
            Movement(moment(row.at), row.seq, row.member, Move(row.move), row.room)
            for row in session.scalars(select(MovementRow))
        ]
        visits = in_order([visit_of(row) for row in session.scalars(select(VisitRow))])
    days: dict[tuple[str, object], list[Movement]] = {}
    for movement in movements:
        days.setdefault((movement.member, movement.at.date()), []).append(movement)
    folded: list[Visit] = []
    for there in days.values():
        folded += fold(there, [], over=True)
    assert in_order(folded) == visits


def test_nobody_is_inside_and_all_may_come(settings: Settings, store: Store) -> None:
    house, key = house_of(settings), key_of(settings.site.badge_key_file)
    with reading_book(store, SITE) as book:
        for number in range(SIZE.members):
            card = uid.keyed_hash(uid.parse(badge(number)), key)
            sight = look(book, house, Question("d000", "main", card, f"t{number}", NOON))
            assert isinstance(decide(sight.facts, NOON), Granted)
            assert sight.visit is None


def test_answers_are_kept_for_a_day(store: Store) -> None:
    with store.reading() as session:
        assert 0 < (session.scalar(select(func.count()).select_from(AnswerRow)) or 0) < 100


def test_there_are_as_many_doors_as_asked_for(settings: Settings) -> None:
    assert len(settings.doors) == SIZE.doors
