"""Who guesses wrong waits ever longer; who was right is forgiven; nobody waits for ever."""

from daemon.patience import Patience


def _guess(patience: Patience, key: str, at: float, times: int) -> None:
    for _ in range(times):
        assert patience.begin(key, at) == 0


def test_five_tries_are_free_and_the_next_waits_twice_as_long_each_time() -> None:
    patience = Patience(longest=60)
    _guess(patience, "anna", 100, 5)
    assert patience.begin("anna", 100) == 2
    assert patience.begin("anna", 101.5) == 0.5
    assert patience.begin("anna", 102) == 0
    assert patience.begin("anna", 102) == 4
    assert patience.begin("bruno", 102) == 0


def test_nobody_waits_longer_than_the_longest() -> None:
    patience = Patience(longest=60)
    at = 0.0
    for _ in range(100):
        at += 60
        assert patience.begin("anna", at) == 0
    assert patience.begin("anna", at) == 60


def test_the_right_password_forgives_all() -> None:
    patience = Patience(longest=60)
    _guess(patience, "anna", 0, 5)
    patience.forgive("anna")
    patience.forgive("nobody")
    _guess(patience, "anna", 0, 5)
    assert patience.begin("anna", 0) > 0


def test_an_hour_of_rest_forgives_too() -> None:
    patience = Patience(longest=60)
    _guess(patience, "anna", 0, 5)
    _guess(patience, "anna", 3601, 5)
    assert patience.begin("anna", 3601) > 0


def test_a_million_sources_fill_no_memory() -> None:
    patience = Patience(longest=60)
    _guess(patience, "anna", 0, 5)
    for number in range(10_000):
        patience.begin(str(number), 0)
    assert len(patience._tries) == 10_000
    assert patience.begin("anna", 0) == 0  # the oldest is forgotten first
