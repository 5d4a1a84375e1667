"""Silence: from the first word that a device is offline, told once."""

from datetime import timedelta

from daemon.alarms.silence import is_due, offline, told
from tests.daemon.store.building import NOON

TEN = timedelta(minutes=10)


def test_a_device_is_missed_when_the_time_is_over_and_not_before() -> None:
    silence = offline(None, NOON)
    assert not is_due(silence, NOON + TEN - timedelta(microseconds=1), TEN)
    assert is_due(silence, NOON + TEN, TEN)


def test_its_time_counts_from_the_first_word() -> None:
    assert offline(offline(None, NOON), NOON + TEN).since == NOON


def test_it_is_told_once() -> None:
    assert not is_due(told(offline(None, NOON)), NOON + 2 * TEN, TEN)
