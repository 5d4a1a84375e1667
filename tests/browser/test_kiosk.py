"""The tablet at the door: greets at once, is quiet until somebody here wants sound, can't be left.

PICTURES=folder keeps a picture of each state.
"""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.api.house import House
from tests.browser.busy import fill, tap
from tests.browser.desk import Desk, Served, desk_at, shot_of

PICTURES = os.environ.get("PICTURES")


@pytest.fixture(scope="module")
def busy(house: House, served: Served) -> Served:
    """Serve a house with something to see."""
    fill(house)
    return served


@pytest.fixture
def desk(busy: Served, chromium: Browser) -> Iterator[Desk]:
    busy.house.clock.passes(seconds=11)  # the last greeting is over
    with desk_at(busy, chromium) as desk:
        desk.become_kiosk()
        expect(desk.page.locator("body.is-live")).to_be_attached()
        yield desk


def _anna_taps(desk: Desk, *, granted: bool = True, reason: str = "plan") -> None:
    house = desk.served.house
    people = house.get("members?limit=500")["items"]
    anna = next(str(each["id"]) for each in people if each["name"] == "Anna Bianchi")
    tap(house, member=anna, badge="5880", granted=granted, reason=reason)


def test_a_tap_is_greeted_in_words_colour_and_a_sign(desk: Desk) -> None:
    desk.page.evaluate("window.stayed = true")
    _anna_taps(desk)
    expect(desk.page.locator("#said")).to_have_text("Ciao Anna")
    expect(desk.page.locator(".sign-granted")).to_be_visible()
    assert desk.violations() == []
    shot_of(desk.page, PICTURES, "kiosk-granted")
    _anna_taps(desk, granted=False, reason="outside-hours")
    expect(desk.page.locator("#said")).to_have_text("Fuori orario")
    expect(desk.page.locator(".sign-refused")).to_be_visible()
    expect(desk.page.locator(".sign-granted")).to_be_hidden()
    assert desk.violations() == []
    shot_of(desk.page, PICTURES, "kiosk-refused")
    expect(desk.page.locator("#said")).to_have_text("Avvicina il badge al lettore", timeout=10_000)
    assert desk.page.evaluate("window.stayed")


def test_it_is_quiet_until_somebody_here_wants_sound(desk: Desk) -> None:
    page = desk.page
    _anna_taps(desk)
    expect(page.locator("#said")).to_have_text("Ciao Anna")
    assert page.locator("body").get_attribute("data-tones") is None
    sound = page.get_by_role("button", name="Suono spento")
    sound.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Suono acceso")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator("body")).to_have_attribute("data-tones", "1")
    _anna_taps(desk, granted=False, reason="badge-lost")
    expect(page.locator("body")).to_have_attribute("data-tones", "2")
    page.get_by_role("button", name="Suono acceso").click()
    _anna_taps(desk)
    expect(page.locator("#said")).to_have_text("Ciao Anna")
    expect(page.locator("body")).to_have_attribute("data-tones", "2")


def test_whoever_comes_in_is_counted_at_once(desk: Desk) -> None:
    house = desk.served.house
    before = int(desk.page.locator("#present").inner_text())
    house.post(f"presence/{house.member('Eva Arriva')}/check-in", {})
    expect(desk.page.locator("#present")).to_have_text(str(before + 1))


@pytest.mark.parametrize("path", ["/", "/staff", "/me", "/login", "/nowhere", "/staff/evacuation"])
def test_every_address_leads_back(desk: Desk, path: str) -> None:
    desk.open(path)
    assert desk.page.url == f"{desk.served.address}/kiosk"
    links = desk.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    assert sorted(links) == ["#content", "?lang=en", "?lang=it"]


def test_without_scripts_it_is_a_board_that_greets_by_reload(
    busy: Served, chromium: Browser
) -> None:
    with desk_at(busy, chromium, scripts=False) as desk:
        desk.become_kiosk()
        expect(desk.page.locator("#rooms")).to_contain_text("Sala riunioni")
        _anna_taps(desk)
        desk.open("/kiosk")
        expect(desk.page.locator("#said")).to_have_text("Ciao Anna")
        expect(desk.page.locator("#sound")).to_be_hidden()


def test_a_kiosk_that_staff_close_shows_where_to_open_it(busy: Served, chromium: Browser) -> None:
    with desk_at(busy, chromium) as tablet, desk_at(busy, chromium) as desk:
        tablet.become_kiosk()
        expect(tablet.page.locator("body.is-live")).to_be_attached()
        desk.sign_in()
        desk.open("/staff/kiosk")
        desk.page.locator("#name").fill("Sala")
        desk.page.get_by_role("button", name="Dammi un codice").click()
        shot_of(desk.page, PICTURES, "staff-kiosk-code")
        assert desk.violations() == []
        while desk.page.locator(".list button").count():
            desk.page.locator(".list button").first.click()
        tablet.page.wait_for_url("**/kiosk/open")
        tablet.complaints.clear()  # that the stream was ended is what we wanted
