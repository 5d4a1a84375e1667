"""From a tap to the changed board of the desk: real doorman, broker and API, many watch."""

import time
from collections.abc import Callable, Iterator
from statistics import quantiles

import pytest
from playwright.sync_api import Browser, Page

from devices.clock import now
from tests.e2e.brokers import HOST, wait_for_port
from tests.faults.house import House, furnished
from tests.faults.street import NOBODY, Street
from tests.faults.watchers import PATIENCE, Watchers

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow, pytest.mark.alone]
OTHERS = 20
SHOWN_WITHIN = 300
ROUNDS, TAPS = 3, 10
"""A busy machine may spoil a round; not all three."""
_NOTE = """wanted => {
  const inside = document.getElementById("inside");
  window.shown = new Promise((tell) => {
    new MutationObserver((_, observer) => {
      const names = [...inside.querySelectorAll(".who")].map((each) => each.textContent);
      if (!names.includes(wanted)) return;
      observer.disconnect();
      requestAnimationFrame(() => tell(Date.now()));
    }).observe(inside, { childList: true, subtree: true });
  });
}"""


@pytest.fixture
def site() -> Iterator[tuple[House, Street]]:
    """Give a house on duty, served and watched by many, and its doors."""
    with furnished() as house, Street(house) as street:
        house.daemon.start()
        house.api.start()
        wait_for_port(house.api_port)
        street.ask(NOBODY, patience=PATIENCE)
        with Watchers(house.api_port, house.token) as watchers:
            for number in range(OTHERS):
                watchers.follow(is_staff=number % 2 == 0)
            yield house, street


def test_the_desk_sees_who_came_in_before_it_could_ask(
    site: tuple[House, Street], chromium: Browser, tell: Callable[[str], None]
) -> None:
    house, street = site
    context = chromium.new_context(
        extra_http_headers={"Authorization": f"Bearer {house.token}"}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"http://{HOST}:{house.api_port}/staff")
    page.locator("body.is-live").wait_for()
    rounds: list[float] = []
    while not rounds or (rounds[-1] > SHOWN_WITHIN and len(rounds) < ROUNDS):
        took = [_shown(house, street, page) for _ in range(TAPS)]
        rounds.append(quantiles(took, n=20)[-1])
    context.close()
    shown = ", ".join(f"{each:.0f}" for each in rounds)
    tell(f"from the tap to the board of the desk, p95 {shown} ms, {OTHERS} others watching")
    assert rounds[-1] < SHOWN_WITHIN


def _shown(house: House, street: Street, page: Page) -> float:
    """Let a member in; return after how many milliseconds the page showed it."""
    card = house.somebody()
    page.evaluate(_NOTE, f"M {house.cards.index(card)}")
    time.sleep(0.2)  # what the page does after the tap before is over
    began = now().timestamp() * 1000
    street.tap(card, reader="outside")
    return float(page.evaluate("window.shown")) - began
