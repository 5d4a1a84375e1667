"""Passwords: hashed on purpose slowly, one at a time, and few may wait."""

import threading

import pytest

from daemon.passwords import LONGEST, Passwords, TooBusy

RIGHT = "una porta di quercia"


def test_the_right_password_matches_and_no_other() -> None:
    passwords = Passwords()
    kept = passwords.hash(RIGHT)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert RIGHT not in kept
    assert passwords.matches(RIGHT, kept)
    assert not passwords.matches(RIGHT + " ", kept)


def test_nobody_has_no_password_not_even_the_one_that_is_hashed_in_their_place() -> None:
    passwords = Passwords()
    for guess in ("", RIGHT, "nobody's"):
        assert not passwords.matches(guess, None)


def test_a_password_without_end_costs_no_more_than_the_longest() -> None:
    passwords = Passwords()
    kept = passwords.hash("x" * LONGEST)
    assert passwords.matches("x" * LONGEST * 1000, kept)


def test_who_finds_the_queue_full_is_sent_away_at_once() -> None:
    passwords = Passwords(waiting=1)
    with passwords._in_turn():
        waiting = threading.Thread(target=passwords.matches, args=(RIGHT, None))
        waiting.start()
        while passwords._places.acquire(blocking=False):
            passwords._places.release()  # until the other has taken the last place
        with pytest.raises(TooBusy):
            passwords.matches(RIGHT, None)
    waiting.join(20)
    assert not passwords.matches(RIGHT, None)
