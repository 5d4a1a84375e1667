"""Every page, in both languages, by day and by night, on a phone and at a desk: nothing is wrong.

PICTURES=folder keeps a picture of each.
"""

import os
import re
from collections.abc import Mapping
from typing import Literal, get_args

import pytest
from playwright.sync_api import Browser

from tests.api.house import House
from tests.browser.busy import fill, fill_more
from tests.browser.desk import SIZES, Served, come_in, desk_at, shot_of
from tests.browser.pages import PATHS, ids_of

PICTURES = os.environ.get("PICTURES")
PAGES: Mapping[str, str | None] = {
    **PATHS,
    "/nowhere": None,
    "/staff/bookings?view=week&day=2026-10-25&room=sala": "chiara",
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
JUDGED = LOOKS if os.environ.get("THOROUGH") else (PAIRS[1], PAIRS[3])
"""Those that axe judges, which takes longest: each language, size and colours once."""


@pytest.fixture(scope="module")
def busy(house: House, served: Served) -> Served:
    """Serve a house with something to see."""
    fill(house)
    fill_more(house)
    return served


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wrong_with_any_page_for_anybody(
    busy: Served, chromium: Browser, path: str
) -> None:
    with desk_at(busy, chromium) as desk:
        asked = path.format(**ids_of(busy.house))
        more = "&" if "?" in asked else "?"
        come_in(desk, PAGES[path])
        spoken = None
        for language, size, colours in LOOKS:
            if language != spoken:
                desk.open(f"{asked}{more}lang={language}")
                assert desk.page.locator("html").get_attribute("lang") == language
                spoken = language
            desk.page.set_viewport_size(SIZES[size])
            desk.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            name = f"{_name(path)}-{language}-{size}"
            shot_of(desk.page, PICTURES, f"{name}-{colours}")
            if (language, size, colours) in JUDGED:
                assert desk.violations() == [], f"{language} {size} {colours}"
            assert not desk.is_too_wide(), f"{language} {size}"
        if path == "/nowhere":
            desk.complaints.clear()  # that it is not found is what we wanted


def _name(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-") or "board"
