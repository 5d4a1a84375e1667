"""Figures are printed whether a drill succeeds or not, and every drill can be repeated."""

import os
import secrets
from collections.abc import Callable

import pytest


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Return what prints a line past pytest's own capturing."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n  {line}")  # noqa: T201 - the figures are the point

    return say


@pytest.fixture
def seed(tell: Callable[[str], None]) -> int:
    """Return a new seed, or the one that FAULTS_SEED gives; prints it beforehand."""
    number = int(os.environ.get("FAULTS_SEED") or secrets.randbelow(2**32))
    tell(f"FAULTS_SEED={number}")
    return number
