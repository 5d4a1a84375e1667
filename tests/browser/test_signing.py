"""Signing in as people do: with the keyboard alone, over plain HTTP on loopback, and out again."""

import pytest
from playwright.sync_api import Browser, expect

from tests.api.house import House
from tests.browser.desk import PASSWORD, Served, desk_at, give_account


@pytest.fixture(scope="module")
def staffed(house: House, served: Served) -> Served:
    """Serve a house with somebody who may sign in."""
    give_account(house, "Chiara Conti", "staff")
    return served


def test_the_keyboard_alone_signs_in_and_out(staffed: Served, chromium: Browser) -> None:
    with desk_at(staffed, chromium) as desk:
        desk.open("/login?next=/password")
        keys = desk.page.keyboard
        keys.press("Tab")
        assert desk.page.locator(":focus").get_attribute("href") == "#content"
        keys.press("Enter")
        keys.press("Tab")
        keys.type("chiara")
        keys.press("Tab")
        keys.type(PASSWORD)
        keys.press("Enter")
        desk.page.wait_for_url("**/password")
        [session] = [each for each in desk.context.cookies() if each["name"] == "__Host-usciere"]
        assert session["secure"]
        assert session["httpOnly"]
        desk.page.locator("form.leave button").focus()
        keys.press("Enter")
        desk.page.wait_for_url("**/login")
        desk.open("/password")
        assert desk.page.url.endswith("/login?next=%2Fpassword")


def test_signing_in_needs_no_script(staffed: Served, chromium: Browser) -> None:
    with desk_at(staffed, chromium, scripts=False) as desk:
        desk.open("/login?next=/password")
        desk.page.locator("#account").fill("chiara")
        desk.page.locator("#password").fill(PASSWORD)
        desk.page.locator("main form button").first.click()
        desk.page.wait_for_url("**/password")


def test_a_wrong_password_is_said_and_the_name_is_still_there(
    staffed: Served, chromium: Browser
) -> None:
    with desk_at(staffed, chromium, size="phone") as desk:
        desk.open("/login")
        desk.page.locator("#account").fill("chiara")
        desk.page.locator("#password").fill("wrong")
        desk.page.locator("#password").press("Enter")
        desk.page.get_by_role("alert").wait_for()
        assert desk.page.locator("#account").input_value() == "chiara"
        assert desk.page.locator("#password").input_value() == ""
        assert desk.violations() == []
        desk.complaints.clear()  # a form that is refused is a line in the console


def test_a_personal_link_leads_home_and_leaves_the_token_nowhere(
    staffed: Served, chromium: Browser
) -> None:
    token = staffed.house.member_token(staffed.house.member("Lina Collegata"))
    with desk_at(staffed, chromium, size="phone") as desk:
        desk.open(f"/login#{token}")
        desk.page.wait_for_url("**/me")
        expect(desk.page.locator("h1")).to_have_text("Lina Collegata")
        assert not any(token in url for url in desk.asked)
        desk.page.go_back()
        assert token not in desk.page.url


def test_a_personal_link_that_is_worth_nothing_any_more_says_so(
    staffed: Served, chromium: Browser
) -> None:
    with desk_at(staffed, chromium) as desk:
        desk.open("/login#usc_nonsense")
        desk.page.get_by_role("alert").wait_for()
        assert desk.violations() == []
        desk.complaints.clear()  # as above
