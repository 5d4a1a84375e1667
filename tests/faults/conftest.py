"""Every drill can be repeated."""

import os
import secrets
from collections.abc import Callable

import pytest


@pytest.fixture
def seed(tell: Callable[[str], None]) -> int:
    """Return a new seed, or the one that FAULTS_SEED gives; prints it beforehand."""
    number = int(os.environ.get("FAULTS_SEED") or secrets.randbelow(2**32))
    tell(f"FAULTS_SEED={number}")
    return number
