"""Visitors: who may have whom, when, through which doors; and their passes at once."""

from datetime import timedelta
from typing import Any

import pytest

from daemon.access.facts import Pass, PassKind
from daemon.store.arrivals import arrive
from daemon.store.asker import STAFF, Asker
from daemon.store.badges import add_badge
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.forms import NewBadge
from daemon.store.members import remove_member
from daemon.store.objections import Conflict, Forbidden, Invalid, Objection, Unknown
from daemon.store.tables import PassRow
from daemon.store.visitor_checks import Reception
from daemon.store.visitor_forms import NewVisitor, VisitorChange
from daemon.store.visitor_views import Visitor, Wanted, visitor_of, visitors
from daemon.store.visitors import add_visitor, change_visitor, end_visitor
from devices.clock import micros
from tests.daemon.store.building import NOON, SITE
from tests.daemon.store.reception import (
    CARD,
    OTHER_CARD,
    act,
    passes_in,
    people,
)
from tests.daemon.store.reception import reception as reception_with

ANNA, BRUNO = Asker("anna"), Asker("bruno")
DAY = timedelta(days=1)


@pytest.fixture
def reception(store: Store) -> Reception:
    people(store)
    return reception_with()


def form(**said: Any) -> NewVisitor:  # pydantic checks them
    return NewVisitor.model_validate({"name": "Vera", "until": "2026-11-05", "uid": CARD} | said)


def change(**said: Any) -> VisitorChange:  # pydantic checks them
    return VisitorChange.model_validate(said)


def visitor(store: Store, reception: Reception, asker: Asker = ANNA, **said: Any) -> Visitor:
    return add_visitor(act(store), asker, form(**said), reception)


def refused(store: Store, reception: Reception, asker: Asker = ANNA, **said: Any) -> Objection:
    with pytest.raises(Objection) as caught:
        visitor(store, reception, asker, **said)
    with store.reading() as session:
        assert visitors(session, SITE, Wanted(), STAFF) == []
    return caught.value


def only_pass(store: Store) -> PassRow:
    [found] = passes_in(store)
    return found


def test_a_visitor_with_a_card_has_a_pass_for_the_entrances_until_the_last_day_is_over(
    store: Store, reception: Reception
) -> None:
    made = visitor(store, reception, uses=3)
    found = only_pass(store)
    assert (found.kind, found.ref, found.host, found.uses) == ("visitor", made.id, "anna", 3)
    assert (found.tail, found.member, found.room, found.doors) == (
        "5881",
        None,
        None,
        '["entrance"]',
    )
    assert found.starts == micros(NOON)
    assert made.until.isoformat() == "2026-11-05T23:00:00+00:00"
    assert found.ends == micros(made.until)


def test_a_visitor_without_a_card_is_a_name_on_the_list(store: Store, reception: Reception) -> None:
    made = visitor(store, reception, uid=None)
    assert passes_in(store) == []
    with store.reading() as session:
        assert visitor_of(session, SITE, made.id, ANNA) == made


