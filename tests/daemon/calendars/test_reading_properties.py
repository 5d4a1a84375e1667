"""Whatever comes is read or refused in words; series agree with a slow oracle on both nights."""

import string
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from daemon.calendars.reading import read
from daemon.calendars.words import Reading, Unreadable
from tests.daemon.calendars.paper import ROME, YEAR_2026, Window, calendar

_DATES = st.datetimes(datetime(1899, 12, 1), datetime(2201, 2, 1))  # noqa: DTZ001 - walls
_NEAR = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 31))  # noqa: DTZ001 - walls
NEW_YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - a wall
_ZONES = ("", ";TZID=Europe/Rome", ";TZID=Eastern Standard Time", ";TZID=Nowhere", ";VALUE=DATE")


@st.composite
def stamps(draw: st.DrawFn, name: str) -> str:
    moment = draw(st.one_of(_NEAR, _DATES))
    form = draw(st.sampled_from(["%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ", "%Y%m%d"]))
    return f"{name}{draw(st.sampled_from(_ZONES))}:{moment:{form}}"


_NUMBERS = st.integers(-400, 400).map(str)
_DAYS = st.sampled_from(["MO", "-1SU", "2TU", "WE", "9FR", "XX"])
_PARTS = st.one_of(
    st.builds("INTERVAL={}".format, _NUMBERS),
    st.builds("COUNT={}".format, _NUMBERS),
    st.builds("UNTIL={:%Y%m%dT%H%M%SZ}".format, _DATES),
    st.builds("UNTIL={:%Y%m%d}".format, _DATES),
    st.builds("BYDAY={}".format, st.lists(_DAYS, min_size=1, max_size=3).map(",".join)),
    st.builds(
        "{}={}".format,
        st.sampled_from(
            [f"BY{part}" for part in ("MONTH", "MONTHDAY", "YEARDAY", "WEEKNO", "SETPOS", "HOUR")]
            + ["BYMINUTE", "BYSECOND", "BYEASTER", "WKST", "X"]
        ),
        st.lists(_NUMBERS, min_size=1, max_size=3).map(",".join),
    ),
)
_FREQUENCIES = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY", "NEVER"]
_RULES = st.builds(
    lambda freq, parts: ";".join([f"RRULE:FREQ={freq}", *parts]),
    st.sampled_from(_FREQUENCIES),
    st.lists(_PARTS, max_size=4),
)
_LINES = st.one_of(
    stamps("DTSTART"),
    stamps("DTEND"),
    stamps("EXDATE"),
    stamps("RDATE"),
    stamps("RECURRENCE-ID"),
    stamps("RECURRENCE-ID;RANGE=THISANDFUTURE"),
    _RULES,
    st.sampled_from(
        [
            *("DURATION:PT1H", "DURATION:P1D", "DURATION:-P1W", "DURATION:P", "STATUS:CANCELLED"),
            *("TRANSP:TRANSPARENT", "SEQUENCE:2", "SEQUENCE:x", "SUMMARY:a\\,b", "ORGANIZER:"),
            *('ATTENDEE;CN="x:mailto:a@b', "RDATE;VALUE=PERIOD:20260301T080000Z/PT1H", "RDATE:"),
        ]
    ),
    st.text(string.printable, max_size=40),
)


@st.composite
def events(draw: st.DrawFn) -> str:
    uid = draw(st.sampled_from(["UID:a", "UID:b", "X:no"]))
    start = draw(st.one_of(stamps("DTSTART"), st.just("DTSTART:20260301T080000Z")))
    lines = draw(st.lists(_LINES, max_size=5))
    return "\n".join([uid, start, *(line.replace("\n", " ").replace("\r", " ") for line in lines)])


def read_or_refused(body: bytes) -> None:
    try:
        found = read(body, ROME, YEAR_2026)
    except Unreadable:
        return
    assert isinstance(found, Reading)
    assert all(slot.start < slot.end for slot in found.slots)
    assert all(slot.end > YEAR_2026.start for slot in found.slots)
    assert all(slot.start < YEAR_2026.end for slot in found.slots)
    names = [(slot.uid, slot.recurrence) for slot in found.slots]
    assert len(set(names)) == len(names)
    assert all(each.problem for each in found.problems)


