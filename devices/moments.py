"""Times as they stand in messages and requests: RFC 3339 with an offset, or refused."""

import re
from datetime import UTC, datetime

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
LONGEST = 40


class NotAMoment(ValueError):
    """The text is no RFC 3339 time with an offset; the sentence says what is wrong."""


def parse(text: str) -> datetime:
    """Return the moment in UTC. RFC 3339, section 5.6; a time without an offset is refused."""
    if len(text) > LONGEST or _RFC3339.fullmatch(text) is None:
        raise NotAMoment(
            "expected a date and time with its offset from UTC, like 2026-03-29T09:00:00+02:00"
        )
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAMoment("there is no such day or hour") from None


def shown(moment: datetime) -> str:
    """Return the moment as it goes out: UTC, with microseconds only where there are some."""
    there = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{there.isoformat()[:-6]}Z"
