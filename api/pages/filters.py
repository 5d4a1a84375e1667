"""What templates say of values: moments by the clock on the wall, and how full something is.

`now` is in the zone of the site.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from api.pages.days import long_day, short_day
from devices import moments

_FULL = 100


def clock(at: datetime | str, now: datetime) -> str:
    """Return the hour and minute on the wall."""
    return _local(at, now).strftime("%H:%M")


def since(at: datetime | str, now: datetime) -> str:
    """Return the hour of a moment of today's, and the day with it for any other."""
    local = _local(at, now)
    return local.strftime("%H:%M" if local.date() == now.date() else "%d/%m %H:%M")


def today(at: str | None, now: datetime) -> str:
    """Return the hour of a moment of today's; of another day, or of none, nothing."""
    if at is None:
        return ""
    local = _local(at, now)
    return local.strftime("%H:%M") if local.date() == now.date() else ""


def hour_on(at: datetime, day: date, now: datetime, language: str) -> str:
    """Return the hour of a moment, and with it its day if that is another."""
    local = _local(at, now)
    hour = local.strftime("%H:%M")
    return hour if local.date() == day else f"{short_day(local.date(), language)} {hour}"


def span_words(start: datetime, end: datetime, now: datetime, language: str) -> str:
    """Return from when until when: the day once, or both days where it goes over midnight."""
    first = _local(start, now)
    told = f"{long_day(first.date(), language)}, {first:%H:%M}"
    dash = "\N{EN DASH}"
    last = _local(end, now)
    hour = hour_on(last, first.date(), now, language)
    if first.utcoffset() != last.utcoffset():  # the clocks are changed meanwhile
        return f"{told} ({first:%Z}) {dash} {hour} ({last:%Z})"
    return f"{told}{dash}{hour}" if last.date() == first.date() else f"{told} {dash} {hour}"


def quarters(minutes: int) -> int:
    """Return how many quarters of an hour something is long, from 1 to 4."""
    return min(4, max(1, -(-minutes // 15)))


def number(value: float, language: str) -> str:
    """Return a figure with as many decimals as it needs, at most one."""
    said = f"{value:.1f}".removesuffix(".0")
    return said.replace(".", ",") if language == "it" else said


def percent(share: float | None) -> str:
    """Return a share in hundredths; of nothing there is none."""
    return "–" if share is None else f"{share * 100:.0f} %"  # noqa: RUF001 - a dash for nothing


def share(present: int, capacity: int | None) -> int:
    """Return how full something is, 0 to 100; never empty while somebody is there."""
    if not present:
        return 0
    return min(_FULL, max(4, round(_FULL * present / capacity))) if capacity else _FULL


def local(at: datetime | str, now: datetime) -> datetime:
    """Return a moment as the wall shows it."""
    return _local(at, now)


def _local(at: datetime | str, now: datetime) -> datetime:
    parsed = moments.parse(at) if isinstance(at, str) else at
    return parsed.astimezone(now.tzinfo)


def within(address: str, path: str) -> bool:
    """Tell whether a page lies at or below an address."""
    return path == address or path.startswith(f"{address}/")


FILTERS: Mapping[str, Callable[..., object]] = {
    "clock": clock,
    "since": since,
    "today": today,
    "local": local,
    "hour_on": hour_on,
    "span_words": span_words,
    "long_day": long_day,
    "short_day": short_day,
    "quarters": quarters,
    "number": number,
    "percent": percent,
    "share": share,
}
