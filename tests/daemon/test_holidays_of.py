import subprocess
import sys
from datetime import date

import pytest

from daemon.holidays_of import OwnHoliday, SiteHolidays, UnknownHolidays, check_code

PATRON = OwnHoliday(6, 5, "Patrono", from_year=2019)


def test_a_site_without_code_has_only_its_own_days() -> None:
    holidays = SiteHolidays(None, "it", (PATRON,))
    assert holidays.name(date(2026, 6, 5)) == "Patrono"
    assert holidays.name(date(2026, 12, 25)) is None


@pytest.mark.parametrize(
    ("code", "language", "day", "name"),
    [
        ("IT", "it", date(2026, 12, 25), "Natale"),
        ("IT", "en", date(2026, 12, 25), "Christmas Day"),
        ("IT", "it", date(2026, 4, 6), "Lunedì dell'Angelo"),
        ("IT", "it", date(2026, 5, 21), None),
        ("IT-VR", "en", date(2026, 5, 21), "Saint Zeno's Day"),
        ("IT-Verona", "en", date(2026, 5, 21), "Saint Zeno's Day"),
        ("GB-SCT", "it", date(2026, 11, 30), "Saint Andrew's Day"),
    ],
)
def test_a_country_or_province_names_its_days(
    code: str, language: str, day: date, name: str | None
) -> None:
    assert SiteHolidays(code, language).name(day) == name


def test_a_patron_is_kept_from_the_first_year_on() -> None:
    holidays = SiteHolidays("IT", "it", (PATRON,))
    years = [year for year in range(2016, 2023) if holidays.name(date(year, 6, 5))]
    assert years == [2019, 2020, 2021, 2022]


def test_a_single_closing_day_comes_once_and_a_leap_day_every_fourth_year() -> None:
    own = (OwnHoliday(12, 24, "Chiusura", year=2026), OwnHoliday(2, 29, "Bisesto"))
    holidays = SiteHolidays(None, "it", own)
    assert holidays.name(date(2026, 12, 24)) == "Chiusura"
    assert holidays.name(date(2027, 12, 24)) is None
    assert holidays.name(date(2028, 2, 29)) == "Bisesto"
    assert holidays.name(date(2027, 3, 1)) is None


def test_the_sites_own_name_comes_first() -> None:
    holidays = SiteHolidays("IT", "it", (OwnHoliday(12, 25, "Festa di CoOffice"),))
    assert holidays.name(date(2026, 12, 25)) == "Festa di CoOffice"


@pytest.mark.parametrize("year", [1, 1869, 9999])
def test_years_that_nobody_knows_are_ordinary(year: int) -> None:
    assert SiteHolidays("IT", "it").name(date(year, 12, 25)) is None


@pytest.mark.parametrize("code", ["XX", "", "Italy", "it", "IT-ZZ", "IT-", "SM-RM", "HolidaysAX"])
def test_an_unknown_code_is_refused(code: str) -> None:
    with pytest.raises(UnknownHolidays):
        check_code(code)


def test_one_country_is_imported_and_not_two_hundred_and_fifty() -> None:
    program = (
        "import sys; from daemon.holidays_of import check_code;"
        "before = 'holidays' in sys.modules; check_code('IT'); check_code('PR');"
        "print(before, sum(name.startswith('holidays.countries') for name in sys.modules));"
        "import holidays; print(len(holidays.FR(years=2026)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    before, countries, french = done.stdout.split()
    assert before == "False"
    assert int(countries) <= 4
    assert int(french) == 11
