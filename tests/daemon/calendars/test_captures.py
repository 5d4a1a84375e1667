"""Feeds as programs write them (tests/captures/calendars) become the slots beside them."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from daemon.calendars.reading import read
from tests.daemon.calendars.paper import ROME, YEAR_2026

CAPTURES = Path(__file__).parents[2] / "captures" / "calendars"
FEEDS = sorted(CAPTURES.glob("*.ics"))


@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.stem)
def test_a_feed_becomes_its_slots(feed: Path) -> None:
    wanted = json.loads(feed.with_suffix(".json").read_text("utf-8"))
    found = read(feed.read_bytes(), ROME, YEAR_2026)
    assert found.problems == ()
    assert [
        (slot.uid, slot.recurrence, slot.start, slot.end, slot.organizer, slot.attendees)
        for slot in found.slots
    ] == [
        (uid, name, datetime.fromisoformat(start), datetime.fromisoformat(end), boss, tuple(guests))
        for uid, name, start, end, boss, guests in wanted
    ]


def test_every_feed_is_told_of_in_the_readme() -> None:
    told = (CAPTURES / "README.md").read_text("utf-8")
    assert len(FEEDS) == 4
    assert all(f"`{feed.name}`" in told for feed in FEEDS)
