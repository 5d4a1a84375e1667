"""One's own page: what is kept of oneself, and nobody else's."""

import pytest

from tests.api.house import House

BOOKING = {
    "room": "sala",
    "title": "Colloqui",
    "start": "2026-11-23T15:00:00+01:00",
    "end": "2026-11-23T16:00:00+01:00",
}


def _page(house: House, role: str, query: str = "") -> str:
    answer = house.ask("GET", f"/me{query}", role=role, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def anna(house: House) -> str:
    house.post("plans", {"id": "carnet", "entries_per_month": 10})
    member = house.member("Anna Bianchi", plan="carnet", valid_until="2026-12-31")
    house.post(f"members/{member}/carnets", {"entries": 5})
    house.tokens["anna"] = house.member_token(member)
    return member


def test_a_member_sees_own_membership_badges_bookings_and_visits(house: House, anna: str) -> None:
    house.badge(anna)
    house.post("bookings", BOOKING, role="anna")
    house.post(f"presence/{anna}/check-in", {})
    page = _page(house, "anna")
    for text in (
        "Anna Bianchi",
        "carnet, fino al 2026-12-31",
        "<dd>10</dd>",
        "<dd>5</dd>",
        "…5880",
        "15:00\u201316:00",
        "Colloqui",
        "ancora dentro",
        'href="/api/v1/me/export"',
    ):
        assert text in page, text
    assert "still inside" in _page(house, "anna", "?lang=en")
    assert "/password" not in page  # a token has none


def test_nobody_sees_anything_of_anybody_else(house: House, anna: str) -> None:
    assert anna
    bruno = house.member("Bruno Neri")
    house.post("bookings", BOOKING | {"member": bruno})
    house.post(f"presence/{bruno}/check-in", {})
    page = _page(house, "anna")
    assert "Colloqui" not in page
    assert "Bruno" not in page
    assert "Ancora nessuna visita" in page


def test_a_token_that_is_nobodys_has_nothing_to_show(house: House) -> None:
    assert "non è di una persona" in _page(house, "staff")
