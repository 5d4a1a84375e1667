"""Plans as they are stored, read back as what a decision knows."""

import json
from datetime import time
from functools import lru_cache

from daemon.access.facts import Plan, Window
from daemon.config.fields import WEEKDAYS

DAYS = WEEKDAYS


@lru_cache(maxsize=256)
def plan_of(
    plan_id: str,
    hours: str | None,
    holidays: bool,  # noqa: FBT001 - a column among columns
    entries: int | None,
    rooms: str | None,
) -> Plan:
    """Return the plan in a row's columns. Remembered by content, so it can never be stale."""
    windows = None if hours is None else tuple(_window(each) for each in json.loads(hours))
    allowed = None if rooms is None else frozenset(json.loads(rooms))
    return Plan(plan_id, windows, holidays, entries, allowed)


def _window(said: dict[str, object]) -> Window:
    days, since, until = said["days"], said["from"], said["to"]
    assert isinstance(days, list)  # noqa: S101 - checked when it was written
    return Window(
        frozenset(DAYS.index(day) for day in days),
        time.fromisoformat(str(since)),
        time.fromisoformat(str(until)),
    )