@pytest.mark.parametrize(
    ("asker", "said", "kind", "word"),
    [
        (ANNA, {"host": "bruno"}, Forbidden, "of their own"),
        (Asker(), {}, Forbidden, "of their own"),
        (STAFF, {}, Invalid, "needed"),
        (STAFF, {"host": "nobody"}, Invalid, "no member"),
        (ANNA, {"doors": ["gate"]}, Invalid, "no door"),
        (ANNA, {"doors": ["entrance", "sala"]}, Invalid, "not yours"),
        (ANNA, {"until": "2026-11-02"}, Invalid, "over already"),
        (ANNA, {"from": "2026-11-06", "until": "2026-11-05"}, Invalid, "before it begins"),
        (ANNA, {"from": "2026-11-01", "until": "2026-11-02"}, Invalid, "over already"),
        (ANNA, {"until": "2026-12-05"}, Invalid, "31 days"),
        (STAFF, {"host": "anna", "until": "2027-11-05"}, Invalid, "366 days"),
        (ANNA, {"uid": "00000000"}, Invalid, "zeros"),
        (ANNA, {"uid": "badge-anna"}, Invalid, "hexadecimal"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_written(  # noqa: PLR0913, PLR0917 - a table's columns
    store: Store,
    reception: Reception,
    asker: Asker,
    said: dict[str, object],
    kind: type[Objection],
    word: str,
) -> None:
    problem = refused(store, reception, asker, **said)
    assert isinstance(problem, kind)
    assert word in problem.sentence


def test_31_days_may_have_the_night_with_an_hour_more(store: Store, reception: Reception) -> None:
    made = visitor(store, reception, ANNA, **{"from": "2027-10-01", "until": "2027-10-31"})
    assert made.until - made.since == 31 * DAY + timedelta(hours=1)


def test_a_member_opens_for_visitors_what_his_own_plan_opens(
    store: Store, reception: Reception
) -> None:
    assert visitor(store, reception, doors=["lab", "entrance"]).doors == ["entrance", "lab"]


def test_staff_may_open_a_bookable_room_for_a_visitor(store: Store, reception: Reception) -> None:
    assert visitor(store, reception, STAFF, host="anna", doors=["sala"]).doors == ["sala"]


def test_a_members_badge_is_nobodys_card_and_it_is_not_said_whose(
    store: Store, reception: Reception
) -> None:
    add_badge(act(store), "bruno", NewBadge(uid=CARD), reception.lab)
    problem = refused(store, reception)
    assert (type(problem), problem.slug) == (Conflict, "badge-taken")
    assert "bruno" not in problem.sentence.lower()


def test_a_card_is_lent_to_one_visitor_at_a_time(store: Store, reception: Reception) -> None:
    visitor(store, reception)
    with pytest.raises(Conflict, match="another visitor"):
        visitor(store, reception, ANNA, **{"from": "2026-11-05", "until": "2026-11-06"})
    visitor(store, reception, ANNA, **{"from": "2026-11-06", "until": "2026-11-06"})


def test_a_card_that_was_given_back_is_free_at_once(store: Store, reception: Reception) -> None:
    end_visitor(act(store), ANNA, visitor(store, reception).id)
    visitor(store, reception)


def test_a_change_of_time_doors_and_card_is_in_the_pass_at_once(
    store: Store, reception: Reception
) -> None:
    made = visitor(store, reception)
    said = {"until": "2026-11-03T18:00:00+01:00", "doors": ["lab"], "uid": OTHER_CARD}
    change_visitor(act(store), ANNA, made.id, change(**said), reception)
    found = only_pass(store)
    assert (found.tail, found.doors) == ("5882", '["lab"]')
    assert found.ends == micros(NOON + timedelta(hours=5))


def test_a_visit_that_is_ended_leaves_no_pass_and_is_gone(
    store: Store, reception: Reception
) -> None:
    made = visitor(store, reception)
    end_visitor(act(store), ANNA, made.id)
    assert passes_in(store) == []
    with pytest.raises(Unknown):
        end_visitor(act(store), STAFF, made.id)


def test_uses_stay_used_whatever_is_changed(store: Store, reception: Reception) -> None:
    made = visitor(store, reception, uses=3)
    _used_twice(store)
    with store.reading() as session:
        assert visitor_of(session, SITE, made.id, ANNA).uses_left == 1
    for said, left in (
        ({"name": "Vera B"}, 1),
        ({"uses": 5}, 3),
        ({"uid": None}, 3),
        ({"uid": OTHER_CARD}, 3),
        ({"uses": 1}, 0),
        ({"uses": None}, None),
    ):
        changed = change_visitor(act(store), ANNA, made.id, change(**said), reception)
        assert changed.uses_left == left
        assert [found.uses for found in passes_in(store)] == [left] * (said != {"uid": None})


def _used_twice(store: Store) -> None:
    with book_of(store, SITE) as book:
        assert book.session is not None
        found = book.session.get_one(PassRow, (SITE, "visitor", only_pass(store).ref, 0))
        found.uses = 1


def test_another_members_visitor_is_unknown_to_a_member(store: Store, reception: Reception) -> None:
    made = visitor(store, reception)
    with pytest.raises(Unknown):
        change_visitor(act(store), BRUNO, made.id, change(name="X"), reception)
    with pytest.raises(Unknown):
        end_visitor(act(store), BRUNO, made.id)
    with store.reading() as session:
        assert visitors(session, SITE, Wanted(), BRUNO) == []
        with pytest.raises(Forbidden):
            visitors(session, SITE, Wanted(host="anna"), BRUNO)
        with pytest.raises(Unknown):
            visitor_of(session, SITE, made.id, BRUNO)
        assert len(visitors(session, SITE, Wanted(host="anna"), STAFF)) == 1


def test_only_staff_hand_a_visitor_over(store: Store, reception: Reception) -> None:
    made = visitor(store, reception)
    with pytest.raises(Forbidden):
        change_visitor(act(store), ANNA, made.id, change(host="bruno"), reception)
    change_visitor(act(store), STAFF, made.id, change(host="bruno"), reception)
    assert only_pass(store).host == "bruno"


def test_visitors_are_listed_by_time_and_page_by_page(store: Store, reception: Reception) -> None:
    for day in (4, 5, 6):
        begins = {"from": f"2026-11-0{day}"}
        visitor(store, reception, ANNA, name=f"V{day}", until="2026-11-07", uid=None, **begins)
    with store.reading() as session:
        first = visitors(session, SITE, Wanted(most=2), ANNA)
        last = first[-1]
        rest = visitors(session, SITE, Wanted(after=(last.since, last.id)), ANNA)
        until = visitors(session, SITE, Wanted(until=last.since), ANNA)
        since = visitors(session, SITE, Wanted(since=last.until), ANNA)
    assert [each.name for each in (*first, *rest)] == ["V4", "V5", "V6"]
    assert [each.name for each in until] == ["V4"]
    assert since == []


def test_a_host_has_so_many_visitors_a_month_and_staff_may_add_more(store: Store) -> None:
    people(store)
    few = reception_with(per_month=2)
    november = visitor(store, few, uid=None)
    visitor(store, few, uid=None)
    with pytest.raises(Conflict) as caught:
        visitor(store, few, uid=None)
    assert caught.value.slug == "visitors-used-up"
    visitor(store, few, BRUNO, uid=None)
    visitor(store, few, STAFF, uid=None, host="anna")
    december = visitor(store, few, ANNA, uid=None, **{"from": "2026-12-01", "until": "2026-12-01"})
    with pytest.raises(Conflict):  # nor by moving one into the month
        change_visitor(act(store), ANNA, december.id, change(**{"from": "2026-11-30"}), few)
    end_visitor(act(store), STAFF, november.id)
    with pytest.raises(Conflict):  # the one by staff counts as well
        visitor(store, few, uid=None)


def test_a_visit_said_to_begin_last_month_counts_for_this_one(store: Store) -> None:
    people(store)
    few = reception_with(per_month=1)
    begun = {"from": "2026-10-31"}
    visitor(store, few, ANNA, uid=None, **begun)
    with pytest.raises(Conflict):
        visitor(store, few, ANNA, uid=None, **begun)
    with pytest.raises(Conflict):
        visitor(store, few, uid=None)


def test_a_visit_called_off_is_given_back_unless_somebody_came(store: Store) -> None:
    people(store)
    few = reception_with(per_month=1)
    end_visitor(act(store), ANNA, visitor(store, few).id)
    came = visitor(store, few)
    with book_of(store, SITE) as book:
        held = Pass(PassKind.VISITOR, came.id, came.since, came.until, host="anna")
        arrive(book, held, "entrance", NOON, NOON)
    end_visitor(act(store), ANNA, came.id)
    with pytest.raises(Conflict):
        visitor(store, few)


def test_whoever_leaves_takes_the_visitors_along(store: Store, reception: Reception) -> None:
    made = visitor(store, reception, BRUNO)
    remove_member(act(store), "bruno")
    assert passes_in(store) == []
    with store.reading() as session, pytest.raises(Unknown):
        visitor_of(session, SITE, made.id, STAFF)