@given(st.lists(events(), max_size=5))
def test_any_events_are_read_or_told_in_words(drawn: list[str]) -> None:
    read_or_refused(calendar(*drawn))


@given(st.lists(events(), max_size=3), st.data())
def test_a_mutilated_calendar_is_read_or_told_in_words(
    drawn: list[str], data: st.DataObject
) -> None:
    body = bytearray(calendar(*drawn))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(body)))
        piece = data.draw(st.one_of(st.binary(max_size=3), st.sampled_from([b"\r\n", b";", b":"])))
        body[place : place + data.draw(st.integers(0, 30))] = piece
    read_or_refused(bytes(body))


@given(st.binary(max_size=300))
@example(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR")
def test_any_bytes_are_read_or_told_in_words(body: bytes) -> None:
    read_or_refused(body)
    read_or_refused(b"BEGIN:VCALENDAR\r\n" + body + b"\r\nEND:VCALENDAR")


def moments() -> dict[datetime, datetime]:
    """Return the first moment of 2026 at which the wall in Rome shows each minute of a day.

    Found by walking through the year; a minute that is missing is read as an hour later.
    """
    first: dict[datetime, datetime] = {}
    moment = datetime(2025, 12, 30, tzinfo=UTC)
    while moment < datetime(2027, 1, 3, tzinfo=UTC):
        first.setdefault(moment.astimezone(ROME).replace(tzinfo=None), moment)
        moment += timedelta(minutes=15)
    return first


_MOMENTS = moments()


def moment_at(wall: datetime) -> datetime:
    return _MOMENTS.get(wall) or _MOMENTS[wall + timedelta(hours=1)]


@dataclass(frozen=True)
class Series:
    """A daily or weekly series on the wall."""

    start: datetime
    quarters: int
    days: int
    count: int
    without: frozenset[int] = frozenset()

    def walls(self) -> list[datetime]:
        step = timedelta(days=self.days)
        return [self.start + step * n for n in range(self.count) if n not in self.without]

    def lines(self) -> str:
        rule = (
            f"DAILY;INTERVAL={self.days}" if self.days % 7 else f"WEEKLY;INTERVAL={self.days // 7}"
        )
        zone = "TZID=Europe/Rome"
        gone = [self.start + timedelta(days=self.days) * n for n in self.without]
        return "\n".join(
            [
                f"DTSTART;{zone}:{self.start:%Y%m%dT%H%M%S}",
                f"DURATION:PT{self.quarters * 15}M",
                f"RRULE:FREQ={rule};COUNT={self.count}",
                *(f"EXDATE;{zone}:{wall:%Y%m%dT%H%M%S}" for wall in gone),
            ]
        )


@given(
    st.builds(
        Series,
        st.integers(96, 340 * 96).map(lambda n: NEW_YEAR + timedelta(minutes=15 * n)),
        quarters=st.integers(1, 96),
        days=st.sampled_from([1, 2, 3, 7, 14, 21]),
        count=st.integers(1, 60),
        without=st.frozensets(st.integers(0, 20), max_size=3),
    )
)
@example(Series(datetime(2026, 3, 28, 2, 30), 4, 1, 3))  # noqa: DTZ001 - a wall
@example(Series(datetime(2026, 10, 24, 2, 30), 4, 1, 3))  # noqa: DTZ001 - a wall
@example(Series(datetime(2026, 3, 29, 2, 0), 4, 1, 3, frozenset({1})))  # noqa: DTZ001 - a wall
def test_series_agree_with_the_oracle(series: Series) -> None:
    length = timedelta(minutes=15 * series.quarters)
    begun = [moment_at(wall) for wall in series.walls() if wall.year == NEW_YEAR.year]
    wanted = [(each, each + length) for each in begun if each < YEAR_2026.end]
    found = read(
        calendar(series.lines()),
        ROME,
        Window(YEAR_2026.start, _MOMENTS[NEW_YEAR.replace(year=2027)]),
    )
    assert [(slot.start, slot.end) for slot in found.slots] == wanted
    assert found.problems == ()


def test_the_oracle_knows_both_nights() -> None:
    assert moment_at(datetime(2026, 3, 29, 2, 30)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # noqa: DTZ001 - a wall
    assert moment_at(datetime(2026, 10, 25, 2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # noqa: DTZ001 - a wall
