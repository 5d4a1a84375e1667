"""A house a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import CARD, FOB, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a house, and see afterwards that no answer had a badge number in it."""
    house = House(tmp_path)
    yield house
    for text in house.seen:
        for number in (CARD, FOB):
            assert number.lower() not in text.lower()
    house.close()
