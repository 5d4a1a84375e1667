"""One Chromium for all, one served house a module."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from daemon.store.engine import Store
from daemon.store.schema import prepare
from tests.api.house import House
from tests.browser.desk import Served
from tests.services import missing

expect.set_options(timeout=20_000)  # a busy machine may take its time; nothing here needs a tenth
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all of them."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")  # while it lives no other test of the process can use asyncio
def chromium() -> Iterator[Browser]:
    """Start it, from the system."""
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        missing("Chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give an empty house."""
    folder = tmp_path_factory.mktemp("house")
    path = tmp_path_factory.mktemp("ready") / "usciere.db"
    store = Store(f"sqlite:///{path}")
    prepare(store, "cooffice")
    store.close()
    house = House(folder, path)
    yield house
    house.close()


@pytest.fixture(scope="module")
def served(house: House) -> Iterator[Served]:
    """Serve it."""
    opened = Served(house)
    yield opened
    opened.close()
