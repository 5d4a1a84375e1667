"""The evacuation list in a hurry: ticks that stay, a count that is right, paper."""

import pytest
from playwright.sync_api import Browser, expect

from tests.api.house import House
from tests.browser.busy import fill
from tests.browser.desk import Served, desk_at


@pytest.fixture(scope="module")
def busy(house: House, served: Served) -> Served:
    """Serve a house with people in it."""
    fill(house)
    return served


def test_ticks_stay_when_the_page_is_loaded_again_and_end_with_the_report(
    busy: Served, chromium: Browser
) -> None:
    with desk_at(busy, chromium, size="phone") as desk:
        desk.sign_in()
        desk.open("/staff/evacuation")
        left = desk.page.locator("#left")
        expect(left).to_have_text("4")
        desk.page.get_by_label("Anna Bianchi").check()
        expect(left).to_have_text("3")
        desk.open("/staff/evacuation")
        expect(desk.page.get_by_label("Anna Bianchi")).to_be_checked()
        expect(left).to_have_text("3")
        desk.page.get_by_role("button", name="Chiudi e fai il rapporto").click()
        expect(desk.page.locator(".banner")).to_contain_text("Trovati: 1 su 4")
        assert desk.violations() == []
        desk.open("/staff/evacuation")
        expect(left).to_have_text("4")


def test_the_list_goes_on_paper_without_what_paper_does_not_need(
    busy: Served, chromium: Browser
) -> None:
    with desk_at(busy, chromium) as desk:
        desk.sign_in()
        desk.open("/staff/evacuation")
        desk.page.emulate_media(media="print")
        expect(desk.page.get_by_text("Gil Ospite")).to_be_visible()
        for gone in (".pages", ".tools", ".finish", ".order"):
            expect(desk.page.locator(gone)).to_be_hidden()
        assert desk.page.pdf(format="A4").startswith(b"%PDF")


def test_without_scripts_it_is_ticked_and_reported_too(busy: Served, chromium: Browser) -> None:
    with desk_at(busy, chromium, scripts=False) as desk:
        desk.sign_in()
        desk.open("/staff/evacuation?drill=1")
        desk.page.get_by_label("Anna Bianchi").check()
        desk.page.get_by_role("button", name="Chiudi e fai il rapporto").click()
        expect(desk.page.locator("h1")).to_have_text("Rapporto della prova di evacuazione")
        expect(desk.page.locator(".banner")).to_contain_text("Trovati: 1 su 4")
