"""Times on the wire: RFC 3339 with an offset, or refused."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import moments
from devices.moments import NotAMoment

times = st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 30))  # noqa: DTZ001 - a zone is added
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(time=times, zone=zones)
def test_any_moment_is_read_as_it_was_written(time: datetime, zone: timezone) -> None:
    at = time.replace(tzinfo=zone)
    read = moments.parse(at.isoformat())
    assert read == at
    assert read.tzinfo is UTC


@given(time=times, zone=zones)
def test_what_is_shown_is_read_again(time: datetime, zone: timezone) -> None:
    at = time.replace(tzinfo=zone)
    assert moments.shown(at).endswith("Z")
    assert moments.parse(moments.shown(at)) == at


@pytest.mark.parametrize(
    "text",
    ["2026-03-29T09:00:00+02:00", "2026-03-29t07:00:00z", "2026-03-29 07:00:00.000Z"],
)
def test_it_may_be_written_in_several_ways(text: str) -> None:
    assert moments.parse(text) == datetime(2026, 3, 29, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-03-29",
        "2026-03-29T09:00:00",
        "2026-03-29T09:00Z",
        "2026-02-29T09:00:00Z",
        "2026-03-29T24:00:00Z",
        "2026-03-29T09:60:00Z",
        "2026-03-29T09:00:00+2:00",
        "2026-03-29T09:00:00+99:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "12026-03-29T09:00:00Z",
        "2026-03-29T09:00:00Z\n",
        "\u0662\u0660\u0662\u0666-03-29T09:00:00Z",
        "2026-03-29T09:00:00." + "0" * 40 + "Z",
    ],
)
def test_what_is_no_moment_with_an_offset_is_refused(text: str) -> None:
    with pytest.raises(NotAMoment):
        moments.parse(text)


@given(text=st.text(alphabet="0123456789-+:.TZ ", max_size=42))
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    with suppress(NotAMoment):
        assert moments.parse(text).tzinfo is UTC
