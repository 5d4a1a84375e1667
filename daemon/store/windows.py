"""Weekly windows as people write them: `mon-fri 08:00-20:00`, `sat,sun 09:00-18:00`."""

import re
from collections.abc import Mapping, Sequence

from daemon.store.objections import Invalid
from daemon.store.plans import DAYS

ALWAYS, NEVER = "always", "never"
Windows = Sequence[Mapping[str, object]]
_WINDOW = re.compile(r"([a-z,-]+) +(\d\d:\d\d)-(\d\d:\d\d)", re.ASCII)


def hours_of(said: Sequence[str]) -> Windows | None:
    """Return the windows that were written; None for `always`. Raises Invalid."""
    match list(said):
        case ["always"]:
            return None
        case ["never"]:
            return []
        case windows:
            return [_window(each) for each in windows]


def hours_text(windows: Windows | None) -> str:
    """Return windows as `hours_of` reads them."""
    if windows is None:
        return ALWAYS
    return "; ".join(map(_text, windows)) or NEVER


def _window(said: str) -> Mapping[str, object]:
    match = _WINDOW.fullmatch(said.strip().lower())
    days = [day for part in match[1].split(",") for day in _days(part)] if match else []
    if match is None or not days:
        raise Invalid(
            "hours",
            f"hours: found {said[:40]!r}, expected days and times such as `mon-fri 08:00-20:00` "
            f"or `sat,sun 09:00-18:00`, or the one word `{ALWAYS}` or `{NEVER}`",
        )
    return {"days": days, "from": match[2], "to": match[3]}


def _days(part: str) -> Sequence[str]:
    """Return the days from one to another; round the week where they stand that way."""
    first, _, last = part.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        return []
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [DAYS[at % len(DAYS)] for at in range(start, end + 1 + (end < start) * len(DAYS))]


def _text(window: Mapping[str, object]) -> str:
    days = window["days"]
    assert isinstance(days, Sequence)  # noqa: S101 - the store keeps lists
    return f"{_spans([DAYS.index(day) for day in days])} {window['from']}-{window['to']}"


def _spans(days: Sequence[int]) -> str:
    """Write days in a row as `mon-fri`, others one by one."""
    in_a_row = len(days) > 2 and list(days) == list(range(days[0], days[0] + len(days)))  # noqa: PLR2004 - two days are named
    if in_a_row:
        return f"{DAYS[days[0]]}-{DAYS[days[-1]]}"
    return ",".join(DAYS[day] for day in days)
