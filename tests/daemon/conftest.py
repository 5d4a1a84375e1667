"""What the tests of the doorman's rounds begin with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.house import House
from daemon.store.engine import Store
from tests.daemon.porch import Porch, move_in
from tests.daemon.store.building import SITE, house_in


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return the house: it changes never."""
    return house_in(tmp_path_factory.mktemp("house"))


@pytest.fixture
def porch(tmp_path: Path, sqlite_ready: Path, house: House) -> Iterator[Porch]:
    """Return a doorman on duty in a house with Anna and Bea as members."""
    shutil.copy(sqlite_ready, tmp_path / "usciere.db")
    store = Store(f"sqlite:///{tmp_path}/usciere.db")
    move_in(store, SITE)
    made = Porch(store, house, tmp_path)
    yield made
    made.desk.close()
    store.close()
