"""Numbers kept for somebody: also by who is in a hurry, and told at once where nothing is kept."""

import time

from daemon.store.engine import Store
from daemon.store.followers import keep, kept, try_to_keep
from daemon.store.tables import FollowerRow
from tests.daemon.store.building import SITE


def test_a_number_takes_the_place_of_the_last_one(store: Store) -> None:
    assert kept(store, SITE, "list") is None
    keep(store, SITE, "list", 1)
    assert try_to_keep(store, SITE, "list", 2)
    assert try_to_keep(store, SITE, "other", 7)
    assert (kept(store, SITE, "list"), kept(store, SITE, "other")) == (2, 7)


def test_who_is_in_a_hurry_waits_for_no_other(store: Store) -> None:
    keep(store, SITE, "list", 1)
    with store.writing() as other:
        other.get_one(FollowerRow, (SITE, "list")).seq = 2
        other.flush()
        began = time.monotonic()
        assert not try_to_keep(store, SITE, "list", 3)
        assert time.monotonic() - began < 2
    assert try_to_keep(store, SITE, "list", 4)
    assert kept(store, SITE, "list") == 4
