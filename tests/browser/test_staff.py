"""The live board: true at once, true without scripts, true again after every break."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.api.house import House
from tests.browser.busy import fill, tap
from tests.browser.desk import Desk, Served, desk_at


@pytest.fixture(scope="module")
def busy(house: House, served: Served) -> Served:
    """Serve a house with something to see."""
    fill(house)
    return served


@pytest.fixture
def desk(busy: Served, chromium: Browser) -> Iterator[Desk]:
    with desk_at(busy, chromium) as desk:
        desk.sign_in()
        desk.open("/staff")
        yield desk


def _tap(desk: Desk, name: str) -> str:
    member = desk.served.house.member(name)
    tap(desk.served.house, member=member, badge="1234", granted=True, reason="plan")
    return member


def test_a_tap_shows_within_a_second_without_a_reload(desk: Desk) -> None:
    expect(desk.page.locator("body.is-live")).to_be_attached()
    desk.page.evaluate("window.stayed = true")
    began = time.monotonic()
    _tap(desk, "Gino Rapido")
    desk.page.get_by_text("Gino Rapido").wait_for()
    assert time.monotonic() - began < 5  # a quarter of a second, on a machine that rests
    assert desk.page.evaluate("window.stayed")


def test_who_checks_in_is_in_the_list_at_once(desk: Desk) -> None:
    expect(desk.page.locator("body.is-live")).to_be_attached()
    house = desk.served.house
    house.post(f"presence/{house.member('Eva Arriva')}/check-in", {})
    expect(desk.page.locator("#inside")).to_contain_text("Eva Arriva")


def test_without_scripts_the_first_paint_is_the_truth(busy: Served, chromium: Browser) -> None:
    with desk_at(busy, chromium, scripts=False) as desk:
        desk.sign_in()
        desk.open("/staff")
        expect(desk.page.locator("#inside")).to_contain_text("Anna Bianchi")
        expect(desk.page.locator("#doors")).to_contain_text("non raggiungibile")
        desk.page.get_by_role("link", name="Apri Ingresso").click()
        desk.page.locator("#reason").fill("la posta")
        desk.page.get_by_role("button", name="Apri la porta").click()
        expect(desk.page.locator("#alerts")).to_contain_text("La porta è stata aperta: Ingresso")
        expect(desk.page.locator("#feed")).to_contain_text("la posta")


def test_the_keyboard_alone_opens_a_door(desk: Desk) -> None:
    link = desk.page.get_by_role("link", name="Apri Ingresso")
    keys = desk.page.keyboard
    for _ in range(40):
        keys.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    keys.press("Enter")
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    assert desk.violations() == []
    keys.type("il corriere")
    sent = len(desk.served.house.doorman.sent)
    keys.press("Enter")
    expect(desk.page.get_by_role("dialog")).to_be_hidden()
    assert len(desk.served.house.doorman.sent) == sent + 1
    expect(desk.page.locator("#feed")).to_contain_text("il corriere")
    expect(link).to_be_focused()
    keys.press("Enter")
    keys.press("Escape")
    expect(desk.page.get_by_role("dialog")).to_be_hidden()


def test_a_door_that_does_not_open_says_so_in_the_dialog(desk: Desk) -> None:
    desk.served.house.doorman.on_duty = False
    try:
        desk.page.get_by_role("link", name="Apri Ingresso").click()
        desk.page.locator("#reason").fill("il corriere")
        desk.page.keyboard.press("Enter")
        expect(desk.page.get_by_role("alert")).to_contain_text("il portiere non risponde")
    finally:
        desk.served.house.doorman.on_duty = True
    assert [said for said in desk.complaints if "503" in said]
    desk.complaints.clear()


def test_a_server_that_was_away_is_missed_and_then_all_is_right_again(desk: Desk) -> None:
    expect(desk.page.locator("body.is-live")).to_be_attached()
    desk.served.close()
    try:
        expect(desk.page.locator("body.is-lost")).to_be_attached()
        expect(desk.page.locator("#freshness-word")).to_contain_text("Collegamento interrotto")
        _tap(desk, "Ugo Intanto")
    finally:
        desk.served.open()
    expect(desk.page.locator("body.is-live")).to_be_attached()
    expect(desk.page.locator("#feed")).to_contain_text("Ugo Intanto")
    desk.complaints.clear()  # that nobody answered is in the console


def test_who_is_signed_out_elsewhere_is_led_to_sign_in(desk: Desk) -> None:
    expect(desk.page.locator("body.is-live")).to_be_attached()
    house = desk.served.house
    [chiara] = [
        each for each in house.get("members?limit=500")["items"] if each["name"] == "Chiara Conti"
    ]
    house.ask("PATCH", f"members/{chiara['id']}", {"status": "suspended"})
    try:
        desk.page.wait_for_url("**/login?next=%2Fstaff")
    finally:
        house.ask("PATCH", f"members/{chiara['id']}", {"status": "active"})
    desk.complaints.clear()
