"""Every page, in both languages, by day and by night, on a phone and at a desk: nothing is wrong.

PICTURES=folder keeps a picture of each.
"""

import os
import re
from typing import Literal, get_args

import pytest
from playwright.sync_api import Browser, Response

from tests.api.house import House
from tests.browser.busy import fill
from tests.browser.desk import SIZES, Served, desk_at, shot_of

PICTURES = os.environ.get("PICTURES")
PAGES = {
    "/": None,
    "/login": None,
    "/login/first": None,
    "/nowhere": None,
    "/kiosk": "tablet",
    "/kiosk/open": None,
    "/password": "chiara",
    "/me": "anna",
    "/me/bookings/new": "anna",
    "/me/visitors/new": "anna",
    "/staff": "chiara",
    "/staff/doors/ingresso/unlock": "chiara",
    "/staff/evacuation": "chiara",
    "/staff/kiosk": "chiara",
    "/staff/reports": "chiara",
    "/staff/bookings": "chiara",
    "/staff/bookings?view=week&day=2026-10-25&room=sala": "chiara",
    "/staff/bookings/new": "chiara",
    "/staff/bookings/{booking}": "chiara",
    "/staff/people": "chiara",
    "/staff/people/new": "chiara",
    "/staff/people/{anna}": "chiara",
    "/staff/people/import": "chiara",
    "/staff/visits": "chiara",
    "/staff/visits/{visit}": "chiara",
    "/staff/visitors": "chiara",
    "/staff/visitors/new": "chiara",
    "/staff/visitors/{visitor}": "chiara",
    "/staff/gatherings": "chiara",
    "/staff/gatherings/new": "chiara",
    "/staff/gatherings/{gathering}": "chiara",
    "/staff/plans": "chiara",
    "/staff/plans/{plan}": "chiara",
    "/staff/calendars": "chiara",
    "/staff/calendars/new": "chiara",
    "/staff/calendars/{calendar}": "chiara",
    "/staff/tokens": "dora",
}
"""Each page, and who may see it."""
Look = tuple[str, str, Literal["light", "dark"]]
PAIRS: tuple[Look, ...] = (
    ("it", "desktop", "light"),
    ("it", "phone", "dark"),
    ("en", "phone", "light"),
    ("en", "desktop", "dark"),
)
ALL: tuple[Look, ...] = tuple(
    (language, size, colours)
    for language in ("it", "en")
    for size in SIZES
    for colours in get_args(Literal["light", "dark"])
)
LOOKS = ALL if os.environ.get("THOROUGH") else PAIRS
"""Each pair of language, size and colours; with `THOROUGH=1` each of all three."""
LARGEST = 100 * 1024


@pytest.fixture(scope="module")
def busy(house: House, served: Served) -> Served:
    """Serve a house with something to see."""
    fill(house)
    return served


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wrong_with_any_page_for_anybody(
    busy: Served, chromium: Browser, path: str
) -> None:
    with desk_at(busy, chromium) as desk:
        asked = path.format(**_ids(busy))
        more = "&" if "?" in asked else "?"
        sizes: dict[str, int] = {}

        def weigh(answer: Response) -> None:
            sizes[answer.url] = int(answer.headers.get("content-length", 0))

        desk.page.on("response", weigh)
        if PAGES[path] == "tablet":
            desk.become_kiosk()
        elif PAGES[path] is not None:
            desk.sign_in(PAGES[path] or "")
        for language, size, colours in LOOKS:
            desk.open(f"{asked}{more}lang={language}")
            assert desk.page.locator("html").get_attribute("lang") == language
            assert 0 < sum(sizes.values()) < 2 * LARGEST  # the way to it and both languages
            desk.page.set_viewport_size(SIZES[size])
            desk.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            name = f"{_name(path)}-{language}-{size}"
            shot_of(desk.page, PICTURES, f"{name}-{colours}")
            assert desk.violations() == [], f"{language} {size} {colours}"
            assert not desk.is_too_wide(), f"{language} {size}"
        if path == "/nowhere":
            desk.complaints.clear()  # that it is not found is what we wanted


def _name(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-") or "board"


def _ids(busy: Served) -> dict[str, str]:
    """Return the ids of what has a page of its own."""
    people = {each["name"]: each["id"] for each in busy.house.get("members?limit=500")["items"]}
    lists = {
        "booking": "bookings?room=sala",
        "visit": "visits",
        **{name: f"{name}s" for name in ("visitor", "gathering", "plan", "calendar")},
    }
    found = {name: busy.house.get(path)["items"][-1]["id"] for name, path in lists.items()}
    return {**found, "anna": people["Anna Bianchi"]}
