"""The API is down, and a feed has not been read for a day: the doorman alone ends its honour."""

import time
from datetime import timedelta

import pytest

from daemon.store.tables import CalendarRow
from devices.clock import micros, now
from tests.faults.house import SITE, House, furnished
from tests.faults.oracle import journal

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]


def feed(house: House, name: str, age: timedelta) -> None:
    """Let there be a feed whose last good copy is this old."""
    copied = micros(now() - age)
    row = CalendarRow(site=SITE, id=name, room="sala", kind="feed", url="https://a.example/x.ics")
    row.problems, row.honoured, row.created, row.copied = "[]", True, copied, copied
    with house.store.writing() as session:
        session.add(row)


def test_the_doorman_ends_the_honour_of_a_feed_that_nobody_reads() -> None:
    with furnished() as house:
        feed(house, "old", timedelta(hours=25))
        feed(house, "fresh", timedelta(hours=23))
        house.daemon.start()
        deadline = time.monotonic() + 20
        while not (alarms := journal(house, "alarm")) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert [alarm.reason for alarm in alarms] == ["feed-stale"]
        with house.store.reading() as session:
            honoured = {row.id: row.honoured for row in session.query(CalendarRow)}
        assert honoured == {"old": False, "fresh": True}
