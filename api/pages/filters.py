"""What templates say of values: moments by the clock on the wall, and how full something is.

`now` is in the zone of the site.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

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


def _local(at: datetime | str, now: datetime) -> datetime:
    parsed = moments.parse(at) if isinstance(at, str) else at
    return parsed.astimezone(now.tzinfo)


FILTERS: Mapping[str, Callable[..., object]] = {
    "clock": clock,
    "since": since,
    "today": today,
    "number": number,
    "percent": percent,
    "share": share,
}
