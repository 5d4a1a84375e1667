"""Every task of the desk by the keyboard alone, and one always sees where one is."""

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.api.house import House
from tests.browser.busy import fill, fill_more
from tests.browser.desk import Desk, Served, desk_at

_MOST = 250
_SEEN = """element => {
  const style = getComputedStyle(element);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
}"""


@pytest.fixture(scope="module")
def busy(house: House, served: Served) -> Served:
    """Serve a house with something to see."""
    fill(house)
    fill_more(house)
    return served


def walk_to(desk: Desk, goal: Locator) -> None:
    """Press Tab until the goal has the focus, and see that this shows."""
    for _ in range(_MOST):
        if goal.evaluate("element => element === document.activeElement"):
            assert goal.evaluate(_SEEN), "the focus does not show"
            return
        desk.page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {goal}")


def enter(desk: Desk, goal: Locator) -> None:
    """Go to a link or button and press Enter."""
    walk_to(desk, goal)
    desk.page.keyboard.press("Enter")


def link(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("link", name=name, exact=True)


def button(desk: Desk, name: str) -> Locator:
    return desk.page.get_by_role("button", name=name, exact=True)


def test_a_room_is_booked_out_of_the_table_of_the_day(busy: Served, chromium: Browser) -> None:
    with desk_at(busy, chromium) as desk:
        desk.sign_in()
        desk.open("/staff/bookings?day=2026-11-25")
        enter(desk, desk.page.locator('a[href*="from=10:00"]'))
        desk.page.wait_for_url("**/new?**")
        walk_to(desk, desk.page.locator("#title"))
        desk.page.keyboard.type("Prova di tastiera")
        enter(desk, button(desk, "Prenota"))
        expect(desk.page.locator(".banner")).to_contain_text("Prenotazione fatta")
        expect(desk.page.get_by_role("link", name="Prova di tastiera")).to_contain_text(
            "10:00\N{EN DASH}11:00"
        )
    booked = busy.house.get("bookings?room=sala&limit=50")["items"]
    [mine] = [each for each in booked if each["title"] == "Prova di tastiera"]
    assert (mine["start"], mine["end"]) == ("2026-11-25T09:00:00Z", "2026-11-25T10:00:00Z")


def test_a_badge_is_blocked_and_a_person_changed(busy: Served, chromium: Browser) -> None:
    with desk_at(busy, chromium) as desk:
        desk.sign_in()
        desk.open("/staff/people")
        walk_to(desk, desk.page.locator("#q"))
        desk.page.keyboard.type("Anna")
        desk.page.keyboard.press("Enter")
        enter(desk, link(desk, "Anna Bianchi"))
        block = desk.page.get_by_role("button", name="Blocca")
        enter(desk, block)
        expect(desk.page.locator("#badges")).to_contain_text("bloccato")
        walk_to(desk, desk.page.locator("#status"))
        desk.page.keyboard.press("ArrowDown")
        enter(desk, button(desk, "Salva"))
        expect(desk.page.locator("#status")).to_have_value("suspended")


def test_a_visit_is_found_through_the_menu_and_set_right(busy: Served, chromium: Browser) -> None:
    with desk_at(busy, chromium) as desk:
        desk.sign_in()
        desk.open("/staff")
        enter(desk, desk.page.locator("details.more summary"))
        enter(desk, link(desk, "Visite"))
        enter(desk, link(desk, "Luca Ferrari"))
        walk_to(desk, desk.page.locator("#from"))
        desk.page.keyboard.type("1015")
        walk_to(desk, desk.page.locator("#note"))
        desk.page.keyboard.type("badge dimenticato")
        enter(desk, button(desk, "Salva"))
        expect(desk.page.locator("main")).to_contain_text("10:15")


def test_who_is_found_is_ticked_off(busy: Served, chromium: Browser) -> None:
    with desk_at(busy, chromium, size="phone") as desk:
        desk.sign_in()
        desk.open("/staff/evacuation")
        left = int(desk.page.locator("#left").inner_text())
        walk_to(desk, desk.page.get_by_label("Sara Colombo De Angelis Montecuccoli"))
        desk.page.keyboard.press("Space")
        expect(desk.page.locator("#left")).to_have_text(str(left - 1))


def test_a_member_books_and_gives_back(busy: Served, chromium: Browser) -> None:
    with desk_at(busy, chromium) as desk:
        desk.sign_in("dora")
        desk.open("/me")
        enter(desk, link(desk, "Prenota una sala"))
        desk.page.wait_for_url("**/me/bookings/new")
        walk_to(desk, desk.page.locator("#from"))
        desk.page.keyboard.type("0730P")
        walk_to(desk, desk.page.locator("#to"))
        desk.page.keyboard.type("0830P")
        enter(desk, button(desk, "Prenota"))
        desk.page.wait_for_url("**/me")
        expect(desk.page.locator("main")).to_contain_text("19:30\N{EN DASH}20:30")
        enter(desk, desk.page.get_by_role("button", name="Annulla"))
        expect(desk.page.locator("main")).to_contain_text("Nessuna prenotazione in arrivo")
