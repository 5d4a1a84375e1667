from datetime import time

from daemon.access.facts import Plan, Window
from daemon.store.plans import plan_of

WEEKDAYS = '[{"days":["mon","fri"],"from":"08:00","to":"20:00"}]'
NIGHT = '[{"days":["sun"],"from":"22:00","to":"02:00"},{"days":[],"from":"00:00","to":"00:00"}]'


def test_a_plan_that_says_nothing_always_holds_and_in_every_room() -> None:
    assert plan_of("full", None, False, None, None) == Plan("full", None, False, None, None)  # noqa: FBT003 - columns


def test_no_window_at_all_is_never_and_no_room_at_all_is_none() -> None:
    plan = plan_of("none", "[]", True, 0, "[]")  # noqa: FBT003 - columns
    assert plan == Plan("none", (), True, 0, frozenset())  # noqa: FBT003 - columns


def test_windows_and_rooms_are_read_as_they_were_said() -> None:
    plan = plan_of("week", WEEKDAYS, False, 10, '["lab","open-space"]')  # noqa: FBT003 - columns
    assert plan.windows == (Window(frozenset({0, 4}), time(8), time(20)),)
    assert plan.entries_per_month == 10
    assert plan.rooms == frozenset({"lab", "open-space"})


def test_a_window_may_cross_midnight_and_have_no_days() -> None:
    plan = plan_of("night", NIGHT, True, None, None)  # noqa: FBT003 - columns
    assert plan.windows == (
        Window(frozenset({6}), time(22), time(2)),
        Window(frozenset(), time(0), time(0)),
    )


def test_a_changed_plan_is_another_plan_under_the_same_name() -> None:
    before = plan_of("week", WEEKDAYS, False, None, None)  # noqa: FBT003 - columns
    after = plan_of("week", NIGHT, False, None, None)  # noqa: FBT003 - columns
    assert before.windows != after.windows
    assert plan_of("week", WEEKDAYS, False, None, None) == before  # noqa: FBT003 - columns
