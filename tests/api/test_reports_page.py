"""The reports as a page: the same numbers as the API's, and pictures made of them."""

from datetime import date

import pytest

from api.pages.charts import curve_of, heat_map_of
from daemon.reports.fullness import Cell
from daemon.store.reports import DayOf
from tests.api.house import House


def _page(house: House, query: str = "") -> str:
    answer = house.ask("GET", f"/staff/reports{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def anna(house: House) -> str:
    member = house.member("Anna Bianchi")
    span = {"start": "2026-11-23T12:00:00+01:00", "end": "2026-11-23T13:30:00+01:00"}
    house.post("bookings", {"room": "sala", "member": member, **span})
    house.post(f"presence/{member}/check-in", {})
    house.clock.passes(minutes=90)
    house.post(f"presence/{member}/check-out", {})
    return member


def test_a_month_without_anybody_says_so(house: House) -> None:
    page = _page(house)
    assert "In questo mese non è venuto nessuno." in page
    assert "Ancora nessuna presenza." in page


@pytest.mark.usefixtures("anna")
def test_the_page_has_the_numbers_of_the_api_in_the_readers_notation(house: House) -> None:
    [line] = house.get("reports/attendance?month=2026-11")["items"]
    assert (line["hours"], line["booked_hours"]) == (1.5, 1.5)
    page = _page(house)
    assert page.count(">1,5</td>") >= 4  # hers and the sums
    assert ">1.5</td>" in _page(house, "?lang=en")
    assert "<strong>lunedì alle 12</strong>" in page
    assert "Anna" not in _page(house, "?month=2026-10")


@pytest.mark.usefixtures("anna")
def test_every_sheet_that_the_page_links_to_can_be_had(house: House) -> None:
    page = _page(house)
    links = [part.split('"')[0] for part in page.split('href="')[1:]]
    sheets = [each.replace("&amp;", "&") for each in links if "format=csv" in each]
    assert len(sheets) == 3
    for each in sheets:
        assert house.ask("GET", each).headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("month", ["2026-13", "x", "", "1999-01", "9999-12"])
def test_a_month_that_is_none_is_refused_in_words(house: House, month: str) -> None:
    answer = house.ask("GET", f"/staff/reports?month={month}", headers={"Accept": "text/html"})
    assert (answer.status_code, "Qualcosa non va" in answer.text) == (422, True)


def test_next_month_is_offered_only_once_it_has_begun(house: House) -> None:
    assert "month=2026-12" not in _page(house)
    assert "month=2026-11" in _page(house, "?month=2026-10")


def test_the_fullest_hour_is_darkest_and_an_empty_one_blank() -> None:
    cells = [Cell(0, 9, 4.0, 5), Cell(0, 10, 2.0, 3), Cell(0, 11, 0.01, 1), Cell(0, 12, 0.0, 0)]
    drawn = heat_map_of(cells)
    assert [square.shade for square in drawn.squares] == [1.0, 0.5, 0.08, 0.0]
    assert drawn.fullest == cells[0]
    assert heat_map_of([Cell(0, 0, 0.0, 0)]).fullest is None


def test_a_curve_goes_through_every_day_also_those_on_which_nobody_came() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 3)
    drawn = curve_of([DayOf(date(2026, 11, 2), 4, 2, 8.0)], first, last)
    assert drawn.people == "50.0,200.0 379.0,16.0 708.0,200.0"
    assert drawn.peaks == "50.0,200.0 379.0,108.0 708.0,200.0"
    assert drawn.most == 4
    assert curve_of([], first, first).people == "50.0,200.0"
