"""Forgetting once a day, by itself."""

from sqlalchemy import select, update

from api.forgetter import Forgetter
from daemon.privacy.pseudonyms import is_forgotten
from daemon.store.tables import VisitRow
from tests.api.house import House


def visitors_of(house: House) -> list[str]:
    with house.store.reading() as session:
        return list(session.scalars(select(VisitRow.member)))


def test_once_a_day_what_is_too_old_is_forgotten(house: House) -> None:
    anna = house.member()
    house.post(f"presence/{anna}/check-in", {})
    house.clock.passes(hours=1)
    house.post(f"presence/{anna}/check-out", {})
    forgetter = Forgetter(house.app.state.parts)
    forgetter.look()
    assert visitors_of(house) == [anna]
    house.clock.passes(hours=24 * 91)
    forgetter.look()
    [name] = visitors_of(house)
    assert is_forgotten(name)
    with house.store.writing() as session:
        session.execute(update(VisitRow).values(member=anna))
    house.clock.passes(hours=1)
    forgetter.look()  # today it was done
    assert visitors_of(house) == [anna]
    house.clock.passes(hours=24)
    Forgetter(house.app.state.parts).look()
    assert visitors_of(house) != [anna]
