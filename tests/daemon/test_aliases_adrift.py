"""Cards at readers that lose digits while the database cannot be written."""

from tests.daemon.porch import Porch, locked
from tests.daemon.test_adrift import ruin, said
from tests.daemon.test_aliases import CARD, entries, give, shows


def test_without_a_book_a_text_is_told_apart_all_the_same(porch: Porch) -> None:
    give(porch, CARD)
    porch.takes(shows("2400772", "wiegand26", "t1"))
    porch.passes(60)
    with locked(porch.store):
        porch.takes(shows("2400772", "wiegand26", "t2", 2)._replace(received=porch.now, at=None))
    porch.rests()
    assert said(porch) == [(True, "plan"), (True, "plan")]
    assert [entry[:2] for entry in entries(porch)] == [("bea", "5880")] * 2
    again = shows("2400772", "wiegand26", "t2", 3)._replace(received=porch.now, at=None)
    porch.takes(again)
    assert said(porch)[2] == (True, "plan")
    ruin(porch.store)
    porch.passes(60)
    porch.takes(shows("2400772", "wiegand26", "t4", 4)._replace(received=porch.now, at=None))
    assert said(porch)[3] == (True, "plan")


def test_a_number_whose_text_is_a_badge_lands_as_that_badge(porch: Porch) -> None:
    give(porch, "2400772", "wiegand26")
    with locked(porch.store):
        porch.takes(shows(CARD, "hex", "t1"))
    porch.rests()
    assert said(porch) == [(True, "plan")]
    assert entries(porch)[0][:2] == ("bea", "0772")
