"""What the tests of the store begin with."""

import pytest

from daemon.house import House
from tests.daemon.store.building import house_in


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return the house: it changes never."""
    return house_in(tmp_path_factory.mktemp("house"))
