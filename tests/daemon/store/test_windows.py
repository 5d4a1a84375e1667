"""Weekly windows are read as a porter would write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.store.objections import Invalid
from daemon.store.plans import DAYS
from daemon.store.windows import hours_of, hours_text

TIMES = st.times().map(lambda clock: clock.strftime("%H:%M"))
DAY_LISTS = st.lists(st.sampled_from(DAYS), min_size=1, unique=True)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("mon 08:00-20:00", ["mon"]),
        ("mon-fri 08:00-20:00", ["mon", "tue", "wed", "thu", "fri"]),
        ("sat,sun 08:00-20:00", ["sat", "sun"]),
        ("fri-mon 08:00-20:00", ["fri", "sat", "sun", "mon"]),
        (" Mon-Tue,sun  08:00-20:00 ", ["mon", "tue", "sun"]),
    ],
)
def test_days_may_be_spans_and_lists(said: str, days: list[str]) -> None:
    assert hours_of([said]) == [{"days": days, "from": "08:00", "to": "20:00"}]


def test_always_and_never_are_words() -> None:
    assert hours_of(["always"]) is None
    assert hours_of(["never"]) == []
    assert hours_text(None) == "always"
    assert hours_text([]) == "never"


@pytest.mark.parametrize(
    "said", ["", "mon", "08:00-20:00", "mon 8-20", "lun 08:00-20:00", "mon- 08:00-20:00 x", ", 1"]
)
def test_anything_else_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(Invalid, match="expected days and times such as `mon-fri 08:00-20:00`"):
        hours_of([said])


@given(DAY_LISTS, TIMES, TIMES)
def test_what_is_shown_is_read_back(days: list[str], since: str, until: str) -> None:
    window = {"days": days, "from": since, "to": until}
    assert hours_of([hours_text([window])]) == [window]
