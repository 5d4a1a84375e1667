"""Which local dates are holidays: a country's, from the `holidays` library, and the site's own.

The library is imported only once a site names a code. Nothing here reads the clock.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays.holiday_base import HolidayBase

_YEARS_KEPT = 16
_NONE: Mapping[date, str] = MappingProxyType({})


class UnknownHolidays(ValueError):
    """A code that the library doesn't have; the text says what would do instead."""


@dataclass(frozen=True, slots=True)
class OwnHoliday:
    """A date of the site's own: every year from `from_year` on, or once if it has a `year`."""

    month: int
    day: int
    name: str
    year: int | None = None
    from_year: int | None = None

    def falls_on(self, day: date) -> bool:
        if (day.month, day.day) != (self.month, self.day):
            return False
        if self.year is not None:
            return day.year == self.year
        return self.from_year is None or day.year >= self.from_year


class SiteHolidays:
    """Answers `daemon.access.facts.Holidays`. The site's own name for a day comes first."""

    def __init__(self, code: str | None, language: str, own: Iterable[OwnHoliday] = ()) -> None:
        self._own = tuple(own)
        country, subdivision = _country(code) if code else (None, None)
        self._of_year = lru_cache(_YEARS_KEPT)(
            partial(_holidays_in, country, subdivision, language)
        )

    def name(self, day: date) -> str | None:
        """Return the holiday's name, in the site's language if the library has it."""
        own = (holiday.name for holiday in self._own if holiday.falls_on(day))
        return next(own, None) or self._of_year(day.year).get(day)


def check_code(code: str) -> None:
    """Raise `UnknownHolidays` unless the library has this country and subdivision."""
    _country(code)


def _holidays_in(
    country: type["HolidayBase"] | None, subdivision: str | None, language: str, year: int
) -> Mapping[date, str]:
    if country is None:
        return _NONE
    names = (name for name in country.supported_languages if name.startswith(language))
    spoken = next(names, None) or country.default_language
    return dict(country(years=year, subdiv=subdivision, language=spoken).items())


def _country(code: str) -> tuple[type["HolidayBase"], str | None]:
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - 11 MiB that a site without pays not

    name, _, subdivision = code.partition("-")
    for module, (class_name, *codes) in COUNTRIES.items():
        if name in codes and len(name) <= 3:  # noqa: PLR2004 - longer ones are class names
            country: type[HolidayBase] = getattr(_only(module), class_name)
            return country, _subdivision_of(country, code, subdivision)
    raise UnknownHolidays(
        f"no country `{name}` in the holidays library; write its two letters, such as `IT`"
    )


def _subdivision_of(country: type["HolidayBase"], code: str, subdivision: str) -> str | None:
    if "-" not in code:
        return None
    known = {*country.subdivisions, *country.subdivisions_aliases}
    if subdivision not in known:
        some = f"such as `{country.subdivisions[0]}`" if known else "it has none"
        raise UnknownHolidays(
            f"`{code.partition('-')[0]}` has no subdivision `{subdivision}` "
            f"in the holidays library ({some})"
        )
    return subdivision


def _only(name: str) -> ModuleType:
    """Import one country. Its package would import all 250: 8 MiB and 40 ms more, measured."""
    package = "holidays.countries"
    if package in sys.modules:
        return import_module(f"{package}.{name}")
    folder = ModuleType(package)
    folder.__path__ = [str(Path(path) / "countries") for path in sys.modules["holidays"].__path__]
    sys.modules[package] = folder
    try:
        return import_module(f"{package}.{name}")
    finally:
        del sys.modules[package]
