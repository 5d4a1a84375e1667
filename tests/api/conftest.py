"""A house a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.store.engine import Store
from daemon.store.schema import prepare
from tests.api.house import CARD, FOB, House


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepare a database once, to be copied for every house."""
    path = tmp_path_factory.mktemp("ready") / "usciere.db"
    store = Store(f"sqlite:///{path}")
    prepare(store, "cooffice")
    store.close()
    return path


@pytest.fixture
def house(tmp_path: Path, ready: Path) -> Iterator[House]:
    """Give a house, and see afterwards that no answer had a badge number in it."""
    house = House(tmp_path, ready)
    yield house
    for text in house.seen:
        for number in (CARD, FOB):
            assert number.lower() not in text.lower()
    house.close()
