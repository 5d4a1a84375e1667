"""What a test does when a program it needs is not there."""

import os
from typing import NoReturn

import pytest


def is_ci() -> bool:
    """Tell whether every test is expected to run."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def missing(what: str, package: str, *, optional: bool = False) -> NoReturn:
    """Leave the test out, or fail it where every test is expected to run.

    `optional`: it is expected only where apt gives what it needs.
    """
    reason = f"{what} is not here; `apt-get install {package}` brings it"
    if is_ci() and not optional:
        pytest.fail(f"{reason}, and CI is set", pytrace=False)
    pytest.skip(reason)
