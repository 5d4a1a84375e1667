"""Days in words, in both languages. Pure."""

from collections.abc import Mapping
from datetime import date

_WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "it": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "it": (
        *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto"),
        *("settembre", "ottobre", "novembre", "dicembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    ),
}
_LETTERS = 3


def weekday(day: date, language: str) -> str:
    """Return the name of its weekday."""
    return _WEEKDAYS[language][day.weekday()]


def long_day(day: date, language: str) -> str:
    """Return a day as people say it: lunedì 23 novembre 2026."""
    month = _MONTHS[language][day.month - 1]
    return f"{weekday(day, language)} {day.day} {month} {day.year}"


def short_day(day: date, language: str) -> str:
    """Return a day as it stands over a column: lun 23/11."""
    return f"{weekday(day, language)[:_LETTERS]} {day.day}/{day.month}"
