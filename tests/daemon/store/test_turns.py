"""Work done once for a site: one at a time on PostgreSQL, whoever was killed holds nothing up."""

import pytest
from sqlalchemy import text

from daemon.store.engine import Store
from daemon.store.turns import turn
from tests.postgresql import SITE, Server

_KILL = text("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")


def test_of_two_one_has_the_turn_and_then_the_other(store: Store) -> None:
    other = Store(store.url.render_as_string(hide_password=False))
    with turn(store, SITE, "letters") as mine, turn(other, SITE, "letters") as theirs:
        assert (mine, theirs) == (True, store.is_sqlite)
    with turn(other, SITE, "letters") as theirs:
        assert theirs
    other.close()


def test_another_job_and_another_site_are_others_turns(store: Store) -> None:
    with (
        turn(store, SITE, "letters") as letters,
        turn(store, SITE, "forgetting") as forgetting,
        turn(store, "annex", "letters") as elsewhere,
    ):
        assert (letters, forgetting, elsewhere) == (True, True, True)


@pytest.mark.postgresql
def test_who_was_killed_has_given_it_back(postgresql: Server) -> None:
    killed, other = Store(postgresql.emptied()), Store(postgresql.emptied())
    with turn(killed, SITE, "letters"):
        with other.writing() as session:
            session.execute(_KILL)
        with turn(other, SITE, "letters") as mine:
            assert mine
    for each in (killed, other):
        each.close()


def test_who_fails_has_given_it_back(store: Store) -> None:
    other = Store(store.url.render_as_string(hide_password=False))
    with pytest.raises(ZeroDivisionError), turn(store, SITE, "letters"):
        raise ZeroDivisionError
    with turn(other, SITE, "letters") as mine:
        assert mine
    other.close()
