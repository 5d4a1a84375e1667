"""Every page weighs little, first visit and all, and is true before any script has run."""

from collections import defaultdict
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.api.house import House
from tests.browser.busy import fill, fill_more
from tests.browser.desk import Desk, Served, come_in, desk_at
from tests.browser.pages import PATHS, ids_of, routes

LARGEST = 100 * 1024
"""Bytes of a page and all it brings along, as they are sent: nothing is compressed."""


@pytest.fixture(scope="module")
def busy(house: House, served: Served) -> Served:
    """Serve a house with something to see."""
    fill(house)
    fill_more(house)
    return served


def test_every_page_is_looked_at() -> None:
    assert PATHS.keys() == routes()


@pytest.mark.parametrize("who", sorted({who or "" for who in PATHS.values()}))
def test_no_page_weighs_more_than_a_slow_line_bears(
    busy: Served, chromium: Browser, who: str, tell: Callable[[str], None]
) -> None:
    ids = ids_of(busy.house)
    with desk_at(busy, chromium) as desk:
        come_in(desk, who or None)
        mine = [path for path in PATHS if (PATHS[path] or "") == who]
        weights = {path: _weight(desk, path.format(**ids)) for path in mine}
    heaviest = max(mine, key=weights.__getitem__)
    kibibytes = weights[heaviest] / 1024
    tell(f"{who or 'anybody'}: the heaviest of {len(mine)} is {heaviest}, {kibibytes:.0f} KiB")
    assert {path: each for path, each in weights.items() if not 1000 < each < LARGEST} == {}


def _weight(desk: Desk, path: str) -> int:
    """Open a page as if for the first time; return the bytes of everything it asked for."""
    sizes: dict[str, int] = defaultdict(int)

    def weigh(answer: Response) -> None:
        assert "content-encoding" not in answer.headers
        sizes[answer.url] += int(answer.headers.get("content-length", 0))

    line = desk.context.new_cdp_session(desk.page)
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    desk.page.on("response", weigh)
    desk.open(path)
    desk.page.wait_for_load_state()
    desk.page.remove_listener("response", weigh)
    line.detach()
    assert any(each.endswith(path) for each in sizes)
    return sum(sizes.values())


def test_the_public_board_is_true_without_scripts(busy: Served, chromium: Browser) -> None:
    with desk_at(busy, chromium, scripts=False) as desk:
        desk.open("/")
        inside = busy.house.get("occupancy", role="public")
        expect(desk.page.locator("#present")).to_have_text(str(inside["present"]))
        expect(desk.page.locator("#state")).to_have_text("Aperto")
        for room in inside["rooms"]:
            card = desk.page.locator(f'[data-room="{room["id"]}"]')
            expect(card.locator(".room-present")).to_have_text(str(room["present"]))
